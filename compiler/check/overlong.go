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

// checkLength is about tests that tell of something after they have ended, or look
// at somebody then: a test runs for a year at most.
func checkLength(p *Pass) {
	year := types.Span{Amount: 1, Unit: types.Year}
	for _, t := range p.Program.Tests {
		told := func(offset types.Span, at diag.Range) {
			if p.instant(t, offset) <= p.instant(t, year) {
				return
			}
			p.say(diag.Diagnostic{
				At: at, Mark: "more than a year after the start",
				Detail: fmt.Sprintf("A test runs until nothing is left to do, for a year at most. At %s it is over.", offset),
				Help:   `say starts later, and leave out what is long past`,
			})
		}
		for _, h := range t.Happens {
			told(h.Offset, h.At)
		}
		for _, e := range t.Expects {
			told(e.AsOf, e.At)
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
