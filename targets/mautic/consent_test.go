package mautic_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/mautic"
	"github.com/trayecto/trayecto/targets/mautic/fake"
)

func head(address string) ir.Head { return ir.Head{Address: address} }

// rules is a random set of regimes for offers by e-mail and SMS.
func rules(src *rand.Rand) *ir.Program {
	is := func(country string) expr.Expr {
		return expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text(country), Type: types.String}}
	}
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
		return r
	}
	p := &ir.Program{
		Project: ir.Project{Name: "law", Timezone: "Europe/Madrid", Languages: []string{"en"}, Platforms: []string{"platform.crm"}},
		Person: ir.Person{Head: head("person"), Keys: []ir.Key{{Name: "email", Type: types.Email}, {Name: "phone", Type: types.Phone}},
			Attributes: []ir.Attribute{{Name: "country", Type: types.String}}},
		Channels: []ir.Channel{{Head: head("channel.email"), Key: "email"}, {Head: head("channel.sms"), Key: "phone"}},
		Purposes: []ir.Purpose{{Head: head("purpose.offers"), Class: ir.Marketing}, {Head: head("purpose.account"), Class: ir.Service}},
		Touchpoints: []ir.Touchpoint{
			{Head: head("touchpoint.offer"), Purpose: "purpose.offers", Channels: []string{"channel.email"}, Content: ir.Content{
				Subject: map[string]content.Template{"en": words("Hi")}, Body: map[string]content.Template{"en": words("<p>Hi</p>")}}},
			{Head: head("touchpoint.text"), Purpose: "purpose.offers", Channels: []string{"channel.sms"}, Content: ir.Content{Text: map[string]content.Template{"en": words("Hi")}}},
			{Head: head("touchpoint.receipt"), Purpose: "purpose.account", Channels: []string{"channel.email"}, Content: ir.Content{
				Subject: map[string]content.Template{"en": words("Yours")}, Body: map[string]content.Template{"en": words("<p>Yours</p>")}}},
		},
		Consents: []ir.Consent{{Head: head("consent.news"), Purpose: "purpose.offers", Channels: []string{"channel.email", "channel.sms"}}},
		Regimes: []ir.Regime{
			{Head: head("regime.es"), AppliesWhen: is("ES"), Rules: []ir.Rule{rule()}},
			{Head: head("regime.other"), Otherwise: true, Rules: []ir.Rule{rule(), rule()}},
		},
	}
	for _, channel := range []string{"email", "sms"} {
		for _, consented := range []bool{true, false} {
			e := expr.Expr(expr.Reachable{Purpose: "purpose.offers", Channel: "channel." + channel, Consented: consented})
			for i, where := range []expr.Expr{e, expr.Not{Term: e}} {
				p.Segments = append(p.Segments, ir.Segment{Head: head(fmt.Sprintf("segment.%s_%v_%d", channel, consented, i)), Where: where})
			}
		}
	}
	p.Sort()
	return p
}

// someone is made as Mautic has them, and told to the evaluator as the history
// that they stand for: a field that says yes is a grant, one that says no a
// withdrawal, and a do-not-contact record a withdrawal by its channel.
func someone(src *rand.Rand, n int) (*person.Person, *fake.Contact) {
	p := &person.Person{ID: fmt.Sprintf("c%03d", n), Attributes: map[string]types.Value{}}
	c := &fake.Contact{ID: p.ID, Values: map[string]any{}, Barred: map[string]string{}}
	keep := func(ours, theirs, value string) {
		if src.IntN(8) > 0 {
			p.Attributes[ours], c.Values[theirs] = types.Text(value), value
		}
	}
	keep("email", "email", p.ID+"@example.test")
	keep("phone", "mobile", fmt.Sprintf("+346000%05d", n))
	keep("country", "country", []string{"ES", "MX", "other"}[src.IntN(3)])
	granted := sample.Now.Time().Add(-time.Duration(1+src.IntN(1000)) * 24 * time.Hour).Truncate(time.Second)
	since := types.NewInstant(granted)
	act := func(channel string, kind person.ActKind, at types.Instant) {
		p.Acts = append(p.Acts, person.Act{Consent: "consent.news", Channel: channel, Kind: kind, At: at})
	}
	said, confirmed := src.IntN(4), src.IntN(2) == 0
	for _, medium := range []string{"email", "sms"} {
		channel := "channel." + medium
		switch said {
		case 0, 1:
			act(channel, person.Grant, since)
			if confirmed {
				act(channel, person.Confirm, since+1)
			}
		case 2:
			act(channel, person.Withdraw, since)
		}
		switch src.IntN(5) {
		case 0:
			c.Barred[medium] = []string{"unsubscribed", "manual"}[src.IntN(2)]
			act(channel, person.Withdraw, since+2)
		case 1:
			c.Barred[medium] = "bounced"
			p.Outcomes = append(p.Outcomes, person.Outcome{Touchpoint: map[string]string{"email": "touchpoint.offer", "sms": "touchpoint.text"}[medium], Channel: channel, Kind: person.Bounced, At: since})
		}
	}
	switch said {
	case 0, 1:
		c.Values["news"], c.Values["news_since"] = true, granted
		if confirmed {
			c.Values["news_confirmed"] = granted
		}
	case 2:
		c.Values["news"] = false
	}
	p.Sort()
	return p, c
}

func consenting(t *testing.T, seed uint64) *world {
	src := rand.New(rand.NewPCG(seed, 3))
	w := newWorld(t, rules(src), nil)
	for n := range 40 {
		p, c := someone(src, n)
		w.people, w.Contacts = append(w.people, p), append(w.Contacts, c)
	}
	w.Fields = append(w.Fields, fake.Field{Alias: "news", Type: "boolean"})
	return w
}

// Law: who may be written to is who the evaluator says may be.
func TestConsentIsTheEvaluators(t *testing.T) {
	t.Parallel()
	var seen tally
	for seed := range uint64(15) {
		w := consenting(t, seed)
		for _, s := range w.program.Segments {
			w.agree(t, s, &seen)
		}
	}
	t.Logf("%+v", seen)
	if 2*seen.Said < seen.Segments || 6*seen.Members < seen.People || seen.People < 2000 || 20*seen.Late > seen.People {
		t.Errorf("too little was asked: %+v", seen)
	}
}

// everyone is a journey that sends each message to whoever has a country.
func everyone(p *ir.Program) {
	in := expr.Member{Segment: "segment.all"}
	p.Segments = append(p.Segments, ir.Segment{Head: head("segment.all"), Where: expr.IsSet{Of: expr.Attribute{Path: []string{"country"}, Type: types.String}}})
	p.Moments = append(p.Moments, ir.Moment{Head: head("moment.all"), Detect: ir.Enters{Segment: "segment.all", Existing: true}})
	p.Journeys = append(p.Journeys, ir.Journey{Head: head("journey.all"), Enter: ir.Enter{Moment: "moment.all", Again: "never"}, OnChange: "migrate", LeaveIf: expr.Not{Term: in},
		Steps: []ir.Step{
			ir.Send{Name: "offer", Touchpoint: "touchpoint.offer", IfCapped: "skip"}, ir.Wait{Name: "rest", For: types.Span{Amount: 2, Unit: types.Day}},
			ir.Send{Name: "text", Touchpoint: "touchpoint.text", IfCapped: "skip"}, ir.Send{Name: "receipt", Touchpoint: "touchpoint.receipt", IfCapped: "skip"},
		}})
	p.Sort()
}

// built makes everything that a program has on the installation, and publishes
// its campaigns.
func (w *world) built(t *testing.T) map[resource.Address]string {
	t.Helper()
	l := w.target.Lower(targets.LowerRequest{Program: w.program, Platform: w.program.Platforms[0], Placed: w.program.Placed("platform.crm")})
	if l.Diagnostics.HasErrors() {
		t.Fatalf("%+v", l.Diagnostics)
	}
	ids := map[resource.Address]string{}
	for len(ids) < len(l.Resources) {
		before := len(ids)
		for _, r := range l.Resources {
			waits := slices.ContainsFunc(resource.Refs(r.Attributes), func(ref resource.Ref) bool { return ids[ref.Address] == "" })
			if ids[r.Address] == "" && !waits {
				ids[r.Address] = w.make(t, r, ids)
			}
		}
		if len(ids) == before {
			t.Fatal("objects wait for each other")
		}
	}
	return ids
}

func (w *world) make(t *testing.T, r resource.Resource, ids map[resource.Address]string) string {
	t.Helper()
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		switch v := v.(type) {
		case resource.Ref:
			return resource.String(ids[v.Address])
		case resource.Lookup:
			return resource.String(v.Key)
		}
		return nil
	}).(resource.Map)
	made, failed := carry(t, w.target, targets.Change{Action: targets.Create, Resource: r, Key: r.Address.String()})
	if failed != nil {
		t.Fatalf("%s: %v\n%v", r.Address, failed, r.Attributes)
	}
	if r.Kind == "campaign" {
		if got := w.Run(made.ID); len(got) > 0 || made.Switch != resource.Off {
			t.Errorf("a campaign that was made sends %v before it is published", got)
		}
		if _, failed = carry(t, w.target, targets.Change{Action: targets.SwitchOn, Resource: r, Prior: made, Key: "on"}); failed != nil {
			t.Fatal(failed)
		}
	}
	return made.ID
}

// Law: a campaign writes to exactly those of its segment who may be written to:
// to nobody who did not agree, and to everybody who did.
func TestNobodyIsWrittenToWhoDidNotAgree(t *testing.T) {
	t.Parallel()
	sent, kept := 0, 0
	for seed := range uint64(10) {
		w := consenting(t, seed)
		everyone(w.program)
		var err error
		if w.eval, err = eval.New(w.program, person.Lists{}, sample.Now); err != nil {
			t.Fatal(err)
		}
		ids := w.built(t)
		got := map[string]bool{}
		for _, s := range w.Run(ids[resource.Address{Object: "journey.all", Platform: "crm"}]) {
			for _, of := range []string{"touchpoint.offer", "touchpoint.text", "touchpoint.receipt"} {
				role := map[string]string{"email": "mail", "sms": "text"}[s.Kind]
				if ids[resource.Address{Object: of, Platform: "crm", Role: role}] == s.Message {
					got[of+" "+s.Contact] = true
				}
			}
		}
		for _, p := range w.people {
			for of, channel := range map[string]string{"touchpoint.offer": "email", "touchpoint.text": "sms"} {
				want := w.eval.Member("segment.all", p) && w.eval.Member("segment."+channel+"_false_0", p)
				switch is := got[of+" "+p.ID]; {
				case want != is && !atBorder(w.program, p):
					t.Errorf("%s to %s: want %v, got %v: %+v", of, p.ID, want, is, p)
				case is:
					sent++
				default:
					kept++
				}
			}
			barred := slices.ContainsFunc(w.Contacts, func(c *fake.Contact) bool { return c.ID == p.ID && c.Barred["email"] != "" })
			if got["touchpoint.receipt "+p.ID] && barred {
				t.Errorf("a service message went to %s, who has a do-not-contact record", p.ID)
			}
		}
	}
	if sent < 50 || kept < 50 {
		t.Errorf("%d messages were sent and %d were not, which shows little", sent, kept)
	}
}

// What Explain says is asked before each message is what the campaign asks.
func TestExplainSaysWhatIsAsked(t *testing.T) {
	w := consenting(t, 1)
	everyone(w.program)
	e := w.target.Explain(w.program, w.program.Platforms[0])
	var gates []string
	for _, g := range e.Gates {
		gates = append(gates, fmt.Sprintf("%s %s %v", g.Send, g.Channel, g.Inserted))
	}
	want := []string{"step.all.offer channel.email false", "step.all.offer channel.email true", "step.all.receipt channel.email true",
		"step.all.text channel.sms false", "step.all.text channel.sms true"}
	if !slices.Equal(want, gates) {
		t.Errorf("want %q, got %q", want, gates)
	}
	if !e.Sends || e.Caps || e.Hours || e.Staleness != (types.Span{Amount: 1, Unit: types.Hour}) {
		t.Errorf("got %+v", e)
	}
}

// A list that contacts are named in by a field, and when they were last looked
// up; without either, marketing is not sent.
func TestExclusions(t *testing.T) {
	for _, c := range []struct {
		settings []ir.Setting
		want     []string
	}{
		{nil, []string{"CAP301"}}, {[]ir.Setting{text("field", "robinson")}, []string{"CAP301"}},
		{[]ir.Setting{text("field", "robinson"), text("checked", "robinson_checked")}, nil}, {[]ir.Setting{text("checked", "robinson_checked")}, []string{"CAP301", "MAP461"}},
	} {
		w := consenting(t, 1)
		p := w.program
		p.Exclusions = []ir.Exclusion{{Head: head("exclusion.robinson"), Classes: []ir.Class{ir.Marketing}, FreshFor: types.Span{Amount: 30, Unit: types.Day}}}
		p.Segments = []ir.Segment{{Head: head("segment.free"), Where: expr.Not{Term: expr.Excluded{Exclusion: "exclusion.robinson"}}}}
		if c.settings != nil {
			b := &p.Platforms[0].Config
			b.Blocks = append(b.Blocks, ir.ConfigBlock{Type: "exclusion", Labels: []string{"robinson"}, Config: ir.Config{Settings: c.settings}})
		}
		var got []string
		for _, d := range mautic.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: []string{"segment.free"}}).Diagnostics {
			got = append(got, d.Rule.Code)
		}
		slices.Sort(got)
		if !slices.Equal(c.want, got) {
			t.Errorf("%v: want %v, got %v", c.settings, c.want, got)
		}
		if len(got) > 0 {
			continue
		}
		w.Fields = append(w.Fields, fake.Field{Alias: "robinson", Type: "boolean"}, fake.Field{Alias: "robinson_checked", Type: "datetime"})
		contact := func(id string, named, checked any) *fake.Contact {
			return &fake.Contact{ID: id, Values: map[string]any{"robinson": named, "robinson_checked": checked}}
		}
		recent, old := w.Now.AddDate(0, 0, -3), w.Now.AddDate(0, 0, -40)
		w.Contacts = []*fake.Contact{contact("free", false, recent), contact("unsaid", nil, recent), contact("named", true, recent), contact("stale", false, old), contact("unknown", false, nil)}
		id, _ := w.made(t, p.Segments[0])
		if got := strings.Join(w.Members(id), " "); got != "free unsaid" {
			t.Errorf("want those who are free, got %s", got)
		}
	}
}
