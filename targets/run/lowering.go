package run

import (
	"bytes"
	"fmt"
	"maps"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// noteLowering marks the changes behind which no edit stands: the declaration and
// what it mentions mean what they meant, the platform is said as it was, and
// another version of its target writes them otherwise.
func (l *Line) noteLowering(made *plan.Plan, in plan.Input) error {
	edits := map[resource.Address]*plan.Change{}
	for i := range made.Changes {
		if c := &made.Changes[i]; (c.Action == plan.Update || c.Action == plan.Replace) && !c.Remarks && !c.Restores {
			edits[c.Address] = c
		}
	}
	if len(edits) == 0 {
		return nil
	}
	same := map[string]bool{}
	now := map[string]plan.Plugin{}
	for _, p := range l.Platforms {
		raw, err := ir.Canonical(p.Platform)
		if err != nil {
			return fmt.Errorf("comparing %s with what was applied: %w", p.Address, err)
		}
		was, there := l.State.Settings(p.Name)
		same[p.Name] = there && bytes.Equal(was, raw)
		now[p.Name] = p.Description.Info(p.Name).Plugin
	}
	for i := range in.Prior {
		was := &in.Prior[i]
		c, plugin := edits[was.Address], now[was.Address.Platform]
		switch {
		case c == nil || !same[was.Address.Platform] || was.Hash == c.Hash:
		case was.Plugin.Version == plugin.Version || was.Plugin.Name != plugin.Name:
		case len(was.Meaning) == 0 || !maps.Equal(was.Meaning, c.Meaning):
		default:
			c.Lowering = &plan.Lowering{Plugin: plugin.Name, From: was.Plugin.Version, To: plugin.Version}
		}
	}
	return nil
}
