package klaviyo

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// amount is the property of a metric whose values Klaviyo adds up.
const amount = "$value"

// aggregate is a fold of events compared with a constant.
func (c *clause) aggregate(a narrow.Atom, e expr.Compare, of expr.Aggregate, fixed expr.Literal) (narrow.Form, error) {
	n, number := fixed.Value.(types.Decimal)
	if !number {
		return narrow.All{}, refused(e, "", "Klaviyo counts events and adds up their numbers, and does nothing else with them")
	}
	if of.Of.Event == "" && of.Op != expr.Count {
		return narrow.All{}, refused(of, "", "Klaviyo counts what becomes of messages, and does nothing else with it")
	}
	switch of.Op {
	case expr.Count:
		return c.count(a, e, of, n)
	case expr.Sum:
		return c.sum(e, of)
	case expr.Max, expr.Min:
		return c.extreme(e, of)
	case expr.Avg, expr.First, expr.Last:
	}
	return narrow.All{}, refused(of, "", "Klaviyo counts events and adds up their values; it does not know the %s of them", of.Op)
}

// count is whether there is one, where that is what is asked; else it needs
// events that are chosen by one list of filters.
func (c *clause) count(a narrow.Atom, e expr.Compare, of expr.Aggregate, n types.Decimal) (narrow.Form, error) {
	did := expr.Did{Place: of.Place, Of: of.Of, Window: of.Window}
	switch {
	case n.String() == "1" && e.Op == expr.GreaterEqual, n.IsZero() && (e.Op == expr.Greater || e.Op == expr.NotEqual):
		return c.again(narrow.Atom{}, did)
	case n.String() == "1" && e.Op == expr.Less, n.IsZero() && (e.Op == expr.LessEqual || e.Op == expr.Equal):
		return c.again(narrow.Atom{Negated: true}, did)
	case of.Of.Event == "":
		return c.outcomes(a, e, did)
	}
	chosen, err := c.choose(of.Of)
	if err != nil {
		return narrow.All{}, err
	}
	switch len(chosen) {
	case 0:
		zero := expr.Literal{Value: types.Decimal{}, Type: types.Number}
		return c.again(narrow.Atom{}, expr.Compare{Place: e.Place, Op: e.Op, Left: zero, Right: e.Right})
	case 1:
		of.Of = chosen[0].Source
		e.Left = of
		a.Of = e
		return a, simple(chosen[0], e)
	}
	return narrow.All{}, refused(of, "count a derived event whose condition has no ||", "Klaviyo counts events that fit all of several filters, and not one of several")
}

// sum is of the value of events; of no events it is 0 there and missing here.
func (c *clause) sum(e expr.Compare, of expr.Aggregate) (narrow.Form, error) {
	if c.l.names.Detail(of.Of.Event, of.Field).Theirs != amount {
		return narrow.All{}, refused(of, "if it is the value of the metric, map it: event \""+last(of.Of.Event)+"\" { fields = { "+of.Field+" = \""+amount+"\" } }",
			"Klaviyo adds up the value of a metric and no other of its properties")
	}
	set := narrow.Having(of.Of, expr.IsSet{Of: narrow.Folded(of)})
	chosen, err := c.choose(set)
	if err != nil {
		return narrow.All{}, err
	}
	if len(chosen) != 1 {
		return narrow.All{}, refused(of, "", "Klaviyo adds up events that fit all of several filters, and not one of several")
	}
	of.Of = chosen[0].Source
	e.Left = of
	did, err := c.again(narrow.Atom{}, expr.Did{Place: of.Place, Of: of.Of, Window: of.Window})
	if err == nil {
		err = simple(chosen[0], e)
	}
	return narrow.All{narrow.Atom{Of: e}, did}, err
}

// extreme asks for a largest or smallest value by whether there is one beyond.
func (c *clause) extreme(e expr.Compare, of expr.Aggregate) (narrow.Form, error) {
	return c.again(narrow.Atom{}, narrow.Extreme(e, of))
}

// simple refuses conditions on the person inside of where.
func simple(s narrow.Chosen, e expr.Expr) error {
	if len(s.Person) > 0 {
		return refused(e, "ask it outside of where", "Klaviyo filters events by what they carry, and not by who did them")
	}
	return nil
}

// choose writes the condition of a source as one list of filters for each way
// to fit it.
func (c *clause) choose(s expr.Source) ([]narrow.Chosen, error) {
	out, err := narrow.Choose(narrow.Where(c.l.Program, s), s, most)
	if err != nil {
		return nil, refused(expr.Did{Of: s}, "", "what chooses the events is too large: %v", err)
	}
	return out, nil
}

// did is one condition where the events are chosen by one list of filters.
func (c *clause) did(a narrow.Atom, e expr.Did) (narrow.Form, error) {
	if e.Of.Event == "" {
		return c.outcome(a, e)
	}
	chosen, err := c.choose(e.Of)
	if err != nil {
		return narrow.All{}, err
	}
	if len(chosen) == 1 && len(chosen[0].Person) == 0 {
		e.Of = chosen[0].Source
		a.Of = e
		return a, nil
	}
	ways := make([]expr.Expr, len(chosen))
	for i, way := range chosen {
		e.Of = way.Source
		terms := []expr.Expr{e}
		for _, p := range way.Person {
			terms = append(terms, expr.Is{Term: p, Verdict: expr.True})
		}
		ways[i] = expr.And{Place: e.Place, Terms: terms}
	}
	if len(ways) == 0 {
		return always(a.Negated), nil
	}
	return c.again(a, expr.Or{Place: e.Place, Terms: ways})
}
