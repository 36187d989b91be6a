package eval

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// run is one person's way through a journey, once. It is at one step.
type run struct {
	id       int
	machine  *Machine // the version in which it began or to which it moved
	journey  *journey // of that version
	rank     int      // of the journey in the present version
	key      string
	entry    person.Event
	began    mark
	reached  map[string]mark // by step
	place    int
	arrived  types.Instant // at the place
	answered bool          // the first send or do is behind it
	held     *attempt      // the message that the place waits to send
	due      types.Instant // when the place is left at the latest; never: nothing waits
	round    int           // of the timer that is set
	foreign  bool          // of an older version, which numbers signals in its own way
	over     bool
	ending   Ending
}

func (r *run) ref() Ref {
	out := Ref{Journey: r.journey.Address, Run: r.id}
	if r.place != ir.Over {
		out.Step = r.journey.table.Entries[r.place].Address
	}
	return out
}

// has tells whether a step is one of the journey's own.
func (r *run) has(step string) bool {
	_, ok := r.journey.at[step]
	return ok
}

// listens tells whether a kind of change can move the run.
func (r *run) listens(s signal) bool {
	return !r.over && r.place != ir.Over && (r.foreign || r.journey.interest[r.place].has(s))
}

func (r *run) context() Context { return Context{Entry: &r.entry, run: r} }

// look is the person as a run's platform knows them, in the run's own version
// of the program.
func (l *Life) look(r *run) *view { return l.view(0, r.machine.world, l.known) }

// inside tells whether a run of a key goes on.
func (l *Life) inside(j *journey, key string) bool {
	return slices.ContainsFunc(l.runs, func(r *run) bool { return !r.over && r.journey.Address == j.Address && r.key == key })
}

// enter begins a run, if the person may enter now.
func (l *Life) enter(j *journey, entry person.Event) {
	key, why := l.may(j, &entry)
	if why != "" {
		l.tell(StayedOut{l.stamp(), j.Address, key, why})
		if why == NotIn || why == IfNot {
			l.sureOf(j, &entry)
		}
		return
	}
	if l.moves++; l.moves > restless {
		l.err = l.circle()
		return
	}
	l.sureOf(j, &entry)
	l.counted++
	r := &run{
		id: l.counted, machine: l.machine, journey: j, rank: j.rank, key: key, entry: entry, began: mark{l.now, l.seq}, reached: map[string]mark{},
		place: ir.Over, due: never,
	}
	l.runs = append(l.runs, r)
	if l.entered == nil {
		l.entered = map[door]types.Instant{}
	}
	l.entered[door{j.Address, key}] = l.now
	l.tell(Entered{l.stamp(), r.ref(), key, &r.entry})
	if l.ended(r) {
		return
	}
	first := 0
	if len(j.table.Entries) == 0 {
		first = ir.Over
	}
	l.walk(r, first)
}

// sureOf notes where whether the person enters hangs on a step of windows.
func (l *Life) sureOf(j *journey, entry *person.Event) {
	v := l.view(0, l.machine.world, l.known)
	if j.who != "" {
		l.unsure(v, Ref{Journey: j.Address}, Entering, expr.Member{Segment: j.who}, Context{})
	}
	l.unsure(v, Ref{Journey: j.Address}, Entering, j.enterIf.of, Context{Entry: entry})
}

// may tells why the person does not enter a journey now, "" if they do. One
// run of a key at a time; again counts from the previous entry of the key.
func (l *Life) may(j *journey, entry *person.Event) (key string, why Refusal) {
	v := l.view(0, l.machine.world, l.known)
	key, ok := j.key(v, entry)
	switch {
	case !ok:
		return key, NoObject
	case j.who != "" && !v.member(j.who):
		return key, NotIn
	case j.enterIf.of != nil && v.truth(j.enterIf.of, Context{Entry: entry}) != expr.True:
		return key, IfNot
	}
	last, before := l.entered[door{j.Address, key}]
	if (before || l.edits > 0) && l.inside(j, key) { // an edit may have given a run's journey another name
		return key, Inside
	}
	switch {
	case !before || j.always:
		return key, ""
	case j.again.IsZero():
		return key, Before
	case l.now < j.again.After(last, l.machine.world.Zone):
		return key, TooSoon
	}
	return key, ""
}

// consider is a run after an event or a timer: the goal, then leave_if, then
// the step.
func (l *Life) consider(r *run) {
	if r.over || l.ended(r) {
		return
	}
	switch {
	case r.held != nil:
		if l.now >= r.due {
			l.retry(r.held)
			return
		}
	case r.place != ir.Over:
		if l.passes(r) {
			return
		}
	}
	l.set(r)
}

// ended ends the run if its goal is reached or it is to leave.
func (l *Life) ended(r *run) bool {
	switch {
	case r.journey.Goal != nil && l.look(r).truth(r.journey.Goal, r.context()) == expr.True:
		l.unsure(l.look(r), r.ref(), Reaching, r.journey.Goal, r.context())
		l.end(r, Converted)
	case r.journey.LeaveIf != nil && l.look(r).truth(r.journey.LeaveIf, r.context()) == expr.True:
		l.unsure(l.look(r), r.ref(), Leaving, r.journey.LeaveIf, r.context())
		l.end(r, LeftBy)
	}
	return r.over
}

// end ends a run. What waits is cancelled, save for a next channel after a
// bounce when the run came to its end.
func (l *Life) end(r *run, why Ending) {
	ref := r.ref()
	r.over, r.ending, r.due, r.held = true, why, never, nil
	l.tell(Left{l.stamp(), ref, why})
}

// passes goes on if the wait at which the run stands is over.
func (l *Life) passes(r *run) bool {
	wait, ok := r.journey.waits(r.place)
	switch {
	case !ok && r.due <= l.now: // a split that has decided
		l.walkFrom(r)
		return true
	case !ok:
		return false
	case wait.Until != nil && l.look(r).truth(wait.Until, r.context()) == expr.True:
		l.tell(Resumed{l.stamp(), r.ref(), true})
		l.unsure(l.look(r), r.ref(), Resuming, wait.Until, r.context())
	case r.due <= l.now:
		l.tell(Resumed{l.stamp(), r.ref(), false})
		l.unsure(l.look(r), r.ref(), Resuming, wait.Until, r.context())
	default:
		return false
	}
	l.walk(r, r.journey.table.Entries[r.place].Next)
	return true
}

// walkFrom takes the way of a split for which a decision was waited for.
func (l *Life) walkFrom(r *run) {
	entry := r.journey.table.Entries[r.place]
	if split, ok := entry.Step.(ir.Split); ok {
		if next, on := l.assign(r, entry, l.decided(r, entry, split)); on {
			l.walk(r, next)
		}
	}
}

// walk takes steps from a place on until one waits or none is left.
func (l *Life) walk(r *run, place int) {
	for place != ir.Over {
		if l.moves++; l.moves > restless {
			l.err = l.circle()
			return
		}
		entry := r.journey.table.Entries[place]
		r.place, r.arrived, r.due = place, l.now, never
		r.reached[entry.Address] = mark{l.now, l.seq}
		next, on := l.step(r, entry)
		if !on {
			l.set(r)
			return
		}
		place = next
	}
	r.place = ir.Over
	l.end(r, Finished)
}

// step carries out a step. It returns where the run goes on, and false where it
// stays or has ended.
func (l *Life) step(r *run, e ir.Entry) (next int, on bool) {
	switch s := e.Step.(type) {
	case ir.Send:
		return e.Next, l.send(r, e, s)
	case ir.Do:
		l.act(r, s)
		return e.Next, true
	case ir.Wait:
		return e.Next, l.wait(r, s)
	case ir.Choose:
		return l.choose(r, e), true
	case ir.Split:
		return l.split(r, e, s)
	}
	panic("eval: a step that is none of the cases")
}

// wait tells whether a wait is over as soon as it is reached.
func (l *Life) wait(r *run, w ir.Wait) bool {
	r.due = w.For.After(l.now, l.machine.world.Zone)
	if r.due <= l.now || w.Until != nil && l.look(r).truth(w.Until, r.context()) == expr.True {
		l.tell(Resumed{l.stamp(), r.ref(), r.due > l.now})
		return true
	}
	l.tell(Waits{l.stamp(), r.ref(), r.due})
	return false
}

// choose takes the first way that is true.
func (l *Life) choose(r *run, e ir.Entry) int {
	for i, w := range e.Ways {
		if w.Otherwise || l.look(r).truth(w.If, r.context()) == expr.True {
			l.tell(Chose{l.stamp(), r.ref(), w.Name})
			l.certain(r, e.Ways, i)
			return w.Next
		}
	}
	l.certain(r, e.Ways, len(e.Ways))
	return e.Next
}

// split assigns a way. One that decides assigns the share that it tests on at
// once; everybody else waits for the decision.
func (l *Life) split(r *run, e ir.Entry, s ir.Split) (next int, on bool) {
	if w, ok := l.machine.chosen(e); ok {
		return l.assign(r, e, Assigned{l.stamp(), r.ref(), w.Name, w.Control, false})
	}
	if s.Decide == "" || s.TestOn == nil || below(s.TestOn, l.truth.ID, r.journey.Address, s.Name, "test") {
		w, _ := way(l.truth.ID, r.journey.Address, s.Name, e.Ways)
		return l.assign(r, e, Assigned{l.stamp(), r.ref(), w.Name, w.Control, false})
	}
	after, err := types.ParseSpan(s.Decide)
	if err != nil {
		l.err = fmt.Errorf("%s: decide: %w", e.Address, err)
		return ir.Over, false
	}
	r.due = after.After(l.now, l.machine.world.Zone)
	l.tell(Waits{l.stamp(), r.ref(), r.due})
	return ir.Over, false
}

// chosen is the way on which chance is said to put the person.
func (m *Machine) chosen(e ir.Entry) (ir.Way, bool) {
	if m.Chance == nil {
		return ir.Way{}, false
	}
	at := slices.IndexFunc(e.Ways, func(w ir.Way) bool { return w.Name == m.Chance.Ways[e.Address] })
	if at < 0 {
		return ir.Way{}, false
	}
	return e.Ways[at], true
}

// decided is the way that a split decided for; where nothing says which, the
// hash's.
func (l *Life) decided(r *run, e ir.Entry, s ir.Split) Assigned {
	if name, ok := l.machine.Decided[e.Address]; ok {
		for _, w := range e.Ways {
			if w.Name == name {
				return Assigned{l.stamp(), r.ref(), w.Name, w.Control, false}
			}
		}
	}
	w, _ := way(l.truth.ID, r.journey.Address, s.Name, e.Ways)
	return Assigned{l.stamp(), r.ref(), w.Name, w.Control, true}
}

func (l *Life) assign(r *run, e ir.Entry, a Assigned) (next int, on bool) {
	l.tell(a)
	if a.Control {
		l.end(r, Control)
		return ir.Over, false
	}
	for _, w := range e.Ways {
		if w.Name == a.Way {
			return w.Next, true
		}
	}
	return e.Next, true // no way has a weight
}

// set sets the timer for when the run is to be looked at again: when its wait
// is over, or when time alone may answer what it waits for.
func (l *Life) set(r *run) {
	if r.over {
		return
	}
	r.round++
	j, at := r.journey, r.due
	for _, q := range []*question{&j.goal, &j.leave, j.untilAt(r.place)} {
		if q != nil && q.timed {
			at = min(at, l.delayed(l.look(r).next(q.of, r.context())))
		}
	}
	l.queue.add(at, runDue{r, r.round})
}

func (j *journey) untilAt(place int) *question {
	if place == ir.Over {
		return nil
	}
	return &j.until[place]
}

// circle names the journeys that go on without end.
func (l *Life) circle() error {
	var names []string
	for i := len(l.trace) - 1; i >= 0 && len(l.trace)-i < restless && l.trace[i].When() == l.now; i-- {
		if e, ok := l.trace[i].(Entered); ok {
			names = append(names, e.Journey)
		}
	}
	slices.Sort(names)
	return &Circle{l.now, slices.Compact(names)}
}
