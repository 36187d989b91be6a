package explain_test

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// A refusal names each rule that fails and since when, in one sentence, and says
// a fact once.
func TestRefusal(t *testing.T) {
	w := shop(t)
	marketing, email := []ir.Class{ir.Marketing}, []string{"channel.email"}
	rule := func(r ir.Rule) ir.Rule {
		r.Classes, r.Channels = marketing, email
		return r
	}
	consent := rule(ir.Rule{Name: "opt_in", Basis: ir.ByConsent, DoubleOptIn: true, ValidFor: types.Span{Amount: 365, Unit: types.Day}})
	customers := rule(ir.Rule{Name: "customers", Basis: ir.ByLegitimateInterest, Requires: did("event.order_placed", 730)})
	regime := func(when string, rules ...ir.Rule) ir.Regime {
		r := ir.Regime{Head: ir.Head{Address: "regime.es"}, Rules: rules}
		if when != "" {
			r.AppliesWhen = tier(when)
		}
		return r
	}
	act := func(kind person.ActKind, day string) person.Act {
		return person.Act{Consent: "consent.news", Kind: kind, At: at(day)}
	}
	granted := act(person.Grant, "2026-02-01 10:00:00")
	cases := []struct {
		name   string
		regime []ir.Regime
		orders []string
		acts   []person.Act
		want   string
	}{
		{"a no, and bought too long ago", []ir.Regime{regime("gold", consent, customers)}, []string{"2024-09-22 08:00:00"},
			[]person.Act{granted, act(person.Withdraw, "2026-03-03 10:00:00")},
			`Not allowed: consent.news by e-mail stands against it (withdrawn on 3 Mar 2026); regime.es applies (tier is "gold") and asks, by opt_in, ` +
				`for a yes to consent.news by e-mail, or, by customers, for order_placed within 730 days (800 days ago).`},
		{"a no that a purchase does not lift", []ir.Regime{regime("", customers)}, []string{"2026-09-22 08:00:00"},
			[]person.Act{act(person.Refuse, "2026-03-03 10:00:00")}, "Not allowed: consent.news by e-mail stands against it (refused on 3 Mar 2026)."},
		{"never asked, never bought", []ir.Regime{regime("", consent, customers)}, nil, nil,
			"Not allowed: regime.es asks, by opt_in, for a yes to consent.news by e-mail (never asked), or, by customers, for order_placed within 730 days (never)."},
		{"not confirmed", []ir.Regime{regime("", consent)}, nil, []person.Act{granted},
			"Not allowed: regime.es asks, by opt_in, for double opt-in (granted on 1 Feb 2026, not confirmed)."},
		{"no longer valid", []ir.Regime{regime("", consent)}, nil,
			[]person.Act{act(person.Grant, "2025-02-01 10:00:00"), act(person.Confirm, "2025-02-01 11:00:00")},
			"Not allowed: regime.es asks, by opt_in, for a yes within 365 days (granted 667 days ago)."},
		{"a regime without a rule", []ir.Regime{regime("gold")}, nil, nil,
			`Not allowed: regime.es applies (tier is "gold") and has no rule for marketing by e-mail.`},
		{"none applies", []ir.Regime{regime("silver", consent)}, nil, nil, `Not allowed: no regime applies (regime.es: tier is "gold").`},
		{"none is there", nil, nil, nil, "Not allowed: the project has no regime, and without one nothing is allowed."},
		{"allowed", []ir.Regime{regime("", customers)}, []string{"2026-09-22 08:00:00"}, nil, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w.Program.Regimes = c.regime
			p := ordered(c.orders...)
			p.Acts = c.acts
			if got := explain.New(w, p).Refusal("purpose.offers", "channel.email"); got != c.want {
				t.Errorf("want %q\ngot  %q", c.want, got)
			}
		})
	}
}
