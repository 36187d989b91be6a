package impact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/impact"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/sample"
)

// draws lets the property-testing library be the chance of a sample.
type draws struct{ t *rapid.T }

func (d draws) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

// drawn is a program, the same with another first segment, and a past.
func drawn(t *rapid.T) (before, after *ir.Program, past *history.History) {
	o := sample.Options{Without: sample.Members | sample.Computed}
	before = sample.Program(draws{t}, o)
	edited := *before
	edited.Segments = append([]ir.Segment(nil), before.Segments...)
	edited.Segments[0].Where = sample.Predicate(draws{t}, before, o, 2)
	people := sample.People(draws{t}, before, o, 7)
	return before, &edited, &history.History{People: people, Lists: sample.Lists(draws{t}, before, o)}
}

// Law: the figures are those that the evaluator gives person by person.
func TestLawFiguresAreTheEvaluators(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after, past := drawn(t)
		address := before.Segments[0].Address
		got := impact.Measure(impact.Options{Before: before, After: after, Segments: []string{address}, History: past, Now: sample.Now})[0]
		if got.Unknown != "" {
			return // another test's subject
		}
		was, is := members(t, before, past, address), members(t, after, past, address)
		want := plan.Audience{Before: n(len(was)), After: n(len(is)), Join: n(without(is, was)), Leave: n(without(was, is))}
		figures := plan.Audience{Before: got.Before, After: got.After, Join: got.Join, Leave: got.Leave}
		if diff := cmp.Diff(want, figures); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		for _, r := range got.Reach {
			if want := reached(t, after, past, is, r); r.After == nil || *r.After != want {
				t.Fatalf("%s on %s: want %d reachable, got %v", r.Purpose, r.Channel, want, r.After)
			}
			if *r.After > *got.After || *r.Before > *got.Before {
				t.Fatalf("want no more reachable than members, got %+v of %+v", r, figures)
			}
		}
	})
}

// Law: what is shown only lacks the words of what is new, and nothing else.
func TestLawShownLacksNewWordsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after, past := drawn(t)
		if rapid.Bool().Draw(t, "new") {
			before = nil
		}
		o := impact.Options{Before: before, After: after, History: past, Now: sample.Now}
		for _, s := range after.Segments {
			o.Segments = append(o.Segments, s.Address)
		}
		want := impact.Measure(o)
		for i := range want {
			if len(want[i].PredicateBefore) == 0 {
				want[i].PredicateAfter = nil
			}
		}
		o.Shown, o.Index = true, after.Index()
		if diff := cmp.Diff(want, impact.Measure(o)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// Law: what did not change has nobody who joins or leaves.
func TestLawTheSameWordsMoveNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		program, _, past := drawn(t)
		var all []string
		for _, s := range program.Segments {
			all = append(all, s.Address)
		}
		for _, a := range impact.Measure(impact.Options{Before: program, After: program, Segments: all, History: past, Now: sample.Now}) {
			if a.Unknown == "" && (*a.Join != 0 || *a.Leave != 0 || *a.Before != *a.After) {
				t.Fatalf("%s: want nobody to move, got %d -> %d, +%d -%d", a.Segment, *a.Before, *a.After, *a.Join, *a.Leave)
			}
		}
	})
}

func world(t *rapid.T, p *ir.Program, past *history.History) *eval.World {
	w, err := eval.New(p, past.Lists, sample.Now)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func members(t *rapid.T, p *ir.Program, past *history.History, segment string) map[*person.Person]bool {
	out := map[*person.Person]bool{}
	for _, who := range past.People {
		if world(t, p, past).Member(segment, who) {
			out[who] = true
		}
	}
	return out
}

func reached(t *rapid.T, p *ir.Program, past *history.History, who map[*person.Person]bool, r plan.Reach) int {
	count := 0
	for one := range who {
		if world(t, p, past).Allowed(r.Purpose, r.Channel, one) {
			count++
		}
	}
	return count
}

func without(a, b map[*person.Person]bool) int {
	count := 0
	for p := range a {
		if !b[p] {
			count++
		}
	}
	return count
}

func n(x int) *int { return &x }
