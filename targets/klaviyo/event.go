package klaviyo

import (
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// amount is the property of a metric whose values Klaviyo adds up.
const amount = "$value"

// ofEvent is the field that an aggregate folds.
func ofEvent(e expr.Aggregate) expr.Expr {
	return expr.Field{Of: expr.It, Path: []string{e.Field}, Type: e.Type}
}

// having is a source of fewer events.
func having(s expr.Source, also expr.Expr) expr.Source {
	if s.Where == nil {
		s.Where = also
		return s
	}
	s.Where = expr.And{Place: expr.Place{At: s.At}, Terms: []expr.Expr{s.Where, also}}
	return s
}

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
		of.Of = chosen[0].source
		e.Left = of
		a.Of = e
		return a, chosen[0].simple(e)
	}
	return narrow.All{}, refused(of, "count a derived event whose condition has no ||", "Klaviyo counts events that fit all of several filters, and not one of several")
}

// sum is of the value of events; of no events it is 0 there and missing here.
func (c *clause) sum(e expr.Compare, of expr.Aggregate) (narrow.Form, error) {
	if c.l.names.Detail(of.Of.Event, of.Field).Theirs != amount {
		return narrow.All{}, refused(of, "if it is the value of the metric, map it: event \""+last(of.Of.Event)+"\" { fields = { "+of.Field+" = \""+amount+"\" } }",
			"Klaviyo adds up the value of a metric and no other of its properties")
	}
	set := having(of.Of, expr.IsSet{Of: ofEvent(of)})
	chosen, err := c.choose(set)
	if err != nil {
		return narrow.All{}, err
	}
	if len(chosen) != 1 {
		return narrow.All{}, refused(of, "", "Klaviyo adds up events that fit all of several filters, and not one of several")
	}
	of.Of = chosen[0].source
	e.Left = of
	did, err := c.again(narrow.Atom{}, expr.Did{Place: of.Place, Of: of.Of, Window: of.Window})
	if err == nil {
		err = chosen[0].simple(e)
	}
	return narrow.All{narrow.Atom{Of: e}, did}, err
}

// extreme asks for a largest or smallest value by whether there is one beyond.
func (c *clause) extreme(e expr.Compare, of expr.Aggregate) (narrow.Form, error) {
	did := func(op expr.Comparison) expr.Expr {
		beyond := expr.Compare{Op: op, Left: ofEvent(of), Right: e.Right}
		return expr.Did{Place: of.Place, Of: having(of.Of, beyond), Window: of.Window}
	}
	reached, past := expr.GreaterEqual, expr.Greater
	op := e.Op
	if of.Op == expr.Min {
		reached, past, op = expr.LessEqual, expr.Less, mirrored[e.Op]
	}
	known := expr.IsSet{Of: of}
	var said expr.Expr
	switch op {
	case expr.GreaterEqual:
		said = did(reached)
	case expr.Greater:
		said = did(past)
	case expr.Less:
		said = expr.And{Terms: []expr.Expr{known, expr.Not{Term: did(reached)}}}
	case expr.LessEqual:
		said = expr.And{Terms: []expr.Expr{known, expr.Not{Term: did(past)}}}
	case expr.Equal:
		said = expr.And{Terms: []expr.Expr{did(expr.Equal), expr.Not{Term: did(past)}}}
	case expr.NotEqual:
		said = expr.And{Terms: []expr.Expr{known, expr.Or{Terms: []expr.Expr{did(past), expr.Not{Term: did(reached)}}}}}
	}
	return c.again(narrow.Atom{}, said)
}

// chosen is events that fit all of some filters, of people for whom all of some
// conditions hold.
type chosen struct {
	source expr.Source
	person []expr.Expr
}

// simple refuses conditions on the person inside of where.
func (s chosen) simple(e expr.Expr) error {
	if len(s.person) > 0 {
		return refused(e, "ask it outside of where", "Klaviyo filters events by what they carry, and not by who did them")
	}
	return nil
}

// choose writes the condition of a source as one list of filters for each way
// to fit it.
func (c *clause) choose(s expr.Source) ([]chosen, error) {
	products, err := narrow.Products(singly(narrow.Where(c.l.Program, s)), most)
	if err != nil {
		return nil, refused(expr.Did{Of: s}, "", "what chooses the events is too large: %v", err)
	}
	out := make([]chosen, len(products))
	for i, product := range products {
		out[i].source = s
		out[i].source.Where = nil
		for _, a := range product {
			e := a.Of
			if a.Negated {
				e = expr.Not{Term: e}
			}
			if !aboutEvent(e) {
				out[i].person = append(out[i].person, e)
				continue
			}
			out[i].source = having(out[i].source, e)
		}
	}
	return out, nil
}

// singly is a form in which no question is about several numbers: filters know
// sets of texts only.
func singly(f narrow.Form) narrow.Form {
	switch f := f.(type) {
	case narrow.All:
		out := narrow.All{}
		for _, term := range f {
			out = append(out, singly(term))
		}
		return out
	case narrow.Some:
		out := narrow.Some{}
		for _, term := range f {
			out = append(out, singly(term))
		}
		return out
	case narrow.Atom:
		set, ok := f.Of.(expr.OneOf)
		if !ok || allTexts(set.Values) {
			return f
		}
		return oneByOne(set, f.Negated)
	}
	panic("klaviyo: a form that is none of the cases")
}

func oneByOne(set expr.OneOf, negated bool) narrow.Form {
	some, all := narrow.Some{}, narrow.All{}
	for _, v := range set.Values {
		e := expr.Compare{Place: set.Place, Op: expr.Equal, Left: set.Of, Right: expr.Literal{Value: v, Type: expr.TypeOf(set.Of)}}
		some = append(some, narrow.Atom{Of: e})
		e.Op = expr.NotEqual
		all = append(all, narrow.Atom{Of: e})
	}
	if negated {
		return all
	}
	return some
}

func aboutEvent(e expr.Expr) bool {
	about := false
	expr.Walk(e, func(e expr.Expr) bool {
		_, field := e.(expr.Field)
		about = about || field
		return true
	})
	return about
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
	if len(chosen) == 1 && len(chosen[0].person) == 0 {
		e.Of = chosen[0].source
		a.Of = e
		return a, nil
	}
	ways := make([]expr.Expr, len(chosen))
	for i, way := range chosen {
		e.Of = way.source
		terms := []expr.Expr{e}
		for _, p := range way.person {
			terms = append(terms, expr.Is{Term: p, Verdict: expr.True})
		}
		ways[i] = expr.And{Place: e.Place, Terms: terms}
	}
	if len(ways) == 0 {
		return always(a.Negated), nil
	}
	return c.again(a, expr.Or{Place: e.Place, Terms: ways})
}
