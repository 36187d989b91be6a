package hubspot

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/narrow"
)

// What HubSpot knows of consent, and what it is here.
//
// A contact has one state for each subscription type: opted in, opted out, or
// neither. That is granted, withdrawn and unknown; the other states do not
// occur. Since when it is so, and whether it was confirmed, lists cannot ask:
// a project that needs it keeps it in properties and says which (consent
// blocks). A contact may also have opted out of everything, which is an
// objection to marketing, and its address may have bounced for good, after
// which HubSpot sends nothing to it, of any kind.
//
// Subscriptions are of e-mail.

// The properties that HubSpot fills in itself.
const (
	optedOut = "hs_email_optout"                  // of everything
	bounced  = "hs_email_hard_bounce_reason_enum" // set: the address bounced for good
)

// Parts of what is asked about a consent.
const (
	partIn       = "in"
	partOut      = "out"
	partNeither  = "neither"
	partNotOut   = "not out of everything"
	partOutOfAll = "out of everything"
	partNoAnswer = "no word about everything"
	partBounced  = "bounced"
	partArrives  = "arrives"
	partListed   = "listed"
	partUnlisted = "unlisted"
	partSet      = "set"
	partUnset    = "unset"
)

// optStates are HubSpot's words for the states of a subscription.
var optStates = map[string]string{partIn: "OPT_IN", partOut: "OPT_OUT", partNeither: "NOT_OPTED"}

// states are the same for ours.
var states = []struct{ ours, part string }{{"granted", partIn}, {"withdrawn", partOut}, {"unknown", partNeither}}

func part(of expr.Expr, name string) narrow.Atom { return narrow.Atom{Of: of, Part: name} }

// byMail reports once that a channel is not e-mail.
func (l *lowering) byMail(address string) error {
	channel, _ := ir.Find(l.Program.Channels, address)
	if l.names.Field(channel.Key).Theirs == "email" {
		return nil
	}
	if !l.told[address] {
		l.told[address] = true
		l.found = append(l.found, diag.Diagnostic{
			Rule: otherAddress, At: channel.At, Mark: address + " goes to person." + channel.Key,
			Detail: fmt.Sprintf("HubSpot's subscription types are of e-mail, and %s has no email in person.%s.", l.Platform.Address, channel.Key),
			Help:   fmt.Sprintf("if it is the e-mail address, say so in the block of %s: fields = { %s = \"email\" }", l.Platform.Address, channel.Key),
		})
	}
	return errTold
}

// state is whether the record is in one of some states, or in none of them.
func (c *clause) state(of expr.Record, within bool, values []types.Value) (narrow.Form, error) {
	if err := c.l.byMail(of.Channel); err != nil {
		return narrow.All{}, err
	}
	of.Fact = expr.State
	has := map[string]bool{}
	for _, v := range values {
		has[types.Spell(v)] = true
	}
	out := narrow.Some{}
	for _, s := range states {
		if has[s.ours] == within {
			out = append(out, part(of, s.part))
		}
	}
	if len(out) == len(states) {
		return narrow.All{}, nil
	}
	return out, nil
}

// instant is the property that says when a yes was given or confirmed.
func (c *clause) instant(of expr.Record) (mapping.Name, error) {
	p := c.l.proofs[of.Consent]
	name, argument := p.granted, "granted_at"
	if of.Fact == expr.ConfirmedAt {
		name, argument = p.confirmed, "confirmed_at"
	}
	if !name.Said {
		return name, refused(of, fmt.Sprintf("add consent %q { %s = \"<property>\" } on lines of their own to %s", last(of.Consent), argument, c.l.Platform.Address),
			"HubSpot knows whether somebody agreed to %s, and not when they did or whether they confirmed it", of.Consent)
	}
	return name, nil
}

// fact is whether something is known of a record. That a yes was given counts
// as known of whoever has it.
func (c *clause) fact(a narrow.Atom, of expr.Record) (narrow.Form, error) {
	if err := c.l.byMail(of.Channel); err != nil {
		return narrow.All{}, err
	}
	switch of.Fact {
	case expr.ExpiresAt:
		return always(a.Negated), nil
	case expr.State:
		return always(!a.Negated), nil
	case expr.GrantedAt, expr.ConfirmedAt:
	}
	if _, err := c.instant(of); err != nil {
		return narrow.All{}, err
	}
	in := expr.Record{Place: of.Place, Consent: of.Consent, Channel: of.Channel, Fact: expr.State}
	if a.Negated {
		return narrow.Some{part(of, partUnset), part(in, partOut), part(in, partNeither)}, nil
	}
	return narrow.All{part(of, partSet), part(in, partIn)}, nil
}

// recently is whether a yes is not older than it may be.
func (c *clause) recently(a narrow.Atom, e expr.Within, of expr.Record) (narrow.Form, error) {
	if err := c.l.byMail(of.Channel); err != nil {
		return narrow.All{}, err
	}
	if of.Fact == expr.ExpiresAt {
		return narrow.Some{}, nil // nothing has an end there, so it is not known whether one passed
	}
	if _, err := c.instant(of); err != nil {
		return narrow.All{}, err
	}
	in := part(expr.Record{Place: of.Place, Consent: of.Consent, Channel: of.Channel, Fact: expr.State}, partIn)
	if a.Negated {
		return narrow.All{in, narrow.Some{narrow.Atom{Of: e, Part: partBefore}, narrow.Atom{Of: e, Part: partAfter}}}, nil
	}
	return narrow.All{in, narrow.Atom{Of: e}}, nil
}

// agreed prints since when somebody agrees.
func (c *clause) agreed(a narrow.Atom, e expr.Within, of expr.Record) (resource.Map, error) {
	name, err := c.instant(of)
	if err != nil {
		return nil, err
	}
	said, err := c.relative(a.Part, e.Length, e)
	if err != nil {
		return nil, err
	}
	return stored{name: c.l.look(lookProperty, name)}.filter(said), nil
}

// suppressed is whether an address gets no messages of a class: it bounced for
// good, or it opted out of all marketing.
func (c *clause) suppressed(a narrow.Atom, e expr.Suppressed) (narrow.Form, error) {
	if err := c.l.byMail(e.Channel); err != nil {
		return narrow.All{}, err
	}
	marketing := e.Class == string(ir.Marketing)
	switch {
	case a.Negated && marketing:
		return narrow.All{part(e, partArrives), narrow.Some{part(e, partNotOut), part(e, partNoAnswer)}}, nil
	case a.Negated:
		return part(e, partArrives), nil
	case marketing:
		return narrow.Some{part(e, partBounced), part(e, partOutOfAll)}, nil
	}
	return part(e, partBounced), nil
}

// excluded is whether the list of an exclusion names the person, or it is not
// known because nobody has looked for too long.
func (c *clause) excluded(a narrow.Atom, e expr.Excluded) (narrow.Form, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept, mapped := c.l.exclusions[e.Exclusion]
	switch {
	case !mapped:
		return narrow.All{}, refused(e, "add exclusion \""+last(e.Exclusion)+"\" { list = \"<name of the list>\" } on lines of their own to "+c.l.Platform.Address,
			"HubSpot does not know whom %s names", e.Exclusion)
	case !x.FreshFor.IsZero() && !kept.checked.Said:
		return narrow.All{}, refused(e, "add checked = \"<property>\" to the block of "+e.Exclusion+" in "+c.l.Platform.Address,
			"%s counts for %s only, and HubSpot does not know how old its list is", e.Exclusion, x.FreshFor)
	case a.Negated && x.FreshFor.IsZero():
		return part(e, partUnlisted), nil
	case a.Negated:
		return narrow.All{part(e, partUnlisted), part(e, "")}, nil
	case x.FreshFor.IsZero():
		return part(e, partListed), nil
	}
	return narrow.Some{part(e, partListed), part(e, partUnset), part(e, partBefore), part(e, partAfter)}, nil
}

// consent prints a part of what is asked about a consent.
func (c *clause) consent(a narrow.Atom) (resource.Map, error) {
	switch e := a.Of.(type) {
	case expr.Excluded:
		return c.exclusion(a.Part, e)
	case expr.Suppressed:
		return c.barred(a.Part), nil
	case expr.Record:
		if a.Part != partSet && a.Part != partUnset {
			return c.l.subscribed(e.Consent, a.Part), nil
		}
		name, err := c.instant(e)
		if err != nil {
			return nil, err
		}
		return stored{name: c.l.look(lookProperty, name)}.filter(operation("ALL_PROPERTY", operators.known[a.Part == partSet], nil)), nil
	case expr.Aggregate, expr.And, expr.Any, expr.Attribute, expr.Call, expr.Coalesce, expr.Compare, expr.Did, expr.Field,
		expr.FollowedBy, expr.Is, expr.IsSet, expr.Literal, expr.Member, expr.Not, expr.OneOf, expr.Or, expr.Reachable,
		expr.Within:
	}
	return nil, refused(a.Of, "", "HubSpot cannot ask for %s", expr.Print(a.Of))
}

// subscribed is the state of a subscription.
func (l *lowering) subscribed(consent, state string) resource.Map {
	return resource.Map{
		"filterType": resource.String("COMMUNICATION_SUBSCRIPTION"), "channel": resource.String("EMAIL"), "subscriptionType": resource.String("SUBSCRIPTION"),
		"subscriptionIds":   resource.List{l.subscriptionOf(consent)},
		"acceptedOptStates": resource.List{resource.String(optStates[state])},
	}
}

// barred is one reason why an address gets nothing, or its absence.
func (c *clause) barred(name string) resource.Map {
	switch name {
	case partBounced, partArrives:
		return known(bounced, name == partBounced)
	case partNoAnswer:
		return known(optedOut, false)
	}
	return stored{name: resource.String(optedOut)}.filter(truth(name == partOutOfAll))
}

func (c *clause) exclusion(name string, e expr.Excluded) (resource.Map, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept := c.l.exclusions[e.Exclusion]
	switch name {
	case partListed, partUnlisted:
		operator := "IN_LIST"
		if name == partUnlisted {
			operator = "NOT_IN_LIST"
		}
		return resource.Map{"filterType": resource.String("IN_LIST"), "operator": resource.String(operator), "listId": c.l.look(lookList, kept.list)}, nil
	}
	checked := stored{name: c.l.look(lookProperty, kept.checked)}
	if name == partUnset {
		return checked.filter(operation("ALL_PROPERTY", operators.known[false], nil)), nil
	}
	said, err := c.relative(name, x.FreshFor, e)
	if err != nil {
		return nil, err
	}
	return checked.filter(said), nil
}

// last is the name at the end of an address.
func last(address string) string { return address[strings.LastIndexByte(address, '.')+1:] }
