package narrow_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// draws is rapid as a source of samples.
type draws struct{ t *rapid.T }

func (d draws) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

// people is a random program, a condition over its people and the people.
// Lengths of time as values are left out: "1mo" may be neither shorter nor
// longer than "30d" though both are set, and no platform of this kind keeps them.
func people(t *rapid.T) (*eval.World, *ir.Program, expr.Expr, []*person.Person) {
	o := sample.Options{Without: sample.Spans}
	p := sample.Program(draws{t}, o)
	w, err := eval.New(p, sample.Lists(draws{t}, p, o), sample.Now)
	if err != nil {
		t.Fatal(err)
	}
	return w, p, sample.Predicate(draws{t}, p, o, 3), sample.People(draws{t}, p, o, 5)
}

// holds is what a platform of two truth values would answer.
func holds(w *eval.World, f narrow.Form, p *person.Person) bool {
	switch f := f.(type) {
	case narrow.All:
		for _, term := range f {
			if !holds(w, term, p) {
				return false
			}
		}
		return true
	case narrow.Some:
		for _, term := range f {
			if holds(w, term, p) {
				return true
			}
		}
		return false
	case narrow.Atom:
		want := expr.True
		if f.Negated {
			want = expr.False
		}
		return w.Truth(f.Of, p, eval.Context{}) == want
	}
	panic("no such form")
}

// Who is in is who the reference says is in, in every form.
func TestLawNarrowingKeepsWhoIsIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, p, e, all := people(t)
		form := narrow.Condition(p, e)
		forms := map[string]narrow.Form{"the condition": form}
		if lists, err := narrow.Sums(form, 400); err == nil {
			forms["its sums"] = sums(lists)
		}
		if lists, err := narrow.Products(form, 400); err == nil {
			forms["its products"] = products(lists)
		}
		for _, someone := range all {
			want := w.Truth(e, someone, eval.Context{}) == expr.True
			for name, f := range forms {
				if got := holds(w, f, someone); got != want {
					t.Errorf("%s: want %v for %s, got %v\n%s", name, want, someone.ID, got, expr.Print(e))
				}
			}
		}
	})
}

func sums(lists [][]narrow.Atom) narrow.Form {
	out := narrow.All{}
	for _, list := range lists {
		inner := narrow.Some{}
		for _, a := range list {
			inner = append(inner, a)
		}
		out = append(out, inner)
	}
	return out
}

func products(lists [][]narrow.Atom) narrow.Form {
	out := narrow.Some{}
	for _, list := range lists {
		inner := narrow.All{}
		for _, a := range list {
			inner = append(inner, a)
		}
		out = append(out, inner)
	}
	return out
}

// What is left names only what is stored or recorded.
func TestLawNothingIsLeftToWriteOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p, e, _ := people(t)
		visit(narrow.Condition(p, e), func(a narrow.Atom) {
			if question, ok := a.Of.(expr.Is); ok && comparesLengths(question.Term) {
				return
			}
			expr.Walk(a.Of, func(e expr.Expr) bool {
				switch e := e.(type) {
				case expr.Member, expr.Reachable, expr.Is:
					t.Errorf("%T is left in %s", e, expr.Print(a.Of))
				case expr.And, expr.Or, expr.Not:
					t.Errorf("%T is left outside of an event's condition in %s", e, expr.Print(a.Of))
				case expr.Attribute:
					if known, _ := p.Person.AttributeNamed(e.Path[0]); known.Value != nil {
						t.Errorf("the computed %s is left in %s", e.Path[0], expr.Print(a.Of))
					}
				case expr.Aggregate, expr.Did, expr.FollowedBy:
					for _, s := range expr.Sources(e) {
						if base, _, known := p.Base(s.Event); known && base.Address != s.Event {
							t.Errorf("the derived %s is left in %s", s.Event, expr.Print(a.Of))
						}
					}
					return false
				}
				return true
			})
		})
	})
}

func comparesLengths(e expr.Expr) bool {
	for _, side := range expr.Children(e) {
		if expr.TypeOf(side) == types.Duration {
			return true
		}
	}
	return false
}

func visit(f narrow.Form, atom func(narrow.Atom)) {
	switch f := f.(type) {
	case narrow.All:
		for _, term := range f {
			visit(term, atom)
		}
	case narrow.Some:
		for _, term := range f {
			visit(term, atom)
		}
	case narrow.Atom:
		atom(f)
	}
}

func attribute(name string) expr.Expr {
	return expr.Attribute{Path: []string{name}, Type: types.String}
}

func literal(value string) expr.Expr {
	return expr.Literal{Value: types.Text(value), Type: types.String}
}

func is(name, value string) expr.Expr {
	return expr.Compare{Op: expr.Equal, Left: attribute(name), Right: literal(value)}
}

// spelled is a form as a person would write it.
func spelled(f narrow.Form) string {
	word := func(forms []narrow.Form, between string) string {
		out := "("
		for i, f := range forms {
			if i > 0 {
				out += between
			}
			out += spelled(f)
		}
		return out + ")"
	}
	switch f := f.(type) {
	case narrow.All:
		return word(f, " and ")
	case narrow.Some:
		return word(f, " or ")
	case narrow.Atom:
		if f.Negated {
			return "not " + expr.Print(f.Of)
		}
		return expr.Print(f.Of)
	}
	return "?"
}

// A person without a value is not "other than gold", but is not in "gold".
func TestNegations(t *testing.T) {
	p := &ir.Program{
		Person:   ir.Person{Attributes: []ir.Attribute{{Name: "tier", Type: types.String}}},
		Segments: []ir.Segment{{Head: ir.Head{Address: "segment.gold"}, Where: is("tier", "gold")}},
	}
	for _, c := range []struct {
		e    expr.Expr
		want string
	}{
		{expr.Not{Term: is("tier", "gold")}, `person.tier != "gold"`},
		{expr.Not{Term: expr.Member{Segment: "segment.gold"}}, `(person.tier != "gold" or not is_set(person.tier))`},
		{expr.Is{Term: is("tier", "gold"), Verdict: expr.Unknown},
			`((person.tier == "gold" or not is_set(person.tier)) and (person.tier != "gold" or not is_set(person.tier)))`},
		{expr.And{Terms: []expr.Expr{is("tier", "gold"), expr.Literal{Value: types.Truth(true), Type: types.Bool}}}, `person.tier == "gold"`},
		{expr.Member{Segment: "segment.nowhere"}, `()`},
		{expr.Not{Term: expr.Compare{Op: expr.Equal, Left: expr.Coalesce{Terms: []expr.Expr{attribute("tier"), literal("none")}}, Right: literal("gold")}},
			`(not is_set(person.tier) or person.tier != "gold")`},
		{expr.OneOf{Of: expr.Coalesce{Terms: []expr.Expr{attribute("tier"), attribute("level")}}, Values: []types.Value{types.Text("gold")}},
			`((is_set(person.tier) and one_of(person.tier, "gold")) or (not is_set(person.tier) and one_of(person.level, "gold")))`},
		{expr.IsSet{Of: expr.Coalesce{Terms: []expr.Expr{attribute("tier"), attribute("level")}}}, `(is_set(person.tier) or is_set(person.level))`},
	} {
		if diff := cmp.Diff(c.want, spelled(narrow.Condition(p, c.e))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", expr.Print(c.e), diff)
		}
	}
}

// (a or b) and (c or d) and ... of n pairs is 2^n products of n.
func TestTooLarge(t *testing.T) {
	var pairs []expr.Expr
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		pairs = append(pairs, expr.Or{Terms: []expr.Expr{is(name, "1"), is(name, "2")}})
	}
	form := narrow.Condition(&ir.Program{}, expr.And{Terms: pairs})
	if lists, err := narrow.Sums(form, 12); err != nil || len(lists) != 6 {
		t.Errorf("want 6 sums, got %d, %v", len(lists), err)
	}
	lists, err := narrow.Products(form, 384)
	if err != nil || len(lists) != 64 {
		t.Errorf("want 64 products, got %d, %v", len(lists), err)
	}
	var large *narrow.TooLarge
	if _, err := narrow.Products(form, 383); !errors.As(err, &large) || large.Terms != 384 || large.Limit != 383 {
		t.Errorf("want 384 conditions of 383, got %v", err)
	}
}

// What another list says already is said once.
func TestAbsorbing(t *testing.T) {
	e := expr.Or{Terms: []expr.Expr{is("a", "1"), expr.And{Terms: []expr.Expr{is("b", "1"), is("a", "1")}}, is("a", "1")}}
	lists, err := narrow.Products(narrow.Condition(&ir.Program{}, e), 0)
	if err != nil || len(lists) != 1 || len(lists[0]) != 1 {
		t.Errorf("want a == 1 alone, got %v, %v", lists, err)
	}
}
