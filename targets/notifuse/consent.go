package notifuse

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// standing is a state of a record and the statuses on the list that mean it.
type standing struct {
	state    string
	statuses []string
	absent   bool // not being on the list means it
}

// A consent is a list, and the state of its record is the contact's status on
// the list. The platform knows no refusal, no end and no revocation; a bounce
// or complaint on the list is no yes.
var standings = []standing{
	{state: "unknown", absent: true},
	{state: "granted", statuses: []string{"active"}},
	{state: "requested", statuses: []string{"pending"}},
	{state: "withdrawn", statuses: []string{"unsubscribed", "bounced", "complained"}},
	{state: "refused"}, {state: "expired"}, {state: "revoked"},
}

// state is where a record stands in one of some states, or in none of them.
func (c condition) state(e expr.Record, states []types.Value, in bool) tree {
	if !c.speaks(e.Consent, e.Channel) {
		return c.refuse(e, c.silent(e), "declare a consent for this channel alone: its list says who agreed")
	}
	list, ok := c.list(e.Consent, c.at)
	if !ok {
		return constant(false)
	}
	var terms []tree
	for _, s := range standings {
		if slices.Contains(states, types.Value(types.Text(s.state))) == in {
			terms = append(terms, s.on(list))
		}
	}
	return some(terms...)
}

// silent is why the list of a consent says nothing about a channel.
func (c condition) silent(e expr.Record) string {
	if _, sent := c.names.senders[e.Channel]; !sent {
		return notMailed(e.Channel)
	}
	return fmt.Sprintf("A contact has one status on a list of Notifuse, and that of %s speaks of its e-mail and not of %s.", e.Consent, ir.ChannelWord(e.Channel))
}

// notMailed is why nothing is known about another channel.
func notMailed(channel string) string {
	return fmt.Sprintf("Notifuse writes e-mail and knows nothing of %s.", ir.ChannelWord(channel))
}

func (s standing) on(list resource.Value) tree {
	if s.absent {
		return listed("not_in", list, "")
	}
	var terms []tree
	for _, status := range s.statuses {
		terms = append(terms, listed("in", list, status))
	}
	return some(terms...)
}

// list is the list of a consent: one of the account's, or one of ours.
func (l *lowering) list(consent string, at diag.Range) (resource.Value, bool) {
	if said := l.names.Consent(consent); said.Said {
		l.look(lookList, said.Theirs, said.At)
		return resource.Lookup{Kind: lookList, Key: said.Theirs}, true
	}
	if l.placed[consent] {
		return id(resource.Address{Object: consent, Platform: l.Platform.Name}), true
	}
	l.found = append(l.found, diag.Diagnostic{Rule: notKept, At: at,
		Detail: fmt.Sprintf("%s is not on %s, so nobody there can have said yes to it.", consent, l.Platform.Address),
		Help:   fmt.Sprintf("say which list it is: consents = { %s = \"<list>\" }", ir.Short(consent))})
	return nil, false
}

// instant is the column of an instant of a consent record.
func (c condition) instant(e expr.Record) (place, bool) {
	if !c.speaks(e.Consent, e.Channel) {
		c.refuse(e, c.silent(e), "declare a consent for this channel alone")
		return place{}, false
	}
	t := c.names.topics[e.Consent]
	name := map[expr.Fact]string{expr.GrantedAt: t.grantedAt, expr.ConfirmedAt: t.confirmedAt, expr.ExpiresAt: t.expiresAt}[e.Fact]
	if name != "" {
		return place{name: name, form: times}, true
	}
	if e.Fact == expr.ExpiresAt { // the platform knows no yes that ends
		return place{}, false
	}
	at := t.at
	if at.IsZero() {
		at = c.Platform.At
	}
	said := map[expr.Fact]string{expr.GrantedAt: "was given", expr.ConfirmedAt: "was confirmed"}[e.Fact]
	c.lowering.found = append(c.lowering.found, diag.Diagnostic{Rule: notKept, At: at,
		Detail:  fmt.Sprintf("A rule asks when the yes of %s %s, and a list of Notifuse does not say.", e.Consent, said),
		Help:    fmt.Sprintf("keep it in a field of the contact, and say where: consent %q { %s = \"custom_datetime_1\" } on lines of its own", ir.Short(e.Consent), e.Fact),
		Related: []diag.Label{{At: c.at, Text: "needed here"}}})
	return place{}, false
}
