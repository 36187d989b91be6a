package eval

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// truth is the verdict of e. The first half is Kleene's logic, the second the
// conditions that are never unknown.
func (v *view) truth(e expr.Expr, c Context) expr.Verdict {
	switch e := e.(type) {
	case expr.And:
		return v.and(e.Terms, c)
	case expr.Or:
		return v.or(e.Terms, c)
	case expr.Not:
		return v.truth(e.Term, c).Not()
	case expr.Compare:
		return Compared(e.Op, v.value(e.Left, c), v.value(e.Right, c))
	case expr.OneOf:
		return OneOf(v.value(e.Of, c), e.Values)
	case expr.Within:
		return v.within(v.value(e.Of, c), e.Length)
	case expr.Is:
		return expr.Decided(v.truth(e.Term, c) == e.Verdict)
	case expr.IsSet:
		return expr.Decided(!types.IsNull(v.value(e.Of, c)))
	case expr.Did:
		return v.did(e, c)
	case expr.FollowedBy:
		return v.followedBy(e, c)
	case expr.Member:
		return expr.Decided(v.member(e.Segment))
	case expr.Reachable:
		return expr.Decided(v.reachable(e))
	case expr.Suppressed:
		return expr.Decided(v.suppressed(e))
	case expr.Excluded:
		return expr.Decided(v.excluded(e.Exclusion))
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Coalesce, expr.Call:
		return Truth(v.value(e, c))
	case expr.Any: // a question about plans; nobody's
		return expr.Unknown
	}
	panic("eval: an expression that is none of the cases")
}

// and is false if a term is false, else unknown if one is unknown.
func (v *view) and(terms []expr.Expr, c Context) expr.Verdict {
	out := expr.True
	for _, t := range terms {
		switch v.truth(t, c) {
		case expr.False:
			return expr.False
		case expr.Unknown:
			out = expr.Unknown
		case expr.True:
		}
	}
	return out
}

// or is true if a term is true, else unknown if one is unknown.
func (v *view) or(terms []expr.Expr, c Context) expr.Verdict {
	out := expr.False
	for _, t := range terms {
		switch v.truth(t, c) {
		case expr.True:
			return expr.True
		case expr.Unknown:
			out = expr.Unknown
		case expr.False:
		}
	}
	return out
}

// Truth is the verdict of a boolean value; null is unknown.
func Truth(value types.Value) expr.Verdict {
	if b, ok := value.(types.Truth); ok {
		return expr.Decided(bool(b))
	}
	return expr.Unknown
}

// valueOf is a verdict as a value; unknown is null.
func valueOf(verdict expr.Verdict) types.Value {
	switch verdict {
	case expr.True:
		return types.Truth(true)
	case expr.False:
		return types.Truth(false)
	}
	return types.Null{}
}

// Compared is unknown if a side is null, or if the order is not certain: a
// month may be as long as 30 days or not.
func Compared(op expr.Comparison, left, right types.Value) expr.Verdict {
	order, ok := types.Compare(left, right)
	if !ok {
		return expr.Unknown
	}
	switch op {
	case expr.Equal:
		return expr.Decided(order == 0)
	case expr.NotEqual:
		return expr.Decided(order != 0)
	case expr.Less:
		return expr.Decided(order < 0)
	case expr.LessEqual:
		return expr.Decided(order <= 0)
	case expr.Greater:
		return expr.Decided(order > 0)
	case expr.GreaterEqual:
		return expr.Decided(order >= 0)
	}
	panic("eval: an operator that is none of the comparisons")
}

// OneOf is the disjunction of value == each of the set.
func OneOf(value types.Value, set []types.Value) expr.Verdict {
	if types.IsNull(value) {
		return expr.Unknown
	}
	out := expr.False
	for _, member := range set {
		switch Compared(expr.Equal, value, member) {
		case expr.True:
			return expr.True
		case expr.Unknown:
			out = expr.Unknown
		case expr.False:
		}
	}
	return out
}

// within tells whether an instant lies in (now-length, now].
func (v *view) within(value types.Value, length types.Span) expr.Verdict {
	at, ok := value.(types.Instant)
	if !ok {
		return expr.Unknown
	}
	if at > v.Now {
		return expr.False
	}
	return expr.Decided(at > v.edge(length))
}

// recent is the half-open window (now-length, now].
func (v *view) recent(at types.Instant, length types.Span) bool {
	return at > length.Before(v.Now, v.Zone) && at <= v.Now
}

// member is two-valued: true or not. References have no cycles (see sound).
func (v *view) member(segment string) bool {
	if known, ok := v.members[segment]; ok {
		return known
	}
	s, ok := v.segments[segment]
	if !ok {
		return false
	}
	in := v.truth(s.Where, Context{}) == expr.True
	if v.members == nil {
		v.members = map[string]bool{}
	}
	v.members[segment] = in
	return in
}

// reachable is the consent rules.
func (v *view) reachable(e expr.Reachable) bool {
	rules, ok := v.rules[pair{e.Purpose, e.Channel}]
	if !ok {
		return false
	}
	if e.Consented {
		return v.truth(rules.consented, Context{}) == expr.True
	}
	return v.truth(rules.allowed, Context{}) == expr.True
}
