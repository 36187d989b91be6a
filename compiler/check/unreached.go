package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var unreached = &diag.Rule{Code: "CHK131", Severity: diag.Warning, Summary: "Nobody gets to a step"}

// checkReached is about steps to which no way leads that anybody can go. It is
// proved, waits counted: what was so before a wait may be otherwise after it.
func checkReached(p *Pass) {
	for _, v := range p.inVain() {
		if v.Why == prove.NotReached && !p.beginsNever(v) {
			p.say(diag.Diagnostic{
				At: p.stepAt(v.Journey, v.Step), Mark: "nobody gets here",
				Detail: fmt.Sprintf("What has to be so for a run of %s to get to %s is never so for anybody at once.", v.Journey, ir.Short(v.Step)),
			})
		}
	}
}

// beginsNever tells whether the entry's own condition was found to be true for
// nobody: the first step is not told too.
func (p *Pass) beginsNever(v prove.Vain) bool {
	j, _ := ir.Find(p.Program.Journeys, v.Journey)
	return p.isConstant(j.Enter.If)
}

// isConstant tells whether a condition, or a part of it, was found to have the
// same answer for everybody.
func (p *Pass) isConstant(e expr.Expr) bool {
	if e == nil {
		return false
	}
	around := e.Range()
	return slices.ContainsFunc(p.constant(), func(d diag.Diagnostic) bool {
		return d.At.File == around.File && around.Start.Byte <= d.At.Start.Byte && d.At.End.Byte <= around.End.Byte
	})
}
