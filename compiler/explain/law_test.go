package explain_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// draws lets the property-testing library be the chance of a sample.
type draws struct{ t *rapid.T }

func (d draws) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

func drawn(t *rapid.T) (*eval.World, []*person.Person) {
	program := sample.Program(draws{t}, sample.Options{Messages: true})
	people := sample.People(draws{t}, program, sample.Options{}, 3)
	world, err := eval.New(program, sample.Lists(draws{t}, program, sample.Options{}), sample.Now)
	if err != nil {
		t.Fatalf("a sampled program was refused: %v", err)
	}
	return world, people
}

// The explanation of a condition comes to the evaluator's verdict, the whole
// and each atom, and wherever a chain stands its verdict follows from its parts.
func TestLawConditionIsTheEvaluators(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		e := sample.Predicate(draws{t}, w.Program, sample.Options{}, 3)
		for _, p := range people {
			same(t, w, p, e, explain.New(w, p).Condition(e))
		}
		for _, s := range w.Program.Segments {
			for _, p := range people {
				f := explain.New(w, p).Condition(s.Where)
				if want, got := w.Member(s.Address, p), f.Verdict == expr.True; want != got {
					t.Fatalf("member of %s: %v, explained %v", s.Address, want, got)
				}
			}
		}
	})
}

// same walks expression and finding side by side. It knows nothing of the
// package's rendering but the order of parts.
func same(t *rapid.T, w *eval.World, p *person.Person, e expr.Expr, f explain.Finding) {
	t.Helper()
	if want := w.Truth(e, p, eval.Context{}); want != f.Verdict {
		t.Fatalf("%s: the evaluator says %s, the explanation %s", expr.Print(e), want, f.Verdict)
	}
	switch e := e.(type) {
	case expr.And:
		chain(t, w, p, e.Terms, f)
	case expr.Or:
		chain(t, w, p, e.Terms, f)
	case expr.Not:
		if inner, chained := terms(e.Term); chained {
			parts(t, w, p, inner, f)
			return
		}
		if f.Joined != explain.Alone {
			return // a negation of a negation; its parts are those of the innermost
		}
		if f.Text != expr.Print(e) {
			t.Fatalf("%s is told as %s", expr.Print(e), f.Text)
		}
	case expr.Is:
		same(t, w, p, e.Term, f.Parts[0])
	case expr.Member:
		s, _ := ir.Find(w.Program.Segments, e.Segment)
		same(t, w, p, s.Where, f.Parts[0])
	case expr.Reachable:
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare,
		expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
		if f.Text != expr.Print(e) || len(f.Parts) > 0 {
			t.Fatalf("%s is told as %s with %d parts", expr.Print(e), f.Text, len(f.Parts))
		}
	}
}

func terms(e expr.Expr) ([]expr.Expr, bool) {
	switch e := e.(type) {
	case expr.And:
		return e.Terms, len(e.Terms) > 1
	case expr.Or:
		return e.Terms, len(e.Terms) > 1
	default:
		return nil, false
	}
}

func chain(t *rapid.T, w *eval.World, p *person.Person, terms []expr.Expr, f explain.Finding) {
	t.Helper()
	if len(terms) == 1 {
		same(t, w, p, terms[0], f)
		return
	}
	parts(t, w, p, terms, f)
}

func parts(t *rapid.T, w *eval.World, p *person.Person, terms []expr.Expr, f explain.Finding) {
	t.Helper()
	if len(f.Parts) != len(terms) {
		t.Fatalf("%d terms have %d parts", len(terms), len(f.Parts))
	}
	if got := explain.Follows(f.Joined, f.Parts); got != f.Verdict {
		t.Fatalf("%s follows from the parts of %s, which says %s", got, f.Text, f.Verdict)
	}
	for i := range terms {
		same(t, w, p, terms[i], f.Parts[i])
	}
}

// sentence is one line that says something after its beginning.
var sentence = regexp.MustCompile(`^Not allowed: \S.*[^;,: ]\.$`)

// What follows from the consent rules as they are told is what is allowed, and
// whoever is refused is told why in a sentence.
func TestLawRulesAreAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		for _, purpose := range w.Program.Purposes {
			for _, channel := range w.Program.Channels {
				for _, p := range people {
					f := explain.New(w, p).Rules(purpose.Address, channel.Address)
					if want, got := w.Allowed(purpose.Address, channel.Address, p), f.Verdict == expr.True; want != got {
						t.Fatalf("%s by %s: allowed %v, told %+v", purpose.Address, channel.Address, want, f)
					}
					if f.Verdict == expr.True != (len(f.Denials()) == 0) {
						t.Fatalf("verdict %s with denials %+v", f.Verdict, f.Denials())
					}
					refusal := explain.New(w, p).Refusal(purpose.Address, channel.Address)
					allowed := w.Allowed(purpose.Address, channel.Address, p)
					if allowed != (refusal == "") || !allowed && !sentence.MatchString(refusal) {
						t.Fatalf("%s by %s: allowed %v, refused with %q", purpose.Address, channel.Address, allowed, refusal)
					}
				}
			}
		}
	})
}

// A message goes by the first channel that is allowed.
func TestLawMessageGoesByTheFirstAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		for _, touchpoint := range w.Program.Touchpoints {
			for _, p := range people {
				x := explain.New(w, p)
				want := ""
				for _, c := range x.Channels(touchpoint) {
					if want == "" && w.Allowed(touchpoint.Purpose, c, p) {
						want = c
					}
				}
				if got := x.Message(touchpoint).By; want != got {
					t.Fatalf("%s goes by %q, not by %q", touchpoint.Address, want, got)
				}
			}
		}
	})
}

// Whatever is explained, no address is shown that the condition does not name
// itself.
func TestLawAddressesAreMasked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		e := sample.Predicate(draws{t}, w.Program, sample.Options{Without: sample.Literals}, 3)
		for _, p := range people {
			x := explain.New(w, p)
			told := []any{facts(x.Condition(e))}
			for _, touchpoint := range w.Program.Touchpoints {
				told = append(told, x.Message(touchpoint))
				for _, c := range touchpoint.Channels {
					told = append(told, x.Refusal(touchpoint.Purpose, c))
				}
			}
			raw, err := json.Marshal(told)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range w.Program.Person.Keys {
				address, ok := p.Get(key.Name).(types.Text)
				if ok && explain.Masked(key.Type) && len(address) > 5 && strings.Contains(string(raw), string(address)) {
					t.Fatalf("%s is shown in %s", address, raw)
				}
			}
		}
	})
}

// facts is every Because of a finding; texts are the author's own words.
func facts(f explain.Finding) []string {
	out := []string{f.Because}
	for _, p := range f.Parts {
		out = append(out, facts(p)...)
	}
	return out
}

// Who is suppressed is told of a stop, and who is not of none.
func TestLawStopsAreSuppression(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, people := drawn(t)
		for _, channel := range w.Program.Channels {
			for _, class := range []ir.Class{ir.Marketing, ir.Service} {
				for _, p := range people {
					want := w.Truth(expr.Suppressed{Channel: channel.Address, Class: string(class)}, p, eval.Context{}) == expr.True
					if got := len(w.Stops(channel.Address, class, p)) > 0; want != got {
						t.Fatalf("suppressed %v, stops %v", want, w.Stops(channel.Address, class, p))
					}
				}
			}
		}
	})
}
