package mautic

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/account"
)

// roleGate is the role of the segment of those who may get a touchpoint.
const roleGate = "may_get"

// gate makes the segment of those who may get a touchpoint, once. It is false
// where Mautic cannot tell who that is.
func (c *campaign) gate(t ir.Touchpoint, s ir.Send) bool {
	if made, asked := c.l.gated[t.Address]; asked {
		if !made {
			c.ungated(t, s, nil)
		}
		return made
	}
	q := c.l.clause(s.At)
	e := c.l.inserted(t)
	if e == nil {
		c.ungated(t, s, nil)
		return false
	}
	groups, ok := q.groups(e)
	filters := resource.List{}
	if ok {
		filters, ok = q.flat(e, c.l.testers(t, groups))
	}
	if c.l.gated[t.Address] = ok; !ok {
		c.ungated(t, s, q.Found)
		return false
	}
	look := resource.Lookup{Kind: lookProtection, Key: protected}
	if _, asked := c.l.Lookups[look]; !asked && c.l.Marketing(t) {
		c.l.Lookups[look] = first(s.At, c.journey.At)
	}
	if !c.l.Marketing(t) {
		c.l.warn(ir.Head{At: first(s.At, c.journey.At)}, "Mautic records a complaint as unsubscribed, so this message goes to nobody who unsubscribed, though it is no marketing.")
	}
	c.l.Add(resource.Resource{Address: c.l.Address(t.Address, roleGate), Kind: kindSegment, At: t.At, Attributes: resource.Map{"filters": filters}, Places: map[string]diag.Range{}})
	return true
}

// inserted is the condition of a touchpoint's gate, nil where there is none. Of
// whom no message may be sent to at all Mautic knows only that they have a
// do-not-contact record, so that is what it asks of service messages too.
func (l *lowering) inserted(t ir.Touchpoint) expr.Expr {
	allowed, err := l.Program.Allowed(t.Purpose, t.Channels[0])
	if err != nil {
		return nil
	}
	and, several := allowed.(expr.And)
	if !several || l.Marketing(t) {
		return allowed
	}
	terms := make([]expr.Expr, len(and.Terms))
	for i, term := range and.Terms {
		terms[i] = stricter(term)
	}
	return expr.And{Place: and.Place, Terms: terms}
}

// stricter is a condition that asks for no suppression at all instead of none of
// service messages.
func stricter(term expr.Expr) expr.Expr {
	not, ok := term.(expr.Not)
	if !ok {
		return term
	}
	suppressed, ok := not.Term.(expr.Suppressed)
	if !ok {
		return term
	}
	suppressed.Class = string(ir.Marketing)
	return expr.Not{Place: not.Place, Term: suppressed}
}

// testers narrows groups to whom alone the environment lets us write to.
func (l *lowering) testers(t ir.Touchpoint, groups [][]filter) [][]filter {
	if len(l.Program.Project.OnlyTo) == 0 {
		return groups
	}
	list := resource.List{}
	for _, tester := range l.Program.Project.OnlyTo {
		list = append(list, resource.String(tester))
	}
	channel, _ := ir.Find(l.Program.Channels, t.Channels[0])
	only := filter{field: resource.String(l.Names.Field(channel.Key).Theirs), kind: "text", operator: opIn, value: list}
	out := make([][]filter, len(groups))
	for i, group := range groups {
		out[i] = append([]filter{only}, group...)
	}
	return out
}

// ungated is the finding at a message that could reach somebody who must not
// get it.
func (c *campaign) ungated(t ir.Touchpoint, s ir.Send, why diag.List) {
	c.found = append(c.found, account.Ungated(noGate, first(s.At, c.journey.At), t, "Mautic",
		"Mautic itself writes to everybody without a do-not-contact record, so the rules for "+t.Purpose+" have to be asked before the message, and they cannot.", why))
}
