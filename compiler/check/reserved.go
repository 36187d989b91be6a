package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

var reserved = &diag.Rule{Code: "CHK118", Summary: "The language uses this name itself"}

// checkReserved is about names that would hide what the language means by them.
func checkReserved(p *Pass) {
	for _, v := range p.Project.Variables {
		if _, taken := block.Environment.Arg(v.Label(0)); taken {
			p.say(diag.Diagnostic{
				At: v.Labels[0].At, Mark: "an argument of environments",
				Detail: fmt.Sprintf("%s = ... in a file of env/ would never reach this variable.", v.Label(0)), Help: "give the variable another name",
			})
		}
	}
	for _, b := range p.Project.Blocks {
		if b.Type.Name != "event" {
			continue
		}
		for _, field := range b.Of("field") {
			if field.Label(0) == "at" {
				p.say(diag.Diagnostic{
					At: field.Labels[0].At, Mark: "every event has it",
					Detail: "at is the instant at which an event happened, and every event has it without saying so.", Help: "remove it, or give it another name",
				})
			}
		}
	}
}
