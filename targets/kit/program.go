package kit

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Before is a small program with something of everything that a platform may
// hold.
func Before(platform ir.Platform) *ir.Program {
	p := &ir.Program{
		Project: ir.Project{Name: "kit", Timezone: "Europe/Madrid", Currency: "EUR", Languages: []string{"es", "en"}, Platforms: []string{platform.Address}},
		Person: ir.Person{
			Head:       head("person"),
			Keys:       []ir.Key{{Name: "customer_id", Type: types.String}, {Name: "email", Type: types.Email}, {Name: "phone", Type: types.Phone}},
			Attributes: []ir.Attribute{{Name: "first_name", Type: types.String}, {Name: "tier", Type: tiers}, {Name: "country", Type: countries}},
		},
		Events: []ir.Event{
			{Head: head("event.signed_up"), Fields: []ir.Field{{Name: "news_box", Type: types.Bool}}},
			{Head: head("event.order_placed"), Fields: []ir.Field{{Name: "amount", Type: types.Money}}},
		},
		Platforms: []ir.Platform{platform},
	}
	consent(p)
	segments(p)
	messages(p)
	journeys(p)
	p.Sort()
	return p
}

// After is Before with an edit, an addition and a removal of each sort: a
// segment that others are built on is edited, one that nothing uses is
// removed, one is added; a text, a rule and a journey change.
func After(platform ir.Platform) *ir.Program {
	p := Before(platform)
	for i, s := range p.Segments {
		switch s.Address {
		case "segment.gold":
			p.Segments[i].Where = expr.OneOf{Of: attribute("tier", tiers), Values: []types.Value{types.Text("gold"), types.Text("silver")}}
		case "segment.from_spain":
			p.Segments[i] = ir.Segment{Head: head("segment.elsewhere"), Where: expr.Not{Term: is("country", "ES", countries)}}
		}
	}
	for i, t := range p.Touchpoints {
		if t.Address == "touchpoint.welcome_mail" {
			p.Touchpoints[i].Content.Subject["es"] = words("Bienvenida")
		}
	}
	p.Regimes[0].Rules[0].ValidFor = types.Span{Amount: 1, Unit: types.Year}
	for i, j := range p.Journeys {
		if j.Address == "journey.welcome" {
			p.Journeys[i].Steps = append([]ir.Step{ir.Wait{Name: "first", For: days(1)}}, j.Steps...)
		}
	}
	p.Sort()
	return p
}

var (
	tiers     = types.Enum{Values: []string{"gold", "silver", "none"}}
	countries = types.Enum{Values: []string{"ES", "MX", "other"}}
)

func consent(p *ir.Program) {
	p.Channels = []ir.Channel{{Head: head("channel.email"), Key: "email"}, {Head: head("channel.sms"), Key: "phone"}}
	p.Purposes = []ir.Purpose{
		{Head: head("purpose.offers"), Class: ir.Marketing},
		{Head: head("purpose.account"), Class: ir.Service, Because: "Confirms what the person just did."},
	}
	p.Consents = []ir.Consent{{
		Head: head("consent.news"), Purpose: "purpose.offers", Channels: []string{"channel.email"},
		Title: map[string]string{"es": "Ofertas por correo", "en": "Offers by e-mail"},
		Captures: []ir.Capture{{
			Act: person.Grant, Name: "form", On: "event.signed_up", Notice: "2026-03",
			If: expr.Field{Of: expr.It, Path: []string{"news_box"}, Type: types.Bool},
		}},
	}}
	p.Regimes = []ir.Regime{{
		Head: head("regime.es"), AppliesWhen: is("country", "ES", countries), RevokeWithin: types.Span{Amount: 24, Unit: types.Hour},
		Rules: []ir.Rule{{Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email", "channel.sms"},
			Basis: ir.ByConsent, DoubleOptIn: true, ValidFor: days(730)}},
	}, {
		Head: head("regime.elsewhere"), Otherwise: true, RevokeWithin: types.Span{Amount: 24, Unit: types.Hour},
		Rules: []ir.Rule{{Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, Basis: ir.ByConsent}},
	}}
}

func segments(p *ir.Program) {
	orders := expr.Source{Event: "event.order_placed"}
	many := expr.Compare{Op: expr.GreaterEqual,
		Left:  expr.Aggregate{Op: expr.Count, Of: orders, Type: types.Number, Window: expr.Window{Length: days(365)}},
		Right: expr.Literal{Value: number("3"), Type: types.Number}}
	p.Segments = []ir.Segment{
		{Head: head("segment.gold"), Where: is("tier", "gold", tiers)},
		{Head: head("segment.buyers"), Where: expr.And{Terms: []expr.Expr{many, expr.Not{Term: expr.Member{Segment: "segment.gold"}}}}},
		{Head: head("segment.from_spain"), Where: is("country", "ES", countries)},
		{Head: head("segment.reachable"), Where: expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}},
	}
}

func messages(p *ir.Program) {
	p.Links = []ir.Link{{Head: head("link.shop"), URL: words("https://shop.example/"), Purpose: "purpose.account"}}
	hello := func(greeting string) content.Template {
		return content.Template{Pieces: []content.Piece{
			content.Text{Text: "<p>" + greeting + " "}, content.Slot{Value: attribute("first_name", types.String), Escape: content.HTML},
			content.Text{Text: `</p><a href="`}, content.LinkSlot{Link: "link.shop", Escape: content.Attribute}, content.Text{Text: `">${</a>`},
		}}
	}
	p.Touchpoints = []ir.Touchpoint{{
		Head: head("touchpoint.welcome_mail"), Purpose: "purpose.account", Channels: []string{"channel.email"},
		Content: ir.Content{
			Subject: map[string]content.Template{"es": words("Hola"), "en": words("Hi")},
			Body:    map[string]content.Template{"es": hello("Hola"), "en": hello("Hi")},
		},
	}, {
		Head: head("touchpoint.offer_mail"), Purpose: "purpose.offers", Channels: []string{"channel.email"}, Unsubscribe: "one_click",
		Content: ir.Content{Subject: map[string]content.Template{"es": words("10 %"), "en": words("10 %")}, Body: map[string]content.Template{"es": hello("10 %"), "en": hello("10 %")}},
	}}
}

func journeys(p *ir.Program) {
	p.Moments = []ir.Moment{
		{Head: head("moment.signed_up"), Kind: "first", Detect: ir.OnEvent{Event: "event.signed_up"}},
		{Head: head("moment.bounced"), Kind: "first", Within: types.Span{Amount: 24, Unit: types.Hour},
			Detect: ir.OnOutcome{Touchpoint: "touchpoint.welcome_mail", Outcome: "bounced"}},
	}
	opened := expr.Did{Of: expr.Source{Step: "step.welcome.hello", Outcome: "opened"}, Window: expr.Window{Since: "run"}}
	p.Journeys = []ir.Journey{{
		Head: head("journey.welcome"), OnChange: "finish", LeaveIf: expr.Member{Segment: "segment.gold"},
		Enter: ir.Enter{Moment: "moment.signed_up", Again: "never"},
		Steps: []ir.Step{
			ir.Send{Name: "hello", Touchpoint: "touchpoint.welcome_mail", IfCapped: "skip"},
			ir.Wait{Name: "react", For: days(3), Until: opened},
			ir.Choose{Name: "engaged",
				When:      []ir.Branch{{Name: "opened", If: opened, Steps: []ir.Step{ir.Send{Name: "offer", Touchpoint: "touchpoint.offer_mail", IfCapped: "skip"}}}},
				Otherwise: []ir.Step{ir.Wait{Name: "cool", For: days(7)}},
			},
		},
	}, {
		Head: head("journey.again"), OnChange: "finish", Enter: ir.Enter{Moment: "moment.bounced", Again: "never"},
		Steps: []ir.Step{ir.Send{Name: "again", Touchpoint: "touchpoint.welcome_mail", IfCapped: "skip"}},
	}}
}

// head gives every declaration a line of its own in a file that is named after it.
func head(address string) ir.Head {
	at := diag.Pos{Line: 1, Column: 1}
	return ir.Head{Address: address, At: diag.Range{File: address + ".hcl", Start: at, End: at}}
}

func attribute(name string, t types.Type) expr.Expr {
	return expr.Attribute{Path: []string{name}, Type: t}
}

func is(name, value string, t types.Type) expr.Expr {
	return expr.Compare{Op: expr.Equal, Left: attribute(name, t), Right: expr.Literal{Value: types.Text(value), Type: t}}
}

func words(text string) content.Template {
	return content.Template{Pieces: []content.Piece{content.Text{Text: text}}}
}

func days(n int64) types.Span { return types.Span{Amount: n, Unit: types.Day} }

func number(s string) types.Value {
	d, err := types.NewDecimal(s)
	if err != nil {
		panic("kit: " + err.Error()) // a constant of this file
	}
	return d
}
