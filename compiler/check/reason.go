package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var noReason = &diag.Rule{Code: "CON104", Summary: "A service purpose does not say why it needs no yes"}

func checkReason(p *Pass) {
	for _, purpose := range p.Program.Purposes {
		if purpose.Class != ir.Service || purpose.Because != "" {
			continue
		}
		p.say(diag.Diagnostic{
			At: p.at(purpose, "class"), Mark: "because is missing",
			Detail: fmt.Sprintf("Messages for %s are sent to people who never said yes. Every plan repeats the reason, so that a reviewer can doubt it.", purpose.Address),
			Help:   `add because = "..." and say what the person has from these messages`,
		})
	}
}
