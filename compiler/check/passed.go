package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var passed = &diag.Rule{Code: "CHK151", Severity: diag.Warning, Summary: "No branch is for somebody who gets to it"}

// checkPassed is about a choose of several branches that does not say what is
// to become of everyone else. One branch alone is a plain question: who does not
// fulfil it goes on.
func checkPassed(p *Pass) {
	for _, c := range p.journeys().Passed {
		d := diag.Diagnostic{
			At: p.stepAt(c.Journey, c.Step), Mark: "has no otherwise",
			Detail: fmt.Sprintf("None of the branches of %s is true for this person, who goes on after it as if nothing had been asked.\n%s", ir.Short(c.Step), c.Person.Told()),
			Help:   "write otherwise { ... } with what becomes of everyone else, or otherwise {} if they are to go on",
		}
		if !c.Known && c.Covered && len(c.Missing) > 0 {
			d.Detail = fmt.Sprintf("The branches of %s are for everybody of whom is known what they ask. %s is not known of this person: "+
				"a comparison with that is neither true nor false, so no branch is taken, and the person goes on after it.\n%s", ir.Short(c.Step), listed(c.Missing), c.Person.Told())
		}
		p.say(d)
	}
}
