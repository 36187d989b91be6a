package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

var noEntry = &diag.Rule{Code: "CHK102", Summary: "A journey begins neither on a moment nor at an instant"}

func checkEntry(p *Pass) {
	for _, b := range p.Project.Blocks {
		if b.Type.Name != "journey" {
			continue
		}
		for _, enter := range b.Of("enter") {
			on, moment := enter.Get("on")
			_, instant := enter.Get("at")
			if moment != instant || enter.Strange && !moment {
				continue
			}
			d := diag.Diagnostic{At: enter.At, Mark: "on or at is missing", Help: "add on = moment.<name>, or at = an instant such as \"2026-12-01 10:00\""}
			d.Detail = fmt.Sprintf("Nobody ever enters %s.", b.Address())
			if moment {
				d.At, d.Mark, d.Help = on.NameAt, "beside at", "remove one of them"
				d.Detail = fmt.Sprintf("%s begins either on a moment, for each person when it happens, or once at an instant.", b.Address())
			}
			p.say(d)
		}
	}
}
