package narrow

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Conditions are values too: one may be compared with another, or with true.
// Written with AND, OR, NOT and questions they are what platforms know. Each
// rewriting has the same three truth values as what it stands for.

// logical is e without a condition in the place of a value; false when it has
// none there.
func logical(e expr.Expr) (expr.Expr, bool) {
	switch e := e.(type) {
	case expr.OneOf:
		if decides(e.Of) {
			return among(e), true
		}
	case expr.Compare:
		if decides(e.Left) || decides(e.Right) {
			return equal(e), true
		}
	case expr.IsSet:
		if decides(e.Of) {
			return expr.Not{Place: e.Place, Term: expr.Is{Term: e.Of, Verdict: expr.Unknown}}, true
		}
	case expr.Coalesce:
		return firstKnown(e), true
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not,
		expr.Is, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return e, false
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
		return e.Of
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
		return e.Terms[0]
	}
	rest := expr.Coalesce{Place: e.Place, Terms: e.Terms[1:]}
	return expr.Or{Place: e.Place, Terms: []expr.Expr{
		expr.Is{Term: e.Terms[0], Verdict: expr.True},
		expr.And{Terms: []expr.Expr{expr.Is{Term: e.Terms[0], Verdict: expr.Unknown}, rest}},
	}}
}
