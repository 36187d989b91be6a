package notifuse

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// compare is a comparison with a constant on its right. It is neither true nor
// false where the left side is missing.
func (c condition) compare(e expr.Compare, want verdict) tree {
	if _, constant := e.Left.(expr.Literal); constant {
		e.Left, e.Right, e.Op = e.Right, e.Left, mirrored[e.Op]
	}
	right, constant := e.Right.(expr.Literal)
	switch {
	case !constant:
		return c.refuse(e, "Notifuse compares what it knows of a contact with a constant, and not with something else that it knows.", "")
	case types.IsNull(right.Value):
		return fixed(unknown, want)
	case want == isFalse:
		e.Op = opposite[e.Op]
	}
	return c.compareWith(e, right.Value)
}

// compareWith is where a comparison with a constant that is set is true.
func (c condition) compareWith(e expr.Compare, right types.Value) tree {
	switch left := e.Left.(type) {
	case expr.Literal:
		return fixed(verdictOf(e.Op, left.Value, right), isTrue)
	case expr.Coalesce:
		return c.alternatives(left.Terms, func(of expr.Expr) tree {
			e.Left = of
			return c.compareWith(e, right)
		})
	case expr.Attribute:
		return c.kept(left, e, right)
	case expr.Record:
		if left.Fact == expr.State {
			return c.state(left, []types.Value{right}, e.Op == expr.Equal)
		}
		return c.kept(left, e, right)
	case expr.Aggregate:
		return c.aggregate(left, e.Op, right)
	case expr.Field:
		return c.eventField(left)
	case expr.Call:
		return c.refuse(left, fmt.Sprintf("Notifuse compares what it keeps as it is, and works out no %s.", left.Func), "keep the result in a field of the contact, and compare that")
	case expr.And, expr.Any, expr.Compare, expr.Did, expr.Excluded, expr.FollowedBy, expr.Is, expr.IsSet, expr.Member, expr.Not,
		expr.OneOf, expr.Or, expr.Reachable, expr.Suppressed, expr.Within:
	}
	return c.refuse(e, "Notifuse has nothing like this comparison.", "")
}

// kept compares a column.
func (c condition) kept(of expr.Expr, e expr.Compare, v types.Value) tree {
	p, ok := c.place(of)
	if !ok {
		return constant(false)
	}
	return c.compared(p, e.Op, v, e)
}

// oneOf is a choice of equals, since the platform compares with one value at a
// time; that it is none of them is as many times not equals.
func (c condition) oneOf(e expr.OneOf, want verdict) tree {
	if of, is := e.Of.(expr.Record); is && of.Fact == expr.State {
		return c.state(of, e.Values, want == isTrue)
	}
	terms := make([]tree, len(e.Values))
	for i, v := range e.Values {
		right := expr.Literal{Value: v, Type: expr.TypeOf(e.Of)}
		terms[i] = c.compare(expr.Compare{Place: e.Place, Op: expr.Equal, Left: e.Of, Right: right}, want)
	}
	if want == isTrue {
		return some(terms...)
	}
	return all(terms...)
}

// alternatives is a question about the first term that is set: where the first
// one is, about that, else about the rest.
func (c condition) alternatives(terms []expr.Expr, ask func(expr.Expr) tree) tree {
	if len(terms) == 0 {
		return constant(false)
	}
	first, rest := terms[0], terms[1:]
	if l, constant := first.(expr.Literal); constant && !types.IsNull(l.Value) {
		return ask(first)
	}
	return some(all(c.presence(first, true), ask(first)), all(c.presence(first, false), c.alternatives(rest, ask)))
}

// presence is where a value is there, or where it is not.
func (c condition) presence(e expr.Expr, there bool) tree {
	switch e := e.(type) {
	case expr.Literal:
		return constant(types.IsNull(e.Value) != there)
	case expr.Coalesce:
		terms := make([]tree, len(e.Terms))
		for i, t := range e.Terms {
			terms[i] = c.presence(t, there)
		}
		if there {
			return some(terms...)
		}
		return all(terms...)
	case expr.Attribute:
		return c.column(e, there)
	case expr.Record:
		if e.Fact == expr.State {
			return constant(there)
		}
		return c.column(e, there)
	case expr.Aggregate:
		return c.folded(e, there)
	case expr.Field:
		return c.eventField(e)
	case expr.Call:
		return c.refuse(e, fmt.Sprintf("Notifuse compares what it keeps as it is, and works out no %s.", e.Func), "")
	case expr.And, expr.Any, expr.Compare, expr.Did, expr.Excluded, expr.FollowedBy, expr.Is, expr.IsSet, expr.Member, expr.Not,
		expr.OneOf, expr.Or, expr.Reachable, expr.Suppressed, expr.Within:
	}
	return c.refuse(e, "Notifuse has nothing like it.", "")
}

func (c condition) column(e expr.Expr, there bool) tree {
	p, ok := c.place(e)
	switch {
	case !ok || p.name == columnEmail: // every contact has an address
		return constant(ok == there)
	case there:
		return isSet(p.name, p.form)
	}
	return isNotSet(p.name, p.form)
}

func (c condition) eventField(e expr.Field) tree {
	if e.Of == expr.Entry {
		return c.refuse(e, "A running journey on Notifuse does not remember the event that started it.", "keep the value in a field of the contact")
	}
	return c.refuse(e, "Notifuse does not look into single events; it counts them by name.", "record what you mean as an event of its own, and count that")
}

// place is the column that holds a value of the person's. False where there is
// none: then the value is missing for everybody, or a finding was made.
func (c condition) place(e expr.Expr) (place, bool) {
	switch e := e.(type) {
	case expr.Record:
		return c.instant(e)
	case expr.Attribute:
		return c.attribute(e)
	case expr.Aggregate, expr.And, expr.Any, expr.Call, expr.Coalesce, expr.Compare, expr.Did, expr.Excluded, expr.Field,
		expr.FollowedBy, expr.Is, expr.IsSet, expr.Literal, expr.Member, expr.Not, expr.OneOf, expr.Or, expr.Reachable,
		expr.Suppressed, expr.Within:
	}
	c.refuse(e, "Notifuse keeps no such value.", "")
	return place{}, false
}

func (c condition) attribute(e expr.Attribute) (place, bool) {
	name := e.Path[0]
	if len(e.Path) > 1 {
		c.refuse(e, fmt.Sprintf("Notifuse keeps contacts and nothing else: it has no person.%s.", strings.Join(e.Path, ".")), "keep the value in a field of the contact")
		return place{}, false
	}
	if a, there := c.Program.Person.AttributeNamed(name); there && !a.FreshFor.IsZero() {
		c.refuse(e, fmt.Sprintf("person.%s holds for %s, and Notifuse does not remember since when it knows something.", name, a.FreshFor), "")
		return place{}, false
	}
	p := place{name: c.field(name), attribute: name, names: c.names.Mapping}
	known, exists := columnNamed(p.name)
	form, fits := formOf(e.Type)
	p.form = form
	switch {
	case !fits:
		c.refuse(e, fmt.Sprintf("Notifuse keeps texts, numbers and instants, and person.%s is %s.", name, e.Type), "")
	case !exists:
		c.unkept(e, fmt.Sprintf("A contact on Notifuse has no field %s, and the platform block does not say where person.%s is.", p.name, name), name, form)
	case known.form != form:
		c.unkept(e, fmt.Sprintf("person.%s is %s, and %s of a contact holds %ss.", name, e.Type, p.name, known.form), name, form)
	default:
		return p, true
	}
	return place{}, false
}

// own is the first of the five columns of a form that are the customer's own.
var own = map[form]string{texts: "custom_string_1", numbers: "custom_number_1", times: "custom_datetime_1"}

// unkept reports that a value has no column, at the place that needs it.
func (c condition) unkept(e expr.Expr, detail, name string, f form) {
	at := e.Range()
	if at.IsZero() {
		at = c.at
	}
	c.lowering.found = append(c.lowering.found, diag.Diagnostic{Rule: notKept, At: at, Detail: detail,
		Help:    fmt.Sprintf("say where it is: fields = { %s = %q }", name, own[f]),
		Related: []diag.Label{{At: c.Platform.At, Text: "says where things are kept"}}})
}
