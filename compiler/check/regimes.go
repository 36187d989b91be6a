package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

var contradiction = &diag.Rule{Code: "CON112", Severity: diag.Warning, Summary: "Two regimes contradict each other"}

// checkRegimes is about two regimes that apply to the same person and whose
// rules never hold together, although those of each alone can.
func checkRegimes(p *Pass) {
	if len(p.Program.Regimes) < 2 || !p.sound() {
		return
	}
	moment, err := prove.Anywhen(p.Program)
	if err != nil {
		return
	}
	for _, c := range prove.OfRegimes(p.Program, moment) {
		first, _ := ir.Find(p.Program.Regimes, c.First)
		second, _ := ir.Find(p.Program.Regimes, c.Second)
		d := diag.Diagnostic{
			At: second.At, Mark: "never holds beside " + c.First, Related: []diag.Label{{At: first.At, Text: "applies to the same person"}},
			Detail: fmt.Sprintf("Where both apply, each must have a rule that holds. For %s by %s the two never do at once, so this person can never be written to.\n%s",
				c.Purpose, ir.ChannelWord(c.Channel), c.Person.Told()),
			Help: "say in applies_when to whom each applies, or give one a rule that can hold beside the other's",
		}
		if c.Unclear {
			d.Detail = fmt.Sprintf("Both apply to somebody of whom it is not known to which of them they belong, and then each must have a rule that holds. "+
				"For %s by %s the two never do at once, so this person can never be written to.\n%s", c.Purpose, ir.ChannelWord(c.Channel), c.Person.Told())
			d.Help = "give one a rule that can hold beside the other's, or find out what applies_when asks of everybody"
		}
		p.say(d)
	}
}
