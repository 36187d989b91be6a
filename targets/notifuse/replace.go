package notifuse

import "github.com/trayecto/trayecto/lang/expr"

// replaced is e with what by answers in the place of each part; where by
// answers nil, the part stays. It goes where the consent rules are made of
// connectives and looks no deeper into anything else.
func replaced(e expr.Expr, by func(expr.Expr) expr.Expr) expr.Expr {
	if other := by(e); other != nil {
		return other
	}
	list := func(terms []expr.Expr) []expr.Expr {
		out := make([]expr.Expr, len(terms))
		for i, t := range terms {
			out[i] = replaced(t, by)
		}
		return out
	}
	switch e := e.(type) {
	case expr.And:
		return expr.And{Place: e.Place, Terms: list(e.Terms)}
	case expr.Or:
		return expr.Or{Place: e.Place, Terms: list(e.Terms)}
	case expr.Not:
		return expr.Not{Place: e.Place, Term: replaced(e.Term, by)}
	case expr.Is:
		return expr.Is{Place: e.Place, Term: replaced(e.Term, by), Verdict: e.Verdict}
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.OneOf,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return e
}
