package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/diag"
)

var unconfirmed = &diag.Rule{Code: "CON109", Severity: diag.Warning, Summary: "Nobody can confirm a yes that must be confirmed"}

// checkConfirmed warns of a consent without a confirm, where some regime asks
// for a double opt-in: only what a history or a platform records confirms it.
func checkConfirmed(p *Pass) {
	for _, c := range p.Program.Consents {
		confirms := func(x ir.Capture) bool { return x.Act == person.Confirm }
		if p.class(c.Purpose) != ir.Marketing || slices.ContainsFunc(c.Captures, confirms) {
			continue
		}
		regime, rule, demanded := p.demandsConfirmation(c)
		if !demanded {
			continue
		}
		p.say(diag.Diagnostic{
			At: c.At, Mark: "has no confirm", Related: []diag.Label{{At: regime.At, Text: fmt.Sprintf("rule %q asks for a double opt-in", rule.Name)}},
			Detail: fmt.Sprintf("Where %s applies, a yes to %s counts once it is confirmed, and no event confirms it.", regime.Address, c.Address),
			Help:   `add confirm "click" { on = event.<name> }, or another name for how people confirm`,
		})
	}
}

// demandsConfirmation finds a regime that has no ground for the consent but
// confirmed consent, on some of its channels.
func (p *Pass) demandsConfirmation(c ir.Consent) (ir.Regime, ir.Rule, bool) {
	for _, regime := range p.Program.Regimes {
		for _, channel := range c.Channels {
			var demanding []ir.Rule
			others := false
			for _, rule := range regime.Rules {
				switch {
				case !rule.Covers(ir.Marketing, channel):
				case rule.DoubleOptIn:
					demanding = append(demanding, rule)
				default:
					others = others || rule.Basis == ir.ByConsent
				}
			}
			if len(demanding) > 0 && !others {
				return regime, demanding[0], true
			}
		}
	}
	return ir.Regime{}, ir.Rule{}, false
}
