package eval_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// draws lets the property-testing library be the chance of a sample.
type draws struct{ t *rapid.T }

func (d draws) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

// drawn is a random world with a few people in it.
func drawn(t *rapid.T) (*eval.World, []*person.Person) { return drawnWithout(t, 0) }

func drawnWithout(t *rapid.T, kinds sample.Kind) (*eval.World, []*person.Person) {
	program := sample.Program(draws{t}, sample.Options{Without: kinds})
	people := sample.People(draws{t}, program, sample.Options{}, 3)
	world, err := eval.New(program, sample.Lists(draws{t}, program, sample.Options{}), sample.Now)
	if err != nil {
		t.Fatalf("a sampled program was refused: %v", err)
	}
	return world, people
}

func predicate(t *rapid.T, w *eval.World) expr.Expr {
	return sample.Predicate(draws{t}, w.Program, sample.Options{}, 2)
}

func TestLawDeMorgan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		a, b := predicate(t, w), predicate(t, w)
		for _, p := range people {
			want := w.Truth(expr.Or{Terms: []expr.Expr{expr.Not{Term: a}, expr.Not{Term: b}}}, p, eval.Context{})
			got := w.Truth(expr.Not{Term: expr.And{Terms: []expr.Expr{a, b}}}, p, eval.Context{})
			if want != got {
				t.Fatalf("!(a && b) is %s, !a || !b is %s", got, want)
			}
		}
	})
}

func TestLawDoubleNegation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		a := predicate(t, w)
		for _, p := range people {
			want := w.Truth(a, p, eval.Context{})
			if got := w.Truth(expr.Not{Term: expr.Not{Term: a}}, p, eval.Context{}); want != got {
				t.Fatalf("!!a is %s, a is %s", got, want)
			}
		}
	})
}

func TestLawIsHoldsForExactlyOneVerdict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		a := predicate(t, w)
		for _, p := range people {
			var held []expr.Verdict
			for _, v := range []expr.Verdict{expr.True, expr.False, expr.Unknown} {
				switch w.Truth(expr.Is{Term: a, Verdict: v}, p, eval.Context{}) {
				case expr.True:
					held = append(held, v)
				case expr.Unknown:
					t.Fatalf("is(a, %s) is unknown", v)
				case expr.False:
				}
			}
			if diff := cmp.Diff([]expr.Verdict{w.Truth(a, p, eval.Context{})}, held); diff != "" {
				t.Fatalf("verdicts that held: %s", diff)
			}
		}
	})
}

// A person is in a segment or, by the negated reference, outside; never both
// or neither.
func TestLawMembershipIsTwoValued(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		for _, s := range w.Program.Segments {
			for _, p := range people {
				in, out := expr.Member{Segment: s.Address}, expr.Not{Term: expr.Member{Segment: s.Address}}
				want := w.Truth(s.Where, p, eval.Context{}) == expr.True
				if got := w.Member(s.Address, p); got != want {
					t.Fatalf("member of %s: %v, its condition is true: %v", s.Address, got, want)
				}
				if (w.Truth(in, p, eval.Context{}) == expr.True) == (w.Truth(out, p, eval.Context{}) == expr.True) {
					t.Fatalf("%s and its negation agree", s.Address)
				}
			}
		}
	})
}

// Everything below allowed is two-valued, so engines with two values need no
// care with it.
func TestLawAllowedIsNeverUnknown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		for _, purpose := range w.Program.Purposes {
			for _, channel := range w.Program.Channels {
				allowed, err := w.Program.Allowed(purpose.Address, channel.Address)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range people {
					neverUnknown(t, w, allowed, p)
					if got, want := w.Allowed(purpose.Address, channel.Address, p), w.Truth(allowed, p, eval.Context{}) == expr.True; got != want {
						t.Fatalf("Allowed is %v, its expression %v", got, want)
					}
				}
			}
		}
	})
}

// neverUnknown looks at every node down to those that Is asks about.
func neverUnknown(t *rapid.T, w *eval.World, e expr.Expr, p *person.Person) {
	expr.Walk(e, func(e expr.Expr) bool {
		switch e.(type) {
		case expr.Attribute, expr.Record:
			return false // values
		case expr.Literal:
			return true
		}
		if w.Truth(e, p, eval.Context{}) == expr.Unknown {
			t.Fatalf("%T is unknown inside allowed", e)
		}
		switch e.(type) {
		case expr.Is, expr.Did, expr.IsSet, expr.Compare, expr.OneOf:
			return false
		}
		return true
	})
}

// Who may be written to for marketing has an address, and no standing no.
func TestLawAllowedImpliesItsParts(t *testing.T) {
	allowed := 0
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		for _, p := range people {
			for _, channel := range w.Program.Channels {
				if !w.Allowed("purpose.offers", channel.Address, p) {
					continue
				}
				allowed++
				if types.IsNull(p.Get(channel.Key)) {
					t.Fatalf("allowed without an address")
				}
				if len(w.Program.Regimes) == 0 {
					t.Fatalf("allowed although no regime applies")
				}
				if c, ok := w.Program.ConsentFor("purpose.offers", channel.Address); ok {
					switch s := w.Record(c.Address, channel.Address, p).State; s {
					case eval.Refused, eval.Withdrawn, eval.Revoked, eval.Expired:
						t.Fatalf("allowed although %s", s)
					}
				}
			}
		}
	})
	if allowed == 0 {
		t.Error("nobody was ever allowed: the law was not tried")
	}
}

// The order of a history is (time, sequence), whatever order it was read in.
func TestLawOrderOfReadingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		a := predicate(t, w)
		for _, p := range people {
			shuffled := *p
			shuffled.Events = rapid.Permutation(p.Events).Draw(t, "events")
			shuffled.Sort()
			if want, got := w.Truth(a, p, eval.Context{}), w.Truth(a, &shuffled, eval.Context{}); want != got {
				t.Fatalf("%s became %s", want, got)
			}
		}
	})
}

// What is dated after now has not happened.
func TestLawTheFutureDoesNotExist(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		a := predicate(t, w)
		for _, p := range people {
			past := *p
			past.Events, past.Acts, past.Outcomes = nil, nil, nil
			for _, e := range p.Events {
				if e.At <= w.Now {
					past.Events = append(past.Events, e)
				}
			}
			for _, x := range p.Acts {
				if x.At <= w.Now {
					past.Acts = append(past.Acts, x)
				}
			}
			for _, o := range p.Outcomes {
				if o.At <= w.Now {
					past.Outcomes = append(past.Outcomes, o)
				}
			}
			if want, got := w.Truth(a, &past, eval.Context{}), w.Truth(a, p, eval.Context{}); want != got {
				t.Fatalf("%s without the future, %s with it", want, got)
			}
		}
	})
}

// A recorded act that a capture also derives changes nothing, unless it knows
// more: an address, an expiry.
func TestLawActsInBothCountOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		for _, p := range people {
			for _, c := range w.Program.Consents {
				for _, e := range p.Events {
					alone := &person.Person{Attributes: p.Attributes, Events: p.Events}
					both := &person.Person{Attributes: p.Attributes, Events: p.Events}
					for _, capture := range c.Captures {
						if capture.On == e.Type && w.Truth(orTrue(capture.If), p, eval.Context{It: &e}) == expr.True {
							both.Acts = append(both.Acts, person.Act{Consent: c.Address, Kind: capture.Act, At: e.At})
						}
					}
					for _, channel := range c.Channels {
						want, got := w.Record(c.Address, channel, alone), w.Record(c.Address, channel, both)
						if diff := cmp.Diff(want, got); diff != "" {
							t.Fatalf("recording what captures derive changed the record:\n%s", diff)
						}
					}
				}
			}
		}
	})
}

func orTrue(e expr.Expr) expr.Expr {
	if e == nil {
		return expr.Literal{Value: types.Truth(true), Type: types.Bool}
	}
	return e
}

// Part of a program means what the whole does: what was deployed is remembered
// as parts. Facts of records, which authors cannot write, occur in it only
// through reachable.
func TestLawPartsMeanTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawnWithout(t, sample.Records)
		for _, s := range w.Program.Segments {
			part, err := eval.New(w.Program.Part(s.Address), w.Lists, w.Now)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range people {
				if want, got := w.Member(s.Address, p), part.Member(s.Address, p); want != got {
					t.Fatalf("%s: %v in the program, %v in its part", s.Address, want, got)
				}
			}
		}
	})
}

// Windows only grow: more was done in a longer one.
func TestLawLongerWindowsHoldMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		short := types.Span{Amount: rapid.Int64Range(0, 40).Draw(t, "short"), Unit: types.Day}
		long := types.Span{Amount: short.Amount + rapid.Int64Range(0, 400).Draw(t, "more"), Unit: types.Day}
		for _, p := range people {
			counts := []types.Value{}
			for _, window := range []expr.Window{{Length: short}, {Length: long}, expr.Ever} {
				of := expr.Source{Event: "event.order_placed"}
				counts = append(counts, w.Value(expr.Aggregate{Op: expr.Count, Of: of, Window: window, Type: types.Number}, p, eval.Context{}))
			}
			for i := 1; i < len(counts); i++ {
				if order, ok := types.Compare(counts[i-1], counts[i]); !ok || order > 0 {
					t.Fatalf("counts %v", counts)
				}
			}
		}
	})
}

func TestEqualSourcesMakeEqualAnswers(t *testing.T) {
	answers := func() (out []bool) {
		src := rand.New(rand.NewPCG(7, 9))
		program := sample.Program(src, sample.Options{})
		w, err := eval.New(program, sample.Lists(src, program, sample.Options{}), sample.Now)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range sample.People(src, program, sample.Options{}, 50) {
			for _, s := range program.Segments {
				out = append(out, w.Member(s.Address, p))
			}
		}
		return out
	}
	if diff := cmp.Diff(answers(), answers()); diff != "" {
		t.Error(diff)
	}
}
