package hubspot

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// most is how many filters a list may have.
const most = 250

// clause is one condition on its way into HubSpot's form: groups of which one
// must hold, and in each group filters of which each must. HubSpot has no word
// for a maximum, which is "did one of at least", nor for fewer than three, which
// is "none, or one or two".
type clause struct {
	narrow.Clause
	l *lowering
}

// clause is a condition of a declaration at a place.
func (l *lowering) clause(at diag.Range) *clause {
	c := &clause{l: l, Clause: narrow.Clause{
		Program: l.Program, Platform: l.Platform.Address, Called: "HubSpot", Keep: "keep what it works out as an attribute",
		At: at, Most: most, Textual: []string{"contains", "starts_with"},
	}}
	c.Words = c
	return c
}

// branch is "e is true" as the root of a list's filters. Nothing comes back
// where something could not be said; it is among Found then.
func (c *clause) branch(e expr.Expr) (resource.Map, bool) {
	products, ok := c.Products(e)
	if !ok {
		return nil, false
	}
	groups := resource.List{}
	for _, product := range products {
		groups = append(groups, c.group(product))
	}
	if len(groups) == 0 { // nobody: there is no word for that, and each contact has an id
		groups = resource.List{group(nil, resource.List{known("hs_object_id", false)})}
	}
	return resource.Map{"filterBranchType": resource.String("OR"), "filterBranchOperator": resource.String("OR"), "filterBranches": groups}, !c.Failed
}

// group is an AND: filters, and branches for what contacts did.
func (c *clause) group(product []narrow.Atom) resource.Value {
	var branches, filters resource.List
	for _, a := range product {
		printed, err := c.print(a)
		if err != nil {
			c.Refuse(a.Of, err)
			continue
		}
		if printed["filterBranchType"] != nil {
			branches = append(branches, printed)
		} else {
			filters = append(filters, printed)
		}
	}
	if len(branches)+len(filters) == 0 { // everybody
		filters = resource.List{known("hs_object_id", true)}
	}
	return group(branches, filters)
}

func group(branches, filters resource.List) resource.Value {
	return resource.Map{
		"filterBranchType": resource.String("AND"), "filterBranchOperator": resource.String("AND"), "filterBranches": branches, "filters": filters,
	}
}

// Compared splits equality of instants.
func (c *clause) Compared(a narrow.Atom, e expr.Compare, fixed types.Value) (narrow.Form, error) {
	return narrow.Bounded(a, e, fixed), nil
}

// Listed is as it is.
func (c *clause) Listed(a narrow.Atom, _ expr.OneOf) (narrow.Form, error) { return a, nil }

// Followed is refused.
func (c *clause) Followed(_ narrow.Atom, e expr.FollowedBy) (narrow.Form, error) {
	return nil, narrow.Refused(e, "", "HubSpot asks what happened, and not in which order")
}
