package check

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var phaseCircle = &diag.Rule{Code: "CHK124", Summary: "Phases come after each other in a circle"}

// checkPhases tells each circle once, at its first phase by the alphabet.
func checkPhases(p *Pass) {
	after := map[string]string{}
	phases := map[string]ir.Phase{}
	var order []string
	for _, phase := range p.Program.Phases {
		after[phase.Address], phases[phase.Address] = phase.After, phase
		order = append(order, phase.Address)
	}
	for _, circle := range circles(order, after) {
		p.say(diag.Diagnostic{
			At: p.at(phases[circle[0]], "after"), Mark: "comes back to " + circle[0],
			Detail: strings.Join(append(circle, circle[0]), " comes after ") + ".", Help: "remove after from the first of them",
		})
	}
}
