package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var noWayOut = &diag.Rule{Code: "CON105", Summary: "A marketing message has no way to unsubscribe"}

func checkWayOut(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		if p.class(t.Purpose) != ir.Marketing || t.Unsubscribe != "" {
			continue
		}
		if b := p.blocks()[t.Address]; b != nil {
			if _, written := b.Get("unsubscribe"); written {
				continue // in a way that was told
			}
		}
		p.say(diag.Diagnostic{
			At: t.At, Mark: "unsubscribe is missing",
			Related: []diag.Label{{At: p.at(t, "purpose"), Text: t.Purpose + " is of class marketing"}},
			Detail:  fmt.Sprintf("Whoever gets %s must be able to take the yes back from the message itself.", t.Address),
			Help:    `add unsubscribe = "one_click"`,
		})
	}
}
