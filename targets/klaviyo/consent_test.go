package klaviyo_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// plain is a platform block that maps what every project has.
func plain(url string) ir.Platform {
	b := block(url)
	b.Config.Settings = slices.DeleteFunc(b.Config.Settings, func(s ir.Setting) bool { return s.Name == "fields" || s.Name == "events" })
	b.Config.Settings = append(b.Config.Settings, ir.Setting{Name: "fields", Map: []ir.Setting{text("phone", "phone_number")}})
	return b
}

// subscribers are made as the account has them, and told to the evaluator as the
// history that they stand for: a subscription is a grant of each consent whose
// list the profile is on, unsubscribing withdraws all of a channel.
type subscribers struct {
	src     *rand.Rand
	program *ir.Program
	lists   map[string]string // id by consent
}

func (s subscribers) make(n int) (*person.Person, *fake.Profile) {
	p := &person.Person{ID: fmt.Sprintf("c%03d", n), Attributes: map[string]types.Value{}}
	profile := &fake.Profile{ID: p.ID, Properties: map[string]any{}, Lists: map[string]bool{}, Consent: map[string]fake.Consent{}, Suppressed: map[string]bool{}}
	set := func(ours, theirs, value string) {
		if s.src.IntN(8) > 0 {
			p.Attributes[ours], profile.Properties[theirs] = types.Text(value), value
		}
	}
	set("email", "email", p.ID+"@example.test")
	set("phone", "phone_number", fmt.Sprintf("+346000%05d", n))
	set("country", "country", []string{"ES", "MX", "other"}[s.src.IntN(3)])
	if s.src.IntN(5) == 0 {
		profile.Suppressed[[]string{"bounce_date", "manual_suppression_date", "invalid_email_date"}[s.src.IntN(3)]] = true
		p.Outcomes = append(p.Outcomes, person.Outcome{Touchpoint: "touchpoint.offer", Channel: "channel.email", Kind: person.Bounced, At: sample.Now - 1e12})
	}
	for _, c := range s.program.Consents {
		profile.Lists[s.lists[c.Address]] = s.src.IntN(3) > 0
	}
	for _, medium := range []string{"email", "sms"} {
		s.subscribe(p, profile, medium)
	}
	p.Sort()
	return p, profile
}

func (s subscribers) subscribe(p *person.Person, profile *fake.Profile, medium string) {
	channel := "channel." + medium
	since := sample.Now.Time().Add(-time.Duration(1+s.src.IntN(1000)) * 24 * time.Hour)
	is := fake.Consent{Status: []string{"", "subscribed", "subscribed", "unsubscribed"}[s.src.IntN(4)], Since: since, Confirmed: s.src.IntN(2) == 0}
	if is.Status != "subscribed" {
		is.Confirmed = false
	}
	profile.Consent[medium] = is
	act := func(consent string, kind person.ActKind) {
		p.Acts = append(p.Acts, person.Act{Consent: consent, Channel: channel, Kind: kind, At: types.NewInstant(since)})
	}
	for _, c := range s.program.Consents {
		switch {
		case !slices.Contains(c.Channels, channel):
		case is.Status == "unsubscribed":
			act(c.Address, person.Withdraw)
		case is.Status == "subscribed" && profile.Lists[s.lists[c.Address]]:
			act(c.Address, person.Grant)
			if is.Confirmed {
				act(c.Address, person.Confirm)
			}
		}
	}
}

// rules is a random set of regimes for offers by e-mail and SMS.
func rules(src *rand.Rand, platform ir.Platform) *ir.Program {
	is := func(country string) expr.Expr {
		return expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text(country), Type: types.String}}
	}
	head := func(address string) ir.Head { return ir.Head{Address: address} }
	rule := func() ir.Rule {
		r := ir.Rule{Name: "rule", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, Basis: []ir.Basis{ir.ByConsent, ir.ByConsent, ir.ByLegitimateInterest}[src.IntN(3)]}
		switch src.IntN(3) {
		case 0:
			r.DoubleOptIn = true
		case 1:
			r.Channels = append(r.Channels, "channel.sms")
		}
		if src.IntN(2) == 0 {
			r.ValidFor = types.Span{Amount: []int64{30, 365, 730}[src.IntN(3)], Unit: types.Day}
		}
		if src.IntN(4) == 0 {
			r.Requires = expr.IsSet{Of: expr.Attribute{Path: []string{"phone"}, Type: types.Phone}}
		}
		return r
	}
	p := &ir.Program{
		Project: ir.Project{Name: "law", Timezone: "Europe/Madrid", Languages: []string{"en"}, Platforms: []string{platform.Address}},
		Person: ir.Person{Head: head("person"), Keys: []ir.Key{{Name: "email", Type: types.Email}, {Name: "phone", Type: types.Phone}},
			Attributes: []ir.Attribute{{Name: "country", Type: types.String}}},
		Channels:    []ir.Channel{{Head: head("channel.email"), Key: "email"}, {Head: head("channel.sms"), Key: "phone"}},
		Purposes:    []ir.Purpose{{Head: head("purpose.offers"), Class: ir.Marketing}, {Head: head("purpose.tips"), Class: ir.Marketing}},
		Touchpoints: []ir.Touchpoint{{Head: head("touchpoint.offer"), Purpose: "purpose.offers", Channels: []string{"channel.email"}}},
		Consents: []ir.Consent{
			{Head: head("consent.news"), Purpose: "purpose.offers", Channels: []string{"channel.email", "channel.sms"}},
			{Head: head("consent.tips"), Purpose: "purpose.tips", Channels: []string{"channel.email", "channel.sms"}},
		},
		Regimes: []ir.Regime{
			{Head: head("regime.es"), AppliesWhen: is("ES"), Rules: []ir.Rule{rule()}},
			{Head: head("regime.other"), Otherwise: true, Rules: []ir.Rule{rule(), rule()}},
		},
		Platforms: []ir.Platform{platform},
	}
	for _, purpose := range []string{"offers", "tips"} {
		for _, channel := range []string{"email", "sms"} {
			for _, consented := range []bool{true, false} {
				e := expr.Expr(expr.Reachable{Purpose: "purpose." + purpose, Channel: "channel." + channel, Consented: consented})
				for i, where := range []expr.Expr{e, expr.Not{Term: e}} {
					p.Segments = append(p.Segments, ir.Segment{Head: head(fmt.Sprintf("segment.%s_%s_%v_%d", purpose, channel, consented, i)), Where: where})
				}
			}
		}
	}
	p.Sort()
	return p
}

// Law: who may be written to is who the evaluator says may be, within the day
// that Klaviyo may be late.
func TestConsentIsTheEvaluators(t *testing.T) {
	t.Parallel()
	var seen suite.Tally
	for seed := range 12 {
		src := rand.New(rand.NewPCG(uint64(seed), 3))
		w := newWorld(t, rules(src, plain("https://a.example.test")), nil)
		s := subscribers{src: src, program: w.program, lists: map[string]string{}}
		lists := w.deploy(t, w.target.Lower(targets.LowerRequest{Program: w.program, Platform: w.block, Placed: []string{"consent.news", "consent.tips"}}).Resources, nil)
		for address, id := range lists {
			s.lists[address.Object] = id
		}
		for n := range 40 {
			p, profile := s.make(n)
			w.people, w.Profiles = append(w.people, p), append(w.Profiles, profile)
		}
		for _, segment := range w.program.Segments {
			w.agree(t, segment, &seen, lists)
		}
	}
	t.Logf("%+v", seen)
	if 2*seen.Said < seen.Segments || 5*seen.Members < seen.People || seen.People < 2000 || 20*seen.Late > seen.People {
		t.Errorf("too little was asked: %+v", seen)
	}
}

// A list that somebody keeps for an exclusion is asked for, and how long ago a
// person was looked up in it; without either, marketing is not sent.
func TestExclusions(t *testing.T) {
	p := rules(rand.New(rand.NewPCG(1, 1)), plain("https://a.example.test"))
	p.Exclusions = []ir.Exclusion{{Head: ir.Head{Address: "exclusion.robinson"}, Classes: []ir.Class{ir.Marketing}, FreshFor: types.Span{Amount: 30, Unit: types.Day}}}
	lower := func(block ir.Platform) targets.Lowered {
		p.Platforms = []ir.Platform{block}
		return klaviyo.New().Lower(targets.LowerRequest{Program: p, Platform: block, Placed: []string{"consent.news", "segment.offers_email_false_0"}})
	}
	kept := func(settings ...ir.Setting) ir.Platform {
		b := plain("https://a.example.test")
		b.Config.Blocks = []ir.ConfigBlock{{Type: "exclusion", Labels: []string{"robinson"}, Config: ir.Config{Settings: settings}}}
		return b
	}
	list, checked := ir.Setting{Name: "list", Value: types.Text("Robinson")}, ir.Setting{Name: "checked", Value: types.Text("robinson_checked")}
	for _, c := range []struct {
		block ir.Platform
		want  []string
	}{{plain("https://a.example.test"), []string{"CAP301"}}, {kept(list), []string{"CAP301"}}, {kept(list, checked), nil}, {kept(checked), []string{"CAP301", "MAP441"}}} {
		var got []string
		for _, d := range lower(c.block).Diagnostics.Sorted() {
			got = append(got, d.Rule.Code)
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(c.want, got) {
			t.Errorf("%v: want %v, got %v", c.block.Config.Blocks, c.want, got)
		}
	}
}

// Who is on the list, and who was not looked up for too long, counts as named.
func TestExcludedAreOnTheListOrNotLookedUp(t *testing.T) {
	p := rules(rand.New(rand.NewPCG(1, 1)), plain("https://a.example.test"))
	p.Exclusions = []ir.Exclusion{{Head: ir.Head{Address: "exclusion.robinson"}, Classes: []ir.Class{ir.Marketing}, FreshFor: types.Span{Amount: 30, Unit: types.Day}}}
	excluded := expr.Excluded{Exclusion: "exclusion.robinson"}
	p.Segments = []ir.Segment{{Head: ir.Head{Address: "segment.free"}, Where: expr.Not{Term: excluded}}, {Head: ir.Head{Address: "segment.named"}, Where: excluded}}
	w := newWorld(t, p, nil)
	w.block.Config.Blocks = append(w.block.Config.Blocks, ir.ConfigBlock{Type: "exclusion", Labels: []string{"robinson"}, Config: ir.Config{
		Settings: []ir.Setting{text("list", "Robinson"), text("checked", "robinson_checked")}}})
	list := w.Add("list", map[string]any{"name": "Robinson"})
	profile := func(id string, on bool, checked any) *fake.Profile {
		out := &fake.Profile{ID: id, Properties: map[string]any{}, Lists: map[string]bool{list.ID: on}}
		if checked != nil {
			out.Properties["robinson_checked"] = checked
		}
		return out
	}
	w.Profiles = []*fake.Profile{
		profile("free", false, w.Now.AddDate(0, 0, -3)), profile("named", true, w.Now.AddDate(0, 0, -3)),
		profile("stale", false, w.Now.AddDate(0, 0, -40)), profile("unknown", false, nil),
	}
	for address, want := range map[string][]string{"segment.free": {"free"}, "segment.named": {"named", "stale", "unknown"}} {
		s, _ := ir.Find(p.Segments, address)
		id, ok := w.made(t, s, map[resource.Address]string{})
		if got := w.Members(id); !ok || !slices.Equal(want, got) {
			t.Errorf("%s: want %v, got %v", address, want, got)
		}
	}
}
