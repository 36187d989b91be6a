package listmonk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
)

// block is the platform of programs that are deployed nowhere.
func block() ir.Platform {
	set := func(name, value string) ir.Setting { return ir.Setting{Name: name, Value: types.Text(value)} }
	return ir.Platform{Head: ir.Head{Address: "platform.mail"}, Target: "listmonk", Name: "mail", Config: ir.Config{
		Settings: []ir.Setting{set("endpoint", "https://lists.example.test"), set("user", "trayecto"), set("everyone", everyone)},
		Blocks:   []ir.ConfigBlock{{Type: "consent", Labels: []string{"news"}, Config: ir.Config{Settings: []ir.Setting{set("granted_at", "news_since")}}}},
	}}
}

// What becomes an object of what kind, and what is found by name.
func TestWhatBecomesAnObject(t *testing.T) {
	made := lowered(sending(kit.Before(block())), block())
	var got []string
	for _, r := range made.Resources {
		got = append(got, fmt.Sprintf("%s: %s %q %s", r.Address, r.Kind, r.Key, r.Switch))
	}
	want := []string{
		`consent.news (mail): list "Ofertas por correo" `, `journey.buyers (mail): campaign "journey.buyers" on`,
		`journey.from_spain (mail): campaign "journey.from_spain" on`, `journey.gold (mail): campaign "journey.gold" on`,
		`journey.reachable (mail): campaign "journey.reachable" on`, `platform.mail (mail, confirmations): confirmations "mails that ask to confirm" `,
		`platform.mail (mail, frame): template "Trayecto, nothing around the text (mail)" `,
		`touchpoint.welcome_mail (mail): template "touchpoint.welcome_mail" `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var looked []string
	for l := range made.Lookups {
		looked = append(looked, l.Kind+" "+l.Key)
	}
	slices.Sort(looked)
	if diff := cmp.Diff([]string{"list Everybody", "messenger email", "setting privacy.unsubscribe_header"}, looked); diff != "" {
		t.Errorf("look-ups (-want +got):\n%s", diff)
	}
}

// A guard asks only what listmonk does not ask by itself: of the rules of
// consent, that the yes is no older than it may be where a law says so.
func TestGuard(t *testing.T) {
	p := sending(kit.Before(block()))
	p.Journeys = []ir.Journey{oneOff("news", "segment.gold", "touchpoint.offer_mail")}
	p.Project.OnlyTo = []string{"Ana@example.test"}
	for _, r := range lowered(p, block()).Resources {
		if r.Kind != "campaign" {
			continue
		}
		body := string(r.Attributes["body"].(resource.String))
		guard := body[:strings.LastIndex(body[:strings.Index(body, "<p>")], "{{ fail ")]
		want := []string{
			`{{ $a := .Subscriber.Attribs }}`,
			`{{ if has .Subscriber.Status (list "disabled" "blocklisted") }}{{ fail "this person is not written to" }}{{ end }}`,
			`{{ if not (has (lower .Subscriber.Email) (list "ana@example.test")) }}{{ fail "only_to leaves this address out" }}{{ end }}`,
			`{{ if gt now.Unix 1774863000 }}{{ fail "the instant of this message is long past" }}{{ end }}`,
			`(eq $a.tier "gold")`, `(gt (mustToDate "2006-01-02T15:04:05Z07:00" $a.news_since).UnixMicro 1711704600000000)`,
		}
		for _, w := range want {
			if !strings.Contains(guard, w) {
				t.Errorf("%s is not in the guard:\n%s", w, guard)
			}
		}
		for _, asked := range []string{"granted", "confirmed", "suppressed"} {
			if strings.Contains(guard, asked) {
				t.Errorf("the guard asks for %s, which listmonk does:\n%s", asked, guard)
			}
		}
	}
}

func line(n int) diag.Range {
	return diag.Range{File: "x.hcl", Start: diag.Pos{Line: n}, End: diag.Pos{Line: n}}
}

func where(p *ir.Program, e expr.Expr) { p.Segments[0].Where = e }

var (
	tier   = expr.Attribute{Place: expr.Place{At: line(7)}, Path: []string{"tier"}, Type: types.String}
	orders = expr.Source{Event: "event.order_placed"}
)

// refusals is a change that makes each, and what is said of it: code, line, words.
var refusals = map[string]struct {
	change func(*ir.Program)
	want   string
}{
	"a journey that enters on a moment": {func(p *ir.Program) {
		p.Moments = []ir.Moment{{Head: ir.Head{Address: "moment.m"}, Detect: ir.OnEvent{Event: "event.signed_up"}}}
		p.Journeys[0].Enter = ir.Enter{Moment: "moment.m", At: line(5)}
	}, "CAP411 5 journey.buyers enters people on a moment, and listmonk does not notice what happens."},
	"a journey that waits": {func(p *ir.Program) {
		p.Journeys[0].Steps = append(p.Journeys[0].Steps, ir.Wait{Name: "w", For: types.Span{Amount: 1, Unit: types.Day}, At: line(9)})
	}, "CAP411 9 journey.buyers does more than to send one message, and listmonk runs no steps."},
	"a journey that sends twice": {func(p *ir.Program) {
		p.Journeys[0].Steps = append(p.Journeys[0].Steps, ir.Send{Name: "again", Touchpoint: "touchpoint.offer_mail", At: line(8)})
	}, "CAP411 8 journey.buyers does more than to send one message, and a campaign is one message."},
	"a message by two channels": {func(p *ir.Program) {
		p.Touchpoints[0].Channels = []string{"channel.email", "channel.sms"}
		p.Journeys[0].Steps = []ir.Step{ir.Send{Name: "write", Touchpoint: p.Touchpoints[0].Address, At: line(6)}}
		p.Journeys = p.Journeys[:1]
	}, "CAP411 6 touchpoint.offer_mail does not go by e-mail alone, and listmonk tries no other channel."},
	"a message by SMS": {func(p *ir.Program) {
		p.Touchpoints[1].Channels, p.Touchpoints[1].ChannelsAt = []string{"channel.sms"}, line(4)
		p.Journeys = p.Journeys[:1]
	}, "CAP415 4 touchpoint.welcome_mail goes to platform.mail, and listmonk sends e-mail."},
	"nobody's list": {func(p *ir.Program) {
		p.Platforms[0].Config.Settings = p.Platforms[0].Config.Settings[:2]
		p.Journeys[1].Steps = []ir.Step{ir.Send{Name: "write", Touchpoint: "touchpoint.welcome_mail", At: line(3)}}
	}, "CAP412 3 touchpoint.welcome_mail needs no yes, so it goes to whoever it is for, and nothing says on which list everybody is."},
	"no consent": {func(p *ir.Program) {
		p.Consents = nil
		p.Journeys[0].Steps = []ir.Step{ir.Send{Name: "write", Touchpoint: "touchpoint.offer_mail", At: line(2)}}
	}, "CAP412 2 No consent covers purpose.offers by e-mail, and listmonk sends marketing to the list of one."},
	"rules that let nobody in": {func(p *ir.Program) {
		p.Purposes[1].Channels = []string{"channel.sms"}
		p.Journeys[0].Steps = []ir.Step{ir.Send{Name: "write", Touchpoint: "touchpoint.offer_mail", At: line(2)}}
	}, "CAP413 2 Of those who can be on the list that touchpoint.offer_mail is sent to, the rules of consent leave nobody."},
	"the age of a yes that nobody keeps": {func(p *ir.Program) {
		p.Platforms[0].Config.Blocks = nil
		p.Journeys[0].Steps = []ir.Step{ir.Send{Name: "write", Touchpoint: "touchpoint.offer_mail", At: line(2)}}
	}, "CAP301 2 The rules of consent ask when the yes was given, and a subscription in listmonk does not say so."},
	"an exclusion that no yes lifts": {func(p *ir.Program) {
		p.Exclusions = []ir.Exclusion{{Head: ir.Head{Address: "exclusion.robinson"}, Classes: []ir.Class{ir.Marketing}, Match: []expr.Expr{tier}}}
		p.Journeys[0].Steps = []ir.Step{ir.Send{Name: "write", Touchpoint: "touchpoint.offer_mail", At: line(2)}}
	}, "CAP301 2 listmonk keeps no lists of people who must not be written to apart from its blocklist."},
	"a yes to something else": {func(p *ir.Program) {
		where(p, expr.Reachable{Place: expr.Place{At: line(7)}, Purpose: "purpose.offers", Channel: "channel.email", Consented: true})
		p.Journeys = []ir.Journey{oneOff("x", p.Segments[0].Address, "touchpoint.welcome_mail")}
		p.Journeys[0].Steps = []ir.Step{ir.Send{Name: "write", Touchpoint: "touchpoint.welcome_mail", At: line(2)}}
	}, "CAP301 2 While it sends, listmonk knows of a subscription only that it is the one to the list that it sends to."},
	"an average": {func(p *ir.Program) {
		where(p, expr.Compare{Op: expr.Greater, Left: expr.Aggregate{Place: expr.Place{At: line(7)}, Op: expr.Avg, Of: orders, Field: "amount", Type: types.Money, Window: expr.Ever},
			Right: expr.Literal{Value: types.Decimal{}, Type: types.Money}})
	}, "CAP301 7 listmonk cannot work out avg."},
	"what became of a message": {func(p *ir.Program) {
		where(p, expr.Did{Place: expr.Place{At: line(7)}, Of: expr.Source{Touchpoint: "touchpoint.offer_mail", Outcome: "opened"}, Window: expr.Ever})
	}, "CAP301 7 listmonk does not tell subscribers apart by what became of a message."},
	"a value that ages": {func(p *ir.Program) {
		p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "city_now", Type: types.String, FreshFor: types.Span{Amount: 1, Unit: types.Hour}})
		where(p, expr.IsSet{Of: expr.Attribute{Place: expr.Place{At: line(7)}, Path: []string{"city_now"}, Type: types.String}})
	}, "CAP301 7 listmonk does not keep when it learned a value, so it cannot tell whether this is older than 1h."},
	"an action": {func(p *ir.Program) {
		p.Actions = []ir.Action{{Head: ir.Head{Address: "action.call", At: line(1)}, Platform: "platform.mail"}}
	}, "CAP411 1 action.call goes to platform.mail, and listmonk does nothing but send e-mail."},
	"a text about an event": {func(p *ir.Program) {
		p.Touchpoints[0].Content.Subject["es"] = content.Template{Pieces: []content.Piece{content.Slot{Value: expr.Field{Place: expr.Place{At: line(11)}, Of: expr.Entry, Path: []string{"amount"}, Type: types.Money}}}}
	}, "CAP311 11 It sends to everybody at one instant, and of no event."},
}

// What is refused is refused where it is written, with what can be said instead.
func TestRefusals(t *testing.T) {
	for name, c := range refusals {
		t.Run(name, func(t *testing.T) {
			p := sending(kit.Before(block()))
			c.change(p)
			var got []string
			for _, d := range lowered(p, p.Platforms[0]).Diagnostics {
				if d.Rule.Severity == diag.Error {
					got = append(got, fmt.Sprintf("%s %d %s", d.Rule.Code, d.At.Start.Line, d.Detail))
				}
			}
			if !slices.Contains(got, c.want) {
				t.Errorf("want %q, got %q", c.want, got)
			}
		})
	}
}

// What nothing uses is nothing that listmonk could hold, which is said.
func TestWhatIsNotHeld(t *testing.T) {
	p := sending(kit.Before(block()))
	p.Journeys = slices.DeleteFunc(p.Journeys, func(j ir.Journey) bool { return j.Address != "journey.gold" })
	var got []string
	for _, d := range lowered(p, block()).Diagnostics {
		got = append(got, d.Rule.Code+" "+d.Rule.Severity.String()+" "+d.At.File)
	}
	want := []string{"CAP414 warning segment.buyers.hcl", "CAP414 warning segment.from_spain.hcl", "CAP414 warning segment.reachable.hcl", "CAP414 warning touchpoint.offer_mail.hcl"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestArguments(t *testing.T) {
	for _, c := range []struct {
		change func(*ir.Config)
		want   string
	}{
		{func(c *ir.Config) { c.Settings[0].Value = types.Text("lists.example.test") }, "this is not the address of a server"},
		{func(c *ir.Config) { c.Settings[2].Value = types.Truth(true) }, "everyone is a text"},
		{func(c *ir.Config) { c.Blocks[0].Labels[0] = "nwes" }, "there is no consent.nwes"},
		{func(c *ir.Config) { c.Blocks[0].Config.Settings[0].Value = types.Truth(true) }, "granted_at is the name of an attribute"},
		{func(c *ir.Config) {
			c.Settings = append(c.Settings, ir.Setting{Name: "fields", Map: []ir.Setting{{Name: "teir", Value: types.Text("x")}}})
		}, "nothing here is called teir"},
	} {
		p := sending(kit.Before(block()))
		c.change(&p.Platforms[0].Config)
		var got []string
		for _, d := range lowered(p, p.Platforms[0]).Diagnostics {
			got = append(got, d.Mark)
		}
		if !slices.Contains(got, c.want) {
			t.Errorf("want %q, got %q", c.want, got)
		}
	}
}

// The texts are filled in for each subscriber in their language: what is
// missing, nasty or a number included.
func TestTexts(t *testing.T) {
	f := serve(t)
	p := sending(kit.Before(platform(f)))
	p.Person.Language = "lang"
	p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "lang", Type: types.Enum{Values: []string{"es", "en"}}}, ir.Attribute{Name: "points", Type: types.Number})
	name := expr.Coalesce{Terms: []expr.Expr{
		expr.Call{Func: "lower", Args: []expr.Expr{expr.Attribute{Path: []string{"first_name"}, Type: types.String}}, Type: types.String},
		expr.Literal{Value: types.Text("tú"), Type: types.String},
	}}
	points := expr.Attribute{Path: []string{"points"}, Type: types.Number}
	p.Touchpoints[1].Content = ir.Content{
		Subject: map[string]content.Template{"es": texts("Hola, ", content.Slot{Value: name, Escape: content.Plain}), "en": texts("Hi ", content.Slot{Value: name, Escape: content.Plain})},
		Body: map[string]content.Template{
			"es": texts("<p>", content.Slot{Value: name, Escape: content.HTML}, ": ", content.Slot{Value: points, Escape: content.HTML}, " {{ puntos }}</p>"),
			"en": texts("<p>", content.Slot{Value: points, Escape: content.HTML}, "</p>"),
		},
		Text: map[string]content.Template{"es": texts("a & b, ", content.Slot{Value: name, Escape: content.Plain}), "en": texts("en")},
	}
	made := lowered(p, p.Platforms[0])
	if made.Diagnostics.HasErrors() {
		t.Fatal(details(made.Diagnostics))
	}
	ids := deploy(t, config(f), made.Resources)
	everybody := map[int]string{f.Lists()[0].ID: "confirmed"}
	for _, s := range []fake.Subscriber{
		{Email: "a@example.test", Attribs: map[string]any{"tier": "gold", "first_name": "<B> & Co", "points": 12500000}},
		{Email: "b@example.test", Attribs: map[string]any{"tier": "gold", "first_name": nil, "points": 0}},
		{Email: "c@example.test", Attribs: map[string]any{"tier": "gold", "lang": "en", "first_name": ""}},
	} {
		f.AddSubscriber(s, everybody)
	}
	f.Until(launch.Time())
	var got []string
	for _, m := range f.Outbox() {
		if fmt.Sprint(m.Campaign) == ids[at("journey.gold")] {
			got = append(got, m.Subject+" | "+m.Body+" | "+m.Alt)
		}
	}
	want := []string{
		"Hola, <b> & co | <p>&lt;b&gt; &amp; co: 12500000 {{ puntos }}</p> | a & b, <b> & co",
		"Hola, tú | <p>tú: 0 {{ puntos }}</p> | a & b, tú",
		"Hi tú | <p></p> | en",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func texts(pieces ...any) content.Template {
	var out content.Template
	for _, piece := range pieces {
		switch piece := piece.(type) {
		case string:
			out.Pieces = append(out.Pieces, content.Text{Text: piece})
		case content.Slot:
			out.Pieces = append(out.Pieces, piece)
		}
	}
	return out
}

// A transactional message is about the event that the caller sends along; one
// of text alone is sent as HTML that looks like it.
func TestTransactionalTexts(t *testing.T) {
	f := serve(t)
	p := sending(kit.Before(platform(f)))
	p.Touchpoints[1].About = "event.order_placed"
	p.Touchpoints[1].Content = ir.Content{
		Subject: map[string]content.Template{"es": texts("Pedido")},
		Text:    map[string]content.Template{"es": texts("Son < ", content.Slot{Value: expr.Field{Of: expr.Entry, Path: []string{"amount"}, Type: types.Money}, Escape: content.Plain}, "\nAdiós")},
	}
	ids := deploy(t, config(f), lowered(p, p.Platforms[0]).Resources)
	f.AddSubscriber(fake.Subscriber{Email: "a@example.test"}, nil)
	if status := transact(t, f, ids[at("touchpoint.welcome_mail")], "a@example.test", map[string]any{"amount": 49.5}); status != 200 {
		t.Fatalf("%d", status)
	}
	if diff := cmp.Diff([]fake.Mail{{To: "a@example.test", Subject: "Pedido", Body: "Son &lt; 49.5<br>\nAdiós"}}, f.Outbox()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each send has the gates that listmonk evaluates and those of the guard, and
// with them the proof holds; without the guard it does not, where a law asks
// for more than a subscription says.
func TestExplain(t *testing.T) {
	p := sending(kit.Before(block()))
	p.Journeys = []ir.Journey{oneOff("news", "segment.gold", "touchpoint.offer_mail")}
	p.Sort()
	said := listmonk.New().Explain(p, block())
	var got []string
	for _, g := range said.Gates {
		got = append(got, fmt.Sprintf("%s %s %v %s", g.Send, g.Channel, g.Inserted, expr.Print(g.Condition)))
	}
	want := []string{
		`step.news.write channel.email false !suppressed(channel.email, "marketing") && (consent.news[channel.email].state == "granted"` +
			` && !is_true(since(consent.news[channel.email].expires_at, "1000y"))) && is_set(consent.news[channel.email].confirmed_at)`,
		"step.news.write channel.email true reachable(purpose.offers, channel.email)", "step.news.write channel.email true segment.gold",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !said.Sends || said.Caps || said.Hours || said.Staleness != (types.Span{Amount: 24, Unit: types.Hour}) {
		t.Errorf("%+v", said)
	}
	moment, err := prove.At(p, start)
	if err != nil {
		t.Fatal(err)
	}
	asked := prove.Platform{Program: p, Address: "platform.mail", Placed: p.Placed("platform.mail"), Enforcement: said}
	ends := func() (out []prove.End) {
		for _, s := range prove.OfConsent(asked, moment).Sends {
			out = append(out, s.End)
		}
		return out
	}
	if diff := cmp.Diff([]prove.End{prove.Gated}, ends()); diff != "" {
		t.Errorf("the proof (-want +got):\n%s", diff)
	}
	asked.Enforcement.Gates = said.Gates[:1]
	if diff := cmp.Diff([]prove.End{prove.Refused}, ends()); diff != "" {
		t.Errorf("the proof without the guard (-want +got):\n%s", diff)
	}
	p.Regimes[1].Rules[0].ValidFor = types.Span{}
	if diff := cmp.Diff([]prove.End{prove.Enforced}, ends()); diff != "" {
		t.Errorf("the proof where a subscription says enough (-want +got):\n%s", diff)
	}
}
