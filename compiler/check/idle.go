package check

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

var idleDeadline = &diag.Rule{Code: "CHK111", Severity: diag.Warning, Summary: "Nothing answers a moment that has a deadline"}

// checkIdle leaves the moments of modules alone: a project uses some of them.
func checkIdle(p *Pass) {
	answered := map[string]bool{}
	for _, j := range p.Program.Journeys {
		answered[j.Enter.Moment] = true
	}
	for _, m := range p.Program.Moments {
		if m.Within.IsZero() || answered[m.Address] || strings.HasPrefix(m.Address, "module.") {
			continue
		}
		p.say(diag.Diagnostic{
			At: p.at(m, "within"), Mark: "nobody has to meet it",
			Detail: fmt.Sprintf("%s must be answered within %s, and no journey enters on it.", m.Address, m.Within),
			Help:   fmt.Sprintf("write a journey with enter { on = %s }, or remove within", m.Address),
		})
	}
}
