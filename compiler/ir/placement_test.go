package ir

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/expr"
)

func named(address string) Head { return Head{Address: address} }

// shop has two platforms; the project's own is platform.main.
func shop() *Program {
	return &Program{
		Project: Project{Platforms: []string{"platform.main"}},
		Events:  []Event{{Head: named("event.bought")}},
		Segments: []Segment{
			{Head: named("segment.vip"), Where: expr.Did{Of: expr.Source{Event: "event.bought"}, Window: expr.Ever}},
			{Head: named("segment.elsewhere"), Platforms: []string{"platform.other"}, Where: member("vip")},
		},
		Purposes:    []Purpose{{Head: named("purpose.offers")}},
		Touchpoints: []Touchpoint{{Head: named("touchpoint.mail"), Purpose: "purpose.offers"}},
		Actions:     []Action{{Head: named("action.call"), Platform: "platform.other"}},
		Journeys: []Journey{{Head: named("journey.j"), Enter: Enter{Who: "segment.elsewhere"},
			Steps: []Step{Send{Touchpoint: "touchpoint.mail"}, Do{Action: "action.call"}}}},
		Tests: []Test{{Head: named("test.t"), Expects: []Expectation{{Sent: "touchpoint.mail"}}}},
	}
}

func TestPlaced(t *testing.T) {
	p := shop()
	for _, c := range []struct {
		name, platform string
		leaveOut       []string
		want           []string
	}{
		{"the project's platform has what says nothing, and what that uses", "platform.main", nil,
			[]string{"action.call", "event.bought", "journey.j", "purpose.offers", "segment.elsewhere", "segment.vip", "touchpoint.mail"}},
		{"another has what names it, and what that uses", "platform.other", nil,
			[]string{"action.call", "event.bought", "segment.elsewhere", "segment.vip"}},
		{"an object left out is placed nowhere and draws nothing along", "platform.main", []string{"journey.j"},
			[]string{"event.bought", "purpose.offers", "segment.vip", "touchpoint.mail"}},
		{"kinds are left out too", "platform.other", []string{"segment", "action"}, nil},
		{"an unknown platform has nothing", "platform.none", nil, nil},
	} {
		p.Project.LeaveOut = c.leaveOut
		if diff := cmp.Diff(c.want, p.Placed(c.platform)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestKindOf(t *testing.T) {
	for address, want := range map[string]string{"segment.x": "segment", "module.m.segment.x": "segment", "journey": "journey"} {
		if got := KindOf(address); got != want {
			t.Errorf("KindOf(%q) = %q, want %q", address, got, want)
		}
	}
}

// What is placed is closed: whatever a placed object uses is placed too,
// unless the environment leaves it out.
func TestPlacedIsClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := chain(t)
		for _, platform := range []string{"platform.a", "platform.b"} {
			placed := p.Placed(platform)
			for _, address := range placed {
				s, _ := Find(p.Segments, address)
				for _, used := range Mentions(s) {
					if KindOf(used) != "platform" && !p.LeftOut(used) && !slices.Contains(placed, used) {
						t.Fatalf("%s is on %s and uses %s, which is not", address, platform, used)
					}
				}
			}
		}
	})
}

// The part of an address is closed and holds only what is needed.
func TestPartIsClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := chain(t)
		start := rapid.SampledFrom(p.Segments).Draw(t, "start").Address
		part := p.Part(start)
		if _, ok := Find(part.Segments, start); !ok {
			t.Fatalf("%s is not in its own part", start)
		}
		for _, s := range part.Segments {
			again := part.Part(s.Address)
			if diff := cmp.Diff(p.Part(s.Address), again); diff != "" {
				t.Fatalf("the part of %s differs in the part of %s:\n%s", s.Address, start, diff)
			}
		}
	})
}

// chain is segments that mention some of each other, circles included.
func chain(t *rapid.T) *Program {
	names := []string{"a", "b", "c", "d", "e"}
	platforms := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"platform.a", "platform.b"}), rapid.ID)
	p := &Program{Project: Project{Platforms: platforms.Draw(t, "project")}}
	for _, name := range names {
		var terms []expr.Expr
		for _, other := range rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID).Draw(t, "mentions") {
			terms = append(terms, member(other))
		}
		p.Segments = append(p.Segments, Segment{Head: named("segment." + name), Platforms: platforms.Draw(t, "own"), Where: expr.And{Terms: terms}})
	}
	left := rapid.SliceOfDistinct(rapid.SampledFrom(names), rapid.ID).Draw(t, "left out")
	for _, name := range left {
		p.Project.LeaveOut = append(p.Project.LeaveOut, "segment."+name)
	}
	return p
}

func TestPartBringsTheConsentRules(t *testing.T) {
	p := &Program{
		Person:     Person{Head: named("person"), Attributes: []Attribute{{Name: "n", Value: expr.Did{Of: expr.Source{Event: "event.person"}}}}},
		Events:     []Event{{Head: named("event.person")}, {Head: named("event.rule")}, {Head: named("event.other")}},
		Purposes:   []Purpose{{Head: named("purpose.p")}, {Head: named("purpose.q")}},
		Channels:   []Channel{{Head: named("channel.c")}},
		Consents:   []Consent{{Head: named("consent.n"), Captures: []Capture{{On: "event.rule"}}}},
		Regimes:    []Regime{{Head: named("regime.r")}},
		Exclusions: []Exclusion{{Head: named("exclusion.x")}},
		Segments: []Segment{
			{Head: named("segment.asks"), Where: expr.Reachable{Purpose: "purpose.p", Channel: "channel.c"}},
			{Head: named("segment.plain"), Where: expr.Literal{}},
		},
		Platforms: []Platform{{Head: named("platform.x")}},
	}
	asks := p.Part("segment.asks")
	if len(asks.Purposes) != 2 || len(asks.Consents) != 1 || len(asks.Regimes) != 1 || len(asks.Exclusions) != 1 || len(asks.Segments) != 1 {
		t.Errorf("the consent rules are not all there: %+v", asks)
	}
	if diff := cmp.Diff([]Event{{Head: named("event.person")}, {Head: named("event.rule")}}, asks.Events); diff != "" {
		t.Error(diff)
	}
	plain := p.Part("segment.plain")
	if len(plain.Purposes)+len(plain.Consents)+len(plain.Regimes)+len(plain.Platforms) != 0 {
		t.Errorf("a segment that asks nothing has consent rules in its part: %+v", plain)
	}
}
