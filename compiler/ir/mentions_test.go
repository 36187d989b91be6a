package ir

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func member(name string) expr.Expr { return expr.Member{Segment: "segment." + name} }

func slot(e expr.Expr) map[string]content.Template {
	return map[string]content.Template{"es": {Pieces: []content.Piece{content.Text{Text: "a"}, content.Slot{Value: e}}}}
}

func TestMentions(t *testing.T) {
	order := types.Object{Name: "order"}
	run := expr.Window{Since: "run"}
	for _, c := range []struct {
		name string
		d    Declaration
		want []string
	}{
		{"person", Person{Attributes: []Attribute{{Type: order}, {Value: member("a")}}}, []string{"object.order", "segment.a"}},
		{"object", Object{Attributes: []Attribute{{Type: types.List{Element: order}}}}, []string{"object.order"}},
		{"event", Event{From: "event.base", Where: member("a"), Fields: []Field{{Type: order}}}, []string{"event.base", "object.order", "segment.a"}},
		{"segment", Segment{Platforms: []string{"platform.p"}, Where: expr.Not{Term: member("a")}}, []string{"platform.p", "segment.a"}},
		{"itself", Segment{Head: Head{Address: "segment.a"}, Where: member("a")}, []string{}},
		{"purpose", Purpose{Channels: []string{"channel.c"}}, []string{"channel.c"}},
		{"channel", Channel{Via: "platform.p"}, []string{"platform.p"}},
		{"consent", Consent{Platforms: []string{"platform.p"}, Purpose: "purpose.p", Channels: []string{"channel.c"},
			Captures: []Capture{{On: "event.e", If: member("a")}}}, []string{"channel.c", "event.e", "platform.p", "purpose.p", "segment.a"}},
		{"regime", Regime{AppliesWhen: member("a"), Rules: []Rule{{Channels: []string{"channel.c"}, Requires: member("b")}}},
			[]string{"channel.c", "segment.a", "segment.b"}},
		{"exclusion", Exclusion{Match: []expr.Expr{member("a")}}, []string{"segment.a"}},
		{"calendar", Calendar{}, []string{}},
		{"pressure", Pressure{Limits: []Limit{{Channels: []string{"channel.c"}}}, Hours: []Hours{{Calendar: "calendar.c"}},
			Priority: []string{"journey.j"}}, []string{"calendar.c", "channel.c"}},
		{"control", Control{}, []string{}},
		{"link", Link{Purpose: "purpose.p", URL: slot(member("a"))["es"]}, []string{"purpose.p", "segment.a"}},
		{"part", Part{Body: slot(member("a"))}, []string{"segment.a"}},
		{"touchpoint", Touchpoint{Platforms: []string{"platform.p"}, Purpose: "purpose.p", Channels: []string{"channel.c"},
			Prefer: member("a"), Phase: "phase.f", About: "event.e", Asks: []string{"consent.c"},
			Content: Content{Subject: slot(member("b")), Body: map[string]content.Template{"es": {Pieces: []content.Piece{content.PartSlot{Part: "part.f"}}}},
				Text: map[string]content.Template{"es": {Pieces: []content.Piece{content.LinkSlot{Link: "link.l"}}}}}},
			[]string{"channel.c", "consent.c", "event.e", "link.l", "part.f", "phase.f", "platform.p", "purpose.p", "segment.a", "segment.b"}},
		{"action", Action{Platform: "platform.p", Title: slot(member("a"))["es"], URL: slot(member("b"))["es"], Value: member("c"), Channel: "channel.c"},
			[]string{"channel.c", "platform.p", "segment.a", "segment.b", "segment.c"}},
		{"phase", Phase{After: "phase.f"}, []string{"phase.f"}},
		{"persona", Persona{Segment: "segment.a"}, []string{"segment.a"}},
		{"moment by event", Moment{Phase: "phase.f", Anticipates: "moment.m", Detect: OnEvent{Event: "event.e", If: member("a")}},
			[]string{"event.e", "phase.f", "segment.a"}},
		{"moment by outcome", Moment{Detect: OnOutcome{Touchpoint: "touchpoint.t", If: member("a")}}, []string{"segment.a", "touchpoint.t"}},
		{"moment by absence", Moment{Detect: Absence{On: "event.a", Without: "event.b", If: member("a")}}, []string{"event.a", "event.b", "segment.a"}},
		{"moment by date", Moment{Detect: OnDate{Date: expr.Coalesce{Terms: []expr.Expr{member("a")}}}}, []string{"segment.a"}},
		{"moment by joining", Moment{Detect: Enters{Segment: "segment.a"}}, []string{"segment.a"}},
		{"moment by leaving", Moment{Detect: Leaves{Segment: "segment.a"}}, []string{"segment.a"}},
		{"journey", Journey{Head: Head{Address: "journey.j"}, Platforms: []string{"platform.p"},
			Enter: Enter{Moment: "moment.m", Who: "segment.w", If: member("i")}, LeaveIf: member("l"),
			Goal: expr.Did{Of: expr.Source{Step: "step.j.own", Outcome: "opened"}, Window: expr.Window{Since: "step.other.hello"}},
			Steps: []Step{
				Send{Touchpoint: "touchpoint.t"}, Do{Action: "action.a"}, Wait{Until: member("u")},
				Choose{When: []Branch{{If: member("b"), Steps: []Step{Send{Touchpoint: "touchpoint.deep"}}}}, Otherwise: []Step{Do{Action: "action.deep"}}},
				Split{Metric: "event.e", Variants: []Variant{{Steps: []Step{Send{Touchpoint: "touchpoint.variant"}}}}},
			}}, []string{"action.a", "action.deep", "event.e", "journey.other", "moment.m", "platform.p", "segment.b", "segment.i", "segment.l",
			"segment.u", "segment.w", "touchpoint.deep", "touchpoint.t", "touchpoint.variant"}},
		{"guard", Guard{RefuseIf: member("a")}, []string{"segment.a"}},
		{"test", Test{Happens: []Happening{{Event: "event.e"}, {Outcome: &expr.Source{Step: "step.j.s"}}},
			Expects: []Expectation{{Sent: "touchpoint.a"}, {NotSent: "touchpoint.b"}, {In: "segment.a"}, {Left: "journey.l"}, {Done: "action.a"}}},
			[]string{"action.a", "event.e", "journey.j", "journey.l", "segment.a", "touchpoint.a", "touchpoint.b"}},
		{"platform", Platform{}, []string{}},
		{"resource", Resource{Platform: "platform.p"}, []string{"platform.p"}},
		{"nodes", Segment{Where: expr.And{Terms: []expr.Expr{
			expr.Record{Consent: "consent.c", Channel: "channel.a"}, expr.Reachable{Purpose: "purpose.p", Channel: "channel.b"},
			expr.Suppressed{Channel: "channel.c"}, expr.Excluded{Exclusion: "exclusion.x"},
			expr.Compare{Left: expr.Aggregate{Of: expr.Source{Event: "event.a", Where: member("a")}, Window: run}, Right: expr.Literal{}},
			expr.FollowedBy{First: expr.Source{Event: "event.b"}, Then: expr.Source{Touchpoint: "touchpoint.t"}, Window: run},
		}}}, []string{"channel.a", "channel.b", "channel.c", "consent.c", "event.a", "event.b", "exclusion.x", "purpose.p", "segment.a", "touchpoint.t"}},
	} {
		if diff := cmp.Diff(c.want, Mentions(c.d)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestWishesAreNotMentions(t *testing.T) {
	p := Pressure{Priority: []string{"journey.b", "journey.a"}}
	if diff := cmp.Diff([]string{"journey.a", "journey.b"}, Wishes(p)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"moment.m"}, Wishes(Moment{Anticipates: "moment.m"})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{}, Wishes(Segment{})); diff != "" {
		t.Error(diff)
	}
}

func TestJourneyOf(t *testing.T) {
	for step, want := range map[string]string{
		"step.welcome.hello": "journey.welcome", "module.m.step.j.s": "module.m.journey.j", "run": "", "ever": "", "": "",
	} {
		if got := JourneyOf(step); got != want {
			t.Errorf("JourneyOf(%q) = %q, want %q", step, got, want)
		}
	}
}
