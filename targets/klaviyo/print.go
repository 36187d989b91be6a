package klaviyo

import (
	"strconv"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// print is one atom that has been split as a condition.
func (c *clause) print(a narrow.Atom) (resource.Map, error) {
	switch e := a.Of.(type) {
	case expr.Compare:
		if of, aggregate := e.Left.(expr.Aggregate); aggregate {
			return c.metric(a, e, of)
		}
		return c.stored(e.Left, func(spell func(string) string) (resource.Map, error) {
			return compared(e.Op, e.Right.(expr.Literal).Value, spell)
		})
	case expr.OneOf:
		return c.stored(e.Of, func(spell func(string) string) (resource.Map, error) { return oneOf(e.Values, a.Negated, spell), nil })
	case expr.IsSet:
		return c.stored(e.Of, func(func(string) string) (resource.Map, error) { return existence(!a.Negated), nil })
	case expr.Attribute:
		return c.stored(e, func(func(string) string) (resource.Map, error) {
			return compared(expr.Equal, types.Truth(!a.Negated), nil)
		})
	case expr.Within:
		if record, ok := e.Of.(expr.Record); ok {
			return c.subscribedSince(a, e, record)
		}
		return c.stored(e.Of, func(func(string) string) (resource.Map, error) { return c.relative(a, e) })
	case expr.Call:
		return c.stored(e.Args[0], func(func(string) string) (resource.Map, error) { return matched(e, a.Negated), nil })
	case expr.Did:
		return c.happened(a, e)
	case expr.FollowedBy:
		return c.funnelled(e)
	case expr.Record, expr.Suppressed, expr.Excluded:
		return c.consent(a)
	case expr.Literal, expr.Field, expr.Aggregate, expr.And, expr.Or, expr.Not, expr.Is, expr.Coalesce, expr.Member, expr.Reachable, expr.Any:
	}
	return nil, narrow.Refused(a.Of, "", "Klaviyo cannot ask for %s", expr.Print(a.Of))
}

// stored is a condition on the property that an expression is kept in.
func (c *clause) stored(e expr.Expr, filter func(spell func(string) string) (resource.Map, error)) (resource.Map, error) {
	attribute, ok := e.(expr.Attribute)
	if !ok {
		return nil, narrow.Refused(e, "", "Klaviyo cannot work out %s", expr.Print(e))
	}
	name, err := c.l.property(attribute)
	if err != nil {
		return nil, err
	}
	f, err := filter(func(word string) string { return c.l.Names.Word(attribute.Path[0], word).Theirs })
	if err != nil {
		return nil, err
	}
	return property(name, f), nil
}

func oneOf(values []types.Value, negated bool, spell func(string) string) resource.Map {
	list := resource.List{}
	for _, v := range values {
		list = append(list, resource.String(spell(string(v.(types.Text)))))
	}
	if negated {
		return filter("string", "not-in", list)
	}
	return filter("string", "in", list)
}

func matched(e expr.Call, negated bool) resource.Map {
	operator := textual[e.Func]
	if negated {
		operator = "not-" + operator
	}
	return filter("string", operator, resource.String(types.Spell(e.Args[1].(expr.Literal).Value)))
}

// relative is in the last, or at least as long ago, or still to come.
func (c *clause) relative(a narrow.Atom, e expr.Within) (resource.Map, error) {
	switch a.Part {
	case narrow.PartAhead:
		return resource.Map{"type": resource.String("date"), "operator": resource.String("in-the-next"), "unit": resource.String("day"), "quantity": resource.Number("36500")}, nil
	case narrow.PartBefore:
		return c.ago("at-least", e.Length, e)
	}
	return c.ago("in-the-last", e.Length, e)
}

// ago is a length of time back from now.
func (c *clause) ago(operator string, length types.Span, at expr.Expr) (resource.Map, error) {
	unit, quantity, err := steps(length, at)
	if err != nil {
		return nil, err
	}
	if !c.flow && c.l.grain.IsZero() {
		c.Failed = true
		c.Found = append(c.Found, c.coarse(length, at))
	}
	return resource.Map{"type": resource.String("date"), "operator": resource.String(operator), "unit": resource.String(unit), "quantity": resource.Number(strconv.FormatInt(quantity, 10))}, nil
}

// steps is a length in Klaviyo's units.
func steps(length types.Span, at expr.Expr) (unit string, quantity int64, err error) {
	hours := int64(length.Exact().Hours())
	switch {
	case length.Calendar():
		return "", 0, narrow.Refused(at, "write it in days", "Klaviyo counts hours, days and weeks, and %s is as long as the calendar says", length)
	case hours == 0 || length.Exact().Minutes() != float64(hours*60):
		return "", 0, narrow.Refused(at, "write whole hours", "Klaviyo counts hours, days and weeks, and %s is not a whole number of hours", length)
	case hours%24 == 0:
		return "day", hours / 24, nil
	}
	return "hour", hours, nil
}

// coarse is the finding that a window is not exact, and nobody has said that
// this is fine.
func (c *clause) coarse(length types.Span, e expr.Expr) diag.Diagnostic {
	at := c.At
	if !e.Range().IsZero() {
		at = e.Range()
	}
	return diag.Diagnostic{
		Rule: inSteps, At: at, Mark: c.l.Platform.Address + " notices up to a day late that " + length.String() + " have passed",
		Detail: "Klaviyo puts people into a segment when something happens to them, and looks once a day for whom time alone moves in or out.",
		Help:   "write approximate = \"1d\" in the block of " + c.l.Platform.Address + ", if that is fine",
	}
}
