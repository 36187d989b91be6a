package eval

import (
	"time"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// value is the value of e; conditions are true, false or null.
func (v *view) value(e expr.Expr, c Context) types.Value {
	switch e := e.(type) {
	case expr.Literal:
		return e.Value
	case expr.Attribute:
		return v.attribute(e.Path)
	case expr.Field:
		return v.field(e, c)
	case expr.Record:
		return v.record(e.Consent, e.Channel).fact(e.Fact)
	case expr.Aggregate:
		return v.aggregate(e, c)
	case expr.Coalesce:
		return v.coalesce(e.Terms, c)
	case expr.Call:
		return v.call(e, c)
	case expr.Did, expr.FollowedBy, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
		expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Any:
		return valueOf(v.truth(e, c))
	}
	panic("eval: an expression that is none of the cases")
}

func (v *view) coalesce(terms []expr.Expr, c Context) types.Value {
	for _, t := range terms {
		if value := v.value(t, c); !types.IsNull(value) {
			return value
		}
	}
	return types.Null{}
}

// attribute is a key or attribute of the person, or of an object that one
// refers to.
func (v *view) attribute(path []string) types.Value {
	name := path[0]
	if key, ok := v.Program.Person.KeyNamed(name); ok {
		return v.through(v.person.Get(name), key.Type, path[1:])
	}
	a, ok := v.attributes[name]
	switch {
	case !ok:
		return types.Null{}
	case a.Value != nil:
		return v.through(v.compute(name, a.Value), a.Type, path[1:])
	case !a.FreshFor.IsZero() && !v.fresh(name, a.FreshFor):
		return types.Null{}
	}
	return v.through(v.person.Get(name), a.Type, path[1:])
}

// compute is a computed attribute. It is about the person alone, wherever it
// is mentioned.
func (v *view) compute(name string, e expr.Expr) types.Value {
	if known, ok := v.computed[name]; ok {
		return known
	}
	value := v.value(e, Context{})
	if v.computed == nil {
		v.computed = map[string]types.Value{}
	}
	v.computed[name] = value
	return value
}

func (v *view) fresh(name string, length types.Span) bool {
	at, ok := v.person.Observed[name]
	return ok && v.recent(at, length)
}

// through follows the rest of a path from a value of type t: an object's key
// is the reference itself, its attributes come from the history.
func (v *view) through(value types.Value, t types.Type, rest []string) types.Value {
	for _, name := range rest {
		reference, ok := t.(types.Object)
		if !ok || types.IsNull(value) {
			return types.Null{}
		}
		value, t = v.objectField(reference, types.Spell(value), name)
	}
	return value
}

func (v *view) objectField(reference types.Object, key, name string) (types.Value, types.Type) {
	for _, object := range v.Program.Objects {
		if object.Address != reference.String() {
			continue
		}
		if object.Key.Name == name {
			return types.Text(key), object.Key.Type
		}
		for _, a := range object.Attributes {
			if a.Name == name {
				return orNull(v.person.Objects[person.ObjectKey{Object: object.Address, Key: key}][name]), a.Type
			}
		}
	}
	return types.Null{}, nil
}

// field is a field of the event at hand or of the one that started the journey.
func (v *view) field(f expr.Field, c Context) types.Value {
	event := c.It
	if f.Of == expr.Entry {
		event = c.Entry
	}
	if event == nil {
		return types.Null{}
	}
	return v.eventField(event, f.Path)
}

func (v *view) eventField(event *person.Event, path []string) types.Value {
	if path[0] == "at" {
		return event.At
	}
	value := orNull(event.Fields[path[0]])
	if len(path) == 1 {
		return value
	}
	for _, declared := range v.Program.Events {
		if declared.Address != event.Type {
			continue
		}
		for _, f := range declared.Fields {
			if f.Name == path[0] {
				return v.through(value, f.Type, path[1:])
			}
		}
	}
	return types.Null{}
}

func orNull(value types.Value) types.Value {
	if value == nil {
		return types.Null{}
	}
	return value
}

// call computes a function of single values; one that is not evaluated yet is
// null, and Missing names it.
func (v *view) call(e expr.Call, c Context) types.Value {
	f, ok := funcs.ByName(e.Func)
	if !ok {
		return types.Null{}
	}
	args := make([]types.Value, len(e.Args))
	for i, a := range e.Args {
		args[i] = v.value(a, c)
	}
	return f.Apply(funcs.Env{Now: v.Now, Zone: v.personZone()}, args)
}

// personZone is the person's time zone if it is known, else the project's.
func (v *view) personZone() *time.Location {
	attribute := v.Program.Person.Timezone
	if attribute == "" {
		return v.Zone
	}
	name, ok := v.attribute([]string{attribute}).(types.Text)
	if !ok || name == "" {
		return v.Zone
	}
	if known, ok := v.zones.Load(name); ok {
		return known.(*time.Location)
	}
	zone, err := time.LoadLocation(string(name))
	if err != nil { // a text that names no zone says nothing
		zone = v.Zone
	}
	v.zones.Store(name, zone)
	return zone
}
