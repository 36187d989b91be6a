package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var uncovered = &diag.Rule{Code: "CON107", Severity: diag.Warning, Summary: "Nobody can say yes to what is sent"}

// checkUncovered warns of a marketing touchpoint on a channel for which some
// regime knows no ground but consent, while no consent is about the pair:
// nobody whom that regime protects will ever get it.
func checkUncovered(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		if p.class(t.Purpose) != ir.Marketing {
			continue
		}
		for _, channel := range t.Channels {
			regime, demands := p.demandsConsent(channel)
			if !demands || p.covered(t.Purpose, channel) {
				continue
			}
			p.say(diag.Diagnostic{
				At: t.ChannelsAt, Mark: fmt.Sprintf("no consent is about %s on %s", t.Purpose, channel),
				Related: []diag.Label{{At: regime.At, Text: "asks for consent on " + channel}},
				Detail:  fmt.Sprintf("Where %s applies, %s may be sent on %s only to people who said yes, and nothing lets them say it.", regime.Address, t.Address, channel),
				Help:    fmt.Sprintf("add %s to a consent for %s, or take it out of the touchpoint", channel, t.Purpose),
			})
		}
	}
}

// demandsConsent finds a regime whose every rule for marketing on a channel
// rests on consent.
func (p *Pass) demandsConsent(channel string) (ir.Regime, bool) {
	for _, regime := range p.Program.Regimes {
		rules, byConsent := 0, 0
		for _, rule := range regime.Rules {
			if !rule.Covers(ir.Marketing, channel) {
				continue
			}
			rules++
			if rule.Basis == ir.ByConsent {
				byConsent++
			}
		}
		if rules > 0 && rules == byConsent {
			return regime, true
		}
	}
	return ir.Regime{}, false
}

func (p *Pass) covered(purpose, channel string) bool {
	for _, c := range p.Program.Consents {
		if c.Covers(purpose, channel) {
			return true
		}
	}
	return false
}
