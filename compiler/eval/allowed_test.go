package eval_test

import (
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var now = types.NewInstant(time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC))

// ago is the instant a length before now, as in "30d".
func ago(length string) types.Instant { return span(length).Before(now, time.UTC) }

func span(length string) types.Span {
	s, err := types.ParseSpan(length)
	if err != nil {
		panic(err)
	}
	return s
}

func head(address string) ir.Head { return ir.Head{Address: address} }

func attribute(name string, t types.Type) expr.Expr {
	return expr.Attribute{Path: []string{name}, Type: t}
}

func it(name string, t types.Type) expr.Expr {
	return expr.Field{Of: expr.It, Path: []string{name}, Type: t}
}

func text(s string) expr.Expr { return expr.Literal{Value: types.Text(s), Type: types.String} }

func equal(l, r expr.Expr) expr.Expr { return expr.Compare{Op: expr.Equal, Left: l, Right: r} }

// lumen is the consent rules of the flagship: double opt-in for two years or
// a recent order in Spain, opt-in elsewhere, an exclusion list of a month.
func lumen() *ir.Program {
	both := []string{"channel.email", "channel.sms"}
	recent := expr.Did{Of: expr.Source{Event: "event.order_placed"}, Window: expr.Window{Length: span("730d")}}
	return &ir.Program{
		Project: ir.Project{Name: "lumen", Timezone: "Europe/Madrid"},
		Person: ir.Person{
			Keys: []ir.Key{{Name: "customer_id", Type: types.String}, {Name: "phone", Type: types.Phone},
				{Name: "email", Type: types.Email, Merge: true, Ignore: []string{"", "none@none"}}},
			Attributes: []ir.Attribute{{Name: "country", Type: types.Enum{Values: []string{"ES", "MX"}}}},
		},
		Events: []ir.Event{
			{Head: head("event.news_confirmed")}, {Head: head("event.order_placed")},
			{Head: head("event.rights_request"), Fields: []ir.Field{{Name: "right", Type: types.String}}},
			{Head: head("event.signed_up"), Fields: []ir.Field{{Name: "news_box", Type: types.Bool}}},
		},
		Purposes: []ir.Purpose{{Head: head("purpose.account"), Class: ir.Service}, {Head: head("purpose.offers"), Class: ir.Marketing}},
		Channels: []ir.Channel{{Head: head("channel.email"), Key: "email"}, {Head: head("channel.sms"), Key: "phone"}},
		Consents: []ir.Consent{{
			Head: head("consent.news"), Purpose: "purpose.offers", Channels: both[:1], Survives: "address_change",
			Captures: []ir.Capture{
				{Act: person.Grant, Name: "sign_up_form", On: "event.signed_up", If: it("news_box", types.Bool), Notice: "2026-03"},
				{Act: person.Confirm, Name: "click", On: "event.news_confirmed"},
				{Act: person.Withdraw, Name: "objection", On: "event.rights_request", If: equal(it("right", types.String), text("objection"))},
			},
		}},
		Regimes: []ir.Regime{
			{Head: head("regime.elsewhere"), Otherwise: true, Rules: []ir.Rule{
				{Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: both, Basis: ir.ByConsent},
			}},
			{Head: head("regime.es"), AppliesWhen: equal(attribute("country", types.String), text("ES")), Rules: []ir.Rule{
				{Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: both, Basis: ir.ByConsent, DoubleOptIn: true, ValidFor: span("730d")},
				{Name: "own_similar_products", Classes: []ir.Class{ir.Marketing}, Channels: both[:1], Basis: ir.ByLegitimateInterest, Requires: recent},
			}},
		},
		Exclusions: []ir.Exclusion{{
			Head: head("exclusion.robinson"), Match: []expr.Expr{attribute("email", types.Email)}, Classes: []ir.Class{ir.Marketing},
			Unless: "consent", AsOf: "listed_until", FreshFor: span("30d"),
		}},
		Touchpoints: []ir.Touchpoint{
			{Head: head("touchpoint.discount"), Purpose: "purpose.offers", Channels: both[:1]},
			{Head: head("touchpoint.either"), Purpose: "purpose.offers", Channels: both},
			{Head: head("touchpoint.welcome"), Purpose: "purpose.account", Channels: both[:1]},
		},
	}
}

// robinson is a list that is fresh and names somebody else.
func robinson() person.Lists {
	return person.Lists{"exclusion.robinson": {Exclusion: "exclusion.robinson", Rows: map[string]bool{"eva@example.test": true}, AsOf: ago("1d")}}
}

// ana lives in Spain and has done nothing yet. She is made up.
func ana(happened ...any) *person.Person {
	p := &person.Person{ID: "1", Attributes: map[string]types.Value{
		"customer_id": types.Text("1"), "email": types.Text("ana@example.test"), "country": types.Text("ES"),
	}}
	for i, h := range happened {
		switch h := h.(type) {
		case person.Event:
			h.Seq = int64(i)
			p.Events = append(p.Events, h)
		case person.Act:
			p.Acts = append(p.Acts, h)
		case person.Outcome:
			p.Outcomes = append(p.Outcomes, h)
		}
	}
	p.Sort()
	return p
}

func in(country string, p *person.Person) *person.Person { return with("country", country, p) }

func with(name, value string, p *person.Person) *person.Person {
	p.Attributes[name] = types.Text(value)
	if value == "" {
		delete(p.Attributes, name)
	}
	return p
}

func signed(when string) person.Event {
	return person.Event{Type: "event.signed_up", At: ago(when), Fields: map[string]types.Value{"news_box": types.Truth(true)}}
}
func confirmed(when string) person.Event {
	return person.Event{Type: "event.news_confirmed", At: ago(when)}
}
func ordered(when string) person.Event {
	return person.Event{Type: "event.order_placed", At: ago(when)}
}
func objected(when string) person.Event {
	return person.Event{Type: "event.rights_request", At: ago(when), Fields: map[string]types.Value{"right": types.Text("objection")}}
}
func act(kind person.ActKind, when string) person.Act {
	return person.Act{Consent: "consent.news", Kind: kind, At: ago(when)}
}
func outcome(touchpoint string, kind person.OutcomeKind, when string) person.Outcome {
	return person.Outcome{Touchpoint: touchpoint, Kind: kind, At: ago(when)}
}

// consentCase is a person and whether an offer may go to them by e-mail.
type consentCase struct {
	name string
	who  *person.Person
	want bool
}

var consentCases = []consentCase{
	{"nothing is known: refused", ana(), false},
	{"granted and confirmed", ana(signed("10d"), confirmed("9d")), true},
	{"granted, never confirmed, where the law asks for both", ana(signed("10d")), false},
	{"granted, never confirmed, where it does not", in("MX", ana(signed("10d"))), true},
	{"confirmed before it was granted is not confirmed", ana(confirmed("11d"), signed("10d")), false},
	{"an unticked box is no grant", in("MX", ana(person.Event{Type: "event.signed_up", At: ago("1d"), Fields: map[string]types.Value{"news_box": types.Truth(false)}})), false},
	{"a box that nobody recorded is no grant", in("MX", ana(person.Event{Type: "event.signed_up", At: ago("1d")})), false},
	{"granted one day before the end of valid_for", ana(signed("729d"), confirmed("728d")), true},
	{"granted exactly valid_for ago has ended", ana(signed("730d"), confirmed("729d")), false},
	{"valid_for has ended, but the order is recent", ana(signed("800d"), confirmed("799d"), ordered("5d")), true},
	{"never asked, but a recent customer", ana(ordered("5d")), true},
	{"never asked, a customer too long ago", ana(ordered("730d")), false},
	{"a customer who withdrew is not revived by an order", ana(signed("30d"), confirmed("29d"), act(person.Withdraw, "10d"), ordered("1d")), false},
	{"a customer who refused is not revived by an order", ana(act(person.Refuse, "10d"), ordered("1d")), false},
	{"a customer whose yes expired is not revived by an order", ana(expiring("30d", "10d"), ordered("1d")), false},
	{"withdrawn from unknown", ana(act(person.Withdraw, "10d"), ordered("1d")), false},
	{"granted again after a withdrawal, not confirmed again", ana(signed("30d"), confirmed("29d"), act(person.Withdraw, "20d"), act(person.Grant, "10d")), false},
	{"granted and confirmed again after a withdrawal", ana(signed("30d"), act(person.Withdraw, "20d"), act(person.Grant, "10d"), act(person.Confirm, "9d")), true},
	{"granted twice stays confirmed", ana(signed("30d"), confirmed("29d"), act(person.Grant, "10d")), true},
	{"a grant that has not expired", in("MX", ana(expiring("30d", "-1d"))), true},
	{"a grant that expires this instant", in("MX", ana(expiring("30d", "0d"))), false},
	{"granted anew after it expired", in("MX", ana(expiring("30d", "20d"), act(person.Grant, "10d"))), true},
	{"a grant of tomorrow", in("MX", ana(person.Act{Consent: "consent.news", Kind: person.Grant, At: now + 1})), false},
	{"a grant of now", in("MX", ana(person.Act{Consent: "consent.news", Kind: person.Grant, At: now})), true},
	{"country unknown: every regime with a condition applies", in("", ana(signed("10d"))), false},
	{"country unknown, but the strictest is met", in("", ana(signed("10d"), confirmed("9d"))), true},
	{"no address", with("email", "", ana(signed("10d"), confirmed("9d"))), false},
	{"an address that is a filler", with("email", "none@none", ana(signed("10d"), confirmed("9d"))), false},
	{"an unsubscribe withdraws", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.discount", person.Unsubscribed, "1d")), false},
	{"an unsubscribe from a service message does not", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.welcome", person.Unsubscribed, "1d")), true},
	{"an unsubscribe from a message that is no longer declared withdraws", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.gone", person.Unsubscribed, "1d")), false},
	{"a grant after an unsubscribe", in("MX", ana(outcome("touchpoint.discount", person.Unsubscribed, "10d"), signed("1d"))), true},
	{"a grant after an unsubscribe from what is no longer declared", in("MX", ana(outcome("touchpoint.gone", person.Unsubscribed, "10d"), signed("1d"))), true},
	{"an unsubscribe by another channel", ana(signed("10d"), confirmed("9d"), onChannel("channel.sms", outcome("touchpoint.either", person.Unsubscribed, "1d"))), true},
	{"an unsubscribe by a channel that the source does not name", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.either", person.Unsubscribed, "1d")), false},
	{"an unsubscribe that has not happened yet", ana(signed("10d"), confirmed("9d"), person.Outcome{Touchpoint: "touchpoint.discount", Kind: person.Unsubscribed, At: now + 1}), true},
	{"a hard bounce", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.welcome", person.Bounced, "1d")), false},
	{"a hard bounce that has not happened yet", ana(signed("10d"), confirmed("9d"), person.Outcome{Touchpoint: "touchpoint.welcome", Kind: person.Bounced, At: now + 1}), true},
	{"a soft bounce", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.welcome", person.SoftBounced, "1d")), true},
	{"a complaint", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.discount", person.Complained, "1d")), false},
	{"a hard bounce of another address", ana(signed("10d"), confirmed("9d"), toAddress("old@example.test", outcome("touchpoint.welcome", person.Bounced, "1d"))), true},
	{"a hard bounce of this address", ana(signed("10d"), confirmed("9d"), toAddress("ana@example.test", outcome("touchpoint.welcome", person.Bounced, "1d"))), false},
	{"an objection", ana(signed("10d"), confirmed("9d"), objected("1d")), false},
	{"an objection of a customer", ana(ordered("5d"), objected("1d")), false},
	{"a yes after an objection", in("MX", ana(objected("10d"), signed("1d"))), true},
	{"an objection at the instant of a yes", in("MX", ana(signed("1d"), objected("1d"))), false},
	{"a yes at the instant of an objection is not later than it", in("MX", ana(objected("1d"), signed("1d"))), false},
	{"a customer's unsubscribe from what is no longer declared, not happened yet", ana(ordered("5d"), person.Outcome{Touchpoint: "touchpoint.gone", Kind: person.Unsubscribed, At: now + 1}), true},
	{"a request for access is no objection", ana(ordered("5d"), person.Event{Type: "event.rights_request", At: ago("1d"), Fields: map[string]types.Value{"right": types.Text("access")}}), true},
	{"excluded customer", with("email", "eva@example.test", ana(ordered("5d"))), false},
	{"excluded, unless they agreed", with("email", "eva@example.test", ana(signed("10d"), confirmed("9d"))), true},
	{"excluded, they agreed and withdrew", with("email", "eva@example.test", ana(signed("10d"), confirmed("9d"), act(person.Withdraw, "1d"))), false},
}

func expiring(granted, expires string) person.Act {
	a := act(person.Grant, granted)
	a.ExpiresAt = now + types.Instant(24*time.Hour/time.Microsecond)
	if expires != "-1d" {
		a.ExpiresAt = ago(expires)
	}
	return a
}

func onChannel(channel string, o person.Outcome) person.Outcome { o.Channel = channel; return o }
func toAddress(address string, o person.Outcome) person.Outcome { o.Address = address; return o }

func TestWhoMayGetAnOffer(t *testing.T) {
	w := world(t, lumen(), robinson())
	for _, c := range consentCases {
		if got := w.Allowed("purpose.offers", "channel.email", c.who); c.want != got {
			t.Errorf("%s: want %v, got %v (record %+v)", c.name, c.want, got, w.Record("consent.news", "channel.email", c.who))
		}
	}
}

// A gate that a platform evaluates in SQL or a witness of the prover gets the
// same expression as Reachable.
func TestReachableIsAllowed(t *testing.T) {
	w := world(t, lumen(), robinson())
	for _, c := range consentCases {
		e := expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}
		if got := w.Truth(e, c.who, eval.Context{}) == expr.True; c.want != got {
			t.Errorf("%s: want %v, got %v", c.name, c.want, got)
		}
	}
}

// An engine whose records are stored states does not see time pass: the
// expression asks for the expiry itself.
func TestAllowedAsksForTheExpiryItself(t *testing.T) {
	p := lumen()
	p.Exclusions = nil
	p.Regimes = p.Regimes[1:]
	p.Regimes[0].Rules = p.Regimes[0].Rules[1:] // nothing but the recent order
	allowed, err := p.Allowed("purpose.offers", "channel.email")
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]expr.Expr{"allowed": allowed, "consented": p.Consented("purpose.offers", "channel.email")} {
		asked := false
		expr.Walk(e, func(e expr.Expr) bool {
			r, ok := e.(expr.Record)
			asked = asked || ok && r.Fact == expr.ExpiresAt
			return true
		})
		if !asked {
			t.Errorf("%s does not ask for expires_at", name)
		}
	}
}

// A segment that is remembered as it was deployed knows what its people
// unsubscribed from, though it does not mention touchpoints.
func TestAPartKnowsWhatPeopleUnsubscribedFrom(t *testing.T) {
	p := lumen()
	p.Segments = []ir.Segment{{Head: head("segment.s"), Where: expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}}}
	w := world(t, p.Part("segment.s"), robinson())
	if !w.Member("segment.s", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.welcome", person.Unsubscribed, "1d"))) {
		t.Error("an unsubscribe from a service message was taken for one from offers")
	}
	if w.Member("segment.s", ana(signed("10d"), confirmed("9d"), outcome("touchpoint.discount", person.Unsubscribed, "1d"))) {
		t.Error("an unsubscribe from offers was forgotten")
	}
}

func world(t *testing.T, p *ir.Program, lists person.Lists) *eval.World {
	t.Helper()
	w, err := eval.New(p, lists, now)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestServiceNeedsNoConsent(t *testing.T) {
	w := world(t, lumen(), robinson())
	cases := []consentCase{
		{"nothing is known", ana(), true},
		{"withdrawn", ana(act(person.Withdraw, "1d")), true},
		{"objected", ana(objected("1d")), true},
		{"no address", with("email", "", ana()), false},
		{"a hard bounce", ana(outcome("touchpoint.discount", person.Bounced, "1d")), false},
		{"a complaint", ana(outcome("touchpoint.discount", person.Complained, "1d")), false},
		{"on a list for marketing", with("email", "eva@example.test", ana()), true},
	}
	for _, c := range cases {
		if got := w.Allowed("purpose.account", "channel.email", c.who); c.want != got {
			t.Errorf("%s: want %v, got %v", c.name, c.want, got)
		}
	}
}

func TestWithoutRegimeNobodyIsAllowed(t *testing.T) {
	p := lumen()
	p.Regimes = nil
	if world(t, p, robinson()).Allowed("purpose.offers", "channel.email", ana(signed("10d"), confirmed("9d"))) {
		t.Error("allowed although there is no regime")
	}
	p.Regimes = lumen().Regimes[1:]
	w := world(t, p, robinson())
	if w.Allowed("purpose.offers", "channel.email", in("MX", ana(signed("10d"), confirmed("9d")))) {
		t.Error("allowed although no regime applies")
	}
	if !w.Allowed("purpose.offers", "channel.email", in("", ana(signed("10d"), confirmed("9d")))) {
		t.Error("a regime that may apply does apply")
	}
}

func TestEachApplyingRegimeMustHold(t *testing.T) {
	p := lumen()
	always := ir.Regime{Head: head("regime.group"), Rules: []ir.Rule{{
		Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, Basis: ir.ByConsent,
	}}}
	p.Regimes = append(p.Regimes, always)
	w := world(t, p, robinson())
	if w.Allowed("purpose.offers", "channel.email", ana(ordered("1d"))) {
		t.Error("the second regime asks for consent")
	}
	if !w.Allowed("purpose.offers", "channel.email", ana(signed("2d"), confirmed("1d"))) {
		t.Error("both regimes hold")
	}
}

// No consent covers offers by SMS: only what needs no record can hold.
func TestAPairThatNoConsentCovers(t *testing.T) {
	p := lumen()
	w := world(t, p, robinson())
	yes := with("phone", "+34600000001", ana(signed("10d"), confirmed("9d"), ordered("5d")))
	if w.Allowed("purpose.offers", "channel.sms", yes) {
		t.Error("a yes to e-mail was taken for one to SMS")
	}
	p.Regimes[1].Rules[1].Channels = []string{"channel.email", "channel.sms"}
	w = world(t, p, robinson())
	if !w.Allowed("purpose.offers", "channel.sms", yes) {
		t.Error("a recent customer may get an SMS under this rule")
	}
	gone := with("phone", "+34600000001", ana(ordered("5d"), onChannel("channel.sms", outcome("touchpoint.either", person.Unsubscribed, "1d"))))
	if w.Allowed("purpose.offers", "channel.sms", gone) {
		t.Error("an unsubscribe was forgotten where no record keeps it")
	}
	for _, rule := range []ir.Rule{{Basis: ir.ByContract, DoubleOptIn: true}, {Basis: ir.ByContract, ValidFor: span("1y")}} {
		rule.Classes, rule.Channels = []ir.Class{ir.Marketing}, []string{"channel.sms"}
		p.Regimes[1].Rules = []ir.Rule{rule}
		if world(t, p, robinson()).Allowed("purpose.offers", "channel.sms", yes) {
			t.Errorf("%+v holds without a record", rule)
		}
	}
}

func TestAPurposeKeepsToItsChannels(t *testing.T) {
	p := lumen()
	p.Purposes[0].Channels = []string{"channel.sms"}
	w := world(t, p, robinson())
	if w.Allowed("purpose.account", "channel.email", ana()) {
		t.Error("the purpose is for SMS only")
	}
	if !w.Allowed("purpose.account", "channel.sms", with("phone", "+34600000001", ana())) {
		t.Error("the purpose is for SMS")
	}
}

func TestExclusionLists(t *testing.T) {
	customer := ana(ordered("5d"))
	named := with("email", "eva@example.test", ana(ordered("5d")))
	list := func(asOf types.Instant) person.Lists {
		l := robinson()
		l["exclusion.robinson"].AsOf = asOf
		return l
	}
	ageless := lumen()
	ageless.Exclusions[0].FreshFor = types.Span{}
	cases := []struct {
		name    string
		program *ir.Program
		lists   person.Lists
		who     *person.Person
		want    bool
	}{
		{"fresh, not named", lumen(), list(ago("29d")), customer, true},
		{"fresh, named", lumen(), list(ago("29d")), named, false},
		{"exactly fresh_for old, not named", lumen(), list(ago("30d")), customer, false},
		{"stale, not named", lumen(), list(ago("31d")), customer, false},
		{"stale, but they agreed", lumen(), list(ago("31d")), ana(signed("10d"), confirmed("9d")), true},
		{"of unknown age", lumen(), list(0), customer, false},
		{"missing", lumen(), nil, customer, false},
		{"of unknown age that does not matter", ageless, list(0), customer, true},
		{"missing, where age does not matter", ageless, nil, customer, false},
	}
	for _, c := range cases {
		if got := world(t, c.program, c.lists).Allowed("purpose.offers", "channel.email", c.who); c.want != got {
			t.Errorf("%s: want %v, got %v", c.name, c.want, got)
		}
	}
}

// A list that matches by something that is not known of a person cannot cover
// them, however old it is.
func TestAListCoversOnlyWhomItCouldName(t *testing.T) {
	p := lumen()
	p.Exclusions[0].Match = append(p.Exclusions[0].Match, attribute("phone", types.Phone))
	w := world(t, p, nil)
	if !w.Allowed("purpose.offers", "channel.email", ana(ordered("5d"))) {
		t.Error("a list by e-mail and phone covers somebody without a phone")
	}
	if w.Allowed("purpose.offers", "channel.email", with("phone", "+34600000001", ana(ordered("5d")))) {
		t.Error("a missing list does not cover somebody whom it could name")
	}
	lists := person.Lists{"exclusion.robinson": {Rows: map[string]bool{"ana@example.test\x00+34600000001": true}, AsOf: now}}
	w = world(t, p, lists)
	if w.Allowed("purpose.offers", "channel.email", with("phone", "+34600000001", ana(ordered("5d")))) {
		t.Error("the row of two columns was not matched")
	}
}

func TestWhatIsNotDeclaredIsNotAllowed(t *testing.T) {
	p := lumen()
	w := world(t, p, robinson())
	if w.Allowed("purpose.x", "channel.email", ana()) || w.Allowed("purpose.offers", "channel.x", ana()) {
		t.Error("allowed by names that mean nothing")
	}
	for _, pair := range [][2]string{{"purpose.x", "channel.email"}, {"purpose.offers", "channel.x"}} {
		if _, err := p.Allowed(pair[0], pair[1]); err == nil {
			t.Errorf("%v: want an error", pair)
		}
	}
	p.Channels[0].Key = "fax"
	if _, err := p.Allowed("purpose.offers", "channel.email"); err == nil {
		t.Error("want an error for a channel whose address is nothing that people have")
	}
	if _, err := eval.New(p, nil, now); err == nil {
		t.Error("want an error for a world with such a channel")
	}
}
