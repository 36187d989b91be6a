package klaviyo

import (
	"errors"
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/narrow"
)

// entry is the trigger of the flow, and what makes its actions.
func (f *flow) entry() (trigger resource.Map, body func() string) {
	body = func() string { return f.steps(f.journey.Steps, end) }
	nothing := resource.Map{"type": resource.String("metric")}
	moment, _ := ir.Find(f.l.Program.Moments, f.journey.Enter.Moment)
	switch d := moment.Detect.(type) {
	case ir.OnEvent:
		return f.onEvent(d.Event, d.If, body)
	case ir.OnOutcome:
		return f.onOutcome(d, body)
	case ir.Absence:
		return f.absence(d, body)
	case ir.OnDate:
		return f.onDate(d), f.checked(f.journey.Enter.If, body)
	case ir.Enters:
		return f.enters(d), f.checked(f.journey.Enter.If, body)
	case ir.Leaves:
		f.refuse(d.At, "make the segment of those who are not in it, and enter on that", "A flow begins when a person enters a segment, and not when one leaves it.")
	}
	return nothing, body
}

// checked is steps behind a condition that is asked once, at the beginning.
func (f *flow) checked(e expr.Expr, body func() string) func() string {
	if e == nil {
		return body
	}
	if narrow.AboutEvent(e) {
		f.refuse(e.Range(), "ask what is known of the person", "Nothing is carried by what begins this flow.")
		return body
	}
	return func() string {
		return f.fork("conditional-split", resource.Map{"profile_filter": f.filter(e, f.journey.Enter.At)}, body, end)
	}
}

// onEvent begins with each event that fits. What the event carries is asked by
// the trigger, what is known of the person by a split behind it: the profile
// filter would be asked again before every action.
func (f *flow) onEvent(event string, also expr.Expr, body func() string) (resource.Map, func() string) {
	base, where, _ := f.l.Program.Base(event)
	var terms []expr.Expr
	for _, e := range []expr.Expr{where, also, f.journey.Enter.If} {
		if e != nil {
			terms = append(terms, e)
		}
	}
	trigger := resource.Map{"type": resource.String("metric"), "id": f.l.metric(base.Address)}
	if len(terms) == 0 {
		return trigger, body
	}
	all := expr.And{Place: expr.Place{At: terms[0].Range()}, Terms: terms}
	c := f.clause(f.journey.Enter.At)
	carried, person := f.sorted(c, all)
	if len(carried) > 0 {
		trigger["trigger_filter"] = resource.Map{"condition_groups": f.carrying(c, base.Address, carried)}
	}
	if len(person) == 0 {
		f.found = append(f.found, c.Found...)
		return trigger, body
	}
	groups, _ := c.list(all, c.Split(person))
	f.found = append(f.found, c.Found...)
	return trigger, func() string {
		return f.fork("conditional-split", resource.Map{"profile_filter": resource.Map{"condition_groups": groups}}, body, end)
	}
}

// sorted parts a condition into the groups that are about the event and what is
// left, about the person.
func (f *flow) sorted(c *clause, e expr.Expr) (carried [][]narrow.Atom, person narrow.All) {
	sums, err := narrow.Sums(known(narrow.Condition(f.l.Program, e)), most)
	var large *narrow.TooLarge
	if errors.As(err, &large) {
		f.found = append(f.found, narrow.RefuseSize(f.l.Platform.Address, e, f.journey.Enter.At, large))
		return nil, nil
	}
	for _, sum := range sums {
		about := 0
		some := narrow.Some{}
		for _, a := range sum {
			if narrow.AboutEvent(a.Of) {
				about++
			}
			some = append(some, a)
		}
		switch about {
		case 0:
			person = append(person, some)
		case len(sum):
			carried = append(carried, sum)
		default:
			f.refuse(sum[0].Of.Range(), "make two journeys of it", "What begins a flow is asked about the event or about the person, and not as one or the other.")
		}
	}
	return carried, person
}

// known adds to each comparison with what an event carries that it carries it:
// it is not documented what a filter makes of an event without the value.
func known(f narrow.Form) narrow.Form {
	switch f := narrow.Singly(f).(type) {
	case narrow.All:
		out := narrow.All{}
		for _, term := range f {
			out = append(out, known(term))
		}
		return out
	case narrow.Some:
		out := narrow.Some{}
		for _, term := range f {
			out = append(out, known(term))
		}
		return out
	case narrow.Atom:
		compare, isCompare := f.Of.(expr.Compare)
		if !narrow.AboutEvent(f.Of) || !f.Negated && !(isCompare && compare.Op == expr.NotEqual) {
			return f
		}
		out := narrow.All{f}
		for _, of := range narrow.Unset(f.Of) {
			out = append(out, narrow.Atom{Of: expr.IsSet{Of: of}})
		}
		return out
	}
	panic("klaviyo: a form that is none of the cases")
}

// carrying is the filter of a trigger on what the event carries.
func (f *flow) carrying(c *clause, event string, groups [][]narrow.Atom) resource.List {
	out := resource.List{}
	for _, sum := range groups {
		var conditions []resource.Map
		for _, a := range sum {
			name, is, err := c.carried(event, a)
			if err != nil {
				c.Refuse(a.Of, err)
				continue
			}
			conditions = append(conditions, resource.Map{"type": resource.String("metric-property"), "metric_id": f.l.metric(event), "field": resource.String(name), "filter": is})
		}
		out = append(out, group(conditions...))
	}
	return out
}

// onOutcome begins when something becomes of a message.
func (f *flow) onOutcome(d ir.OnOutcome, body func() string) (resource.Map, func() string) {
	touchpoint, _ := ir.Find(f.l.Program.Touchpoints, d.Touchpoint)
	var found []heard
	for _, channel := range touchpoint.Channels {
		if medium, err := f.l.medium(channel); err == nil {
			if h, known := outcomes[medium][d.Outcome]; known {
				found = append(found, h)
			}
		}
	}
	trigger := resource.Map{"type": resource.String("metric")}
	if len(found) != 1 {
		f.refuse(d.At, "make a journey for the outcome by each channel", "A flow has one trigger, and that %s was %s is %d of Klaviyo's metrics.", d.Touchpoint, d.Outcome, len(found))
		return trigger, body
	}
	return f.became(found[0], expr.Source{Touchpoint: d.Touchpoint}, d.At), f.checked(both(d.If, f.journey.Enter.If), body)
}

// became is the trigger of a flow that begins when something becomes of the
// messages of a touchpoint or of a step.
func (f *flow) became(h heard, of expr.Source, at diag.Range) resource.Map {
	metric := f.l.Look(lookMetric, mapping.Name{Theirs: h.metric, At: at})
	asks := func(property string, is resource.Map) resource.Value {
		return group(resource.Map{"type": resource.String("metric-property"), "metric_id": metric, "field": resource.String(property), "filter": is})
	}
	property, is := about(of)
	groups := resource.List{asks(property, is)}
	if h.kind != "" {
		groups = append(groups, asks(h.property, filter("string", "equals", resource.String(h.kind))))
	}
	return resource.Map{"type": resource.String("metric"), "id": metric, "trigger_filter": resource.Map{"condition_groups": groups}}
}

// both is two conditions, either of which may be missing.
func both(a, b expr.Expr) expr.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return expr.And{Place: expr.Place{At: a.Range()}, Terms: []expr.Expr{a, b}}
}

// absence begins with the event, waits, and goes on if the other has not come.
func (f *flow) absence(d ir.Absence, body func() string) (resource.Map, func() string) {
	if d.Same != "" {
		f.refuse(d.At, "leave same out, if one of any kind is enough", "Klaviyo cannot ask whether two events carry the same %s.", d.Same)
	}
	delay, err := delayed(d.For, d.At)
	if err != nil {
		f.refuse(d.At, "write it in days", "%s", narrow.Sentence(err.Error()))
	}
	event := expr.Did{Place: expr.Place{At: d.At}, Of: expr.Source{Event: d.Without, At: d.At}, Window: expr.Window{Since: "run"}}
	if base, where, ok := f.l.Program.Base(d.Without); ok {
		event.Of.Event, event.Of.Where = base.Address, where
	}
	asked := f.filter(both(expr.Not{Place: expr.Place{At: d.At}, Term: event}, both(d.If, f.journey.Enter.If)), d.At)
	f.late = true
	base, where, _ := f.l.Program.Base(d.On)
	entered := f.journey.Enter.If
	f.journey.Enter.If = nil // asked above, when the run begins
	trigger, after := f.onEvent(base.Address, where, func() string {
		return f.then("time-delay", delay, func() string { return f.fork("conditional-split", resource.Map{"profile_filter": asked}, body, end) })
	})
	f.journey.Enter.If = entered
	return trigger, after
}

// recurrences are how often a date comes round.
var recurrences = map[types.Span]string{
	{}: "never", {Amount: 1, Unit: types.Year}: "annually", {Amount: 12, Unit: types.Month}: "annually", {Amount: 1, Unit: types.Month}: "monthly",
	{Amount: 1, Unit: types.Week}: "weekly", {Amount: 7, Unit: types.Day}: "weekly",
}

// onDate begins on a date of the profile's, or so long before it.
func (f *flow) onDate(d ir.OnDate) resource.Map {
	trigger := resource.Map{"type": resource.String("date"), "date_field_type": resource.String("profile-property"), "timezone": resource.String("profile")}
	stored, ok := d.Date.(expr.Attribute)
	name, err := "", errors.New("klaviyo begins on a date that a profile has")
	if ok {
		name, err = f.l.property(stored)
	}
	often, known := recurrences[d.Every]
	unit, n, counts := before(d.Before)
	switch {
	case err != nil:
		f.refuse(d.Date.Range(), "keep the date as an attribute", "%s", narrow.Sentence(err.Error()))
	case !known:
		f.refuse(d.At, "use 1y, 1mo or 1w", "Klaviyo has dates that come round each week, month or year, and not every %s.", d.Every)
	case !counts:
		f.refuse(d.At, "write whole days, weeks or months", "Klaviyo counts back from a date in days, weeks and months, and not %s.", d.Before)
	}
	clock := d.Clock
	if clock == "" {
		clock = "00:00"
	}
	trigger["date_profile_property"], trigger["recurrence_frequency"] = resource.String(asked(name)), resource.String(often)
	trigger["timedelta_unit_before_date"], trigger["timedelta_value_before_date"] = resource.String(unit), resource.Number(fmt.Sprint(n))
	trigger["trigger_time"] = resource.String(clock + ":00")
	return trigger
}

// before is a length ahead of a date, in Klaviyo's units.
func before(s types.Span) (unit string, n int64, ok bool) {
	switch s.Unit {
	case types.Month:
		return "months", s.Amount, true
	case types.Week:
		return "weeks", s.Amount, true
	case types.Day:
		return "days", s.Amount, true
	case types.Year:
		return "months", 12 * s.Amount, true
	case types.Second, types.Minute, types.Hour:
	}
	hours := s.Exact().Hours()
	return "days", int64(hours) / 24, s.IsZero() || hours == float64(int64(hours)/24*24)
}

// enters begins when a person enters a segment. Klaviyo sends nothing more from
// such a flow to whoever has left the segment, and the journey has to say so.
func (f *flow) enters(d ir.Enters) resource.Map {
	if d.Existing {
		f.refuse(d.At, "leave existing out; Klaviyo's own pages can add past profiles", "A flow begins for whoever enters the segment from then on, and not for who is in it.")
	}
	if !f.leaves(f.journey.LeaveIf, d.Segment) {
		f.refuse(f.journey.Enter.At, "write leave_if = !"+d.Segment+", with || before what else is a reason",
			"Klaviyo sends nothing more from a flow that begins with a segment to people who have left the segment.")
	}
	if !f.l.Has(d.Segment) {
		f.refuse(d.At, "take "+d.Segment+" out of leave_out", "%s is not on %s.", d.Segment, f.l.Platform.Address)
	}
	return resource.Map{"type": resource.String("segment"), "id": resource.Ref{Address: f.l.Address(d.Segment, ""), Output: "id"}}
}

// leaves tells whether leaving the segment is a reason to leave the journey.
func (f *flow) leaves(e expr.Expr, segment string) bool {
	if or, ok := e.(expr.Or); ok {
		for _, term := range or.Terms {
			if f.leaves(term, segment) {
				return true
			}
		}
		return false
	}
	not, ok := e.(expr.Not)
	if !ok {
		return false
	}
	member, ok := not.Term.(expr.Member)
	return ok && member.Segment == segment
}
