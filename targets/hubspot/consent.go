package hubspot

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
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

// media are the channels that HubSpot's subscription types are of.
var media = account.Media{
	By: map[string]string{"email": "email"}, Rule: otherAddress,
	Writes: "HubSpot's subscription types are of e-mail, and %s has no email in person.%s.",
}

// byMail reports once that a channel is not e-mail.
func (l *lowering) byMail(address string) error {
	_, err := l.Medium(media, address)
	return err
}

// State is whether the record is in one of some states, or in none of them.
func (c *clause) State(of expr.Record, within bool, values []types.Value) (narrow.Form, error) {
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
			out = append(out, narrow.Part(of, s.part))
		}
	}
	if len(out) == len(states) {
		return narrow.All{}, nil
	}
	return out, nil
}

// instant is the property that says when a yes was given or confirmed.
func (c *clause) instant(of expr.Record) (mapping.Name, error) {
	p := c.l.Proofs[of.Consent]
	name, argument := p.Granted, "granted_at"
	if of.Fact == expr.ConfirmedAt {
		name, argument = p.Confirmed, "confirmed_at"
	}
	if !name.Said {
		return name, narrow.Refused(of, fmt.Sprintf("add consent %q { %s = \"<property>\" } on lines of their own to %s", ir.Short(of.Consent), argument, c.l.Platform.Address),
			"HubSpot knows whether somebody agreed to %s, and not when they did or whether they confirmed it", of.Consent)
	}
	return name, nil
}

// Fact is whether something is known of a record. That a yes was given counts
// as known of whoever has it.
func (c *clause) Fact(a narrow.Atom, of expr.Record) (narrow.Form, error) {
	if err := c.l.byMail(of.Channel); err != nil {
		return narrow.All{}, err
	}
	switch of.Fact {
	case expr.ExpiresAt:
		return narrow.Always(a.Negated), nil
	case expr.State:
		return narrow.Always(!a.Negated), nil
	case expr.GrantedAt, expr.ConfirmedAt:
	}
	if _, err := c.instant(of); err != nil {
		return narrow.All{}, err
	}
	in := expr.Record{Place: of.Place, Consent: of.Consent, Channel: of.Channel, Fact: expr.State}
	if a.Negated {
		return narrow.Some{narrow.Part(of, partUnset), narrow.Part(in, partOut), narrow.Part(in, partNeither)}, nil
	}
	return narrow.All{narrow.Part(of, partSet), narrow.Part(in, partIn)}, nil
}

// Recent is whether a yes is not older than it may be.
func (c *clause) Recent(a narrow.Atom, e expr.Within, of expr.Record) (narrow.Form, error) {
	if err := c.l.byMail(of.Channel); err != nil {
		return narrow.All{}, err
	}
	if of.Fact == expr.ExpiresAt {
		return narrow.Some{}, nil // nothing has an end there, so it is not known whether one passed
	}
	if _, err := c.instant(of); err != nil {
		return narrow.All{}, err
	}
	in := narrow.Part(expr.Record{Place: of.Place, Consent: of.Consent, Channel: of.Channel, Fact: expr.State}, partIn)
	if a.Negated {
		return narrow.All{in, narrow.Some{narrow.Atom{Of: e, Part: narrow.PartBefore}, narrow.Atom{Of: e, Part: narrow.PartAhead}}}, nil
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
	return stored{name: c.l.Look(lookProperty, name)}.filter(said), nil
}

// Suppressed is whether an address gets no messages of a class: it bounced for
// good, or it opted out of all marketing.
func (c *clause) Suppressed(a narrow.Atom, e expr.Suppressed) (narrow.Form, error) {
	if err := c.l.byMail(e.Channel); err != nil {
		return narrow.All{}, err
	}
	marketing := e.Class == string(ir.Marketing)
	switch {
	case a.Negated && marketing:
		return narrow.All{narrow.Part(e, partArrives), narrow.Some{narrow.Part(e, partNotOut), narrow.Part(e, partNoAnswer)}}, nil
	case a.Negated:
		return narrow.Part(e, partArrives), nil
	case marketing:
		return narrow.Some{narrow.Part(e, partBounced), narrow.Part(e, partOutOfAll)}, nil
	}
	return narrow.Part(e, partBounced), nil
}

// Excluded is whether the list of an exclusion names the person, or it is not
// known because nobody has looked for too long.
func (c *clause) Excluded(a narrow.Atom, e expr.Excluded) (narrow.Form, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept, mapped := c.l.Exclusions[e.Exclusion]
	switch {
	case !mapped:
		return narrow.All{}, narrow.Refused(e, "add exclusion \""+ir.Short(e.Exclusion)+"\" { list = \"<name of the list>\" } on lines of their own to "+c.l.Platform.Address,
			"HubSpot does not know whom %s names", e.Exclusion)
	case !x.FreshFor.IsZero() && !kept.Checked.Said:
		return narrow.All{}, narrow.Refused(e, "add checked = \"<property>\" to the block of "+e.Exclusion+" in "+c.l.Platform.Address,
			"%s counts for %s only, and HubSpot does not know how old its list is", e.Exclusion, x.FreshFor)
	case a.Negated && x.FreshFor.IsZero():
		return narrow.Part(e, partUnlisted), nil
	case a.Negated:
		return narrow.All{narrow.Part(e, partUnlisted), narrow.Part(e, "")}, nil
	case x.FreshFor.IsZero():
		return narrow.Part(e, partListed), nil
	}
	return narrow.Some{narrow.Part(e, partListed), narrow.Part(e, partUnset), narrow.Part(e, narrow.PartBefore), narrow.Part(e, narrow.PartAhead)}, nil
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
		return stored{name: c.l.Look(lookProperty, name)}.filter(operation("ALL_PROPERTY", operators.known[a.Part == partSet], nil)), nil
	case expr.Aggregate, expr.And, expr.Any, expr.Attribute, expr.Call, expr.Coalesce, expr.Compare, expr.Did, expr.Field,
		expr.FollowedBy, expr.Is, expr.IsSet, expr.Literal, expr.Member, expr.Not, expr.OneOf, expr.Or, expr.Reachable,
		expr.Within:
	}
	return nil, narrow.Refused(a.Of, "", "HubSpot cannot ask for %s", expr.Print(a.Of))
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
	kept := c.l.Exclusions[e.Exclusion]
	switch name {
	case partListed, partUnlisted:
		operator := "IN_LIST"
		if name == partUnlisted {
			operator = "NOT_IN_LIST"
		}
		return resource.Map{"filterType": resource.String("IN_LIST"), "operator": resource.String(operator), "listId": c.l.Look(lookList, kept.In)}, nil
	}
	checked := stored{name: c.l.Look(lookProperty, kept.Checked)}
	if name == partUnset {
		return checked.filter(operation("ALL_PROPERTY", operators.known[false], nil)), nil
	}
	said, err := c.relative(name, x.FreshFor, e)
	if err != nil {
		return nil, err
	}
	return checked.filter(said), nil
}
