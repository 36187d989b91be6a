package eval

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
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
	to := after.named(after.world.Program.Moved(r.journey.Address))
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
	place, ok := to.at[l.machine.world.Program.Moved(step)]
	if !ok {
		return fmt.Errorf("%s migrates, and %s, where %s is, is gone and nothing says where to it moved", to.Address, step, l.truth.ID)
	}
	was := r.journey.table.Entries[r.place].Step
	reached := map[string]mark{}
	for old, at := range r.reached {
		reached[l.machine.world.Program.Moved(old)] = at
	}
	r.reached = reached
	r.machine, r.journey, r.foreign = l.machine, to, false
	if l.stays(r, was, to.table.Entries[place]) {
		r.place = place
		l.consider(r)
		return nil
	}
	r.held = nil
	l.walk(r, place)
	return nil
}

// stays tells whether a run waits at the new step as it did at the old one, and
// until when: counted from when it came there.
func (l *Life) stays(r *run, was ir.Step, e ir.Entry) bool {
	switch is := e.Step.(type) {
	case ir.Wait:
		if _, waited := was.(ir.Wait); !waited {
			return false
		}
		r.due = is.For.After(r.arrived, l.machine.world.Zone)
		return true
	case ir.Split:
		_, waited := was.(ir.Split)
		after, err := types.ParseSpan(is.Decide)
		if !waited || err != nil {
			return false
		}
		r.due = after.After(r.arrived, l.machine.world.Zone)
		return true
	case ir.Send:
		if r.held == nil {
			return false
		}
		r.held.step, r.held.message = e.Address, r.machine.messages[is.Touchpoint]
		r.held.channels, r.held.capped = l.ordered(r.held), is.IfCapped
		return true
	case ir.Do, ir.Choose:
	}
	return false
}
