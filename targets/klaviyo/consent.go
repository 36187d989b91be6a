package klaviyo

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// What Klaviyo knows of consent, and what it is here.
//
// A profile has one subscription for each channel: never subscribed, subscribed
// or unsubscribed, since when, and for e-mails whether it was confirmed. Beside
// that an e-mail address may be suppressed: it bounced, somebody suppressed it by
// hand, it is not valid. And a profile is on lists.
//
//	granted    subscribed to the channel and on the list of the consent
//	withdrawn  unsubscribed from the channel
//	unknown    neither
//
// Whether and when a yes was given or confirmed is known of the channel, and
// counts for the consents whose lists the profile is on.
//
// A no is always about a channel, and never about one list: whoever takes a
// person off a list and leaves them subscribed has not recorded a no. The other
// states do not occur. Unsubscribing is also an objection to marketing, and
// Klaviyo says so itself when it is asked whether a profile can receive
// marketing: a person who never subscribed can.

// media are Klaviyo's words for channels by the property that is the address.
var media = map[string]string{"email": "email", "phone_number": "sms"}

// medium is Klaviyo's word for a channel. That it has none is reported once, at
// the channel.
func (l *lowering) medium(address string) (string, error) {
	channel, _ := ir.Find(l.Program.Channels, address)
	if word := media[l.names.Field(channel.Key).Theirs]; word != "" {
		return word, nil
	}
	if !l.told[address] {
		l.told[address] = true
		l.found = append(l.found, diag.Diagnostic{
			Rule: otherAddress, At: channel.At, Mark: address + " goes to person." + channel.Key,
			Detail: fmt.Sprintf("Klaviyo writes to the email and the phone_number of a profile, and %s has neither in person.%s.", l.Platform.Address, channel.Key),
			Help:   fmt.Sprintf("say which it is in the block of %s: fields = { %s = \"phone_number\" }", l.Platform.Address, channel.Key),
		})
	}
	return "", errTold
}

// Parts of what is asked about a subscription. Each is one of Klaviyo's
// conditions; together they say what a record or a suppression says.
const (
	partSubscribed   = "subscribed"
	partConfirmed    = "confirmed"
	partUnconfirmed  = "unconfirmed"
	partNever        = "never"
	partUnsubscribed = "unsubscribed"
	partReached      = "reached"
	partBarred       = "barred"
	partListed       = "listed"
	partUnlisted     = "unlisted"
	partRecent       = "recent"
	partOlder        = "older"
	partStale        = "stale"
	partFresh        = "fresh"
)

// suppressions are why an address that subscribed gets nothing.
var suppressions = []string{"bounce_date", "manual_suppression_date", "invalid_email_date"}

func part(of expr.Expr, name string) narrow.Atom { return narrow.Atom{Of: of, Part: name} }

// though are the profiles of a subscription that are suppressed, one condition
// for each reason.
func (c *clause) though(of expr.Record, name string) narrow.Some {
	out := narrow.Some{part(of, name)}
	if medium, err := c.l.medium(of.Channel); err == nil && medium == "email" && name != partUnsubscribed {
		for _, why := range suppressions {
			out = append(out, part(of, name+" "+why))
		}
	}
	return out
}

// state is whether the record is in one of some states, or in none of them.
func (c *clause) state(of expr.Record, within bool, values []types.Value) (narrow.Form, error) {
	if _, err := c.l.medium(of.Channel); err != nil {
		return narrow.All{}, err
	}
	of.Fact = expr.State
	has := map[string]bool{}
	for _, v := range values {
		has[types.Spell(v)] = true
	}
	subscribed, never, unsubscribed := c.though(of, partSubscribed), c.though(of, partNever), narrow.Some{part(of, partUnsubscribed)}
	listed, unlisted := part(of, partListed), part(of, partUnlisted)
	out := narrow.Some{}
	if has["granted"] == within {
		out = append(out, narrow.All{subscribed, listed})
	}
	if has["withdrawn"] == within {
		out = append(out, unsubscribed)
	}
	if has["unknown"] == within {
		out = append(out, never, narrow.All{subscribed, unlisted})
	}
	if has["granted"] == within && has["unknown"] == within { // the list does not matter then
		out = narrow.Some{subscribed, never}
		if has["withdrawn"] == within {
			return narrow.All{}, nil
		}
	}
	return out, nil
}

// fact is whether something is known of a record.
func (c *clause) fact(a narrow.Atom, of expr.Record) (narrow.Form, error) {
	medium, err := c.l.medium(of.Channel)
	switch {
	case err != nil:
		return narrow.All{}, err
	case of.Fact == expr.ExpiresAt:
		return always(a.Negated), nil
	case of.Fact == expr.State:
		return always(!a.Negated), nil
	case of.Fact == expr.ConfirmedAt && medium != "email":
		return narrow.All{}, refused(of, "", "Klaviyo does not say whether a subscription by SMS was confirmed")
	case of.Fact == expr.ConfirmedAt && !a.Negated:
		return narrow.All{part(of, partConfirmed), part(of, partListed)}, nil
	case of.Fact == expr.ConfirmedAt:
		return narrow.Some{part(of, partUnconfirmed), part(of, partNever), part(of, partBarred), part(of, partUnlisted)}, nil
	case a.Negated:
		return append(c.though(of, partNever), part(of, partUnsubscribed), part(of, partUnlisted)), nil
	}
	return narrow.All{c.though(of, partSubscribed), part(of, partListed)}, nil
}

// recently is whether a yes is not older than it may be.
func (c *clause) recently(a narrow.Atom, e expr.Within, of expr.Record) (narrow.Form, error) {
	if _, err := c.l.medium(of.Channel); err != nil {
		return narrow.All{}, err
	}
	switch {
	case of.Fact == expr.ExpiresAt:
		return narrow.Some{}, nil // nothing has an end there, so it is not known whether one passed
	case of.Fact == expr.GrantedAt && a.Negated:
		return narrow.All{part(e, partOlder), part(of, partListed)}, nil
	case of.Fact == expr.GrantedAt:
		return narrow.All{part(e, partRecent), part(of, partListed)}, nil
	}
	return narrow.All{}, refused(of, "", "Klaviyo does not say when a subscription was confirmed")
}

// suppressed is whether an address gets no marketing at all.
func (c *clause) suppressed(a narrow.Atom, e expr.Suppressed) (narrow.Form, error) {
	medium, err := c.l.medium(e.Channel)
	if err != nil {
		return narrow.All{}, err
	}
	if e.Class != string(ir.Marketing) {
		return narrow.All{}, refused(e, "leave the segment to another platform", "Klaviyo has no way to ask whether an address takes no service messages")
	}
	if medium == "sms" {
		if a.Negated {
			return narrow.Some{part(e, partSubscribed), part(e, partNever)}, nil
		}
		return part(e, partUnsubscribed), nil
	}
	if a.Negated {
		return part(e, partReached), nil
	}
	return part(e, partBarred), nil
}

// excluded is whether the list of an exclusion names the person, or it is not
// known because nobody has looked for too long.
func (c *clause) excluded(a narrow.Atom, e expr.Excluded) (narrow.Form, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept, mapped := c.l.exclusions[e.Exclusion]
	if !mapped {
		return narrow.All{}, refused(e, "add exclusion \""+last(e.Exclusion)+"\" { list = \"<name of the list>\" } on lines of their own to "+c.l.Platform.Address,
			"Klaviyo does not know whom %s names", e.Exclusion)
	}
	if !x.FreshFor.IsZero() && kept.checked == "" {
		return narrow.All{}, refused(e, "add checked = \"<profile property>\" to the block of "+e.Exclusion+" in "+c.l.Platform.Address,
			"%s counts for %s only, and Klaviyo does not know how old its list is", e.Exclusion, x.FreshFor)
	}
	form := narrow.Form(narrow.Some{part(e, partListed)})
	if a.Negated {
		form = narrow.All{part(e, partUnlisted)}
	}
	switch out := form.(type) {
	case narrow.Some:
		if !x.FreshFor.IsZero() {
			form = append(out, part(e, partStale), part(e, partStale+" unset"))
		}
	case narrow.All:
		if !x.FreshFor.IsZero() {
			form = append(out, part(e, partFresh))
		}
	case narrow.Atom:
	}
	return form, nil
}

// consent prints a part of what is asked about a subscription.
func (c *clause) consent(a narrow.Atom) (resource.Map, error) {
	switch e := a.Of.(type) {
	case expr.Excluded:
		return c.exclusion(a.Part, e)
	case expr.Suppressed:
		medium, err := c.l.medium(e.Channel)
		return subscription(medium, a.Part, nil), err
	case expr.Record:
		if a.Part == partListed || a.Part == partUnlisted {
			return c.l.membership(c.l.list(e.Consent), a.Part == partListed), nil
		}
		medium, err := c.l.medium(e.Channel)
		return subscription(medium, a.Part, nil), err
	case expr.Aggregate, expr.And, expr.Any, expr.Attribute, expr.Call, expr.Coalesce, expr.Compare, expr.Did, expr.Field,
		expr.FollowedBy, expr.Is, expr.IsSet, expr.Literal, expr.Member, expr.Not, expr.OneOf, expr.Or, expr.Reachable,
		expr.Within:
	}
	return nil, refused(a.Of, "", "Klaviyo cannot ask for %s", expr.Print(a.Of))
}

// subscribedSince prints since when somebody is subscribed.
func (c *clause) subscribedSince(a narrow.Atom, e expr.Within, of expr.Record) (resource.Map, error) {
	operator := "in-the-last"
	if a.Part == partOlder {
		operator = "at-least"
	}
	since, err := c.ago(operator, e.Length, e)
	if err != nil {
		return nil, err
	}
	medium, err := c.l.medium(of.Channel)
	return subscription(medium, partSubscribed, resource.Map{"field": resource.String("status_date"), "filter": since}), err
}

func (c *clause) exclusion(name string, e expr.Excluded) (resource.Map, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept := c.l.exclusions[e.Exclusion]
	switch name {
	case partListed, partUnlisted:
		return c.l.membership(c.l.look(lookList, kept.list), name == partListed), nil
	case partStale + " unset":
		return property(kept.checked, existence(false)), nil
	}
	operator := "in-the-last"
	if name == partStale {
		operator = "at-least"
	}
	when, err := c.ago(operator, x.FreshFor, e)
	return property(kept.checked, when), err
}

// membership is being on a list, or not.
func (l *lowering) membership(list resource.Value, on bool) resource.Map {
	return resource.Map{"type": resource.String("profile-group-membership"), "is_member": resource.Bool(on), "group_ids": resource.List{list}}
}

// list is the list of a consent: the account's where the project names one,
// else ours.
func (l *lowering) list(consent string) resource.Value {
	if name := l.names.Consent(consent); name.Said || !l.placed[consent] {
		return l.look(lookList, name)
	}
	return resource.Ref{Address: l.address(consent, ""), Output: "id"}
}

// forms are the subscriptions by part: whether marketing reaches them, and the
// word for them.
var forms = map[string]struct {
	reached bool
	word    string
}{
	partSubscribed: {true, "subscribed"}, partConfirmed: {true, "subscribed"}, partUnconfirmed: {true, "subscribed"}, partNever: {true, "never_subscribed"},
	partUnsubscribed: {false, "unsubscribed"}, partReached: {true, "any"}, partBarred: {false, "any"},
}

// subscription is a condition on the consent of a channel. A part such as
// "subscribed bounce_date" is of those who subscribed and are suppressed.
func subscription(medium, name string, filter resource.Map) resource.Map {
	form, why := forms[name], ""
	for _, reason := range suppressions {
		if base := len(name) - len(reason) - 1; base > 0 && name[base:] == " "+reason {
			form, why = forms[name[:base]], reason
			form.reached = false
		}
	}
	if medium == "sms" && name == partNever {
		form.reached = false // by SMS, marketing reaches nobody who did not ask for it
	}
	status := resource.Map{"subscription": resource.String(form.word)}
	switch {
	case filter != nil:
		status["filters"] = resource.List{filter}
	case why != "":
		status["filters"] = resource.List{resource.Map{"field": resource.String(why), "filter": existence(true)}}
	case name == partConfirmed || name == partUnconfirmed:
		yes := resource.Map{"type": resource.String("boolean"), "operator": resource.String("equals"), "value": resource.Bool(name == partConfirmed)}
		status["filters"] = resource.List{resource.Map{"field": resource.String("is_double_opt_in"), "filter": yes}}
	}
	return resource.Map{"type": resource.String("profile-marketing-consent"), "consent": resource.Map{
		"channel": resource.String(medium), "can_receive_marketing": resource.Bool(form.reached), "consent_status": status,
	}}
}

// lists makes the list of each consent that the project does not map.
func (l *lowering) lists() {
	for _, consent := range here(l, l.Program.Consents) {
		if name := l.names.Consent(consent.Address); name.Said {
			l.lookups[resource.Lookup{Kind: lookList, Key: name.Theirs}] = name.At
			continue
		}
		process := "single_opt_in"
		if l.confirmed(consent) {
			process = "double_opt_in"
		}
		l.add(resource.Resource{
			Address: l.address(consent.Address, ""), Kind: kindList, At: consent.At,
			Attributes: resource.Map{"opt_in_process": resource.String(process)}, Places: map[string]diag.Range{},
		})
	}
}

// confirmed tells whether some law asks for a yes that is confirmed.
func (l *lowering) confirmed(consent ir.Consent) bool {
	for _, regime := range l.Program.Regimes {
		for _, rule := range regime.Rules {
			for _, channel := range consent.Channels {
				if rule.DoubleOptIn && rule.Covers(ir.Marketing, channel) {
					return true
				}
			}
		}
	}
	return false
}
