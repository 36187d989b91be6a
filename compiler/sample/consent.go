package sample

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func (g generator) consentRules() {
	g.purposes()
	g.consents()
	g.regimes()
	g.exclusions()
}

func (g generator) purposes() {
	p := g.program
	p.Channels = []ir.Channel{{Head: head("channel", "email"), Key: "email"}}
	if !chance(g.src, 3) {
		p.Channels = append(p.Channels, ir.Channel{Head: head("channel", "sms"), Key: "phone"})
	}
	p.Purposes = []ir.Purpose{
		{Head: head("purpose", "offers"), Class: ir.Marketing},
		{Head: head("purpose", "care"), Class: ir.Service, Because: "Tells people where the thing is that they bought."},
	}
	if chance(g.src, 2) {
		p.Purposes = append(p.Purposes, ir.Purpose{
			Head: head("purpose", "partners"), Class: ir.Marketing, Channels: atLeastOne(g.src, g.channels()),
		})
	}
}

func (g generator) channels() []string {
	var out []string
	for _, c := range g.program.Channels {
		out = append(out, c.Address)
	}
	return out
}

// consents covers some pairs of a marketing purpose and a channel, each once.
func (g generator) consents() {
	if chance(g.src, 8) {
		return
	}
	news := ir.Consent{
		Head: head("consent", "news"), Purpose: "purpose.offers", Channels: atLeastOne(g.src, g.channels()),
		Title:    map[string]string{"es": "Ofertas", "en": "Offers"},
		Survives: one(g.src, []string{"", "address_change"}),
		Captures: append([]ir.Capture{{Act: person.Grant, Name: "form", On: "event.signed_up", If: fieldOrNil(g.src), Notice: "2026-03"}},
			some(g.src, g.captures())...),
	}
	g.program.Consents = append(g.program.Consents, news)
	if _, ok := ir.Find(g.program.Purposes, "purpose.partners"); ok && chance(g.src, 2) {
		g.program.Consents = append(g.program.Consents, ir.Consent{
			Head: head("consent", "partners"), Purpose: "purpose.partners", Channels: atLeastOne(g.src, g.channels()),
			Captures: []ir.Capture{{Act: person.Grant, Name: "big", On: "event.big_order"}},
		})
	}
}

func (g generator) captures() []ir.Capture {
	objects := expr.Compare{Op: expr.Equal, Left: field("right", types.Enum{Values: []string{"access", "objection"}}),
		Right: literal(types.Text("objection"), types.String)}
	return []ir.Capture{
		{Act: person.Confirm, Name: "bought", On: "event.order_placed"},
		{Act: person.Refuse, Name: "no_box", On: "event.signed_up", If: expr.Not{Term: field("news_box", types.Bool)}},
		{Act: person.Withdraw, Name: "objection", On: "event.rights_request", If: objects},
		{Act: person.Withdraw, Name: "asked", On: "event.rights_request", If: expr.IsSet{Of: field("right", types.String)}},
	}
}

func fieldOrNil(src Source) expr.Expr {
	if chance(src, 3) {
		return nil
	}
	return field("news_box", types.Bool)
}

// regimes are none to three, the last of which may say otherwise.
func (g generator) regimes() {
	names := []string{"es", "everywhere", "elsewhere"}
	for i, name := range names[:g.src.IntN(4)] {
		r := ir.Regime{Head: head("regime", name), RevokeWithin: types.Span{Amount: 24, Unit: types.Hour}}
		if i == 2 && !chance(g.src, 4) {
			r.Otherwise = true
		} else {
			r.AppliesWhen = Predicate(g.src, g.program, g.without(simple), 1)
		}
		for range 1 + g.src.IntN(2) {
			r.Rules = append(r.Rules, g.rule(len(r.Rules)))
		}
		g.program.Regimes = append(g.program.Regimes, r)
	}
}

func (g generator) rule(n int) ir.Rule {
	r := ir.Rule{
		Name: []string{"first", "second"}[n], Classes: []ir.Class{ir.Marketing}, Channels: atLeastOne(g.src, g.channels()),
		Basis: one(g.src, []ir.Basis{ir.ByConsent, ir.ByConsent, ir.ByLegitimateInterest}),
	}
	if r.Basis == ir.ByConsent {
		r.DoubleOptIn = chance(g.src, 3)
		if chance(g.src, 3) {
			r.ValidFor = g.length(g.src)
		}
	}
	if r.Basis != ir.ByConsent || chance(g.src, 4) {
		r.Requires = Predicate(g.src, g.program, g.without(simple), 1)
	}
	return r
}

func (g generator) exclusions() {
	if chance(g.src, 2) {
		return
	}
	x := ir.Exclusion{
		Head: head("exclusion", "robinson"), List: "data/robinson.csv", AsOf: "listed_until",
		Match:   []expr.Expr{expr.Attribute{Path: []string{"email"}, Type: types.Email}},
		Classes: atLeastOne(g.src, []ir.Class{ir.Marketing, ir.Service}),
		Unless:  one(g.src, []string{"", "consent"}),
	}
	if chance(g.src, 3) {
		x.Match = append(x.Match, expr.Attribute{Path: []string{"phone"}, Type: types.Phone})
	}
	if chance(g.src, 2) {
		x.FreshFor = g.length(g.src)
	}
	g.program.Exclusions = []ir.Exclusion{x}
}
