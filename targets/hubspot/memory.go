package hubspot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/narrow"
)

// What has happened since a run began, HubSpot does not know: its filters count
// back from now. The action that waits for an event is enough where a wait asks
// for what comes, and a branch right after it for what came. Where more is asked,
// it is written down: whoever enters, or reaches the step since which is asked,
// is put onto a list; a workflow takes in those of them to whom it happens, and
// puts them onto another list; and that is what is asked then, in any condition.
//
// Which events need it is found by lowering the journey without. Then each
// question about such an event goes by the list, so that no wait ends before the
// list says why.

// memory is what is written down of runs.
type memory struct {
	events map[string]bool // recorded events that are
	marks  map[string]bool // since when: "run", "step.welcome.hello"
}

// grows adds what another pass has found to be needed, and tells whether that is
// news.
func (m *memory) grows(by memory) bool {
	news := false
	for _, set := range []struct{ old, by map[string]bool }{{m.events, by.events}, {m.marks, by.marks}} {
		for name := range set.by {
			news = news || !set.old[name]
			set.old[name] = true
		}
	}
	return news
}

func remembering() memory { return memory{events: map[string]bool{}, marks: map[string]bool{}} }

// remembered is one thing that is written down.
type remembered struct {
	of   expr.Did
	role string
}

// The roles of what is written down.
func roleReached(step string) string { return "reached_" + step } // the list of who has reached a step
func roleHeard(k remembered) string  { return "heard" + strings.TrimPrefix(k.role, "kept") }

// needs has an event written down from the next pass on; false where it cannot
// be, which has been refused.
func (f *flow) needs(of expr.Did, at diag.Range) bool {
	base := f.base(of.Of.Event)
	switch {
	case f.again():
		f.refuse(place(of.Range(), at), "write again = \"never\", or ask right where it is waited for: until = "+expr.Print(of),
			"Who has done what since a run began is kept on lists, and nobody is taken off them for the next run.")
		return false
	case base == f.begins():
		f.refuse(place(of.Range(), at), "ask for another event", "%s begins the run and is asked for in it, and HubSpot does not say which of two workflows goes first.", of.Of.Event)
		return false
	}
	f.wants.events[base] = true
	return true
}

// written tells whether an event is written down.
func (f *flow) writtenDown(of expr.Did) bool { return f.memory.events[f.base(of.Of.Event)] }

// remember is the list of those to whom something has happened since a run or a
// step began.
func (f *flow) remember(of expr.Did) resource.Value {
	for _, k := range f.kept {
		if expr.Print(k.of) == expr.Print(of) {
			return f.ref(k.role)
		}
	}
	name := fmt.Sprintf("kept_%s_%s", ir.Short(of.Of.Event), f.journey.First(ir.Short(of.Window.Since)))
	for _, k := range f.kept {
		if k.role == name {
			name += fmt.Sprintf("_%d", len(f.kept))
		}
	}
	f.kept = append(f.kept, remembered{of, name})
	f.static(name)
	f.wants.marks[of.Window.Since] = true
	return f.ref(name)
}

// marker is the list of who is past an instant since which is asked.
func (f *flow) marker(since string) string {
	if since == "run" {
		return roleEntered
	}
	return roleReached(f.journey.First(ir.Short(since)))
}

// marked makes what follows an instant since which is asked.
func (f *flow) marked(since string, next further) resource.Value {
	if !f.memory.marks[since] {
		return next()
	}
	return f.put(f.marker(since), true, next)
}

// hear makes the workflows that write down what happens.
func (f *flow) hear() {
	for _, k := range f.kept {
		f.apart(k)
		p := f.begin(roleHeard(k))
		p.criteria = f.events(true)
		p.criteria["eventFilterBranches"] = f.listened([]expr.Did{k.of}, f.journey.At)
		p.criteria["refinementCriteria"] = anyOf(group(nil, resource.List{listed(f.ref(f.marker(k.of.Window.Since)), true)}))
		p.start = f.put(k.role, true, end)
	}
}

// apart sees that nothing hangs on which of two workflows goes first when an event
// happens that is written down. What ends a wait by the same event must not lead
// at once to the step since which it is written down, for which it would count as
// having come after; nor to a question about what is written down, nor end the
// run by another.
func (f *flow) apart(k remembered) {
	asks := func(e expr.Expr) bool {
		return f.asks(e, func(e expr.Expr) bool { return expr.Print(e) == expr.Print(k.of) })
	}
	other := func(e expr.Expr) bool {
		return f.asks(e, func(e expr.Expr) bool {
			return expr.Print(e) != expr.Print(k.of) && slices.ContainsFunc(expr.Sources(e), func(of expr.Source) bool { return f.base(of.Event) == f.base(k.of.Of.Event) })
		})
	}
	leaves, otherwise := asks(f.journey.Goal) || asks(f.journey.LeaveIf), other(f.journey.Goal) || other(f.journey.LeaveIf)
	ir.Walk(f.journey.Steps, func(s ir.Step) {
		wait, ok := s.(ir.Wait)
		if !ok || wait.Until == nil {
			return
		}
		leads := other(wait.Until) && (leaves || f.atOnce(wait, func(e ir.Entry) bool {
			return e.Address == k.of.Window.Since || slices.ContainsFunc(e.Ways, func(w ir.Way) bool { return asks(w.If) })
		}))
		if leads || otherwise && asks(wait.Until) {
			f.refuse(place(k.of.Range(), f.journey.At), "ask since the same step in each place, or since the run began: run",
				"%s is asked for since %s, and right where it ends a wait it is asked for otherwise too; HubSpot does not say which of two workflows goes first.", k.of.Of.Event, k.of.Window.Since)
		}
	})
}

// asks tells whether a condition, if there is one, has a question of some kind.
func (f *flow) asks(e expr.Expr, kind func(expr.Expr) bool) (found bool) {
	if e != nil {
		walked(narrow.Condition(f.l.Program, e), func(e expr.Expr) { found = found || kind(e) })
	}
	return found
}

// atOnce tells whether somebody whose wait has ended can be at some step without
// time having passed.
func (f *flow) atOnce(wait ir.Wait, some func(ir.Entry) bool) bool {
	table := f.journey.Table()
	from, _ := table.Named(wait.Name)
	seen := map[int]bool{}
	var walk func(int) bool
	walk = func(index int) bool {
		if index == ir.Over || seen[index] {
			return false
		}
		seen[index] = true
		e := table.Entries[index]
		if some(e) {
			return true
		}
		if passing, ok := e.Step.(ir.Wait); ok && passing.Until == nil {
			return false
		}
		return slices.ContainsFunc(e.Ways, func(w ir.Way) bool { return walk(w.Next) }) || walk(e.Next)
	}
	return walk(from.Next)
}

// walked visits what each atom of a form asks.
func walked(form narrow.Form, visit func(expr.Expr)) {
	switch form := form.(type) {
	case narrow.All:
		for _, term := range form {
			walked(term, visit)
		}
	case narrow.Some:
		for _, term := range form {
			walked(term, visit)
		}
	case narrow.Atom:
		visit(form.Of)
	}
}

// clocked tells whether the workflow waits before a run begins: for what is missed.
func (f *flow) clocked() bool {
	moment, _ := ir.Find(f.l.Program.Moments, f.journey.Enter.Moment)
	_, absence := moment.Detect.(ir.Absence)
	return absence
}

// markers makes the lists of who is past an instant.
func (f *flow) markers() {
	if f.memory.marks["run"] && !f.clocked() { // an absence has it already
		f.static(roleEntered)
	}
	for _, e := range f.journey.Table().Entries {
		if f.memory.marks[e.Address] {
			f.static(roleReached(f.journey.First(e.Step.StepName())))
		}
	}
}

// kept is a question about what is written down, as a filter.
func (c *clause) kept(a narrow.Atom, e expr.Did) resource.Map {
	return listed(c.l.remember(e), !a.Negated)
}

// sinceThen tells whether a question is about what has happened since a run or a
// step began.
func sinceThen(e expr.Did) bool {
	return e.Of.Event != "" && e.Window.Since != "" && e.Window.Since != expr.Ever.Since
}
