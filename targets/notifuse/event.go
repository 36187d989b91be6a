package notifuse

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// customEvent begins the kind of a recorded event on a contact's timeline.
const customEvent = "custom_event."

// outcomeKinds is how the timeline says what became of a message. It tells
// deliveries and soft bounces from nothing else, so they are not here.
var outcomeKinds = map[string]string{
	"sent": "insert_message_history", "opened": "open_email", "clicked": "click_email",
	"bounced": "bounce_email", "complained": "complain_email", "unsubscribed": "unsubscribe_email",
}

// mostCounted is the largest number that a count is compared with.
const mostCounted = 1_000_000_000

// onceEach is what is noted once for each message, however often it happened.
var onceEach = map[string]bool{"opened": true, "clicked": true}

// happened is a leaf over how often something stands on the timeline. Template
// is the one of a message, else nil.
func happened(kind string, template resource.Value, operator string, n int64, window days) leaf {
	body := resource.Map{
		"kind": resource.String(kind), "count_operator": resource.String(operator), "count_value": resource.Number(strconv.FormatInt(n, 10)),
	}
	window.frame(body)
	if template != nil {
		body["template_id"] = template
	}
	return leaf{fromTimeline, body}
}

// aggregate is where what events come to compares with a constant.
func (c condition) aggregate(a expr.Aggregate, op expr.Comparison, v types.Value) tree {
	bound, ok := v.(types.Decimal)
	switch {
	case a.Op == expr.First || a.Op == expr.Last:
		return c.refuse(a, fmt.Sprintf("Notifuse does not look into single events, so it knows no %s.", a.Op), "keep the value in a field of the contact")
	case a.Op == expr.Avg:
		return c.refuse(a, "Notifuse compares averages without rounding them, so borders would differ.", "compare the sum, or the number of events")
	case !ok:
		return c.refuse(a, "Notifuse compares what events come to with a number.", "")
	case a.Op == expr.Count:
		return c.count(a, op, bound.Decimal)
	}
	return c.fold(a, op, bound.Decimal)
}

// count compares a number of events with any number.
func (c condition) count(a expr.Aggregate, op expr.Comparison, bound decimal.Decimal) tree {
	if bound.Abs().GreaterThan(decimal.NewFromInt(mostCounted)) {
		return c.refuse(a, fmt.Sprintf("Notifuse counts to %d.", mostCounted), "")
	}
	n := bound.Ceil().IntPart()
	switch {
	case bound.IsInteger():
		return c.times(a, op, n, isTrue)
	case op == expr.Equal:
		return constant(false)
	case op == expr.NotEqual:
		return constant(true)
	case op == expr.Greater || op == expr.GreaterEqual:
		return c.times(a, expr.GreaterEqual, n, isTrue)
	}
	return c.times(a, expr.Less, n, isTrue)
}

// times compares a number of events with a whole number. It is never unknown.
func (c condition) times(a expr.Aggregate, op expr.Comparison, n int64, want verdict) tree {
	if want == isFalse {
		op = opposite[op]
	}
	kind, template, ok := c.source(a.Of, a, op, n)
	if !ok {
		return constant(false)
	}
	w := a.Window
	if a.Of.Step != "" {
		w = expr.Ever // a message of this run and no other: see step
	}
	window, ok := c.window(w, a)
	switch {
	case !ok:
		return constant(false)
	case window.empty:
		return fixed(verdictOf(op, types.Decimal{}, types.Decimal{Decimal: decimal.NewFromInt(n)}), isTrue)
	}
	return howOften(kind, template, op, n, window)
}

// howOften is a number of times on the timeline.
func howOften(kind string, template resource.Value, op expr.Comparison, n int64, window days) tree {
	least := func(n int64) tree {
		if n <= 0 {
			return constant(true)
		}
		return happened(kind, template, "at_least", n, window)
	}
	most := func(n int64) tree {
		if n < 0 {
			return constant(false)
		}
		return happened(kind, template, "at_most", n, window)
	}
	switch op {
	case expr.GreaterEqual:
		return least(n)
	case expr.Greater:
		return least(n + 1)
	case expr.LessEqual:
		return most(n)
	case expr.Less:
		return most(n - 1)
	case expr.NotEqual:
		return some(least(n+1), most(n-1))
	}
	if n < 0 {
		return constant(false)
	}
	return happened(kind, template, "exactly", n, window)
}

// source is the kind of what happened and, for a message, its template.
func (c condition) source(s expr.Source, at expr.Expr, op expr.Comparison, n int64) (string, resource.Value, bool) {
	if s.Where != nil {
		c.refuse(at, "Notifuse counts events by name and does not look into them.", "record what you mean as an event of its own, and count that")
		return "", nil, false
	}
	if s.Event != "" {
		e, where, ok := c.Program.Base(s.Event)
		switch {
		case !ok || where != nil:
			c.refuse(at, fmt.Sprintf("%s is some of other events, and Notifuse counts events by name.", s.Event), "record it there as an event of its own")
		default:
			return customEvent + c.event(e.Address, at.Range()), nil, true
		}
		return "", nil, false
	}
	return c.outcome(s, at, op, n)
}

func (c condition) outcome(s expr.Source, at expr.Expr, op expr.Comparison, n int64) (string, resource.Value, bool) {
	kind, known := outcomeKinds[s.Outcome]
	touchpoint := s.Touchpoint
	ok := true
	if s.Step != "" {
		touchpoint, ok = c.step(s.Step, at)
	}
	atAll := n == 1 && (op == expr.GreaterEqual || op == expr.Less) || n == 0 && op != expr.GreaterEqual && op != expr.Less
	switch {
	case !known:
		c.refuse(at, fmt.Sprintf("Notifuse does not keep when a message was %s.", s.Outcome), "")
	case !ok:
	case onceEach[s.Outcome] && !atAll:
		c.refuse(at, fmt.Sprintf("Notifuse notes that a message was %s, and not how often.", s.Outcome), "ask whether it was: did(…)")
	case c.elsewhere(touchpoint):
		c.refuse(at, fmt.Sprintf("%s is handed to whoever sends it, and what becomes of it is not known on Notifuse.", touchpoint), "let whoever sends record it as an event, and ask for that")
	case !c.placed[touchpoint]:
		c.refuse(at, fmt.Sprintf("%s is not sent from %s, so nothing becomes of it there.", touchpoint, c.Platform.Address), "")
	default:
		if tell := told[s.Outcome]; tell != "" {
			c.needs(tell)
		}
		return kind, id(resource.Address{Object: touchpoint, Platform: c.Platform.Name}), true
	}
	return "", nil, false
}

// told is what has to be set in a workspace so that an outcome is noted.
var told = map[string]string{"opened": kindTracking, "clicked": kindTracking, "bounced": kindNotices, "complained": kindNotices}

// elsewhere tells whether somebody else sends a touchpoint.
func (c condition) elsewhere(touchpoint string) bool {
	t, ok := ir.Find(c.Program.Touchpoints, touchpoint)
	_, other := c.handed(t)
	return ok && other
}

// step is the touchpoint of a send. The platform knows outcomes of templates,
// so it has to be the only send of its touchpoint, in a journey that everybody
// enters once at most.
func (c condition) step(step string, at expr.Expr) (string, bool) {
	touchpoint, sends, again := "", 0, ""
	for _, j := range c.Program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			send, is := s.(ir.Send)
			if is && "step."+ir.Short(j.Address)+"."+send.Name == step {
				touchpoint, again = send.Touchpoint, j.Enter.Again
			}
		})
	}
	for _, j := range c.Program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			if send, is := s.(ir.Send); is && send.Touchpoint == touchpoint && c.placed[j.Address] {
				sends++
			}
		})
	}
	switch {
	case touchpoint == "":
		c.refuse(at, fmt.Sprintf("There is no %s.", step), "")
	case sends > 1:
		c.refuse(at, fmt.Sprintf("Notifuse knows what became of %s and not which step sent it, and %d steps do.", touchpoint, sends), "give this step a touchpoint of its own")
	case again != "never":
		c.refuse(at, fmt.Sprintf("Notifuse knows what became of %s and not in which run, and people run through this journey again.", touchpoint), `write again = "never"`)
	default:
		return touchpoint, true
	}
	return "", false
}
