package eval_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// unheard is a function that no version evaluates.
var unheard = expr.Call{Func: "unheard_of", Type: types.Bool}

func TestMissing(t *testing.T) {
	over := func(since string) expr.Expr {
		return expr.Did{Of: expr.Source{Event: "event.order_placed"}, Window: expr.Window{Since: since}}
	}
	p := shop()
	p.Segments = []ir.Segment{
		{Head: head("segment.direct"), Where: unheard},
		{Head: head("segment.indirect"), Where: expr.Not{Term: expr.Member{Segment: "segment.direct"}}},
		{Head: head("segment.known"), Where: did("event.big_shoes", "ever")},
	}
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "odd", Type: types.Bool, Value: unheard})
	p.Events = append(p.Events, ir.Event{Head: head("event.odd"), From: "event.order_placed", Where: unheard})
	reachable := expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}
	cases := []struct {
		name string
		e    expr.Expr
		want []string
	}{
		{"everything is evaluated", expr.Member{Segment: "segment.known"}, []string{}},
		{"a function", unheard, []string{"unheard_of"}},
		{"through a segment that refers to a segment", expr.Member{Segment: "segment.indirect"}, []string{"unheard_of"}},
		{"through a computed attribute", attribute("odd", types.Bool), []string{"unheard_of"}},
		{"through a derived event", did("event.odd", "ever"), []string{"unheard_of"}},
		{"the window of a run", over("run"), []string{"run"}},
		{"the window since a step", count("event.order_placed", "1d", over("step.welcome.hello")), []string{"step.welcome.hello"}},
		{"the outcome of a step", expr.Did{Of: expr.Source{Step: "step.welcome.hello", Outcome: "opened"}, Window: expr.Ever}, []string{"step.welcome.hello.opened"}},
		{"what started the journey", expr.Field{Of: expr.Entry, Path: []string{"amount"}}, []string{"entry"}},
		{"changes of a plan", expr.Any{Of: "changes.segment"}, []string{"any"}},
		{"several, sorted and once", expr.Or{Terms: []expr.Expr{unheard, over("run"), unheard}}, []string{"run", "unheard_of"}},
		{"the consent rules", reachable, []string{}},
		{"the record", expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email", Consented: true}, []string{}},
		{"a sequence", expr.FollowedBy{First: expr.Source{Event: "event.odd"}, Then: expr.Source{Touchpoint: "touchpoint.welcome", Outcome: "sent"}, Window: expr.Ever}, []string{"unheard_of"}},
		{"a service class has no objections", expr.Suppressed{Channel: "channel.email", Class: "service"}, []string{}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, eval.Missing(p, c.e)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Each part of the consent rules is looked into.
func TestMissingInTheConsentRules(t *testing.T) {
	reachable := expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}
	for name, spoil := range map[string]func(*ir.Program){
		"a capture":    func(p *ir.Program) { p.Consents[0].Captures[0].If = unheard },
		"a regime":     func(p *ir.Program) { p.Regimes[1].AppliesWhen = unheard },
		"a rule":       func(p *ir.Program) { p.Regimes[1].Rules[0].Requires = unheard },
		"an exclusion": func(p *ir.Program) { p.Exclusions[0].Match = []expr.Expr{unheard} },
	} {
		p := lumen()
		spoil(p)
		if diff := cmp.Diff([]string{"unheard_of"}, eval.Missing(p, reachable)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What is not evaluated is null or unknown, never false or a guess.
func TestWhatIsNotEvaluatedIsUnknown(t *testing.T) {
	w := world(t, shop(), nil)
	step := expr.Source{Step: "step.welcome.hello", Outcome: "opened"}
	run := expr.Window{Since: "run"}
	signedUp := expr.Source{Event: "event.signed_up"}
	for _, e := range []expr.Expr{
		unheard, expr.Any{Of: "changes.segment"},
		expr.Did{Of: step, Window: expr.Ever}, expr.Did{Of: signedUp, Window: run},
		expr.Aggregate{Op: expr.Count, Of: signedUp, Window: run}, expr.Aggregate{Op: expr.Count, Of: step, Window: expr.Ever},
		expr.FollowedBy{First: signedUp, Then: step, Window: expr.Ever},
	} {
		if got := w.Truth(e, ana(), eval.Context{}); got != expr.Unknown {
			t.Errorf("%T: want unknown, got %s", e, got)
		}
		if got := w.Value(e, ana(), eval.Context{}); !types.IsNull(got) {
			t.Errorf("%T: want null, got %v", e, got)
		}
	}
}

// A name that means nothing says nothing of anybody.
func TestWhatIsNotDeclared(t *testing.T) {
	p := shop()
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "car", Type: types.Object{Name: "car"}})
	w := world(t, p, nil)
	who := with("car", "c1", ana(toAddress("old@example.test", outcome("touchpoint.gone", person.Bounced, "1d"))))
	for _, e := range []expr.Expr{
		expr.Member{Segment: "segment.x"}, expr.Excluded{Exclusion: "exclusion.x"}, expr.Suppressed{Channel: "channel.x", Class: "service"},
		expr.IsSet{Of: expr.Attribute{Path: []string{"car", "plate"}}},
	} {
		if got := w.Truth(e, who, eval.Context{}); got != expr.False {
			t.Errorf("%#v: want false, got %s", e, got)
		}
	}
}

func TestWorldsThatAreRefused(t *testing.T) {
	segment := func(name string, where expr.Expr) ir.Segment {
		return ir.Segment{Head: head("segment." + name), Where: where}
	}
	cases := []struct {
		name  string
		spoil func(*ir.Program)
		want  string
	}{
		{"a zone that does not exist", func(p *ir.Program) { p.Project.Timezone = "Nowhere/Else" }, "time zone"},
		{"segments that refer to each other", func(p *ir.Program) {
			p.Segments = []ir.Segment{segment("a", expr.Member{Segment: "segment.b"}), segment("b", expr.Not{Term: expr.Member{Segment: "segment.a"}})}
		}, "segment.a is defined by itself"},
		{"an attribute that is computed from itself", func(p *ir.Program) {
			p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "odd", Value: expr.IsSet{Of: attribute("odd", types.Bool)}})
		}, "person.odd is defined by itself"},
		{"a regime that asks who is reachable", func(p *ir.Program) {
			p.Regimes[0].Rules[0].Requires = expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}
		}, "is defined by itself"},
		{"a capture that asks who is reachable", func(p *ir.Program) {
			p.Consents[0].Captures[0].If = expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}
		}, "is defined by itself"},
		{"an event derived from nothing", func(p *ir.Program) {
			p.Events = append(p.Events, ir.Event{Head: head("event.odd"), From: "event.x"})
		}, "event.odd"},
		{"an event derived from itself", func(p *ir.Program) {
			p.Events = append(p.Events, ir.Event{Head: head("event.odd"), From: "event.odd"})
		}, "event.odd"},
		{"no such segment", func(p *ir.Program) { p.Segments = []ir.Segment{segment("a", expr.Member{Segment: "segment.x"})} }, "no segment.x"},
		{"no such attribute", func(p *ir.Program) { p.Segments = []ir.Segment{segment("a", attribute("x", types.Bool))} }, "no person.x"},
		{"no such event", func(p *ir.Program) { p.Segments = []ir.Segment{segment("a", did("event.x", "1d"))} }, "no event.x"},
		{"no such touchpoint", func(p *ir.Program) {
			p.Segments = []ir.Segment{segment("a", expr.Did{Of: expr.Source{Touchpoint: "touchpoint.x", Outcome: "sent"}, Window: expr.Ever})}
		}, "no touchpoint.x"},
		{"no such purpose", func(p *ir.Program) {
			p.Segments = []ir.Segment{segment("a", expr.Reachable{Purpose: "purpose.x", Channel: "channel.email"})}
		}, "no purpose.x"},
		{"no such consent", func(p *ir.Program) {
			p.Segments = []ir.Segment{segment("a", expr.IsSet{Of: expr.Record{Consent: "consent.x", Channel: "channel.email", Fact: expr.GrantedAt}})}
		}, "no consent.x"},
		{"no such exclusion", func(p *ir.Program) { p.Segments = []ir.Segment{segment("a", expr.Excluded{Exclusion: "exclusion.x"})} }, "no exclusion.x"},
	}
	for _, c := range cases {
		p := lumen()
		c.spoil(p)
		_, err := eval.New(p, nil, now)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: want an error with %q, got %v", c.name, c.want, err)
		}
	}
}

// What is behind a name is looked through once, however many conditions rest on
// it: in a chain of segments each rests on all before it.
func TestGapsOfAChainTakeAsLongAsTheChain(t *testing.T) {
	looked := func(segments int) float64 {
		p := chained(segments)
		return testing.AllocsPerRun(3, func() {
			gaps := eval.NewGaps(p)
			for _, s := range p.Segments {
				if missing := gaps.In(expr.Member{Segment: s.Address}); !slices.Equal(missing, []string{"unheard_of"}) {
					t.Fatalf("%s lacks %v", s.Address, missing)
				}
			}
		})
	}
	if few, many := looked(50), looked(500); many > 11*few {
		t.Errorf("a chain of 50 takes %v allocations, one of 500 takes %v", few, many)
	}
}

// chained is segments each of which asks for the one before; the first asks what
// no version evaluates.
func chained(segments int) *ir.Program {
	p := &ir.Program{Segments: []ir.Segment{{Head: head("segment.s000"), Where: unheard}}}
	for i := 1; i < segments; i++ {
		before := expr.Member{Segment: p.Segments[i-1].Address}
		p.Segments = append(p.Segments, ir.Segment{Head: head(fmt.Sprintf("segment.s%03d", i)), Where: expr.Not{Term: before}})
	}
	return p
}
