package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

var neverOpen = &diag.Rule{Code: "CHK113", Summary: "A calendar is never open"}

// checkHours compares clock times as texts, which HH:MM allows. A calendar that
// says only when it is closed is open on all other days.
func checkHours(p *Pass) {
	for _, c := range p.Program.Calendars {
		b := p.blocks()[c.Address]
		if b == nil {
			continue
		}
		openings := b.Of("open")
		if _, closes := b.Get("closed"); len(openings) == 0 && !closes {
			p.say(diag.Diagnostic{
				At: c.At, Mark: "has no hours", Detail: fmt.Sprintf("Nothing that keeps to %s could ever be sent.", c.Address),
				Help: `add open "week" { ... } with days, from and to`,
			})
		}
		for i, open := range c.Open {
			if i >= len(openings) || open.From == "" || open.To == "" || open.From < open.To {
				continue
			}
			to, _ := openings[i].Get("to")
			p.say(diag.Diagnostic{
				At: to.At, Mark: fmt.Sprintf("not after %s", open.From),
				Detail: fmt.Sprintf("The hours of %s end before they begin. Hours lie within one day.", open.Name),
				Help:   `write two open blocks for hours over midnight: one to "24:00", one from "00:00"`,
			})
		}
	}
}
