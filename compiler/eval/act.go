package eval

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// task is something for a colleague to do.
type task struct {
	run    *run
	step   string
	action string
	done   bool
}

// act has our side do something. A task exists from now on and is done when the
// world says so, late if that is not in time; everything else is done at once.
func (l *Life) act(r *run, s ir.Do) {
	a, _ := r.machine.actions[s.Action]
	if l.now > l.deadline(r) {
		r.answered = true
		l.tell(Dropped{Stamp: l.stamp(), Ref: r.ref(), Action: a.Address, Why: TooLate})
		return
	}
	r.answered = true
	note := Did{Stamp: l.stamp(), Ref: r.ref(), Action: a.Address}
	step := r.ref().Step
	switch a.Kind {
	case "task":
		l.tell(note)
		t := &task{r, step, a.Address, false}
		l.tasks = append(l.tasks, t)
		if !a.Due.IsZero() {
			l.queue.add(a.Due.After(l.now, l.machine.world.Zone), taskDue{t})
		}
		return
	case "set":
		note.Value = l.look(r).value(a.Value, r.context())
		l.tell(note)
		l.write(a.Attribute, note.Value)
	case "suppress":
		l.tell(note)
		l.did(person.Outcome{Channel: a.Channel, Address: l.look(r).address(a.Channel), Kind: person.Suppressed, Step: step, Run: r.id})
	default:
		l.tell(note)
	}
	l.did(person.Outcome{Kind: person.Done, Step: step, Run: r.id})
}

// write sets an attribute of the person.
func (l *Life) write(attribute string, value types.Value) {
	known := map[string]types.Value{attribute: value}
	l.learn(l.truth, known)
	if l.known != l.truth {
		l.learn(l.known, known)
	}
	l.changed()
	if l.stirs(knownSignal) {
		l.pending = append(l.pending, stir{signal: knownSignal})
	}
}

// overdue tells that a task was not done in time.
func (l *Life) overdue(t *task) {
	if t.done {
		return
	}
	l.tell(Overdue{l.stamp(), Ref{t.run.journey.Address, t.run.id, t.step}, t.action})
	l.did(person.Outcome{Kind: person.Late, Step: t.step, Run: t.run.id})
}

// taskOf is the latest task of a step.
func (l *Life) taskOf(step string) (*task, bool) {
	for i := len(l.tasks) - 1; i >= 0; i-- {
		if l.tasks[i].step == step {
			return l.tasks[i], true
		}
	}
	return nil, false
}
