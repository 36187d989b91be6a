package eval

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
)

// edit puts another version of the program in the place of this one. Who is
// inside a journey whose meaning changed goes on as its on_change says: finish
// (in the old version, until its end), migrate (to the step of the same name, or
// to where a moved block says), stop. Who is in a segment because its words
// changed has not entered it.
func (l *Life) edit(e Edit) {
	before, after := l.machine, e.To
	l.machine = after
	l.edits++
	l.changed()
	for _, r := range l.runs {
		if err := l.carry(r, before, after); err != nil {
			l.err = err
			return
		}
	}
	l.clocks = slices.DeleteFunc(l.clocks, func(c *clock) bool {
		kept := after.listened(c.moment.Address)
		c.over = c.over || kept == nil || !same(kept.Moment, c.moment.Moment)
		if !c.over {
			c.moment = kept
		}
		return c.over
	})
	l.activate(before)
	l.settle()
}

// carry moves one run to the new version.
func (l *Life) carry(r *run, before, after *Machine) error {
	to := after.named(r.journey.Address)
	r.foreign = true
	if to == nil {
		r.rank = len(after.journeys)
		if r.journey.OnChange == "finish" {
			return nil
		}
		l.end(r, Stopped)
		return nil
	}
	r.rank = to.rank
	policy := to.OnChange
	if same(to.Journey, r.journey.Journey) {
		policy = "migrate"
	}
	switch policy {
	case "stop":
		l.end(r, Stopped)
	case "migrate":
		return l.migrate(r, to)
	}
	return nil
}

// same tells whether two declarations mean the same.
func same(a, b ir.Declaration) bool {
	x, errX := ir.Canonical(a)
	y, errY := ir.Canonical(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func (m *Machine) named(address string) *journey {
	at := slices.IndexFunc(m.journeys, func(j *journey) bool { return j.Address == address })
	if at < 0 {
		return nil
	}
	return m.journeys[at]
}

// migrate puts a run at the step of the new version that has the name of its
// own. A wait goes on to be counted from when it was reached.
func (l *Life) migrate(r *run, to *journey) error {
	step := r.ref().Step
	place, ok := to.at[to.machine.moved(step)]
	if !ok {
		return fmt.Errorf("%s migrates, and %s, where %s is, is gone and nothing says where to it moved", to.Address, step, l.truth.ID)
	}
	was := r.journey.table.Entries[r.place].Step
	reached := map[string]mark{}
	for old, at := range r.reached {
		reached[to.machine.moved(old)] = at
	}
	r.reached = reached
	r.journey, r.foreign = to, false
	wait, waits := to.waits(place)
	if _, waited := was.(ir.Wait); waits && waited {
		r.place, r.due = place, wait.For.After(r.arrived, l.machine.world.Zone)
		l.consider(r)
		return nil
	}
	if held, ok := to.table.Entries[place].Step.(ir.Send); ok && r.held != nil {
		r.place = place
		r.held.step, r.held.message = to.table.Entries[place].Address, to.machine.messages[held.Touchpoint]
		l.set(r)
		return nil
	}
	r.held = nil
	l.walk(r, place)
	return nil
}

// moved is the present name of what was called name before.
func (m *Machine) moved(name string) string {
	for range len(m.world.Program.Moves) {
		at := slices.IndexFunc(m.world.Program.Moves, func(v ir.Move) bool { return v.From == name })
		if at < 0 {
			break
		}
		name = m.world.Program.Moves[at].To
	}
	return name
}
