package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

var rivals = &diag.Rule{Code: "CHK153", Severity: diag.Warning, Summary: "Two journeys answer the same moment"}

// checkRivals is about two journeys that enter on one moment, or on two that are
// the same thing for somebody, both of which write to people, and take in the
// same person. Where a pressure says which of
// them goes first, that is meant.
func checkRivals(p *Pass) {
	for _, r := range p.journeys().Rivals {
		mark, comes := "enters on "+r.Moment+" as well", r.Moment+" comes"
		related := []diag.Label{{At: p.journeyAt(r.First), Text: "takes in the same person"}}
		if r.Other != "" {
			mark, comes = "enters on "+r.Other+", which may be "+r.Moment, r.Moment+" comes, which is "+r.Other+" then"
			related = append(related, diag.Label{At: p.moments[r.Other].At, Text: "is noticed by the same thing"})
		}
		p.say(diag.Diagnostic{
			At: p.journeyAt(r.Second), Mark: mark, Related: related,
			Detail: fmt.Sprintf("When %s, %s and %s both take in this person and both write.\n%s", comes, r.First, r.Second, r.Person.Told()),
			Help: fmt.Sprintf("give one of them an if in enter that leaves out whom the other takes in; if both are meant, name both in priority of a pressure: priority = [%s, %s]",
				r.First, r.Second),
		})
	}
}
