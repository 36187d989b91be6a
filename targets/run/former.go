package run

import (
	"fmt"
	"maps"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/state"
)

// A platform that edits a journey in place keeps whoever waits at what has the
// name, or the number, that it had. So what a step is there goes by the name that
// it was applied with first, whatever it is called now. State remembers that: a
// moved block is needed once, for the plan in which the name changes.

// formerly notes which names the steps of journeys were applied with first, where
// those inside go on in the new version.
func (l *Line) formerly(in *plan.Input, st *state.State) error {
	if !slices.ContainsFunc(l.Program.Journeys, migrates) {
		return nil
	}
	before := deployed(st, renamesOf(in.Moved))
	program := *l.Program
	program.Journeys = slices.Clone(program.Journeys)
	for i, j := range program.Journeys {
		hash, applied := before.hashes[j.Address]
		if !migrates(j) || !applied {
			continue
		}
		was, err := assemble(st, map[string]string{j.Address: hash}, before.moved)
		if err != nil {
			return fmt.Errorf("reading how the steps of %s were called: %w", j.Address, err)
		}
		if old, there := ir.Find(was.Journeys, j.Address); there {
			program.Journeys[i].Formerly = former(&program, old, j)
		}
	}
	l.Program, l.index = &program, program.Index()
	return nil
}

// former lists the steps of a journey that were applied first under other names.
// A new step whose name is one of these gets another one there.
func former(p *ir.Program, was, is ir.Journey) []ir.Former {
	first := map[string]string{} // by present name
	present := map[string]bool{}
	for _, e := range is.Table().Entries {
		present[e.Address] = true
	}
	taken := map[string]bool{}
	for _, e := range was.Table().Entries {
		name, now := e.Step.StepName(), p.Moved(e.Address)
		if _, joins := first[ir.Short(now)]; present[now] && (!joins || now == e.Address) {
			first[ir.Short(now)] = was.First(name)
		}
	}
	for _, name := range first {
		taken[name] = true
	}
	for _, e := range is.Table().Entries {
		name := e.Step.StepName()
		if _, known := first[name]; known {
			continue
		}
		other := name
		for n := 2; taken[other]; n++ {
			other = fmt.Sprintf("%s_%d", name, n)
		}
		first[name], taken[other] = other, true
	}
	var out []ir.Former
	for _, name := range slices.Sorted(maps.Keys(first)) {
		if first[name] != name {
			out = append(out, ir.Former{Name: name, First: first[name]})
		}
	}
	return out
}
