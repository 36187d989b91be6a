package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Gates is the gates that a lowering inserts on a platform that has none of its
// own: at each send of a marketing message in a journey that goes there, on each
// of its channels, whoever may not get it is filtered out.
func Gates(p *ir.Program, placed []string) []ir.Gate {
	var out []ir.Gate
	for _, j := range p.Journeys {
		if !slices.Contains(placed, j.Address) {
			continue
		}
		for _, e := range j.Table().Entries {
			send, ok := e.Step.(ir.Send)
			if !ok {
				continue
			}
			message, _ := ir.Find(p.Touchpoints, send.Touchpoint)
			purpose, _ := ir.Find(p.Purposes, message.Purpose)
			if purpose.Class != ir.Marketing {
				continue
			}
			for _, channel := range message.Channels {
				allowed := expr.Reachable{Purpose: purpose.Address, Channel: channel}
				out = append(out, ir.Gate{Send: e.Address, Channel: channel, Condition: allowed, Inserted: true})
			}
		}
	}
	return out
}
