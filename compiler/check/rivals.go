package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

var rivals = &diag.Rule{Code: "CHK153", Severity: diag.Warning, Summary: "Two journeys answer the same moment"}

// checkRivals is about two journeys that enter on one moment, both of which
// write to people, and take in the same person. Where a pressure says which of
// them goes first, that is meant.
func checkRivals(p *Pass) {
	for _, r := range p.journeys().Rivals {
		p.say(diag.Diagnostic{
			At: p.journeyAt(r.Second), Mark: "enters on " + r.Moment + " as well",
			Related: []diag.Label{{At: p.journeyAt(r.First), Text: "takes in the same person"}},
			Detail:  fmt.Sprintf("When %s comes, %s and %s both take in this person and both write.\n%s", r.Moment, r.First, r.Second, somebody(r.Person)),
			Help: fmt.Sprintf("give one of them an if in enter that leaves out whom the other takes in; if both are meant, name both in priority of a pressure: priority = [%s, %s]",
				r.First, r.Second),
		})
	}
}
