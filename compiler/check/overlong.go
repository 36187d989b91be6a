package check

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var overlong = &diag.Rule{Code: "CHK142", Summary: "A story is longer than a year"}

// ordinary is an instant to compare offsets by.
var ordinary = types.NewInstant(time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC))

// checkLength is about tests that tell of something after they have ended: a
// test runs for a year at most.
func checkLength(p *Pass) {
	year := types.Span{Amount: 1, Unit: types.Year}
	for _, t := range p.Program.Tests {
		for _, h := range t.Happens {
			if p.instant(t, h.Offset) <= p.instant(t, year) {
				continue
			}
			p.say(diag.Diagnostic{
				At: h.At, Mark: "more than a year after the start",
				Detail: fmt.Sprintf("A test runs until nothing is left to do, for a year at most. At %s it is over.", h.Offset),
				Help:   `say starts later, and leave out what is long past`,
			})
		}
	}
}

// zone is the project's time zone.
func (p *Pass) zone() *time.Location {
	zone, err := time.LoadLocation(p.Program.Project.Timezone)
	if err != nil { // said where it is written
		return time.UTC
	}
	return zone
}
