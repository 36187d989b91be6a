package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// most is how many conditions a segment may have, all groups together.
const most = 100

// clause is one condition on its way into Klaviyo's form: groups of which each
// must hold, and in each group conditions of which one must. Klaviyo has no word
// for a maximum, which is "did one of at least", nor for what a sum is of no
// events: a sum is itself and "there is one at all".
type clause struct {
	narrow.Clause
	l    *lowering
	flow bool   // in a flow, where everything is asked at the instant of a step
	late bool   // in a flow that did not begin with the run, so that "run" is not known
	once string // the journey in which that is, if somebody enters it once at most
}

// clause is a condition of a declaration at a place.
func (l *lowering) clause(at diag.Range) *clause {
	c := &clause{l: l, Clause: narrow.Clause{
		Program: l.Program, Platform: l.Platform.Address, Called: "Klaviyo", Keep: "keep what it works out as an attribute",
		At: at, Most: most, Textual: []string{"contains", "starts_with"},
	}}
	c.Words = c
	return c
}

// clause is a condition of the flow at a place.
func (f *flow) clause(at diag.Range) *clause {
	c := f.l.clause(at)
	c.flow, c.late = true, f.late
	if f.once() {
		c.once = f.journey.Address
	}
	return c
}

// groups is "e is true" as condition groups. Nothing comes back where something
// could not be said; it is among Found then.
func (c *clause) groups(e expr.Expr) (resource.List, bool) { return c.list(e, c.Form(e)) }

// list is a form that has been split as condition groups.
func (c *clause) list(e expr.Expr, form narrow.Form) (resource.List, bool) {
	sums, ok := c.SumsOf(e, form)
	if !ok {
		return nil, false
	}
	groups := resource.List{}
	has, lacks := property("email", existence(true)), property("email", existence(false))
	for _, sum := range sums {
		if len(sum) == 0 { // nobody: there is no word for that, and nobody both has an address and has none
			return resource.List{group(has), group(lacks)}, !c.Failed
		}
		groups = append(groups, c.group(sum))
	}
	if len(groups) == 0 { // everybody
		groups = resource.List{group(has, lacks)}
	}
	return groups, !c.Failed
}

// group is an OR.
func (c *clause) group(sum []narrow.Atom) resource.Value {
	var conditions []resource.Map
	for _, a := range sum {
		m, err := c.print(a)
		if err != nil {
			c.Refuse(a.Of, err)
			continue
		}
		conditions = append(conditions, m)
	}
	return group(conditions...)
}

func group(conditions ...resource.Map) resource.Value {
	list := resource.List{}
	for _, m := range conditions {
		list = append(list, m)
	}
	return resource.Map{"conditions": list}
}

func property(name string, filter resource.Map) resource.Map {
	return resource.Map{"type": resource.String("profile-property"), "property": resource.String(asked(name)), "filter": filter}
}

// Compared splits equality of instants.
func (c *clause) Compared(a narrow.Atom, e expr.Compare, fixed types.Value) (narrow.Form, error) {
	return narrow.Bounded(a, e, fixed), nil
}

// Listed is as it is.
func (c *clause) Listed(a narrow.Atom, _ expr.OneOf) (narrow.Form, error) { return a, nil }

// textual is Klaviyo's words for the functions of texts.
var textual = map[string]string{"contains": "contains", "starts_with": "starts-with"}
