package check

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var goesRound = &diag.Rule{Code: "CHK155", Summary: "Journeys start each other in a circle"}

// checkRounds is about journeys that start each other for somebody without time
// passing, so that they would never end. A circle in which a wait lies is how
// something is done again and again, and fine.
func checkRounds(p *Pass) {
	for _, c := range p.journeys().Circles {
		var way []string
		for i, j := range c.Journeys {
			way = append(way, j+" by "+ir.Short(c.Steps[i]))
		}
		d := diag.Diagnostic{
			At: p.stepAt(c.Journeys[0], c.Steps[0]), Mark: "starts " + c.Journeys[1%len(c.Journeys)],
			Detail: fmt.Sprintf("For this person these journeys go on without end and without time passing: %s, and then %s again.\n%s", strings.Join(way, ", "), c.Journeys[0], c.Person.Told()),
			Help:   `give one of them again = "never" or a length of time, or a wait before it starts the next`,
		}
		for i := 1; i < min(len(c.Journeys), 4); i++ {
			d.Related = append(d.Related, diag.Label{At: p.stepAt(c.Journeys[i], c.Steps[i]), Text: "starts " + c.Journeys[(i+1)%len(c.Journeys)]})
		}
		p.say(d)
	}
}
