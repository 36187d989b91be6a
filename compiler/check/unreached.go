package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

var unreached = &diag.Rule{Code: "CHK131", Severity: diag.Warning, Summary: "Nobody gets to a step"}

// checkReached is about steps to which no way leads that anybody can go. It is
// proved, waits counted: what was so before a wait may be otherwise after it.
func checkReached(p *Pass) {
	for _, v := range p.inVain() {
		if v.Why == prove.NotReached {
			p.say(diag.Diagnostic{
				At: p.stepAt(v.Journey, v.Step), Mark: "nobody gets here",
				Detail: fmt.Sprintf("What has to be so for a run of %s to get to %s is never so for anybody at once.", v.Journey, ir.Short(v.Step)),
			})
		}
	}
}
