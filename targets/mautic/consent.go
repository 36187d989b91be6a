package mautic

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/narrow"
)

// What Mautic knows of consent, and what it is here.
//
// A contact has a do-not-contact record for each channel, with one reason:
// unsubscribed, bounced, or put there by hand. That somebody said yes Mautic
// does not keep; so it is a contact field of the project's, yes or no, one for
// each consent.
//
//	withdrawn  unsubscribed from the channel or put there by hand, or the field says no
//	granted    the field says yes, and not withdrawn
//	unknown    neither
//
// Categories, which contacts subscribe to, would be the other place. But their
// filter finds everybody who was ever in one, also whoever left.

// media are Mautic's channels by the field that is the address. A text message
// goes to the field phone where there is no mobile, so phone alone is no address
// that anything could be asked about.
var media = account.Media{
	By: map[string]string{"email": "email", "mobile": "sms"}, Rule: otherAddress,
	Writes: "Mautic writes to the fields email and mobile of a contact, and %s has neither in person.%s.",
}

// medium is Mautic's word for a channel.
func (l *lowering) medium(address string) (string, error) { return l.Medium(media, address) }

// Parts of what is asked about a contact: each is one filter.
const (
	partYes       = "yes"
	partNo        = "no"
	partUnsaid    = "unsaid"
	partBarred    = "barred "  // and a reason
	partFree      = "free of " // and a reason
	partGranted   = "granted"
	partNoDate    = "no date"
	partConfirmed = "confirmed"
	partNotYet    = "not confirmed"
	partRecent    = "recent"
	partUnchecked = "unchecked"
)

// The reasons of a do-not-contact record that Mautic can be asked for.
const (
	bounced      = "bounced"
	unsubscribed = "unsubscribed"
	byHand       = "manual"
)

// barring are the fields of the filters on do-not-contact.
var barring = map[string]map[string]string{
	"email": {bounced: "dnc_bounced", unsubscribed: "dnc_unsubscribed", byHand: "dnc_manual_email"},
	"sms":   {bounced: "dnc_bounced_sms", unsubscribed: "dnc_unsubscribed_sms", byHand: "dnc_manual_sms"},
}

// barred is one of some reasons, free none of them.
func barred(of expr.Expr, reasons ...string) narrow.Some {
	out := narrow.Some{}
	for _, r := range reasons {
		out = append(out, narrow.Part(of, partBarred+r))
	}
	return out
}

func free(of expr.Expr, reasons ...string) narrow.All {
	out := narrow.All{}
	for _, r := range reasons {
		out = append(out, narrow.Part(of, partFree+r))
	}
	return out
}

// State is whether the record is in one of some states, or in none of them.
func (c *clause) State(of expr.Record, within bool, values []types.Value) (narrow.Form, error) {
	if _, err := c.l.medium(of.Channel); err != nil {
		return narrow.All{}, err
	}
	of.Fact = expr.State
	has := map[string]bool{}
	for _, v := range values {
		has[types.Spell(v)] = true
	}
	granted, withdrawn, unknown := has["granted"] == within, has["withdrawn"] == within, has["unknown"] == within
	out := narrow.Some{}
	if withdrawn {
		out = append(out, barred(of, unsubscribed, byHand), narrow.Part(of, partNo))
	}
	if granted {
		out = append(out, append(free(of, unsubscribed, byHand), narrow.Part(of, partYes)))
	}
	if unknown {
		out = append(out, append(free(of, unsubscribed, byHand), narrow.Part(of, partUnsaid)))
	}
	if granted && withdrawn && unknown {
		return narrow.All{}, nil
	}
	return out, nil
}

// granted is the record in that state, with something else that must hold.
func granted(of expr.Record, more ...narrow.Form) narrow.All {
	of.Fact = expr.State
	out := append(free(of, unsubscribed, byHand), narrow.Part(of, partYes))
	return append(out, more...)
}

// otherwise is the record in another state, or something else.
func otherwise(of expr.Record, more ...narrow.Form) narrow.Some {
	of.Fact = expr.State
	out := append(barred(of, unsubscribed, byHand), narrow.Part(of, partNo), narrow.Part(of, partUnsaid))
	return append(out, more...)
}

// Fact is whether something is known of a record.
func (c *clause) Fact(a narrow.Atom, of expr.Record) (narrow.Form, error) {
	if _, err := c.l.medium(of.Channel); err != nil {
		return narrow.All{}, err
	}
	yes, no := partGranted, partNoDate
	switch of.Fact {
	case expr.ExpiresAt:
		return narrow.Always(a.Negated), nil
	case expr.State:
		return narrow.Always(!a.Negated), nil
	case expr.ConfirmedAt:
		yes, no = partConfirmed, partNotYet
	case expr.GrantedAt:
	}
	if _, err := c.l.date(of); err != nil {
		return narrow.All{}, err
	}
	if a.Negated {
		return otherwise(of, narrow.Part(of, no)), nil
	}
	return granted(of, narrow.Part(of, yes)), nil
}

// date is the field with an instant of a record.
func (l *lowering) date(of expr.Record) (mapping.Name, error) {
	name, argument := l.Proofs[of.Consent].Granted, "granted_at"
	if of.Fact == expr.ConfirmedAt {
		name, argument = l.Proofs[of.Consent].Confirmed, "confirmed_at"
	}
	if name.Theirs == "" {
		short := strings.TrimPrefix(of.Consent, "consent.")
		return name, narrow.Refused(of, fmt.Sprintf("add consent %q { %s = \"<alias of a contact field>\" } on lines of their own to %s", short, argument, l.Platform.Address),
			"Mautic does not know when %s was said or confirmed", of.Consent)
	}
	return name, nil
}

// Recent is whether a yes is not older than it may be.
func (c *clause) Recent(a narrow.Atom, e expr.Within, of expr.Record) (narrow.Form, error) {
	if _, err := c.l.medium(of.Channel); err != nil {
		return narrow.All{}, err
	}
	if of.Fact == expr.ExpiresAt {
		return narrow.Some{}, nil // nothing has an end there, so it is not known whether one passed
	}
	if _, err := c.l.date(of); err != nil {
		return narrow.All{}, err
	}
	if a.Negated {
		return narrow.Some{granted(of, narrow.Part(e, narrow.PartBefore)), granted(of, narrow.Part(e, narrow.PartAhead))}, nil
	}
	return granted(of, narrow.Part(e, partRecent)), nil
}

// Suppressed is whether an address gets no marketing at all.
func (c *clause) Suppressed(a narrow.Atom, e expr.Suppressed) (narrow.Form, error) {
	if _, err := c.l.medium(e.Channel); err != nil {
		return narrow.All{}, err
	}
	if e.Class != string(ir.Marketing) {
		return narrow.All{}, narrow.Refused(e, "leave the segment to another platform",
			"Mautic records a complaint as unsubscribed, so it cannot tell who takes no service messages")
	}
	if a.Negated {
		return free(e, bounced, unsubscribed, byHand), nil
	}
	return barred(e, bounced, unsubscribed, byHand), nil
}

// Excluded is whether a contact says that an exclusion names the person, or
// nobody has looked for too long.
func (c *clause) Excluded(a narrow.Atom, e expr.Excluded) (narrow.Form, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept, mapped := c.l.Exclusions[e.Exclusion]
	short := strings.TrimPrefix(e.Exclusion, "exclusion.")
	if !mapped {
		return narrow.All{}, narrow.Refused(e, fmt.Sprintf("add exclusion %q { field = \"<alias of a contact field>\" } on lines of their own to %s", short, c.l.Platform.Address),
			"Mautic does not know whom %s names", e.Exclusion)
	}
	if !x.FreshFor.IsZero() && !kept.Checked.Said {
		return narrow.All{}, narrow.Refused(e, "add checked = \"<alias of a contact field>\" to the block of "+e.Exclusion+" in "+c.l.Platform.Address,
			"%s counts for %s only, and Mautic does not know how old its answer is", e.Exclusion, x.FreshFor)
	}
	switch {
	case a.Negated && x.FreshFor.IsZero():
		return narrow.Some{narrow.Part(e, partNo), narrow.Part(e, partUnsaid)}, nil
	case a.Negated:
		return narrow.All{narrow.Some{narrow.Part(e, partNo), narrow.Part(e, partUnsaid)}, narrow.Part(e, partRecent)}, nil
	case x.FreshFor.IsZero():
		return narrow.Part(e, partYes), nil
	}
	return narrow.Some{narrow.Part(e, partYes), narrow.Part(e, partUnchecked), narrow.Part(e, narrow.PartBefore), narrow.Part(e, narrow.PartAhead)}, nil
}

// consented prints a part of what is asked about consent.
func (c *clause) consented(a narrow.Atom) ([]filter, error) {
	if e, ok := a.Of.(expr.Excluded); ok {
		return c.named(a.Part, e)
	}
	if e, ok := a.Of.(expr.Suppressed); ok {
		return c.barring(e.Channel, a.Part)
	}
	e := a.Of.(expr.Record)
	if strings.HasPrefix(a.Part, partBarred) || strings.HasPrefix(a.Part, partFree) {
		return c.barring(e.Channel, a.Part)
	}
	switch a.Part {
	case partGranted, partNoDate, partConfirmed, partNotYet:
		name, err := c.l.date(e)
		operator := map[string]string{partGranted: opSet, partConfirmed: opSet, partNoDate: opEmpty, partNotYet: opEmpty}[a.Part]
		return []filter{{c.l.look(name), "datetime", operator, nil}}, err
	}
	return c.answer(c.l.Names.Consent(e.Consent), a.Part), nil
}

// answer is a filter on a field that says yes, no or nothing.
func (c *clause) answer(name mapping.Name, part string) []filter {
	f := filter{field: c.l.look(name), kind: "boolean", operator: opEqual}
	switch part {
	case partUnsaid:
		f.operator = opEmpty
	default:
		f.value = truth(part == partYes)
	}
	return []filter{f}
}

// barring is a filter on do-not-contact. It is asked as != both times: two of =
// behind an "or" would be merged into their opposite.
func (c *clause) barring(channel, part string) ([]filter, error) {
	medium, err := c.l.medium(channel)
	reason, is := strings.CutPrefix(part, partBarred)
	if !is {
		reason = strings.TrimPrefix(part, partFree)
	}
	return []filter{{resource.String(barring[medium][reason]), "boolean", opNot, truth(!is)}}, err
}

// named prints a part of what is asked about an exclusion.
func (c *clause) named(name string, e expr.Excluded) ([]filter, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept := c.l.Exclusions[e.Exclusion]
	checked := filter{field: resource.String(kept.Checked.Theirs), kind: "datetime", operator: opEmpty}
	switch name {
	case partYes, partNo, partUnsaid:
		return c.answer(kept.In, name), nil
	case partUnchecked:
		checked.field = c.l.look(kept.Checked)
		return []filter{checked}, nil
	}
	checked.field = c.l.look(kept.Checked)
	return c.window(checked, name, expr.Within{Place: e.Place, Length: x.FreshFor})
}
