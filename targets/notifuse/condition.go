package notifuse

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// verdict is what a question must come to.
type verdict int

const (
	isFalse verdict = iota
	isTrue
	unknown
)

// condition is where a condition stands: what it may speak of beside the person.
type condition struct {
	*lowering
	at  diag.Range // for findings about what has no place of its own
	ran *lasted    // how long the run of a journey has lasted; nil outside journeys
	// now is the instant for which the condition is worked out once, of a one-off;
	// nil where the platform asks its own clock.
	now *types.Instant
}

// tree is the condition that e is true: without negations, so that every leaf
// is already the one that is meant. Nothing rests on how the platform treats a
// missing value.
func (c condition) tree(e expr.Expr) tree { return c.form(narrow.Condition(c.Program, e)) }

// without is the condition that e is false or unknown.
func (c condition) without(e expr.Expr) tree {
	return c.tree(expr.Not{Term: expr.Is{Term: e, Verdict: expr.True}})
}

func (c condition) form(f narrow.Form) tree {
	switch f := f.(type) {
	case narrow.All:
		return all(c.forms(f)...)
	case narrow.Some:
		return some(c.forms(f)...)
	case narrow.Atom:
		if f.Negated {
			return c.atom(f.Of, isFalse)
		}
		return c.atom(f.Of, isTrue)
	}
	return constant(false)
}

func (c condition) forms(forms []narrow.Form) []tree {
	out := make([]tree, len(forms))
	for i, f := range forms {
		out[i] = c.form(f)
	}
	return out
}

// atom is one question.
func (c condition) atom(e expr.Expr, want verdict) tree {
	switch e := e.(type) {
	case expr.Compare:
		return c.compare(e, want)
	case expr.OneOf:
		return c.oneOf(e, want)
	case expr.Within:
		return c.within(e, want)
	case expr.IsSet:
		return c.presence(e.Of, want == isTrue)
	case expr.Did:
		return c.times(expr.Aggregate{Place: e.Place, Op: expr.Count, Of: e.Of, Window: e.Window}, expr.GreaterEqual, 1, want)
	case expr.Suppressed:
		return c.suppressed(e, want)
	case expr.Excluded:
		return c.excluded(e, want)
	case expr.Literal, expr.Attribute, expr.Coalesce, expr.Record, expr.Call, expr.Aggregate, expr.Field:
		yes := expr.Literal{Value: types.Truth(true), Type: types.Bool}
		return c.compare(expr.Compare{Place: expr.Place{At: e.Range()}, Op: expr.Equal, Left: e, Right: yes}, want)
	case expr.FollowedBy:
		return c.refuse(e, "Notifuse counts events and knows nothing of one following another.", "place the segment on a platform that does, or leave it out here")
	case expr.And, expr.Or, expr.Not, expr.Is, expr.Member, expr.Reachable, expr.Any:
	}
	return c.refuse(e, "Notifuse has nothing like it.", "")
}

// refuse reports that a part of a condition cannot be said; the tree that it
// returns is never deployed.
func (c condition) refuse(e expr.Expr, why, help string) tree {
	c.lowering.found = append(c.lowering.found, narrow.Refuse(c.Platform.Address, e, c.at, why, help))
	return constant(false)
}

// suppressed: after a hard bounce or a complaint, which for a channel of
// somebody else's they record. An objection is what the list
// of a consent says: its contact is no longer active there.
func (c condition) suppressed(e expr.Suppressed, want verdict) tree {
	if s, said := c.names.senders[e.Channel]; said {
		return s.stopped(want)
	}
	if !byMail(e.Channel) {
		return c.refuse(e, notMailed(e.Channel), "")
	}
	if want == isTrue {
		return some(happened("bounce_email", nil, "at_least", 1, ever), happened("complain_email", nil, "at_least", 1, ever))
	}
	return all(happened("bounce_email", nil, "at_most", 0, ever), happened("complain_email", nil, "at_most", 0, ever))
}

// excluded: the list is not on the platform, so whoever it could name counts
// as being on it.
func (c condition) excluded(e expr.Excluded, want verdict) tree {
	x, ok := ir.Find(c.Program.Exclusions, e.Exclusion)
	if !ok {
		return constant(want == isFalse)
	}
	c.unlisted[x.Address] = true
	var terms []tree
	for _, m := range x.Match {
		expr.Walk(m, func(e expr.Expr) bool {
			if _, value := e.(expr.Attribute); value {
				terms = append(terms, c.presence(e, want == isTrue))
			}
			return true
		})
	}
	if want == isTrue {
		return all(terms...)
	}
	return some(terms...)
}

// byMail tells whether a channel is the one of the platform.
func byMail(channel string) bool { return ir.Short(channel) == "email" }

// id of an object of ours.
func id(a resource.Address) resource.Ref { return resource.Ref{Address: a, Output: "id"} }

// fixed is a question whose answer is known.
func fixed(is, want verdict) tree { return constant(is == want) }
