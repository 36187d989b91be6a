package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var noWeight = &diag.Rule{Code: "CHK120", Summary: "A split sends nobody anywhere"}

func checkWeights(p *Pass) {
	for _, j := range p.Program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			split, ok := s.(ir.Split)
			if !ok || len(split.Variants) == 0 {
				return
			}
			for _, v := range split.Variants {
				if v.Weight > 0 {
					return
				}
			}
			p.say(diag.Diagnostic{
				At: split.At, Mark: "every weight is 0",
				Detail: fmt.Sprintf("Weights are relative: of all who come to %s, each way gets its part of their sum.", split.Name),
				Help:   "give at least one way a weight, such as 50",
			})
		})
	}
}
