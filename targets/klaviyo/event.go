package klaviyo

import (
	"errors"

	"github.com/trayecto/trayecto/compiler/resource"
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

// metric is a count or a sum compared with a number.
func (c *clause) metric(a narrow.Atom, e expr.Compare, of expr.Aggregate) (resource.Map, error) {
	is := numeric(e.Op, resource.Number(types.Spell(e.Right.(expr.Literal).Value)))
	if of.Of.Event == "" {
		return c.heard(expr.Did{Place: of.Place, Of: of.Of, Window: of.Window}, a.Part, is)
	}
	measurement := "count"
	if of.Op == expr.Sum {
		measurement = "sum"
	}
	return c.measured(measurement, of.Of, of.Window, is, of)
}

// happened is at least one, or none.
func (c *clause) happened(a narrow.Atom, e expr.Did) (resource.Map, error) {
	times := numeric(expr.GreaterEqual, resource.Number("1"))
	if a.Negated {
		times = numeric(expr.Equal, resource.Number("0"))
	}
	if e.Of.Event == "" {
		return c.heard(e, a.Part, times)
	}
	return c.measured("count", e.Of, e.Window, times, e)
}

func (c *clause) measured(measurement string, s expr.Source, w expr.Window, is resource.Map, at expr.Expr) (resource.Map, error) {
	time, err := c.timeframe(w, at)
	if err != nil {
		return nil, err
	}
	filters, err := c.filters(s)
	if err != nil {
		return nil, err
	}
	m := resource.Map{
		"type": resource.String("profile-metric"), "metric_id": c.l.metric(s.Event), "measurement": resource.String(measurement),
		"measurement_filter": is, "timeframe_filter": time,
	}
	if len(filters) > 0 {
		m["metric_filters"] = filters
	}
	return m, nil
}

// metric is the metric that carries an event.
func (l *lowering) metric(event string) resource.Value {
	return l.look(lookMetric, l.names.Event(event))
}

// timeframe is the part of the past that counts.
func (c *clause) timeframe(w expr.Window, at expr.Expr) (resource.Map, error) {
	alone := func(operator string) resource.Map {
		return resource.Map{"type": resource.String("date"), "operator": resource.String(operator)}
	}
	switch {
	case w.Since == "ever":
		return alone("alltime"), nil
	case w.Since == "run" && c.late:
		return nil, refused(at, "give it a window in days", "Klaviyo counts since the flow began, which is when the clock of the absence did, and not since the run")
	case w.Since == "run" && c.flow:
		return alone("flow-start"), nil
	case w.Since != "":
		return nil, refused(at, "count since the run began: run", "Klaviyo counts since a flow began, and not since one of its steps")
	}
	return c.ago("in-the-last", w.Length, at)
}

// filters is the conditions on what an event carries, all of which must hold. A
// comparison that an event without the value could pass is guarded: it is not
// documented which of them it passes.
func (c *clause) filters(s expr.Source) (resource.List, error) {
	products, err := narrow.Products(narrow.Where(c.l.Program, s), most)
	if err != nil || len(products) != 1 {
		return nil, errors.Join(err, refused(expr.Did{Of: s}, "", "Klaviyo chooses events by filters that must all fit"))
	}
	out := resource.List{}
	for _, a := range products[0] {
		name, f, err := c.carried(s.Event, a)
		if err != nil {
			return nil, err
		}
		if guards(f) {
			out = append(out, carried(name, existence(true)))
		}
		out = append(out, carried(name, f))
	}
	return out, nil
}

func carried(name string, f resource.Map) resource.Map {
	return resource.Map{"property": resource.String(name), "filter": f}
}

// guards tells whether a filter is a negation.
func guards(f resource.Map) bool {
	operator, _ := f["operator"].(resource.String)
	return len(operator) > 4 && operator[:4] == "not-" && operator != "not-set"
}

// carried is one filter of what an event carries.
func (c *clause) carried(event string, a narrow.Atom) (string, resource.Map, error) {
	plain := func(word string) string { return word }
	switch e := a.Of.(type) {
	case expr.Compare:
		if _, constant := e.Left.(expr.Literal); constant {
			e.Left, e.Right, e.Op = e.Right, e.Left, mirrored[e.Op]
		}
		fixed, constant := e.Right.(expr.Literal)
		if !constant {
			break
		}
		if ofTime(fixed.Value) {
			return "", nil, refused(e, "", "Klaviyo filters events by texts, numbers and truths that they carry, and not by instants")
		}
		f, err := compared(e.Op, fixed.Value, plain)
		if err != nil {
			return "", nil, err
		}
		return c.detail(event, e.Left, f)
	case expr.OneOf:
		if allTexts(e.Values) {
			return c.detail(event, e.Of, oneOf(e.Values, a.Negated, plain))
		}
	case expr.IsSet:
		return c.detail(event, e.Of, existence(!a.Negated))
	case expr.Field:
		return c.detail(event, e, filter("boolean", "equals", resource.Bool(!a.Negated)))
	case expr.Call:
		if _, constant := e.Args[len(e.Args)-1].(expr.Literal); constant && textual[e.Func] != "" {
			return c.detail(event, e.Args[0], matched(e, a.Negated))
		}
	case expr.Literal, expr.Attribute, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.And, expr.Or, expr.Not, expr.Is,
		expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
	}
	return "", nil, refused(a.Of, "", "Klaviyo cannot filter events by %s", expr.Print(a.Of))
}

// detail is Klaviyo's name of a field of an event.
func (c *clause) detail(event string, e expr.Expr, f resource.Map) (string, resource.Map, error) {
	field, ok := e.(expr.Field)
	switch {
	case !ok:
		return "", nil, refused(e, "", "Klaviyo cannot work out %s of an event", expr.Print(e))
	case len(field.Path) != 1 || field.Path[0] == "at":
		return "", nil, refused(e, "", "Klaviyo filters events by what they carry themselves, and not by %s", expr.Print(e))
	}
	return c.l.names.Detail(event, field.Path[0]).Theirs, f, nil
}

// last is the name at the end of an address.
func last(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '.' {
			return address[i+1:]
		}
	}
	return address
}

var windows = map[types.Span]string{
	{Amount: 1, Unit: types.Hour}: "HOURS_1", {Amount: 1, Unit: types.Day}: "DAYS_1", {Amount: 24, Unit: types.Hour}: "DAYS_1",
	{Amount: 3, Unit: types.Day}: "DAYS_3", {Amount: 5, Unit: types.Day}: "DAYS_5", {Amount: 1, Unit: types.Week}: "WEEKS_1",
	{Amount: 7, Unit: types.Day}: "WEEKS_1", {Amount: 30, Unit: types.Day}: "DAYS_30", {Amount: 90, Unit: types.Day}: "DAYS_90",
	{Amount: 180, Unit: types.Day}: "DAYS_180",
}

// funnel is one event and then another. Klaviyo has no word for its negation.
func (c *clause) funnel(a narrow.Atom, e expr.FollowedBy) (narrow.Form, error) {
	switch {
	case a.Negated:
		return narrow.All{}, refused(e, "", "Klaviyo has funnels, and no way to ask who did not go through one")
	case c.flow:
		return narrow.All{}, refused(e, "make it a segment and enter on it", "Klaviyo knows funnels in segments only")
	case e.First.Event == "" || e.Then.Event == "":
		return narrow.All{}, refused(e, "", "Klaviyo's funnels are of events, and not of what becomes of messages")
	case windows[e.Gap] == "":
		return narrow.All{}, refused(e, "use 1h, 1d, 3d, 5d, 7d, 30d, 90d or 180d", "Klaviyo's funnels have a fixed set of lengths, and %s is not one of them", e.Gap)
	case e.Window.Since != "":
		return narrow.All{}, refused(e, "give it a window in days", "Klaviyo's funnels need a beginning")
	}
	return a, nil
}

// funnelled is a funnel of two steps.
func (c *clause) funnelled(e expr.FollowedBy) (resource.Map, error) {
	time, err := c.ago("in-the-last", e.Window.Length, e)
	if err != nil {
		return nil, err
	}
	var steps resource.List
	for _, s := range []expr.Source{e.First, e.Then} {
		filters, err := c.filters(s)
		if err != nil {
			return nil, err
		}
		step := resource.Map{"metric_exists": resource.Bool(true), "metric_id": c.l.metric(s.Event)}
		if len(filters) > 0 {
			step["metric_filters"] = filters
		}
		steps = append(steps, step)
	}
	return resource.Map{
		"type": resource.String("profile-metric-funnel"), "timeframe_filter": time,
		"completion_window_seconds": resource.String(windows[e.Gap]), "steps": steps,
	}, nil
}
