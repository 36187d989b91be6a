package run

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// passed is the one-offs that a plan would switch on after their instant, where
// the platform would then send at once: at any hour, to everybody. Each is
// reported once, at the place where it begins.
func (l *Line) passed(p *plan.Plan) diag.List {
	late := map[string]bool{}
	for _, platform := range l.Platforms {
		late[platform.Name] = platform.Description.Can.SendsLate
	}
	var found diag.List
	told := map[string]bool{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action != plan.SwitchOn || c.Live || !late[c.Address.Platform] {
			continue
		}
		d, _ := l.index.Declaration(c.Address.Object)
		j, is := d.(ir.Journey)
		at, oneOff := j.Enter.Instant.(types.Instant)
		if !is || !oneOff || at.Time().After(l.Now) || told[j.Address] {
			continue
		}
		told[j.Address] = true
		found = append(found, diag.Diagnostic{
			Rule: rulePassed, At: j.Enter.At, Mark: l.instant(at) + " has passed",
			Detail: fmt.Sprintf("platform.%s sends at once what is switched on after its instant, so %s cannot be switched on any more, and nothing is planned.", c.Address.Platform, j.Address),
			Help:   fmt.Sprintf("give it an instant that is to come, add %s to leave_out of this environment, or take it out of the project", j.Address),
		})
	}
	return found.Sorted()
}
