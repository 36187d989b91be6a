package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

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
	return c.measured(measure{measurement, is}, of.Of, of.Window, of)
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
	return c.measured(measure{"count", times}, e.Of, e.Window, e)
}

// measure is what is worked out of events, and what it must be.
type measure struct {
	of string // "count" or "sum"
	is resource.Map
}

func (c *clause) measured(m measure, s expr.Source, w expr.Window, at expr.Expr) (resource.Map, error) {
	time, err := c.timeframe(w, at)
	if err != nil {
		return nil, err
	}
	filters, err := c.filters(s)
	if err != nil {
		return nil, err
	}
	out := resource.Map{
		"type": resource.String("profile-metric"), "metric_id": c.l.metric(s.Event), "measurement": resource.String(m.of),
		"measurement_filter": m.is, "timeframe_filter": time,
	}
	if len(filters) > 0 {
		out["metric_filters"] = filters
	}
	return out, nil
}

// metric is the metric that carries an event.
func (l *lowering) metric(event string) resource.Value {
	return l.Look(lookMetric, l.Names.Event(event))
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
		return nil, narrow.Refused(at, "give it a window in days", "Klaviyo counts since a flow began, and this one did not begin with the run: it waits for what did not come, or takes over where a wait ended")
	case w.Since == "run" && c.flow:
		return alone("flow-start"), nil
	case w.Since != "":
		return nil, narrow.Refused(at, "count since the run began: run", "Klaviyo counts since a flow began, and not since one of its steps")
	}
	return c.ago("in-the-last", w.Length, at)
}

// filters is the conditions on what an event carries, all of which must hold. A
// comparison that an event without the value could pass is guarded: it is not
// documented which of them it passes.
func (c *clause) filters(s expr.Source) (resource.List, error) {
	atoms, err := c.Filters(s)
	if err != nil {
		return nil, err
	}
	out := resource.List{}
	for _, a := range atoms {
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
			e.Left, e.Right, e.Op = e.Right, e.Left, narrow.Mirrored(e.Op)
		}
		fixed, constant := e.Right.(expr.Literal)
		if !constant {
			break
		}
		if narrow.OfTime(fixed.Value) {
			return "", nil, narrow.Refused(e, "", "Klaviyo filters events by texts, numbers and truths that they carry, and not by instants")
		}
		f, err := compared(e.Op, fixed.Value, plain)
		if err != nil {
			return "", nil, err
		}
		return c.detail(event, e.Left, f)
	case expr.OneOf:
		if narrow.AllTexts(e.Values) {
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
	return "", nil, narrow.Refused(a.Of, "", "Klaviyo cannot filter events by %s", expr.Print(a.Of))
}

// detail is Klaviyo's name of a field of an event.
func (c *clause) detail(event string, e expr.Expr, f resource.Map) (string, resource.Map, error) {
	field, ok := e.(expr.Field)
	switch {
	case !ok:
		return "", nil, narrow.Refused(e, "", "Klaviyo cannot work out %s of an event", expr.Print(e))
	case len(field.Path) != 1 || field.Path[0] == "at":
		return "", nil, narrow.Refused(e, "", "Klaviyo filters events by what they carry themselves, and not by %s", expr.Print(e))
	}
	return c.l.Names.Detail(event, field.Path[0]).Theirs, f, nil
}
