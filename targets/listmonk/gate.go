package listmonk

import (
	"fmt"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// A send is gated twice.
//
// listmonk itself sends a campaign to the subscribers of its lists, and asks at
// that moment for each of them whether the subscription is confirmed (double
// opt-in) or not unsubscribed (single), and that the subscriber is not on the
// blocklist. The list is that of the consent that covers the message, so an
// unsubscribe, which is from the lists of the campaign, is recorded where the
// yes was. Several lists are a union: a second list for a segment would send to
// everybody of both.
//
// Everything else that the rules of consent ask, and who the message is for,
// is a guard in front of the text. It names what it rests on in attributes that
// the subscriber has at that moment.

// native is what the platform enforces by itself for whoever gets a campaign.
type native struct {
	program *ir.Program
	account account
	consent string // whose list it goes to; "" is the list of everybody
	optin   string
}

// knows answers a question about a person who gets the campaign.
func (n native) knows(a narrow.Atom) (holds, known bool) {
	answer, known := n.answer(a.Of)
	return answer != a.Negated, known
}

func (n native) answer(e expr.Expr) (holds, known bool) {
	switch e := e.(type) {
	case expr.Suppressed:
		return false, e.Channel == n.account.email
	case expr.Compare:
		if r, other, _ := stateOf(e); r != nil && n.about(*r) {
			word, fixed := other.(expr.Literal)
			equal := fixed && types.Spell(word.Value) == "granted"
			return equal == (e.Op == expr.Equal), fixed && (e.Op == expr.Equal || e.Op == expr.NotEqual)
		}
	case expr.OneOf:
		if r, is := e.Of.(expr.Record); is && r.Fact == expr.State && n.about(r) {
			for _, v := range e.Values {
				holds = holds || types.Spell(v) == "granted"
			}
			return holds, true
		}
	case expr.IsSet:
		return n.set(e.Of)
	case expr.Within:
		if r, is := e.Of.(expr.Record); is && n.about(r) && r.Fact == expr.ExpiresAt && !n.keeps(r) {
			return false, true
		}
	case expr.Aggregate, expr.And, expr.Any, expr.Attribute, expr.Call, expr.Coalesce, expr.Did, expr.Excluded, expr.Field,
		expr.FollowedBy, expr.Is, expr.Literal, expr.Member, expr.Not, expr.Or, expr.Reachable, expr.Record:
	}
	return false, false
}

func (n native) about(r expr.Record) bool {
	return n.consent != "" && r.Consent == n.consent && r.Channel == n.account.email
}

func (n native) keeps(r expr.Record) bool { return n.account.records[r.Consent][r.Fact] != "" }

// set answers whether a value is there: the address always is, a confirmation
// is where the list asks for one, and a subscription has no end.
func (n native) set(of expr.Expr) (holds, known bool) {
	switch of := of.(type) {
	case expr.Attribute:
		place := n.account.place(n.program, of.Path[0])
		return true, len(of.Path) == 1 && place == storedAs(columnEmail)
	case expr.Record:
		if !n.about(of) || n.keeps(of) {
			return false, false
		}
		return of.Fact == expr.ConfirmedAt, of.Fact == expr.ExpiresAt || of.Fact == expr.ConfirmedAt && n.optin == double
	case expr.Aggregate, expr.And, expr.Any, expr.Call, expr.Coalesce, expr.Compare, expr.Did, expr.Excluded, expr.Field,
		expr.FollowedBy, expr.Is, expr.IsSet, expr.Literal, expr.Member, expr.Not, expr.OneOf, expr.Or, expr.Reachable,
		expr.Suppressed, expr.Within:
	}
	return false, false
}

// gates is what listmonk enforces by itself, as a condition on the person. Its
// subscriptions have no end, so who is granted there has not expired.
func (n native) gates(purpose ir.Purpose) expr.Expr {
	terms := []expr.Expr{expr.Not{Term: expr.Suppressed{Channel: n.account.email, Class: string(purpose.Class)}}}
	if n.consent != "" {
		terms = append(terms, n.program.Consented(purpose.Address, n.account.email))
	}
	if n.consent != "" && n.optin == double {
		terms = append(terms, expr.IsSet{Of: expr.Record{Consent: n.consent, Channel: n.account.email, Fact: expr.ConfirmedAt}})
	}
	return expr.And{Terms: terms}
}

// lateness is how long after its instant a one-off may still be sent: what was
// worked out for the instant is no older than that at any send.
const lateness = 24 * time.Hour

// staleness is lateness in the language.
var staleness = types.Span{Amount: 24, Unit: types.Hour}

// guarding writes guards for one platform.
type guarding struct {
	program  *ir.Program
	platform ir.Platform
	account  account
	zone     *time.Location
}

// opening is what every template begins with: who is disabled gets nothing,
// which listmonk leaves to whoever sends, and of a transactional message nobody
// on the blocklist; and whom the environment allows.
func (g guarding) opening() string {
	out := "{{ " + attributes + " := .Subscriber.Attribs }}" +
		fmt.Sprintf("{{ if has .Subscriber.Status (list %q %q) }}{{ fail %q }}{{ end }}", "disabled", "blocklisted", "this person is not written to")
	if only := onlyTo(g.program); only != nil {
		quoted := make([]string, len(only))
		for i, address := range only {
			quoted[i] = fmt.Sprintf("%q", strings.ToLower(address))
		}
		out += fmt.Sprintf("{{ if not (has (lower .Subscriber.Email) (list %s)) }}{{ fail %q }}{{ end }}", strings.Join(quoted, " "), "only_to leaves this address out")
	}
	return out
}

// campaign is the guard of a one-off's text, for sends from an instant on.
func (g guarding) campaign(of narrow.Form, at types.Instant, place diag.Range) (string, diag.List) {
	words := &guard{}
	c := g.condition(words, at, place)
	asked := c.form(of)
	late := fmt.Sprintf("{{ if gt now.Unix %d }}{{ fail %q }}{{ end }}", at.Time().Add(lateness).Unix(), "the instant of this message is long past")
	return g.opening() + late + words.statements.String() + failing(asked, "this message is not for this person"), c.found
}

// transactional is the guard of a template that somebody else's systems send.
// listmonk asks nothing before it does.
func (g guarding) transactional(of narrow.Form, at types.Instant, place diag.Range) (string, diag.List) {
	words := &guard{}
	c := g.condition(words, at, place)
	asked := c.form(of)
	return g.opening() + words.statements.String() + failing(asked, "this message is not for this person"), c.found
}

func failing(unless, why string) string {
	if unless == "true" {
		return ""
	}
	return fmt.Sprintf("{{ if not %s }}{{ fail %q }}{{ end }}", unless, why)
}

func (g guarding) condition(l language, at types.Instant, place diag.Range) *condition {
	return &condition{
		program: g.program, account: g.account, platform: g.platform.Address, language: l, now: at, zone: g.zone, at: place, known: map[string]operand{},
	}
}
