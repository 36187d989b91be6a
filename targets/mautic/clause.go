package mautic

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// most is how many filters a segment may have. Mautic documents no limit; each
// filter is a part of one SQL statement, and past this one nobody can read it.
const most = 100

// clause is one condition on its way into Mautic's form: a flat list of filters
// that are joined by AND before OR. Each atom is one filter or two.
type clause struct {
	narrow.Clause
	l *lowering
}

// clause is a condition of a declaration at a place.
func (l *lowering) clause(at diag.Range) *clause {
	c := &clause{l: l, Clause: narrow.Clause{
		Program: l.Program, Platform: l.Platform.Address, Called: "Mautic", Keep: "keep what it works out as a field of contacts",
		At: at, Most: most, Textual: []string{"contains", "starts_with"},
	}}
	c.Words = c
	return c
}

// filters is "e is true" as the filters of a segment. Nothing comes back where
// something could not be said; it is among Found then.
func (c *clause) filters(e expr.Expr) (resource.List, bool) {
	groups, ok := c.groups(e)
	if !ok {
		return nil, false
	}
	return c.flat(e, groups)
}

// groups is "e is true" as groups of filters that must all hold, of which one
// must.
func (c *clause) groups(e expr.Expr) ([][]filter, bool) {
	products, ok := c.Products(e)
	if !ok {
		return nil, false
	}
	var groups [][]filter
	for _, product := range products {
		groups = append(groups, c.group(product))
	}
	return groups, !c.Failed
}

// flat is groups as one list.
func (c *clause) flat(e expr.Expr, groups [][]filter) (resource.List, bool) {
	out := flat(groups)
	if len(out) > most {
		c.RefuseSize(e, &narrow.TooLarge{Terms: len(out), Limit: most})
		return nil, false
	}
	return out, true
}

// group is an AND.
func (c *clause) group(product []narrow.Atom) []filter {
	var out []filter
	for _, a := range product {
		filters, err := c.print(a)
		if err != nil {
			c.Refuse(a.Of, err)
			continue
		}
		out = append(out, filters...)
	}
	return out
}

// Compared splits equality of instants.
func (c *clause) Compared(a narrow.Atom, e expr.Compare, fixed types.Value) (narrow.Form, error) {
	if fixed == types.Value(types.Text("")) {
		return c.empty(e.Left, e.Op != expr.NotEqual), nil
	}
	return narrow.Bounded(a, e, fixed), nil
}

// Listed leaves out the empty text.
func (c *clause) Listed(a narrow.Atom, e expr.OneOf) (narrow.Form, error) {
	e.Values = slices.DeleteFunc(slices.Clone(e.Values), func(v types.Value) bool { return v == types.Value(types.Text("")) })
	if a.Of = e; len(e.Values) == 0 {
		return c.empty(e.Of, !a.Negated), nil
	}
	return a, nil
}

// empty is a comparison with the empty text. Mautic keeps none, and takes one
// for a value that is missing: so nothing equals it, and whatever is set differs.
func (c *clause) empty(of expr.Expr, equals bool) narrow.Form {
	if equals {
		return narrow.Some{}
	}
	return narrow.Atom{Of: expr.IsSet{Place: expr.Place{At: of.Range()}, Of: of}}
}

// Did is refused, as everything that events are needed for.
func (c *clause) Did(_ narrow.Atom, e expr.Did) (narrow.Form, error) { return nil, eventless(e) }

// Followed is refused.
func (c *clause) Followed(_ narrow.Atom, e expr.FollowedBy) (narrow.Form, error) {
	return nil, eventless(e)
}

// Aggregate is refused.
func (c *clause) Aggregate(_ narrow.Atom, _ expr.Compare, of expr.Aggregate, _ types.Value) (narrow.Form, error) {
	return nil, eventless(of)
}

func eventless(e expr.Expr) error {
	return narrow.Refused(e, "have your systems keep the answer as a field of contacts, or place this on another platform",
		"Mautic keeps no events of a shop's own, so it cannot ask for %s", expr.Print(e))
}
