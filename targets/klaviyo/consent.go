package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
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
var media = account.Media{
	By: map[string]string{"email": "email", "phone_number": "sms"}, Rule: otherAddress,
	Writes: "Klaviyo writes to the email and the phone_number of a profile, and %s has neither in person.%s.",
}

// medium is Klaviyo's word for a channel.
func (l *lowering) medium(address string) (string, error) { return l.Medium(media, address) }

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

// though are the profiles of a subscription that are suppressed, one condition
// for each reason.
func (c *clause) though(of expr.Record, name string) narrow.Some {
	out := narrow.Some{narrow.Part(of, name)}
	if medium, err := c.l.medium(of.Channel); err == nil && medium == "email" && name != partUnsubscribed {
		for _, why := range suppressions {
			out = append(out, narrow.Part(of, name+" "+why))
		}
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
	subscribed, never, unsubscribed := c.though(of, partSubscribed), c.though(of, partNever), narrow.Some{narrow.Part(of, partUnsubscribed)}
	listed, unlisted := narrow.Part(of, partListed), narrow.Part(of, partUnlisted)
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

// Fact is whether something is known of a record.
func (c *clause) Fact(a narrow.Atom, of expr.Record) (narrow.Form, error) {
	medium, err := c.l.medium(of.Channel)
	switch {
	case err != nil:
		return narrow.All{}, err
	case of.Fact == expr.ExpiresAt:
		return narrow.Always(a.Negated), nil
	case of.Fact == expr.State:
		return narrow.Always(!a.Negated), nil
	case of.Fact == expr.ConfirmedAt && medium != "email":
		return narrow.All{}, narrow.Refused(of, "", "Klaviyo does not say whether a subscription by SMS was confirmed")
	case of.Fact == expr.ConfirmedAt && !a.Negated:
		return narrow.All{narrow.Part(of, partConfirmed), narrow.Part(of, partListed)}, nil
	case of.Fact == expr.ConfirmedAt:
		return narrow.Some{narrow.Part(of, partUnconfirmed), narrow.Part(of, partNever), narrow.Part(of, partBarred), narrow.Part(of, partUnlisted)}, nil
	case a.Negated:
		return append(c.though(of, partNever), narrow.Part(of, partUnsubscribed), narrow.Part(of, partUnlisted)), nil
	}
	return narrow.All{c.though(of, partSubscribed), narrow.Part(of, partListed)}, nil
}

// Recent is whether a yes is not older than it may be.
func (c *clause) Recent(a narrow.Atom, e expr.Within, of expr.Record) (narrow.Form, error) {
	if _, err := c.l.medium(of.Channel); err != nil {
		return narrow.All{}, err
	}
	switch {
	case of.Fact == expr.ExpiresAt:
		return narrow.Some{}, nil // nothing has an end there, so it is not known whether one passed
	case of.Fact == expr.GrantedAt && a.Negated:
		return narrow.All{narrow.Part(e, partOlder), narrow.Part(of, partListed)}, nil
	case of.Fact == expr.GrantedAt:
		return narrow.All{narrow.Part(e, partRecent), narrow.Part(of, partListed)}, nil
	}
	return narrow.All{}, narrow.Refused(of, "", "Klaviyo does not say when a subscription was confirmed")
}

// Suppressed is whether an address gets no marketing at all.
func (c *clause) Suppressed(a narrow.Atom, e expr.Suppressed) (narrow.Form, error) {
	medium, err := c.l.medium(e.Channel)
	if err != nil {
		return narrow.All{}, err
	}
	if e.Class != string(ir.Marketing) {
		return narrow.All{}, narrow.Refused(e, "leave the segment to another platform", "Klaviyo has no way to ask whether an address takes no service messages")
	}
	if medium == "sms" {
		if a.Negated {
			return narrow.Some{narrow.Part(e, partSubscribed), narrow.Part(e, partNever)}, nil
		}
		return narrow.Part(e, partUnsubscribed), nil
	}
	if a.Negated {
		return narrow.Part(e, partReached), nil
	}
	return narrow.Part(e, partBarred), nil
}

// Excluded is whether the list of an exclusion names the person, or it is not
// known because nobody has looked for too long.
func (c *clause) Excluded(a narrow.Atom, e expr.Excluded) (narrow.Form, error) {
	x, _ := ir.Find(c.l.Program.Exclusions, e.Exclusion)
	kept, mapped := c.l.Exclusions[e.Exclusion]
	if !mapped {
		return narrow.All{}, narrow.Refused(e, "add exclusion \""+ir.Short(e.Exclusion)+"\" { list = \"<name of the list>\" } on lines of their own to "+c.l.Platform.Address,
			"Klaviyo does not know whom %s names", e.Exclusion)
	}
	if !x.FreshFor.IsZero() && !kept.Checked.Said {
		return narrow.All{}, narrow.Refused(e, "add checked = \"<profile property>\" to the block of "+e.Exclusion+" in "+c.l.Platform.Address,
			"%s counts for %s only, and Klaviyo does not know how old its list is", e.Exclusion, x.FreshFor)
	}
	form := narrow.Form(narrow.Some{narrow.Part(e, partListed)})
	if a.Negated {
		form = narrow.All{narrow.Part(e, partUnlisted)}
	}
	switch out := form.(type) {
	case narrow.Some:
		if !x.FreshFor.IsZero() {
			form = append(out, narrow.Part(e, partStale), narrow.Part(e, partStale+" unset"))
		}
	case narrow.All:
		if !x.FreshFor.IsZero() {
			form = append(out, narrow.Part(e, partFresh))
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
	return nil, narrow.Refused(a.Of, "", "Klaviyo cannot ask for %s", expr.Print(a.Of))
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
	kept := c.l.Exclusions[e.Exclusion]
	switch name {
	case partListed, partUnlisted:
		return c.l.membership(c.l.Look(lookList, kept.In), name == partListed), nil
	case partStale + " unset":
		return property(kept.Checked.Theirs, existence(false)), nil
	}
	operator := "in-the-last"
	if name == partStale {
		operator = "at-least"
	}
	when, err := c.ago(operator, x.FreshFor, e)
	return property(kept.Checked.Theirs, when), err
}

// membership is being on a list, or not.
func (l *lowering) membership(list resource.Value, on bool) resource.Map {
	return resource.Map{"type": resource.String("profile-group-membership"), "is_member": resource.Bool(on), "group_ids": resource.List{list}}
}

// list is the list of a consent: the account's where the project names one,
// else ours.
func (l *lowering) list(consent string) resource.Value {
	if name := l.Names.Consent(consent); name.Said || !l.Has(consent) {
		return l.Look(lookList, name)
	}
	return resource.Ref{Address: l.Address(consent, ""), Output: "id"}
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
	for _, consent := range account.Here(l, l.Program.Consents) {
		if name := l.Names.Consent(consent.Address); name.Said {
			l.Lookups[resource.Lookup{Kind: lookList, Key: name.Theirs}] = name.At
			continue
		}
		process := "single_opt_in"
		if l.confirmed(consent) {
			process = "double_opt_in"
		}
		l.add(resource.Resource{
			Address: l.Address(consent.Address, ""), Kind: kindList, At: consent.At,
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
