package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var asksInService = &diag.Rule{Code: "CON101", Summary: "A service message asks for consent"}

func checkAsksInService(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		if len(t.Asks) == 0 || p.class(t.Purpose) != ir.Service {
			continue
		}
		p.say(diag.Diagnostic{
			At: p.at(t, "asks"), Mark: "makes this marketing",
			Related: []diag.Label{{At: p.at(t, "purpose"), Text: t.Purpose + " is of class service"}},
			Detail:  fmt.Sprintf("A message that asks for consent is itself marketing, whatever else it says, so %s needs a purpose of that class and a yes to be sent.%s", t.Address, p.without(t, p.askedFor(t))),
			Help:    "remove asks, or give the touchpoint a marketing purpose",
		})
	}
}
