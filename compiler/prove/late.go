package prove

import (
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
)

// DroppedLate is somebody to whom a journey's moment comes at an instant and whose
// answer, a message at a step, is dropped since hours hold it back past the
// deadline; nil where nobody lives through it.
func DroppedLate(p *ir.Program, step string, at Moment) *Story {
	t := newTrial(Platform{Program: p, Placed: []string{ir.JourneyOf(step)}}, at)
	t.reference = true
	for _, l := range t.lanes {
		for _, e := range l.table.Entries {
			if e.Address != step || !l.at[e.Index].reached {
				continue
			}
			return t.somebody(l.at[e.Index].known, nil, func(p *point) *Story {
				return t.arrival(l, e, p, func(n eval.Note, _ *eval.Life) bool {
					dropped, ok := n.(eval.Dropped)
					return ok && dropped.Step == step && dropped.Why == eval.TooLate
				}).live(true)
			})
		}
	}
	return nil
}
