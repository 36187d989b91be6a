package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var vainWait = &diag.Rule{Code: "CHK154", Severity: diag.Warning, Summary: "A wait is for what never comes"}

// checkWaits is about waits whose until cannot come true for anybody who waits
// there: what is stable, and what started the run, stays as the way there asked.
// The run always stays for the whole time.
func checkWaits(p *Pass) {
	for _, idle := range p.journeys().Idle {
		j, _ := ir.Find(p.Program.Journeys, idle.Journey)
		e, _ := j.Table().Named(ir.Short(idle.Step))
		w, ok := e.Step.(ir.Wait)
		if !ok || w.Until == nil {
			continue
		}
		p.say(diag.Diagnostic{
			At: w.Until.Range(), Mark: "never true for anybody who waits here", Related: []diag.Label{{At: w.At, Text: "so this always takes " + w.For.String()}},
			Detail: fmt.Sprintf("Whoever gets to %s of %s cannot fulfil this any more: what has been asked on the way, and does not change in a run, speaks against it.", ir.Short(idle.Step), idle.Journey),
			Help:   "wait for something that can still happen, or take until out",
		})
	}
}
