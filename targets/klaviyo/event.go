package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// amount is the property of a metric whose values Klaviyo adds up.
const amount = "$value"

// Aggregate is a fold of events compared with a constant.
func (c *clause) Aggregate(a narrow.Atom, e expr.Compare, of expr.Aggregate, fixed types.Value) (narrow.Form, error) {
	n, number := fixed.(types.Decimal)
	if !number {
		return narrow.All{}, narrow.Refused(e, "", "Klaviyo counts events and adds up their numbers, and does nothing else with them")
	}
	if of.Of.Event == "" && of.Op != expr.Count {
		return narrow.All{}, narrow.Refused(of, "", "Klaviyo counts what becomes of messages, and does nothing else with it")
	}
	switch of.Op {
	case expr.Count:
		return c.count(a, e, of, n)
	case expr.Sum:
		return c.sum(e, of)
	case expr.Max, expr.Min:
		return c.Again(narrow.Atom{}, narrow.Extreme(e, of))
	case expr.Avg, expr.First, expr.Last:
	}
	return narrow.All{}, narrow.Refused(of, "", "Klaviyo counts events and adds up their values; it does not know the %s of them", of.Op)
}

// count is whether there is one, where that is what is asked; else it needs
// events that are chosen by one list of filters.
func (c *clause) count(a narrow.Atom, e expr.Compare, of expr.Aggregate, n types.Decimal) (narrow.Form, error) {
	did := expr.Did{Place: of.Place, Of: of.Of, Window: of.Window}
	switch {
	case n.String() == "1" && e.Op == expr.GreaterEqual, n.IsZero() && (e.Op == expr.Greater || e.Op == expr.NotEqual):
		return c.Again(narrow.Atom{}, did)
	case n.String() == "1" && e.Op == expr.Less, n.IsZero() && (e.Op == expr.LessEqual || e.Op == expr.Equal):
		return c.Again(narrow.Atom{Negated: true}, did)
	case of.Of.Event == "":
		return c.outcomes(a, e, did)
	}
	chosen, err := c.Choose(of.Of)
	if err != nil {
		return narrow.All{}, err
	}
	switch len(chosen) {
	case 0:
		zero := expr.Literal{Value: types.Decimal{}, Type: types.Number}
		return c.Again(narrow.Atom{}, expr.Compare{Place: e.Place, Op: e.Op, Left: zero, Right: e.Right})
	case 1:
		of.Of = chosen[0].Source
		e.Left = of
		a.Of = e
		return a, simple(chosen[0], e)
	}
	return narrow.All{}, narrow.Refused(of, "count a derived event whose condition has no ||", "Klaviyo counts events that fit all of several filters, and not one of several")
}

// sum is of the value of events; of no events it is 0 there and missing here.
func (c *clause) sum(e expr.Compare, of expr.Aggregate) (narrow.Form, error) {
	if c.l.Names.Detail(of.Of.Event, of.Field).Theirs != amount {
		return narrow.All{}, narrow.Refused(of, "if it is the value of the metric, map it: event \""+ir.Short(of.Of.Event)+"\" { fields = { "+of.Field+" = \""+amount+"\" } }",
			"Klaviyo adds up the value of a metric and no other of its properties")
	}
	set := narrow.Having(of.Of, expr.IsSet{Of: narrow.Folded(of)})
	chosen, err := c.Choose(set)
	if err != nil {
		return narrow.All{}, err
	}
	if len(chosen) != 1 {
		return narrow.All{}, narrow.Refused(of, "", "Klaviyo adds up events that fit all of several filters, and not one of several")
	}
	of.Of = chosen[0].Source
	e.Left = of
	did, err := c.Again(narrow.Atom{}, expr.Did{Place: of.Place, Of: of.Of, Window: of.Window})
	if err == nil {
		err = simple(chosen[0], e)
	}
	return narrow.All{narrow.Atom{Of: e}, did}, err
}

// simple refuses conditions on the person inside of where.
func simple(s narrow.Chosen, e expr.Expr) error {
	if len(s.Person) > 0 {
		return narrow.Refused(e, "ask it outside of where", "Klaviyo filters events by what they carry, and not by who did them")
	}
	return nil
}

// Did is one condition where the events are chosen by one list of filters.
func (c *clause) Did(a narrow.Atom, e expr.Did) (narrow.Form, error) {
	if e.Of.Event == "" {
		return c.outcome(a, e)
	}
	return c.Happened(a, e)
}
