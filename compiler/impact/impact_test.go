package impact_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/impact"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var now = types.NewInstant(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))

func head(address string) ir.Head { return ir.Head{Address: address} }

func tier(word string) expr.Expr {
	return expr.OneOf{Of: expr.Attribute{Path: []string{"tier"}, Type: types.String}, Values: []types.Value{types.Text(word)}}
}

func bought() expr.Expr {
	return expr.Did{Of: expr.Source{Event: "event.bought"}, Window: expr.Ever}
}

// shop has a segment that needs attributes, one that needs events and one that
// needs consent. Its people are made up.
func shop() *ir.Program {
	gold := ir.Segment{Head: head("segment.gold"), Where: tier("gold")}
	gold.At = diag.Range{File: "segments.hcl", Start: diag.Pos{Line: 3}}
	return &ir.Program{
		Project: ir.Project{Name: "shop", Timezone: "Europe/Madrid"},
		Person: ir.Person{
			Keys:       []ir.Key{{Name: "id", Type: types.String}, {Name: "email", Type: types.Email}},
			Attributes: []ir.Attribute{{Name: "tier", Type: types.String}},
		},
		Events:   []ir.Event{{Head: head("event.bought")}},
		Purposes: []ir.Purpose{{Head: head("purpose.care"), Class: ir.Service}, {Head: head("purpose.offers"), Class: ir.Marketing}},
		Channels: []ir.Channel{{Head: head("channel.email"), Key: "email"}},
		Consents: []ir.Consent{{Head: head("consent.news"), Purpose: "purpose.offers", Channels: []string{"channel.email"}}},
		Regimes: []ir.Regime{{Head: head("regime.all"), Otherwise: true, Rules: []ir.Rule{
			{Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, Basis: ir.ByConsent}}}},
		Segments: []ir.Segment{
			{Head: head("segment.buyers"), Where: bought()},
			gold,
			{Head: head("segment.reachable"), Where: expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}},
		},
		Touchpoints: []ir.Touchpoint{
			{Head: head("touchpoint.care"), Purpose: "purpose.care", Channels: []string{"channel.email"}},
			{Head: head("touchpoint.offer"), Purpose: "purpose.offers", Channels: []string{"channel.email"}},
		},
		Moments: []ir.Moment{{Head: head("moment.rich"), Detect: ir.Enters{Segment: "segment.gold"}}},
		Journeys: []ir.Journey{
			{Head: head("journey.rich"), Enter: ir.Enter{Moment: "moment.rich"}, Steps: []ir.Step{ir.Send{Name: "a", Touchpoint: "touchpoint.offer"}}},
			{Head: head("journey.sale"), Enter: ir.Enter{Instant: now + 1, Who: "segment.gold"}, Steps: []ir.Step{
				ir.Send{Name: "a", Touchpoint: "touchpoint.care"}, ir.Wait{Name: "b", For: types.Span{Amount: 2, Unit: types.Day}}, ir.Send{Name: "c", Touchpoint: "touchpoint.offer"}}},
		},
	}
}

func past() *history.History {
	who := func(id, tier string, yes, bought bool) *person.Person {
		p := &person.Person{ID: id, Attributes: map[string]types.Value{
			"id": types.Text(id), "email": types.Text(id + "@example.test"), "tier": types.Text(tier)}}
		if yes {
			p.Acts = []person.Act{{Consent: "consent.news", Kind: person.Grant, At: now - 10}}
		}
		if bought {
			p.Events = []person.Event{{Type: "event.bought", At: now - 5}}
		}
		return p
	}
	return &history.History{People: []*person.Person{
		who("a", "gold", true, true), who("b", "gold", false, true), who("c", "silver", true, false), who("d", "", false, true)}}
}

func measure(before, after *ir.Program, h *history.History, segments ...string) []plan.Audience {
	return impact.Measure(impact.Options{Before: before, After: after, Segments: segments, History: h, Now: now})
}

func TestAnEditedSegment(t *testing.T) {
	after := shop()
	after.Segments[1].Where = expr.Or{Terms: []expr.Expr{tier("silver"), bought()}}
	want := []plan.Audience{{
		Segment: "segment.gold", Place: "segments.hcl:3", UsedBy: []string{"journey.rich", "journey.sale"},
		Before: n(2), After: n(4), Join: n(2), Leave: n(0),
		Reach:           []plan.Reach{{Purpose: "purpose.offers", Channel: "channel.email", Before: n(1), After: n(2)}},
		PredicateBefore: []string{`one_of(person.tier, "gold")`},
		PredicateAfter:  []string{`one_of(person.tier, "silver")`, `|| did(event.bought, "ever")`},
	}}
	if diff := cmp.Diff(want, measure(shop(), after, past(), "segment.gold")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNewAndRemovedSegments(t *testing.T) {
	fewer := shop()
	fewer.Segments = fewer.Segments[:1]
	fresh := measure(fewer, shop(), past(), "segment.gold")[0]
	if fresh.Before != nil || fresh.Join != nil || fresh.Leave != nil || fresh.Unknown != "" || *fresh.After != 2 || fresh.Reach[0].Before != nil {
		t.Errorf("want a new segment to have only members after, got %+v", fresh)
	}
	if len(fresh.UsedBy) > 0 {
		t.Errorf("want nobody to have used a new segment, got %v", fresh.UsedBy)
	}
	gone := measure(shop(), fewer, past(), "segment.gold")[0]
	if *gone.Before != 2 || *gone.After != 0 || *gone.Join != 0 || *gone.Leave != 2 || gone.Unknown != "" {
		t.Errorf("want a removed segment to lose everyone, got %+v", gone)
	}
	if all := measure(nil, shop(), past(), "segment.gold", "segment.buyers"); *all[0].After != 2 || *all[1].After != 3 {
		t.Errorf("want the answers in the order of the questions, got %+v", all)
	}
}

// What is not known has no number, and says why.
func TestNotKnown(t *testing.T) {
	lacking := func(sources ...history.Source) *history.History {
		h := past()
		for _, s := range sources {
			h.Absent = append(h.Absent, history.Absence{Source: s, Path: "data/" + string(s) + ".csv"})
		}
		return h
	}
	late := shop()
	late.Segments[1].Where = expr.Did{Of: expr.Source{Event: "event.bought"}, Window: expr.Window{Since: "run"}}
	tests := []struct {
		name     string
		before   *ir.Program
		after    *ir.Program
		past     *history.History
		segment  string
		want     *int
		unknown  string
		reaching bool
	}{
		{"no history", nil, shop(), nil, "segment.gold", nil, "the project has no history", false},
		{"no people", nil, shop(), lacking(history.People), "segment.gold", nil, "no people in history: data/people.csv is absent", false},
		{"events are needed", nil, shop(), lacking(history.Events), "segment.buyers", nil, "data/events.csv is absent", false},
		{"events are not needed", nil, shop(), lacking(history.Events), "segment.gold", n(2), "", true},
		{"consents are needed", nil, shop(), lacking(history.Consents), "segment.reachable", nil, "data/consents.csv is absent", false},
		{"only to reach", nil, shop(), lacking(history.Outcomes), "segment.gold", n(2), "who can be reached: data/outcomes.csv is absent", false},
		{"not evaluated", nil, late, past(), "segment.gold", nil, "`run` is not evaluated yet", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := measure(test.before, test.after, test.past, test.segment)[0]
			if diff := cmp.Diff(test.want, got.After); diff != "" || got.Unknown != test.unknown {
				t.Errorf("want %q, got %q; members (-want +got):\n%s", test.unknown, got.Unknown, diff)
			}
			if reaching := len(got.Reach) > 0; reaching != test.reaching {
				t.Errorf("want reach known: %t, got %+v", test.reaching, got.Reach)
			}
		})
	}
}

// The past is read in today's words; what only the old words name was not read.
func TestNotReadAnyMore(t *testing.T) {
	tests := []struct {
		name string
		edit func(*ir.Program)
		want string
	}{
		{"attribute", func(p *ir.Program) { p.Person.Attributes = nil }, "person.tier is no longer declared, so it was not read"},
		{"type", func(p *ir.Program) { p.Person.Attributes[0].Type = types.Number }, "person.tier was string and is read as number now"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			after := shop()
			test.edit(after)
			after.Segments[1].Where = bought()
			got := measure(shop(), after, past(), "segment.gold")[0]
			if got.Before != nil || got.Join != nil || got.Leave != nil || *got.After != 3 || got.Unknown != test.want {
				t.Errorf("want %q, got %+v", test.want, got)
			}
		})
	}
	after := shop()
	after.Events[0].Address = "event.paid"
	after.Segments[0].Where = tier("gold")
	if got := measure(shop(), after, past(), "segment.buyers")[0]; got.Unknown != "event.bought is no longer recorded, so its past was not read" {
		t.Errorf("want the event named, got %+v", got)
	}
}

func TestSends(t *testing.T) {
	later, passed, existing := shop(), shop(), shop()
	later.Journeys[1].Enter.Instant = now + types.Instant(48*time.Hour/time.Microsecond)
	passed.Journeys[1].Enter.Instant = now
	existing.Moments[0].Detect = ir.Enters{Segment: "segment.gold", Existing: true}
	unknown := past()
	unknown.Absent = []history.Absence{{Source: history.People}}
	const sale = "On 1 Dec 2026 09:00 CET it enters everyone in segment.gold, 2 people by now. 2 of them may get touchpoint.care."
	tests := []struct {
		name, journey string
		program       *ir.Program
		past          *history.History
		want          plan.Send
	}{
		{"one-off", "journey.sale", shop(), past(), plan.Send{Already: n(2), Messages: n(2), Text: sale}},
		{"one-off later", "journey.sale", later, past(), plan.Send{Already: n(2), Messages: n(0), Text: strings.Replace(sale, "1 Dec", "3 Dec", 1)}},
		{"one-off passed", "journey.sale", passed, past(), plan.Send{Messages: n(0), Text: "Its instant, 1 Dec 2026 09:00 CET, has passed. It enters nobody."}},
		{"members", "journey.rich", shop(), past(), plan.Send{Already: n(2), Messages: n(0),
			Text: "2 people are already in segment.gold. They do not enter; only people who become members later do. To let them in: existing = true. 1 of them would get touchpoint.offer."}},
		{"members enter", "journey.rich", existing, past(), plan.Send{Already: n(2), Messages: n(1),
			Text: "2 people are already in segment.gold. They enter. 1 of them may get touchpoint.offer."}},
		{"not known", "journey.rich", existing, unknown, plan.Send{
			Text: "How many people are already in segment.gold is not known: no people in history: history says no people."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Journey = test.journey
			got := impact.Sends(impact.Options{After: test.program, History: test.past, Now: now}, []string{test.journey, "journey.none"})
			if diff := cmp.Diff([]plan.Send{test.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// In a chain each segment rests on all before it, and a plan names a few of
// them: the nearest.
func TestVeryManyUsersAreNotListed(t *testing.T) {
	const segments = 60
	chain := shop()
	chain.Segments = chain.Segments[:0]
	for i := range segments {
		s := ir.Segment{Head: head(fmt.Sprintf("segment.s%02d", i)), Where: tier("gold")}
		if i > 0 {
			s.Where = expr.Member{Segment: chain.Segments[i-1].Address}
		}
		chain.Segments = append(chain.Segments, s)
	}
	first := measure(chain, chain, past(), "segment.s00")[0]
	if len(first.UsedBy) != 20 || first.UsedBy[0] != "segment.s01" || first.UsedBy[19] != "segment.s20" || !first.UsedByMore {
		t.Errorf("want the nearest 20 and that there are others, got %v, %v", first.UsedBy, first.UsedByMore)
	}
	late := measure(chain, chain, past(), "segment.s39")[0]
	if len(late.UsedBy) != 20 || late.UsedByMore {
		t.Errorf("want all 20, got %v, %v", late.UsedBy, late.UsedByMore)
	}
}

// What segments rest on is looked through once for all of them: in a chain each
// rests on all before it, also on what makes all of them not known.
func TestDoubtsOfAChainTakeAsLongAsTheChain(t *testing.T) {
	asked := func(segments int) float64 {
		chain, reads := shop(), shop()
		reads.Events = nil
		chain.Segments = []ir.Segment{{Head: head("segment.s000"), Where: bought()}}
		addresses := []string{"segment.s000"}
		for i := 1; i < segments; i++ {
			where := expr.And{Terms: []expr.Expr{tier("gold"), expr.Member{Segment: addresses[i-1]}}}
			addresses = append(addresses, fmt.Sprintf("segment.s%03d", i))
			chain.Segments = append(chain.Segments, ir.Segment{Head: head(addresses[i]), Where: where})
		}
		doubts := func() {
			for _, a := range measure(chain, reads, past(), addresses...) {
				if a.Unknown != "event.bought is no longer recorded, so its past was not read" {
					t.Fatalf("%s: %q", a.Segment, a.Unknown)
				}
			}
		}
		return testing.AllocsPerRun(3, doubts)
	}
	if few, many := asked(50), asked(500); many > 11*few {
		t.Errorf("a chain of 50 takes %v allocations, one of 500 takes %v", few, many)
	}
}
