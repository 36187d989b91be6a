package prove

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
)

// Basis says in words what lets a program send marketing on a channel: "agreed
// and confirmed within 730 days, or order_placed within 730 days". Where there
// are several regimes each is named before its grounds.
func Basis(p *ir.Program, channel string) string {
	var out []string
	for _, regime := range p.Regimes {
		var grounds []string
		for _, rule := range regime.Rules {
			if rule.Covers(ir.Marketing, channel) {
				grounds = append(grounds, groundOf(rule))
			}
		}
		if len(grounds) == 0 {
			grounds = []string{"nobody"}
		}
		text := strings.Join(grounds, ", or ")
		if len(p.Regimes) > 1 {
			text = regime.Address + ": " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func groundOf(r ir.Rule) string {
	var parts []string
	switch r.Basis {
	case ir.ByConsent:
		parts = append(parts, "agreed")
	case ir.ByContract, ir.ByLegitimateInterest, ir.ByLegalObligation, ir.ByImplied:
		if r.Requires == nil {
			parts = append(parts, strings.ReplaceAll(string(r.Basis), "_", " "))
		}
	}
	if r.DoubleOptIn {
		parts = append(parts, "confirmed")
	}
	text := strings.Join(parts, " and ")
	if !r.ValidFor.IsZero() {
		text += " within " + explain.InDays(r.ValidFor)
	}
	if r.Requires != nil {
		if text != "" {
			text += " and "
		}
		text += explain.Required(r.Requires)
	}
	return text
}
