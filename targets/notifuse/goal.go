package notifuse

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// goalPlaces is how many decimals the value of a goal has.
const goalPlaces = 2

// fold compares the sum, least or largest of the values of a goal. With no
// event it is unknown: the platform's leaf does not hold then, whatever it asks.
func (c condition) fold(a expr.Aggregate, op expr.Comparison, bound decimal.Decimal) tree {
	g, _, ok := c.goal(a)
	if !ok {
		return constant(false)
	}
	window, ok := c.window(a.Window, a)
	if !ok || window.empty {
		return constant(false)
	}
	return g.compared(a.Op, op, bound, window)
}

// compared compares with a bound from above or below, to the platform's decimals.
func (g goal) compared(fold expr.Op, op expr.Comparison, bound decimal.Decimal, window days) tree {
	step := decimal.New(1, -goalPlaces)
	up, down := bound.RoundCeil(goalPlaces), bound.RoundFloor(goalPlaces)
	exact := up.Equal(down)
	leaf := func(operator string, value decimal.Decimal) tree { return g.reached(fold, operator, value, window) }
	above, below := up, down
	if exact {
		above, below = up.Add(step), down.Sub(step)
	}
	switch op {
	case expr.GreaterEqual:
		return leaf("gte", up)
	case expr.Greater:
		return leaf("gte", above)
	case expr.LessEqual:
		return leaf("lte", down)
	case expr.Less:
		return leaf("lte", below)
	case expr.NotEqual:
		return some(leaf("gte", above), leaf("lte", below))
	}
	if !exact {
		return constant(false)
	}
	return leaf("eq", up)
}

// reached is a leaf over the values of a goal.
func (g goal) reached(fold expr.Op, operator string, value decimal.Decimal, window days) leaf {
	body := resource.Map{
		"goal_type": resource.String(g.kind), "aggregate_operator": resource.String(string(fold)), "operator": resource.String(operator),
		"value": resource.Number(value.String()),
	}
	window.frame(body)
	if g.title != "" {
		body["goal_name"] = resource.String(g.title)
	}
	return leaf{fromGoals, body}
}

// goal is the goal whose value is the field that is folded, and the platform's
// name of its event.
func (c condition) goal(a expr.Aggregate) (goal, string, bool) {
	if a.Of.Event == "" || a.Of.Where != nil {
		c.refuse(a, "Notifuse adds up the values of goals and does not look into single events.", "record what you mean as an event of its own")
		return goal{}, "", false
	}
	g := c.names.goals[a.Of.Event]
	if g.value != a.Field || !slices.Contains(goalsValued, g.kind) || a.Type != types.Money {
		c.refuse(a, fmt.Sprintf("Notifuse keeps no %s of %s: it adds up the values, in money, of goals of the types purchase and subscription.", a.Field, a.Of.Event),
			"record the event there as a goal with this value, and say so in an event block of the platform: goal, goal_name, value")
		return goal{}, "", false
	}
	return g, c.event(a.Of.Event, a.At), true
}

// folded is whether there is anything to fold.
func (c condition) folded(a expr.Aggregate, there bool) tree {
	if a.Op == expr.Count {
		return constant(there)
	}
	_, name, ok := c.goal(a)
	if !ok {
		return constant(false)
	}
	window, ok := c.window(a.Window, a)
	switch {
	case !ok:
		return constant(false)
	case window.empty:
		return constant(!there)
	case there:
		return howOften(customEvent+name, nil, expr.GreaterEqual, 1, window)
	}
	return howOften(customEvent+name, nil, expr.LessEqual, 0, window)
}
