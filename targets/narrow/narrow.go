// Package narrow is conditions in the forms that platforms with fewer words
// can hold.
//
// The language has three truth values, NOT anywhere, segments of segments and
// derived events. A platform of the field has two values, operators that it
// negates in its own way, and a flat or a shallow tree. Narrow brings a
// condition there in three steps, each of which keeps who is a member:
//
//	Condition  references written out, consent rules included; negations pushed down
//	           to single comparisons; unknown resolved: what is left is All, Some
//	           and Atom, and is never unknown
//	Sums       an AND of ORs (conjunctive form), for platforms that take that
//	Products   an OR of ANDs (disjunctive form), for flat lists with AND before OR
//
// An Atom holds only for people whose value is set (but see lengths of time). A platform whose negative
// operators include people without a value adds the guard itself: Unset says
// which values to ask for. The law that makes this sound is tested against the
// reference evaluator on random programs and people.
package narrow

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Form is a condition that is true or false, never unknown.
//
//sumtype:decl
type Form interface{ form() }

// All holds if each of its forms does; of none it is true.
type All []Form

// Some holds if one of its forms does; of none it is false.
type Some []Form

// Atom is one comparison or one question. It holds if Of is true or, with
// Negated, if Of is false; never where Of is unknown.
type Atom struct {
	Of      expr.Expr
	Negated bool
	// Part tells several conditions of a platform's apart that stand for one of
	// ours; Condition leaves it empty, and a target that splits atoms fills it in.
	Part string
}

func (All) form()  {}
func (Some) form() {}
func (Atom) form() {}

// Condition is the form of "e is true" for people of a program.
func Condition(p *ir.Program, e expr.Expr) Form {
	n := narrowing{program: p, open: map[string]bool{}}
	return n.holds(e, when{verdict: true})
}

// when is which answers count: those that are the verdict or, with loose, also
// the unknown ones.
type when struct {
	verdict bool
	loose   bool
}

// other is the same about the negation.
func (w when) other() when { return when{verdict: !w.verdict, loose: w.loose} }

// narrowing is one condition on its way.
type narrowing struct {
	program *ir.Program
	open    map[string]bool // segments and attributes being written out, against cycles
}

// holds is the form of "e gives one of the answers that count".
func (n *narrowing) holds(e expr.Expr, w when) Form {
	switch e := logical(n.written(e)).(type) {
	case expr.And:
		return n.many(e.Terms, w, w.verdict)
	case expr.Or:
		return n.many(e.Terms, w, !w.verdict)
	case expr.Not:
		return n.holds(e.Term, w.other())
	case expr.Is:
		return n.verdict(e, w)
	case expr.Literal:
		return n.constant(e, w)
	case expr.Member:
		return n.member(e, w)
	case expr.Reachable:
		return n.reachable(e, w)
	case expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.OneOf, expr.IsSet,
		expr.Coalesce, expr.Within, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
		return n.atom(e, w)
	}
	panic("narrow: an expression that is none of the cases")
}

// many is a conjunction of what its terms need to give, or a disjunction.
func (n *narrowing) many(terms []expr.Expr, w when, every bool) Form {
	forms := make([]Form, len(terms))
	for i, t := range terms {
		forms[i] = n.holds(t, w)
	}
	if every {
		return all(forms...)
	}
	return some(forms...)
}

// verdict is a question that is never unknown itself.
func (n *narrowing) verdict(e expr.Is, w when) Form {
	switch e.Verdict {
	case expr.True:
		return n.holds(e.Term, when{verdict: w.verdict, loose: !w.verdict})
	case expr.False:
		return n.holds(e.Term, when{verdict: !w.verdict, loose: !w.verdict})
	case expr.Unknown:
	}
	if !w.verdict {
		return some(n.holds(e.Term, when{verdict: true}), n.holds(e.Term, when{verdict: false}))
	}
	return all(n.holds(e.Term, when{verdict: true, loose: true}), n.holds(e.Term, when{verdict: false, loose: true}))
}

func (n *narrowing) constant(e expr.Literal, w when) Form {
	value, set := e.Value.(types.Truth)
	if set && bool(value) == w.verdict || !set && w.loose {
		return All{}
	}
	return Some{}
}

// member is two-valued: who is not known to be in is out.
func (n *narrowing) member(e expr.Member, w when) Form {
	segment, declared := ir.Find(n.program.Segments, e.Segment)
	if !declared || n.open[e.Segment] {
		return n.constant(expr.Literal{Value: types.Truth(false)}, w)
	}
	n.open[e.Segment] = true
	defer delete(n.open, e.Segment)
	return n.holds(segment.Where, when{verdict: w.verdict, loose: !w.verdict})
}

func (n *narrowing) reachable(e expr.Reachable, w when) Form {
	if e.Consented {
		return n.holds(n.program.Consented(e.Purpose, e.Channel), w)
	}
	allowed, err := n.program.Allowed(e.Purpose, e.Channel)
	if err != nil {
		return n.constant(expr.Literal{Value: types.Truth(false)}, w)
	}
	return n.holds(allowed, w)
}

// atom is one comparison, its negation written as the opposite operator where
// there is one, and the people without a value let in where unknown counts.
func (n *narrowing) atom(e expr.Expr, w when) Form {
	form := Form(Atom{Of: e, Negated: !w.verdict})
	if c, ok := e.(expr.Compare); ok && !w.verdict {
		c.Op = opposite[c.Op]
		form = Atom{Of: c}
	}
	if !w.loose {
		return form
	}
	if lengths(e) {
		return Atom{Of: expr.Is{Place: expr.Place{At: e.Range()}, Term: e, Verdict: verdicts[!w.verdict]}, Negated: true}
	}
	unset := []Form{form}
	for _, of := range Unset(e) {
		unset = append(unset, Atom{Of: expr.IsSet{Place: expr.Place{At: of.Range()}, Of: of}, Negated: true})
	}
	return some(unset...)
}

var verdicts = map[bool]expr.Verdict{true: expr.True, false: expr.False}

// lengths tells whether e compares lengths of time: 30d and 1mo are neither
// equal nor not, so that is unknown though both are set. No platform that we
// know keeps such values; the question stays a question and is theirs to refuse.
func lengths(e expr.Expr) bool {
	switch e := e.(type) {
	case expr.Compare:
		return expr.TypeOf(e.Left) == types.Duration || expr.TypeOf(e.Right) == types.Duration
	case expr.OneOf:
		return expr.TypeOf(e.Of) == types.Duration
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not,
		expr.Is, expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return false
}

var opposite = map[expr.Comparison]expr.Comparison{
	expr.Equal: expr.NotEqual, expr.NotEqual: expr.Equal, expr.Less: expr.GreaterEqual, expr.GreaterEqual: expr.Less,
	expr.Greater: expr.LessEqual, expr.LessEqual: expr.Greater,
}

// all is a conjunction without nested ones and constants.
func all(forms ...Form) Form {
	kept := All{}
	for _, f := range forms {
		switch f := f.(type) {
		case All:
			kept = append(kept, f...)
		case Some:
			if len(f) == 0 {
				return f
			}
			kept = append(kept, f)
		case Atom:
			kept = append(kept, f)
		}
	}
	if len(kept) == 1 {
		return kept[0]
	}
	return kept
}

// some is a disjunction without nested ones and constants.
func some(forms ...Form) Form {
	kept := Some{}
	for _, f := range forms {
		switch f := f.(type) {
		case Some:
			kept = append(kept, f...)
		case All:
			if len(f) == 0 {
				return f
			}
			kept = append(kept, f)
		case Atom:
			kept = append(kept, f)
		}
	}
	if len(kept) == 1 {
		return kept[0]
	}
	return kept
}
