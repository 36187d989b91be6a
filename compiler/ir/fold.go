package ir

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// all is the conjunction of terms that are never unknown. Constants are
// folded, nested conjunctions flattened; of nothing it is true.
func all(terms ...expr.Expr) expr.Expr {
	var kept []expr.Expr
	for _, t := range terms {
		if inner, ok := t.(expr.And); ok {
			kept = append(kept, inner.Terms...)
			continue
		}
		constant, ok := constant(t)
		if ok && !constant {
			return truth(false)
		}
		if !ok {
			kept = append(kept, t)
		}
	}
	switch len(kept) {
	case 0:
		return truth(true)
	case 1:
		return kept[0]
	}
	return expr.And{Terms: kept}
}

// some is the disjunction of terms that are never unknown, folded as by all;
// of nothing it is false.
func some(terms ...expr.Expr) expr.Expr {
	var kept []expr.Expr
	for _, t := range terms {
		if inner, ok := t.(expr.Or); ok {
			kept = append(kept, inner.Terms...)
			continue
		}
		constant, ok := constant(t)
		if ok && constant {
			return truth(true)
		}
		if !ok {
			kept = append(kept, t)
		}
	}
	switch len(kept) {
	case 0:
		return truth(false)
	case 1:
		return kept[0]
	}
	return expr.Or{Terms: kept}
}

// not is the negation of a term that is never unknown.
func not(term expr.Expr) expr.Expr {
	if inner, ok := term.(expr.Not); ok {
		return inner.Term
	}
	if value, ok := constant(term); ok {
		return truth(!value)
	}
	return expr.Not{Term: term}
}

func is(term expr.Expr, verdict expr.Verdict) expr.Expr { return expr.Is{Term: term, Verdict: verdict} }

func truth(b bool) expr.Expr { return expr.Literal{Value: types.Truth(b), Type: types.Bool} }

func constant(e expr.Expr) (value, ok bool) {
	literal, ok := e.(expr.Literal)
	if !ok {
		return false, false
	}
	b, ok := literal.Value.(types.Truth)
	return bool(b), ok
}

func texts(words []string) []types.Value {
	out := make([]types.Value, len(words))
	for i, w := range words {
		out[i] = types.Text(w)
	}
	return out
}
