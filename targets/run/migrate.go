package run

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/state"
)

// migrates looks at the journeys that are on and whose people go on in the new
// version (on_change = "migrate"): each step at which somebody may be has to be
// there still, by its name or by a moved block.
func (l *Line) migrates(c concerned, st *state.State) (diag.List, error) {
	var found diag.List
	for _, group := range sameBefore(c.before, c.running) {
		before, err := assemble(st, group.hashes, c.before.moved)
		if err != nil || before == nil {
			return found, err
		}
		for _, address := range group.objects {
			was, known := ir.Find(before.Journeys, address)
			is, still := ir.Find(l.Program.Journeys, address)
			if known && still && is.OnChange == "migrate" {
				found = append(found, homeless(l.Program, was, is)...)
				found = append(found, l.stranded(was, is)...)
			}
		}
	}
	return found, nil
}

// homeless is the steps of a journey at which somebody may be and which the new
// version lacks.
func homeless(p *ir.Program, was, is ir.Journey) diag.List {
	there := map[string]bool{}
	var names []string
	for _, e := range is.Table().Entries {
		there[e.Address] = true
		names = append(names, e.Address)
	}
	var found diag.List
	for _, e := range was.Table().Entries {
		if !rests(e.Step) || there[p.Moved(e.Address)] {
			continue
		}
		d := diag.Diagnostic{
			Rule: ruleStepGone, At: is.At, Mark: e.Address + " is gone",
			Detail: fmt.Sprintf("%s is on, somebody may be at %s, and on_change = \"migrate\" lets them go on at the step of that name.", is.Address, e.Address),
			Help:   fmt.Sprintf("say where they go on: moved { from = %s, to = step.%s.<step> }, in two lines; or write on_change = \"finish\" or \"stop\"", e.Address, ir.Short(is.Address)),
		}
		if near := diag.Nearest(e.Address, names); near != "" {
			d.Help = fmt.Sprintf("add a moved block with from = %s and to = %s, if that is where they go on; or write on_change = \"finish\" or \"stop\"", e.Address, near)
		}
		found = append(found, d)
	}
	return found
}

// stranded is the steps at which somebody may be and whose people are to go on at
// a step that was there before too. A platform keeps whoever waits where they are,
// under whatever name; from one step to another it brings nobody.
func (l *Line) stranded(was, is ir.Journey) diag.List {
	var found diag.List
	for _, p := range l.Platforms {
		if !slices.Contains(p.Placed, is.Address) || !p.Target.Explain(l.Program, p.Platform).Sends {
			continue
		}
		for _, e := range was.Table().Entries {
			to := l.Program.Moved(e.Address)
			if _, joins := was.Table().Named(ir.Short(to)); to == e.Address || !joins || !rests(e.Step) {
				continue
			}
			found = append(found, diag.Diagnostic{
				Rule: ruleStepGone, At: is.At, Mark: "who waits at " + e.Address + " is lost",
				Detail: fmt.Sprintf("%s is on, somebody may be at %s, and the moved block lets them go on at %s. %s brings nobody from one step to another that was there before.",
					is.Address, e.Address, to, p.Address),
				Help: fmt.Sprintf("leave %s in until nobody waits there any more", e.Address),
			})
		}
	}
	return found
}

// rests tells whether somebody may be at a step when the journey is edited: what
// is done at once has nobody.
func rests(s ir.Step) bool {
	switch s := s.(type) {
	case ir.Wait, ir.Send:
		return true
	case ir.Split:
		return s.Decide != ""
	case ir.Choose, ir.Do:
	}
	return false
}
