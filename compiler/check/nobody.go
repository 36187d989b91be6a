package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

var nobodyMay = &diag.Rule{Code: "CON110", Severity: diag.Warning, Summary: "Nobody may get a marketing message"}

// checkAllowed is about marketing that the rules of consent let nobody have, or
// nobody of those who get to its step. Where no regime or no consent is declared
// other checks say so.
func checkAllowed(p *Pass) {
	if len(p.Program.Regimes) == 0 {
		return
	}
	for _, v := range p.inVain() {
		if v.Why != prove.NotAllowed && v.Why != prove.Filtered || p.saidOtherwise(v) {
			continue
		}
		d := diag.Diagnostic{
			At: p.stepAt(v.Journey, v.Step), Mark: "nobody may get this by " + ir.ChannelWord(v.Channel),
			Detail: "Whatever is known of a person and on record, the rules of consent do not allow it: no rule of a regime that applies can hold.",
			Help:   "add a rule for the channel to the regimes that apply",
		}
		if v.Why == prove.Filtered {
			d.Detail = fmt.Sprintf("Whoever may get it does not get to this step of %s: what was asked on the way leaves nobody whom the rules of consent allow it.", v.Journey)
			d.Help = "ask for something else on the way"
		}
		p.say(d)
	}
}

// saidOtherwise tells whether another check speaks of the cause: no consent
// covers the message on the channel, or its purpose does not have it.
func (p *Pass) saidOtherwise(v prove.Vain) bool {
	j, _ := ir.Find(p.Program.Journeys, v.Journey)
	e, _ := j.Table().Named(ir.Short(v.Step))
	send, _ := e.Step.(ir.Send)
	t := p.touchpoints[send.Touchpoint]
	_, covered := p.Program.ConsentFor(t.Purpose, v.Channel)
	return !covered
}
