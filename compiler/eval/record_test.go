package eval_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func TestRecord(t *testing.T) {
	withNotice := act(person.Grant, "10d")
	withNotice.Notice = "2025-01"
	cases := []struct {
		name string
		who  *person.Person
		want eval.ConsentRecord
	}{
		{"absent is unknown", ana(), eval.ConsentRecord{State: eval.StateUnknown}},
		{"a capture grants", ana(signed("10d")),
			eval.ConsentRecord{State: eval.Granted, GrantedAt: ago("10d"), Source: "sign_up_form", Notice: "2026-03"}},
		{"a capture confirms", ana(signed("10d"), confirmed("9d")),
			eval.ConsentRecord{State: eval.Granted, GrantedAt: ago("10d"), ConfirmedAt: ago("9d"), Source: "click", Notice: "2026-03"}},
		{"a recorded act grants", ana(withNotice),
			eval.ConsentRecord{State: eval.Granted, GrantedAt: ago("10d"), Source: "history", Notice: "2025-01"}},
		{"an act that is recorded too counts once, with the recorded details", ana(signed("10d"), withNotice),
			eval.ConsentRecord{State: eval.Granted, GrantedAt: ago("10d"), Source: "sign_up_form", Notice: "2025-01"}},
		{"a confirmation without a grant is nothing", ana(confirmed("9d")), eval.ConsentRecord{State: eval.StateUnknown}},
		{"a confirmation after a withdrawal is nothing", ana(signed("10d"), act(person.Withdraw, "9d"), confirmed("8d")),
			eval.ConsentRecord{State: eval.Withdrawn, GrantedAt: ago("10d"), Source: "history", Notice: "2026-03"}},
		{"a withdrawal needs no grant", ana(act(person.Withdraw, "9d")), eval.ConsentRecord{State: eval.Withdrawn, Source: "history"}},
		{"a refusal", ana(act(person.Refuse, "9d")), eval.ConsentRecord{State: eval.Refused, Source: "history"}},
		{"an unsubscribe", ana(signed("10d"), outcome("touchpoint.discount", person.Unsubscribed, "1d")),
			eval.ConsentRecord{State: eval.Withdrawn, GrantedAt: ago("10d"), Source: "touchpoint.discount", Notice: "2026-03"}},
		{"a later grant keeps the confirmation", ana(signed("30d"), confirmed("29d"), withNotice),
			eval.ConsentRecord{State: eval.Granted, GrantedAt: ago("10d"), ConfirmedAt: ago("29d"), Source: "history", Notice: "2025-01"}},
		{"a grant after a no needs a new confirmation", ana(signed("30d"), confirmed("29d"), act(person.Refuse, "20d"), withNotice),
			eval.ConsentRecord{State: eval.Granted, GrantedAt: ago("10d"), Source: "history", Notice: "2025-01"}},
		{"a grant after an expiry needs a new confirmation", ana(expiring("30d", "20d"), confirmed("29d"), withNotice),
			eval.ConsentRecord{State: eval.Granted, GrantedAt: ago("10d"), Source: "history", Notice: "2025-01"}},
		{"expired is expires_at passed", ana(expiring("30d", "20d")),
			eval.ConsentRecord{State: eval.Expired, GrantedAt: ago("30d"), ExpiresAt: ago("20d"), Source: "history"}},
		{"expired begins at expires_at", ana(expiring("30d", "0d")),
			eval.ConsentRecord{State: eval.Expired, GrantedAt: ago("30d"), ExpiresAt: now, Source: "history"}},
		{"a withdrawal does not expire", ana(expiring("30d", "20d"), act(person.Withdraw, "25d")),
			eval.ConsentRecord{State: eval.Withdrawn, GrantedAt: ago("30d"), ExpiresAt: ago("20d"), Source: "history"}},
		{"acts for another channel are another record", ana(person.Act{Consent: "consent.news", Channel: "channel.sms", Kind: person.Grant, At: ago("1d")}),
			eval.ConsentRecord{State: eval.StateUnknown}},
		{"acts of another consent are another record", ana(person.Act{Consent: "consent.other", Kind: person.Grant, At: ago("1d")}),
			eval.ConsentRecord{State: eval.StateUnknown}},
	}
	w := world(t, lumen(), nil)
	for _, c := range cases {
		if diff := cmp.Diff(c.want, w.Record("consent.news", "channel.email", c.who)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	for _, pair := range [][2]string{{"consent.x", "channel.email"}, {"consent.news", "channel.sms"}} {
		if got := w.Record(pair[0], pair[1], ana(signed("1d"))).State; got != eval.StateUnknown {
			t.Errorf("%v: want unknown, got %s", pair, got)
		}
	}
}

// At one instant, what captures made comes first, then recorded acts, then
// unsubscribes; and one event that says yes and no says no.
func TestRecordAtOneInstant(t *testing.T) {
	p := lumen()
	p.Consents[0].Captures = append([]ir.Capture{{Act: person.Refuse, Name: "also_no", On: "event.order_placed"},
		{Act: person.Grant, Name: "bought", On: "event.order_placed"}}, p.Consents[0].Captures...)
	w := world(t, p, nil)
	cases := []struct {
		name string
		who  *person.Person
		want eval.ConsentState
	}{
		{"one event, yes and no", ana(ordered("1d")), eval.Refused},
		{"a captured yes, a recorded no", ana(signed("1d"), act(person.Withdraw, "1d")), eval.Withdrawn},
		{"a captured no, a recorded yes", ana(objected("1d"), act(person.Grant, "1d")), eval.Granted},
		{"a recorded yes, an unsubscribe", ana(act(person.Grant, "1d"), outcome("touchpoint.discount", person.Unsubscribed, "1d")), eval.Withdrawn},
		{"two events, the later one read says no", ana(signed("1d"), objected("1d")), eval.Withdrawn},
		{"two events, the later one read says yes", ana(objected("1d"), signed("1d")), eval.Granted},
		{"the captured no is recorded too and counts once", ana(objected("1d"), signed("1d"), act(person.Withdraw, "1d")), eval.Granted},
	}
	for _, c := range cases {
		if got := w.Record("consent.news", "channel.email", c.who).State; c.want != got {
			t.Errorf("%s: want %s, got %s", c.name, c.want, got)
		}
	}
}

func TestACorrectedAddressStartsAsUnknown(t *testing.T) {
	at := func(address, channel string, a person.Act) person.Act {
		a.Address, a.Channel = address, channel
		return a
	}
	stays, moves := lumen(), lumen()
	stays.Consents[0].Survives = ""
	stays.Consents[0].Channels = []string{"channel.email", "channel.sms"}
	phone := func(p *person.Person) *person.Person { return with("phone", "+34600000001", p) }
	cases := []struct {
		name    string
		program *ir.Program
		who     *person.Person
		want    eval.ConsentState
	}{
		{"given for the present address", stays, ana(at("ana@example.test", "channel.email", act(person.Grant, "9d"))), eval.Granted},
		{"given for an earlier address", stays, ana(at("old@example.test", "channel.email", act(person.Grant, "9d"))), eval.StateUnknown},
		{"given for an earlier address, but it survives", moves, ana(at("old@example.test", "channel.email", act(person.Grant, "9d"))), eval.Granted},
		{"a no for an earlier address", stays, ana(at("old@example.test", "channel.email", act(person.Withdraw, "9d"))), eval.StateUnknown},
		{"the source does not say", stays, ana(act(person.Grant, "9d")), eval.Granted},
		{"given for all, by the present address", stays, ana(at("ana@example.test", "", act(person.Grant, "9d"))), eval.Granted},
		{"given for all, by the present phone", stays, phone(ana(at("+34600000001", "", act(person.Grant, "9d")))), eval.Granted},
		{"given for all, by an earlier address", stays, phone(ana(at("old@example.test", "", act(person.Grant, "9d")))), eval.StateUnknown},
		{"captured, but the recorded twin knows an earlier address", stays, ana(signed("9d"), at("old@example.test", "", act(person.Grant, "9d"))), eval.StateUnknown},
		{"an unsubscribe at an earlier address", stays, ana(signed("9d"), toAddress("old@example.test", outcome("touchpoint.discount", person.Unsubscribed, "1d"))), eval.Granted},
	}
	for _, c := range cases {
		if got := world(t, c.program, nil).Record("consent.news", "channel.email", c.who).State; c.want != got {
			t.Errorf("%s: want %s, got %s", c.name, c.want, got)
		}
	}
}

// Facts are values like any other.
func TestFactsOfARecord(t *testing.T) {
	w := world(t, lumen(), nil)
	granted := ana(expiring("30d", "-1d"), confirmed("29d"))
	fact := func(f expr.Fact) expr.Expr {
		return expr.Record{Consent: "consent.news", Channel: "channel.email", Fact: f}
	}
	for f, want := range map[expr.Fact]types.Value{
		expr.State: types.Text("granted"), expr.GrantedAt: ago("30d"), expr.ConfirmedAt: ago("29d"), expr.ExpiresAt: now + 86_400_000_000,
	} {
		if diff := cmp.Diff(want, w.Value(fact(f), granted, eval.Context{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f, diff)
		}
		if f == expr.State {
			continue
		}
		if diff := cmp.Diff(types.Value(types.Null{}), w.Value(fact(f), ana(), eval.Context{})); diff != "" {
			t.Errorf("%s of nothing (-want +got):\n%s", f, diff)
		}
	}
}

// Consented is the record alone: no address, suppression or regime is asked.
func TestConsentedIsTheRecordAlone(t *testing.T) {
	w := world(t, lumen(), nil)
	consented := expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email", Consented: true}
	cases := []struct {
		name string
		who  *person.Person
		want expr.Verdict
	}{
		{"granted, not confirmed, no address, bounced", with("email", "", ana(signed("9d"), outcome("touchpoint.welcome", person.Bounced, "1d"))), expr.True},
		{"unknown", ana(), expr.False},
		{"withdrawn", ana(signed("9d"), act(person.Withdraw, "1d")), expr.False},
		{"expired", ana(expiring("30d", "20d")), expr.False},
	}
	for _, c := range cases {
		if got := w.Truth(consented, c.who, eval.Context{}); c.want != got {
			t.Errorf("%s: want %s, got %s", c.name, c.want, got)
		}
	}
	consented.Channel = "channel.sms"
	if got := w.Truth(consented, ana(signed("9d")), eval.Context{}); got != expr.False {
		t.Errorf("a pair that no consent covers: want false, got %s", got)
	}
}
