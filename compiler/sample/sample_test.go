package sample_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func TestEqualSeedsMakeEqualSamples(t *testing.T) {
	make := func() (*ir.Program, []*person.Person, person.Lists) {
		src := seeded(3)
		p := sample.Program(src, sample.Options{Messages: true})
		return p, sample.People(src, p, sample.Options{}, 20), sample.Lists(src, p, sample.Options{})
	}
	p1, people1, lists1 := make()
	p2, people2, lists2 := make()
	if diff := cmp.Diff(canonical(t, p1), canonical(t, p2)); diff != "" {
		t.Error(diff)
	}
	if !reflect.DeepEqual(people1, people2) || !reflect.DeepEqual(lists1, lists2) {
		t.Error("people or lists differ")
	}
}

func canonical(t *testing.T, p *ir.Program) string {
	t.Helper()
	raw, err := ir.Canonical(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Names resolve and nothing is defined by itself: the evaluator, which checks
// that, takes every sample; and a (purpose, channel) is in one consent only.
func TestSamplesAreSound(t *testing.T) {
	for seed := range uint64(300) {
		p := sample.Program(seeded(seed), sample.Options{Messages: true})
		if _, err := eval.New(p, nil, sample.Now); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, s := range p.Segments {
			wellTyped(t, s.Where)
		}
		covered := map[string]bool{}
		for _, c := range p.Consents {
			for _, channel := range c.Channels {
				if pair := c.Purpose + " " + channel; covered[pair] {
					t.Fatalf("seed %d: %s twice", seed, pair)
				} else {
					covered[pair] = true
				}
			}
		}
	}
}

// wellTyped checks that both sides of a comparison and all members of a set
// have one type.
func wellTyped(t *testing.T, e expr.Expr) {
	t.Helper()
	expr.Walk(e, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.Compare:
			l, r := expr.TypeOf(e.Left), expr.TypeOf(e.Right)
			if !types.Textual(l) && l.String() != r.String() || types.Textual(l) != types.Textual(r) {
				t.Fatalf("%s %s %s", l, e.Op, r)
			}
		case expr.Within:
			if got := expr.TypeOf(e.Of); got != types.Timestamp {
				t.Fatalf("within of %s", got)
			}
		case expr.Aggregate:
			if (e.Op == expr.Count) != (e.Field == "") || e.Op == expr.Sum && !types.Numeric(e.Type) {
				t.Fatalf("%s of %q", e.Op, e.Field)
			}
		}
		return true
	})
}

// A distribution that leaves something out tests nothing about it.
func TestSamplesAreRich(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(400) {
		src := seeded(seed)
		p := sample.Program(src, sample.Options{})
		w, err := eval.New(p, sample.Lists(src, p, sample.Options{}), sample.Now)
		if err != nil {
			t.Fatal(err)
		}
		people := sample.People(src, p, sample.Options{}, 5)
		for _, s := range p.Segments {
			expr.Walk(s.Where, func(e expr.Expr) bool {
				seen[fmt.Sprintf("%T", e)]++
				if a, ok := e.(expr.Aggregate); ok {
					seen["aggregate "+string(a.Op)]++
				}
				return true
			})
			for _, who := range people {
				seen["verdict "+string(w.Truth(s.Where, who, eval.Context{}))]++
			}
		}
		for _, who := range people {
			seen[fmt.Sprintf("allowed %v", w.Allowed("purpose.offers", "channel.email", who))]++
			seen["state "+string(w.Record("consent.news", "channel.email", who).State)]++
			seen["objected"] += count(w.Truth(expr.Suppressed{Channel: "channel.email", Class: "marketing"}, who, eval.Context{}))
			seen["excluded"] += count(w.Truth(expr.Excluded{Exclusion: "exclusion.robinson"}, who, eval.Context{}))
		}
	}
	want := []string{"verdict true", "verdict false", "verdict unknown", "allowed true", "allowed false", "objected", "excluded",
		"state unknown", "state granted", "state refused", "state withdrawn", "state expired",
		"aggregate count", "aggregate sum", "aggregate avg", "aggregate min", "aggregate max", "aggregate first", "aggregate last"}
	for _, c := range expr.Cases {
		if _, plans := c.(expr.Any); !plans {
			want = append(want, fmt.Sprintf("%T", c))
		}
	}
	sort.Strings(want)
	for _, name := range want {
		if seen[name] < 10 {
			t.Errorf("%s: %d times only", name, seen[name])
		}
	}
}

func count(v expr.Verdict) int {
	if v == expr.True {
		return 1
	}
	return 0
}

// What an option leaves out does not occur, anywhere in the program.
func TestWithout(t *testing.T) {
	cases := map[sample.Kind][]expr.Expr{
		sample.Aggregates: {expr.Aggregate{}}, sample.Sequences: {expr.FollowedBy{}}, sample.Members: {expr.Member{}},
		sample.Reaching: {expr.Reachable{}}, sample.Records: {expr.Record{}, expr.Suppressed{}, expr.Excluded{}},
		sample.Calls: {expr.Call{}}, sample.Coalesces: {expr.Coalesce{}}, sample.Within: {expr.Within{}}, sample.Verdicts: {expr.Is{}},
	}
	for kind, absent := range cases {
		for seed := range uint64(60) {
			for _, e := range conditions(sample.Program(seeded(seed), sample.Options{Without: kind})) {
				expr.Walk(e, func(e expr.Expr) bool {
					for _, a := range absent {
						if reflect.TypeOf(a) == reflect.TypeOf(e) {
							t.Fatalf("seed %d: %T", seed, e)
						}
					}
					return true
				})
			}
		}
	}
}

// Outcomes, objects, spans, ageing, computed attributes, calendars and the
// future can be left out too.
func TestWithoutOtherThings(t *testing.T) {
	o := sample.Options{Without: sample.Outcomes | sample.Objects | sample.Spans | sample.Aging | sample.Computed | sample.Calendar | sample.Future}
	for seed := range uint64(60) {
		src := seeded(seed)
		p := sample.Program(src, o)
		if len(p.Touchpoints)+len(p.Objects) > 0 {
			t.Fatal("touchpoints or objects")
		}
		for _, a := range p.Person.Attributes {
			if a.Value != nil || !a.FreshFor.IsZero() || a.Type == types.Duration {
				t.Fatalf("%+v", a)
			}
		}
		for _, who := range sample.People(src, p, o, 10) {
			for _, e := range who.Events {
				if e.At > sample.Now {
					t.Fatal("an event in the future")
				}
			}
		}
	}
}

func conditions(p *ir.Program) (out []expr.Expr) {
	out = ir.Conditions(p.Person)
	for _, d := range p.Declarations() {
		out = append(out, ir.Conditions(d)...)
	}
	return out
}
