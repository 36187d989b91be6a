package narrow

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Conditions are values too: one may be compared with another, or with true.
// Written with AND, OR, NOT and questions they are what platforms know. Each
// rewriting has the same three truth values as what it stands for.

// logical is e without conditions in the place of values; e itself when it has
// none there.
func logical(e expr.Expr) expr.Expr {
	switch e := e.(type) {
	case expr.OneOf:
		if decides(e.Of) {
			return among(e)
		}
		return eachTerm(e.Of, e, func(of expr.Expr) expr.Expr { return expr.OneOf{Place: e.Place, Of: of, Values: e.Values} })
	case expr.Compare:
		return compared(e)
	case expr.IsSet:
		if decides(e.Of) {
			return expr.Not{Place: e.Place, Term: expr.Is{Term: e.Of, Verdict: expr.Unknown}}
		}
		return anySet(e)
	case expr.Coalesce:
		return firstKnown(e)
	case expr.Within:
		return eachTerm(e.Of, e, func(of expr.Expr) expr.Expr { return expr.Within{Place: e.Place, Of: of, Length: e.Length} })
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not,
		expr.Is, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return e
}

// decides tells whether e is a condition and not a value that is stored,
// recorded or computed.
func decides(e expr.Expr) bool {
	switch e := e.(type) {
	case expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Within,
		expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
		return true
	case expr.Coalesce:
		return expr.TypeOf(e) == types.Bool
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Call:
	}
	return false
}

// among is one_of(condition, true, false) and its like.
func among(e expr.OneOf) expr.Expr {
	yes, no := false, false
	for _, v := range e.Values {
		yes, no = yes || v == types.Value(types.Truth(true)), no || v == types.Value(types.Truth(false))
	}
	not := expr.Not{Place: e.Place, Term: e.Of}
	switch {
	case yes && no:
		return expr.Or{Place: e.Place, Terms: []expr.Expr{e.Of, not}}
	case yes:
		return logical(e.Of)
	case no:
		return not
	}
	return expr.And{Place: e.Place, Terms: []expr.Expr{e.Of, not}}
}

// equal is condition == condition.
func equal(e expr.Compare) expr.Expr {
	both := expr.And{Place: e.Place, Terms: []expr.Expr{e.Left, e.Right}}
	neither := expr.And{Place: e.Place, Terms: []expr.Expr{expr.Not{Term: e.Left}, expr.Not{Term: e.Right}}}
	same := expr.Or{Place: e.Place, Terms: []expr.Expr{both, neither}}
	if e.Op == expr.NotEqual {
		return expr.Not{Place: e.Place, Term: same}
	}
	return same
}

// firstKnown is coalesce of conditions.
func firstKnown(e expr.Coalesce) expr.Expr {
	if len(e.Terms) == 1 {
		return logical(e.Terms[0])
	}
	rest := expr.Coalesce{Place: e.Place, Terms: e.Terms[1:]}
	return expr.Or{Place: e.Place, Terms: []expr.Expr{
		expr.Is{Term: e.Terms[0], Verdict: expr.True},
		expr.And{Terms: []expr.Expr{expr.Is{Term: e.Terms[0], Verdict: expr.Unknown}, rest}},
	}}
}

// compared is a comparison of values, worked out where both are constants.
func compared(e expr.Compare) expr.Expr {
	if decides(e.Left) || decides(e.Right) {
		return equal(e)
	}
	if left, ok := e.Left.(expr.Literal); ok {
		if right, ok := e.Right.(expr.Literal); ok {
			return constants(e, left, right)
		}
	}
	if _, several := e.Left.(expr.Coalesce); several {
		return eachTerm(e.Left, e, func(of expr.Expr) expr.Expr {
			return expr.Compare{Place: e.Place, Op: e.Op, Left: of, Right: e.Right}
		})
	}
	return eachTerm(e.Right, e, func(of expr.Expr) expr.Expr {
		return expr.Compare{Place: e.Place, Op: e.Op, Left: e.Left, Right: of}
	})
}

// constants is a comparison of two constants; e itself where the order of two
// lengths of time depends on the calendar.
func constants(e expr.Compare, left, right expr.Literal) expr.Expr {
	if types.IsNull(left.Value) || types.IsNull(right.Value) {
		return expr.Literal{Place: e.Place, Value: types.Null{}, Type: types.Bool}
	}
	order, ok := types.Compare(left.Value, right.Value)
	if !ok {
		return e
	}
	holds := map[expr.Comparison]bool{expr.Equal: order == 0, expr.NotEqual: order != 0, expr.Less: order < 0, expr.LessEqual: order <= 0,
		expr.Greater: order > 0, expr.GreaterEqual: order >= 0}
	return expr.Literal{Place: e.Place, Value: types.Truth(holds[e.Op]), Type: types.Bool}
}

// eachTerm is a question about the first of several values that is set: about
// the first if it is set, else about the rest. It is e where of is one value.
func eachTerm(of, e expr.Expr, about func(expr.Expr) expr.Expr) expr.Expr {
	several, ok := of.(expr.Coalesce)
	if !ok {
		return e
	}
	first, rest := several.Terms[0], several.Terms[1:]
	if fixed, constant := first.(expr.Literal); constant && !types.IsNull(fixed.Value) || len(rest) == 0 {
		return logical(about(first))
	}
	return expr.Or{Terms: []expr.Expr{
		expr.And{Terms: []expr.Expr{expr.IsSet{Of: first}, logical(about(first))}},
		expr.And{Terms: []expr.Expr{expr.Not{Term: expr.IsSet{Of: first}}, logical(about(expr.Coalesce{Place: several.Place, Terms: rest}))}},
	}}
}

// anySet is whether one of several values is set.
func anySet(e expr.IsSet) expr.Expr {
	if fixed, constant := e.Of.(expr.Literal); constant {
		return expr.Literal{Place: e.Place, Value: types.Truth(!types.IsNull(fixed.Value)), Type: types.Bool}
	}
	several, ok := e.Of.(expr.Coalesce)
	if !ok {
		return e
	}
	terms := make([]expr.Expr, len(several.Terms))
	for i, t := range several.Terms {
		terms[i] = expr.IsSet{Place: e.Place, Of: t}
	}
	return expr.Or{Place: e.Place, Terms: terms}
}
