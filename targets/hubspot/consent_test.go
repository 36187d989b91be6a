package hubspot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/hubspot"
	"github.com/trayecto/trayecto/targets/hubspot/fake"
)

// subscribers are made as the account has them, and told to the evaluator as the
// history that they stand for: an opt-in is a grant since the instant in the
// property, an opt-out a withdrawal, opting out of everything an objection.
type subscribers struct {
	src *rand.Rand
	w   *world
}

func (s subscribers) make(n int) (*person.Person, *fake.Contact) {
	p := &person.Person{ID: fmt.Sprintf("c%03d", n), Attributes: map[string]types.Value{}}
	c := &fake.Contact{ID: p.ID, Properties: map[string]any{"hs_object_id": p.ID}, Lists: map[string]bool{}, Subscriptions: map[string]string{}}
	set := func(name, value string) {
		if s.src.IntN(8) > 0 {
			p.Attributes[name], c.Properties[name] = types.Text(value), value
		}
	}
	set("email", p.ID+"@example.test")
	set("phone", fmt.Sprintf("+346000%05d", n))
	set("country", []string{"ES", "MX", "other"}[s.src.IntN(3)])
	if s.src.IntN(6) == 0 {
		c.Properties["hs_email_hard_bounce_reason_enum"] = "UNKNOWN_USER"
		p.Outcomes = append(p.Outcomes, person.Outcome{Touchpoint: "touchpoint.offer", Channel: "channel.email", Kind: person.Bounced, At: sample.Now - 1e12})
	}
	if s.src.IntN(4) > 0 {
		c.Properties["hs_email_optout"] = false
	}
	if s.src.IntN(8) == 0 {
		c.Properties["hs_email_optout"] = true
		p.Outcomes = append(p.Outcomes, person.Outcome{Touchpoint: "touchpoint.offer", Channel: "channel.email", Kind: person.Unsubscribed, At: sample.Now - 1e12})
	}
	for _, consent := range s.w.program.Consents {
		s.subscribe(p, c, consent, c.Properties["hs_email_optout"] == true)
	}
	p.Sort()
	return p, c
}

func (s subscribers) subscribe(p *person.Person, c *fake.Contact, consent ir.Consent, outOfAll bool) {
	since := sample.Now.Time().Add(-time.Duration(1+s.src.IntN(1000)) * 24 * time.Hour)
	act := func(kind person.ActKind) {
		p.Acts = append(p.Acts, person.Act{Consent: consent.Address, Channel: "channel.email", Kind: kind, At: types.NewInstant(since)})
	}
	id := ""
	for _, known := range s.w.Subscriptions {
		if known.Name == name(consent.Address) {
			id = known.ID
		}
	}
	answer := s.src.IntN(4)
	if outOfAll { // which HubSpot writes into every subscription
		answer = 0
	}
	switch answer {
	case 0:
		c.Subscriptions[id] = "OPT_OUT"
		act(person.Withdraw)
	case 1, 2:
		c.Subscriptions[id] = "OPT_IN"
		c.Properties[name(consent.Address)+"_granted_at"] = since
		act(person.Grant)
		if s.src.IntN(2) == 0 {
			c.Properties[name(consent.Address)+"_confirmed_at"] = since
			act(person.Confirm)
		}
	}
}

// rules is a random set of regimes for offers by e-mail.
func rules(src *rand.Rand) *ir.Program {
	is := func(country string) expr.Expr {
		return expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text(country), Type: types.String}}
	}
	head := func(address string) ir.Head { return ir.Head{Address: address} }
	rule := func() ir.Rule {
		r := ir.Rule{Name: "rule", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, Basis: []ir.Basis{ir.ByConsent, ir.ByConsent, ir.ByLegitimateInterest}[src.IntN(3)]}
		r.DoubleOptIn = src.IntN(3) == 0
		if src.IntN(2) == 0 {
			r.ValidFor = types.Span{Amount: []int64{30, 365, 730}[src.IntN(3)], Unit: types.Day}
		}
		if src.IntN(4) == 0 {
			r.Requires = expr.IsSet{Of: expr.Attribute{Path: []string{"phone"}, Type: types.Phone}}
		}
		return r
	}
	p := &ir.Program{
		Project: ir.Project{Name: "law", Timezone: "Europe/Madrid", Languages: []string{"en"}, Platforms: []string{"platform.crm"}},
		Person: ir.Person{Head: head("person"), Keys: []ir.Key{{Name: "email", Type: types.Email}, {Name: "phone", Type: types.Phone}},
			Attributes: []ir.Attribute{{Name: "country", Type: types.String}}},
		Channels:    []ir.Channel{{Head: head("channel.email"), Key: "email"}, {Head: head("channel.sms"), Key: "phone"}},
		Purposes:    []ir.Purpose{{Head: head("purpose.offers"), Class: ir.Marketing}, {Head: head("purpose.tips"), Class: ir.Marketing}},
		Touchpoints: []ir.Touchpoint{{Head: head("touchpoint.offer"), Purpose: "purpose.offers", Channels: []string{"channel.email"}}},
		Consents: []ir.Consent{
			{Head: head("consent.news"), Purpose: "purpose.offers", Channels: []string{"channel.email"}},
			{Head: head("consent.tips"), Purpose: "purpose.tips", Channels: []string{"channel.email"}},
		},
		Regimes: []ir.Regime{
			{Head: head("regime.es"), AppliesWhen: is("ES"), Rules: []ir.Rule{rule()}},
			{Head: head("regime.other"), Otherwise: true, Rules: []ir.Rule{rule(), rule()}},
		},
	}
	for _, purpose := range []string{"offers", "tips"} {
		for _, consented := range []bool{true, false} {
			e := expr.Expr(expr.Reachable{Purpose: "purpose." + purpose, Channel: "channel.email", Consented: consented})
			for i, where := range []expr.Expr{e, expr.Not{Term: e}} {
				p.Segments = append(p.Segments, ir.Segment{Head: head(fmt.Sprintf("segment.%s_%v_%d", purpose, consented, i)), Where: where})
			}
		}
	}
	p.Sort()
	return p
}

// Law: who may be written to is who the evaluator says may be, within the day
// that HubSpot may be late.
func TestConsentIsTheEvaluators(t *testing.T) {
	t.Parallel()
	var seen suite.Tally
	for seed := range 12 {
		src := rand.New(rand.NewPCG(uint64(seed), 3))
		w := newWorld(t, rules(src), nil)
		s := subscribers{src: src, w: w}
		for n := range 40 {
			p, c := s.make(n)
			w.people, w.Contacts = append(w.people, p), append(w.Contacts, c)
		}
		for _, segment := range w.program.Segments {
			w.agree(t, segment, &seen)
		}
	}
	t.Logf("%+v", seen)
	if 4*seen.Said < 3*seen.Segments || 5*seen.Members < seen.People || seen.People < 2000 || 20*seen.Late > seen.People {
		t.Errorf("too little was asked: %+v", seen)
	}
}

// Without the properties that say since when somebody agrees, a law that lets a
// yes grow old or asks for a confirmed one cannot be asked for, and the finding
// says what to add.
func TestProofsAreNeeded(t *testing.T) {
	for _, c := range []struct {
		confirmed, proofs bool
		missing           string
	}{{false, true, ""}, {true, true, ""}, {false, false, "granted_at"}, {true, false, "confirmed_at"}} {
		p := rules(rand.New(rand.NewPCG(1, 1)))
		p.Regimes = []ir.Regime{{Head: ir.Head{Address: "regime.all"}, Otherwise: true, Rules: []ir.Rule{{Name: "rule", Classes: []ir.Class{ir.Marketing},
			Channels: []string{"channel.email"}, Basis: ir.ByConsent, DoubleOptIn: c.confirmed, ValidFor: types.Span{Amount: 365, Unit: types.Day}}}}}
		block := plain("https://a.example.test", p)
		if !c.proofs {
			block.Config.Blocks = nil
		}
		lowered := hubspot.New().Lower(targets.LowerRequest{Program: p, Platform: block, Placed: []string{"segment.offers_false_0"}})
		if lowered.Diagnostics.HasErrors() != (c.missing != "") {
			t.Errorf("%+v: found %+v", c, lowered.Diagnostics)
		}
		for _, d := range lowered.Diagnostics {
			if !strings.Contains(d.Help, c.missing) {
				t.Errorf("want a help that speaks of %s, got %q", c.missing, d.Help)
			}
		}
	}
}

// Who is on the list, and who was not looked up for too long, counts as named.
func TestExcludedAreOnTheListOrNotLookedUp(t *testing.T) {
	p := rules(rand.New(rand.NewPCG(1, 1)))
	p.Exclusions = []ir.Exclusion{{Head: ir.Head{Address: "exclusion.robinson"}, Classes: []ir.Class{ir.Marketing}, FreshFor: types.Span{Amount: 30, Unit: types.Day}}}
	excluded := expr.Excluded{Exclusion: "exclusion.robinson"}
	p.Segments = []ir.Segment{{Head: ir.Head{Address: "segment.free"}, Where: expr.Not{Term: excluded}}, {Head: ir.Head{Address: "segment.named"}, Where: excluded}}
	w := newWorld(t, p, nil)
	w.block.Config.Blocks = append(w.block.Config.Blocks, ir.ConfigBlock{Type: "exclusion", Labels: []string{"robinson"}, Config: ir.Config{
		Settings: []ir.Setting{text("list", "Robinson"), text("checked", "robinson_checked")}}})
	w.Properties = append(w.Properties, "robinson_checked")
	list := w.Add("Robinson", "MANUAL", nil)
	contact := func(id string, on bool, checked any) *fake.Contact {
		out := &fake.Contact{ID: id, Properties: map[string]any{"hs_object_id": id}, Lists: map[string]bool{list.ID: on}}
		if checked != nil {
			out.Properties["robinson_checked"] = checked
		}
		return out
	}
	w.Contacts = []*fake.Contact{
		contact("free", false, w.Now.AddDate(0, 0, -3)), contact("named", true, w.Now.AddDate(0, 0, -3)),
		contact("stale", false, w.Now.AddDate(0, 0, -40)), contact("unknown", false, nil),
	}
	for address, want := range map[string][]string{"segment.free": {"free"}, "segment.named": {"named", "stale", "unknown"}} {
		s, _ := ir.Find(p.Segments, address)
		id, ok := w.made(t, s)
		if got := w.Members(id); !ok || !slices.Equal(want, got) {
			t.Errorf("%s: want %v, got %v", address, want, got)
		}
	}
}
