package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

var notTaken = &diag.Rule{Code: "CHK132", Severity: diag.Warning, Summary: "Nobody takes a branch"}

// checkTaken is about branches of a choose that are never taken: the branches
// before them, or the way there, leave nobody for whom their condition is true.
func checkTaken(p *Pass) {
	for _, v := range p.inVain() {
		if v.Why != prove.NotTaken && v.Why != prove.RuledOut || p.isConstant(p.branchOf(v.Journey, v.Step, v.Way)) {
			continue
		}
		d := diag.Diagnostic{
			At: p.stepAt(v.Journey, v.Step), Mark: "nobody takes " + v.Way,
			Detail: fmt.Sprintf("Branches are asked in the order of writing, and the first that is true is taken. "+
				"Whoever gets to %s of %s and fulfils the condition of %q has taken a branch before it.", ir.Short(v.Step), v.Journey, v.Way),
			Help: "put the narrower branch first, or remove it",
		}
		if v.Why == prove.RuledOut {
			d.Detail = fmt.Sprintf("Whoever gets to %s of %s does not fulfil the condition of %q: what was asked on the way speaks against it.", ir.Short(v.Step), v.Journey, v.Way)
			d.Help = "remove the branch, or ask for something else on the way"
		}
		if b := p.branchOf(v.Journey, v.Step, v.Way); b != nil {
			d.At, d.Related = b.Range(), []diag.Label{{At: d.At, Text: "asks it here"}}
		}
		p.say(d)
	}
}
