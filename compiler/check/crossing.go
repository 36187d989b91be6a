package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var crossing = &diag.Rule{Code: "CHK152", Severity: diag.Warning, Summary: "Two branches are for the same person"}

// checkCrossing is about two branches of a choose that ask about the same things
// and cross: both are true for somebody, and each for somebody else alone. That
// the first true one is taken is what a choose is for, so branches about
// different things, and a narrower one before a wider, are fine.
func checkCrossing(p *Pass) {
	for _, c := range p.journeys().Crossing {
		p.say(diag.Diagnostic{
			At: p.branchAt(c.Journey, c.Step, c.Second), Mark: fmt.Sprintf("crosses %q", c.First),
			Related: []diag.Label{{At: p.branchAt(c.Journey, c.Step, c.First), Text: "is asked first, so it is taken"}},
			Detail: fmt.Sprintf("%q and %q of %s ask about the same, and both are true for this person, although neither is a part of the other. The person takes %q.\n%s",
				c.First, c.Second, ir.Short(c.Step), c.First, c.Person.Told()),
			Help: "draw the border so that one of them is true, or put a branch for both before them",
		})
	}
}

// branchAt is where the condition of a branch is written.
func (p *Pass) branchAt(journey, step, branch string) diag.Range {
	if e := p.branchOf(journey, step, branch); e != nil && !e.Range().IsZero() {
		return e.Range()
	}
	return p.stepAt(journey, step)
}

// branchOf is the condition of a branch.
func (p *Pass) branchOf(journey, step, branch string) expr.Expr {
	j, _ := ir.Find(p.Program.Journeys, journey)
	e, _ := j.Table().Named(ir.Short(step))
	for _, w := range e.Ways {
		if w.Name == branch {
			return w.If
		}
	}
	return nil
}
