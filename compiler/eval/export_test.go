package eval

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Next is when a condition can change by time alone.
func (w *World) Next(e expr.Expr, p *person.Person) types.Instant {
	return w.view(p).next(e, Context{})
}

// Nudge has everybody look again, as if somebody polled: nothing comes of it
// where timers are exact.
func (l *Life) Nudge() {
	s := stir{signal: idle, runs: slices.Clone(l.runs)}
	for i := range l.machine.watches {
		s.watches = append(s.watches, i)
	}
	l.turn(s)
	l.settle()
}

// Attentive is the machine in which everybody listens to everything.
func (m *Machine) Attentive() *Machine {
	all := signalSet{}
	for i := range all {
		all[i] = ^uint64(0)
	}
	m.stirring = all
	for _, j := range m.journeys {
		for i := range j.interest {
			j.interest[i] = all
		}
	}
	for _, w := range m.watches {
		w.in.reads = all
	}
	return m
}

// Wavers tells whether a condition hangs on a step of windows.
func (w *World) Wavers(e expr.Expr, p *person.Person, step types.Instant) bool {
	return w.view(p).wavers(e, Context{}, step)
}

// Slackened is the verdict with windows that are longer by so much.
func (w *World) Slackened(e expr.Expr, p *person.Person, by types.Instant) expr.Verdict {
	return w.view(p).slackened(by).truth(e, Context{})
}
