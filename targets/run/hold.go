package run

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/state"
)

// keepOff has what is on hold wanted off, whatever the files say, and says so.
func (l *Line) keepOff(in *plan.Input, holds []state.Hold) []plan.Held {
	if len(holds) == 0 {
		return nil
	}
	var out []plan.Held
	wanted := map[resource.Address]bool{}
	for _, r := range in.Desired {
		wanted[r.Address] = r.Switch == resource.On
	}
	for _, h := range holds {
		held := plan.Held{What: h.What, Since: h.Since, By: h.By, Why: h.Why}
		for i := range in.Desired {
			r := &in.Desired[i]
			if wanted[r.Address] && holdsBack(h.What, r.Address.Object, l.Program) {
				r.Switch = resource.Off
				held.Objects = append(held.Objects, r.Address.Object)
			}
		}
		held.Objects = slices.Compact(held.Objects)
		out = append(out, held)
	}
	return out
}

// holdsBack tells whether a hold on something is one on a declaration: on itself,
// on everything, or on a channel that its messages may take.
func holdsBack(what, object string, program *ir.Program) bool {
	if what == state.Everything || plan.Selects(what, resource.Address{Object: object}) {
		return true
	}
	if ir.KindOf(what) != "channel" || program == nil {
		return false
	}
	j, ok := ir.Find(program.Journeys, object)
	if !ok {
		return false
	}
	found := false
	ir.Walk(j.Steps, func(s ir.Step) {
		if send, is := s.(ir.Send); is {
			t, _ := ir.Find(program.Touchpoints, send.Touchpoint)
			found = found || slices.Contains(t.Channels, what)
		}
	})
	return found
}
