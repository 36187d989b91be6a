package check

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

var phaseCircle = &diag.Rule{Code: "CHK124", Summary: "Phases come after each other in a circle"}

// checkPhases tells each circle once, at its first phase by the alphabet.
func checkPhases(p *Pass) {
	after := map[string]string{}
	for _, phase := range p.Program.Phases {
		after[phase.Address] = phase.After
	}
	told := map[string]bool{}
	for _, phase := range p.Program.Phases {
		circle := []string{phase.Address}
		for next := after[phase.Address]; next != "" && next != phase.Address && len(circle) <= len(after); next = after[next] {
			circle = append(circle, next)
		}
		last := circle[len(circle)-1]
		if after[last] != phase.Address || told[phase.Address] {
			continue
		}
		for _, address := range circle {
			told[address] = true
		}
		p.say(diag.Diagnostic{
			At: p.at(phase, "after"), Mark: "comes back to " + phase.Address,
			Detail: strings.Join(append(circle, phase.Address), " comes after ") + ".", Help: "remove after from the first of them",
		})
	}
}
