package notifuse

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Gates.
//
// What the platform itself asks before an automation sends is not enough: it
// looks at the list only for templates of the category marketing or blog, takes
// who is not on the list for allowed and who is pending too, and ends the run
// of whoever it stops. So nodes of ours stand before every send and ask for the
// consent rules; who does not pass goes on with the next step.
//
// The rules ask for the state of the record, which is the contact's status on
// the list. A condition over lists still counts a contact that was removed, so
// the status is asked by a list_status_branch node, which does not, and behind
// each of its ways stands a filter with the rest of the rules as they are for
// that status.

// gate is what stands before a send: a condition for each standing on the list
// of the consent, or, without a consent, one for everybody.
type gate struct {
	list    resource.Value // nil: there is no list to ask
	active  tree           // who is on the list, or everybody
	absent  tree           // who is not
	pending tree           // who is on it and has not confirmed
}

// gate is the gate before a message for a purpose.
func (c condition) gate(purpose, channel string) (gate, bool) {
	rules, err := c.Program.Allowed(purpose, channel)
	if err != nil {
		return gate{}, false
	}
	consent, covered := c.Program.ConsentFor(purpose, channel)
	if !covered || !mentions(rules, consent.Address) {
		return gate{active: all(c.onlyTo(), c.tree(rules))}, true
	}
	list, ok := c.list(consent.Address, c.at)
	if !ok {
		return gate{}, false
	}
	as := func(state string) tree { return all(c.onlyTo(), c.tree(inState(rules, consent.Address, state))) }
	pending := as("requested")
	if pending != constant(false) {
		pending = all(listed("in", list, "pending"), pending)
	}
	return gate{list: list, active: as("granted"), absent: as("unknown"), pending: pending}, true
}

func mentions(e expr.Expr, consent string) bool {
	found := false
	expr.Walk(e, func(e expr.Expr) bool {
		r, is := e.(expr.Record)
		found = found || is && r.Consent == consent
		return true
	})
	return found
}

// inState is the rules for a record whose state is known: what only asks for
// the state is answered.
func inState(rules expr.Expr, consent, state string) expr.Expr {
	is := func(e expr.Expr) bool {
		r, record := e.(expr.Record)
		return record && r.Consent == consent && r.Fact == expr.State
	}
	answer := func(yes bool) expr.Expr { return expr.Literal{Value: types.Truth(yes), Type: types.Bool} }
	return replaced(rules, func(e expr.Expr) expr.Expr {
		switch e := e.(type) {
		case expr.Compare:
			if right, fixed := e.Right.(expr.Literal); fixed && is(e.Left) {
				return answer(verdictOf(e.Op, types.Text(state), right.Value) == isTrue)
			}
		case expr.OneOf:
			if is(e.Of) {
				return answer(slices.Contains(e.Values, types.Value(types.Text(state))))
			}
		case expr.Aggregate, expr.And, expr.Any, expr.Attribute, expr.Call, expr.Coalesce, expr.Did, expr.Excluded, expr.Field,
			expr.FollowedBy, expr.Is, expr.IsSet, expr.Literal, expr.Member, expr.Not, expr.Or, expr.Reachable, expr.Record,
			expr.Suppressed, expr.Within:
		}
		return nil
	})
}

// onlyTo is the addresses to which this environment may write.
func (c condition) onlyTo() tree {
	if len(c.Program.Project.OnlyTo) == 0 {
		return constant(true)
	}
	address := place{name: columnEmail, form: texts}
	var terms []tree
	for _, a := range c.Program.Project.OnlyTo {
		terms = append(terms, filter(columnEmail, texts, operators[expr.Equal], resource.List{resource.String(address.spell(a))}))
	}
	return some(terms...)
}

// noticed is how late the platform notices what happens: when the automation
// comes round.
var noticed = types.Span{Amount: 1, Unit: types.Minute}

// queued is how old the answers may be by which somebody gets a broadcast: they
// are asked when the broadcast begins, and the queue goes on from there.
var queued = types.Span{Amount: 1, Unit: types.Day}

// Explain says what the platform evaluates before it sends: the nodes that the
// lowering puts before each send, the segment of a one-off. The record of a
// consent is the platform's own, so before a node it is as fresh as the send;
// limits, hours and controls do not bind.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	said, _ := read(p, platform)
	e := ir.Enforcement{Sends: true, WindowGrain: said.grain, DetectionDelay: noticed}
	placed := p.Placed(platform.Address)
	for _, j := range p.Journeys {
		if !slices.Contains(placed, j.Address) {
			continue
		}
		if j.Enter.Instant != nil {
			e.Staleness = queued
		}
		ir.Walk(j.Steps, func(s ir.Step) {
			if send, is := s.(ir.Send); is {
				e.Gates = append(e.Gates, gatesOf(p, j, send)...)
			}
		})
	}
	return e
}

// gatesOf is the rules as a gate asks for them: whoever an exclusion could name
// counts as named.
func gatesOf(p *ir.Program, j ir.Journey, s ir.Send) []ir.Gate {
	touchpoint, ok := ir.Find(p.Touchpoints, s.Touchpoint)
	if !ok || len(touchpoint.Channels) == 0 {
		return nil
	}
	rules, err := p.Allowed(touchpoint.Purpose, touchpoint.Channels[0])
	if err != nil {
		return nil
	}
	rules = replaced(rules, func(e expr.Expr) expr.Expr {
		x, is := e.(expr.Excluded)
		if !is {
			return nil
		}
		return possiblyNamed(p, x)
	})
	return []ir.Gate{{Send: "step." + ir.Short(j.Address) + "." + s.Name, Channel: touchpoint.Channels[0], Condition: rules, Inserted: true}}
}

// possiblyNamed is whether a list could name a person: it has every value that
// the list matches by.
func possiblyNamed(p *ir.Program, e expr.Excluded) expr.Expr {
	x, ok := ir.Find(p.Exclusions, e.Exclusion)
	if !ok {
		return e
	}
	var terms []expr.Expr
	for _, m := range x.Match {
		terms = append(terms, expr.IsSet{Place: e.Place, Of: m})
	}
	return expr.And{Place: e.Place, Terms: terms}
}
