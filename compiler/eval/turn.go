package eval

import (
	"cmp"
	"slices"

	"github.com/trayecto/trayecto/compiler/person"
)

// stir is a change that journeys may react to: something that happened, or time
// that has come, or both of them never. What a journey does to the person by
// reacting (a message is sent, an attribute set) is a stir of its own, which
// comes when everybody has reacted to this one.
type stir struct {
	signal  signal // idle: time alone
	event   *person.Event
	outcome *person.Outcome

	runs    []*run // due
	sends   []*attempt
	watches []int
	dates   []int
	clocks  []*clock
	oneOffs []*journey
	fired   []firing // moments that are known to have come
}

// idle is the signal of a stir in which nothing happened.
const idle signal = -1

// wakes tells whether what happened can change the answer to a question.
func (s *stir) wakes(q question) bool { return s.signal != idle && q.reads.has(s.signal) }

// turn is one journey's reaction to a stir.
type turn struct {
	rank    int
	run     *run     // looks at itself again, or
	send    *attempt // is tried again, or
	journey *journey // is entered
	entry   person.Event
}

// turn has everybody react, the journeys that go first at the front, and in
// each its runs in the order in which they began, then messages that wait, then
// who enters.
func (l *Life) turn(s stir) {
	turns := l.turns[:0]
	for _, r := range l.runs {
		if s.signal != idle && r.listens(s.signal) || slices.Contains(s.runs, r) {
			turns = append(turns, turn{rank: r.rank, run: r})
		}
	}
	for _, a := range s.sends {
		turns = append(turns, turn{rank: a.run.rank, send: a})
	}
	for _, f := range append(l.detect(s), s.fired...) {
		l.tell(Noticed{l.stamp(), f.moment.Address})
		for _, j := range f.moment.journeys {
			turns = append(turns, turn{rank: j.rank, journey: j, entry: f.entry})
		}
	}
	for _, j := range s.oneOffs {
		turns = append(turns, turn{rank: j.rank, journey: j, entry: l.just()})
	}
	if len(turns) > 1 {
		slices.SortStableFunc(turns, func(a, b turn) int { return cmp.Compare(a.rank, b.rank) })
	}
	for i := range turns {
		l.react(&turns[i])
	}
	l.turns = turns
}

func (l *Life) react(t *turn) {
	switch {
	case t.run != nil:
		l.consider(t.run)
	case t.send != nil:
		l.retry(t.send)
	default:
		l.enter(t.journey, t.entry)
	}
}

// settle has everybody react to what journeys did, until nobody does any more.
func (l *Life) settle() {
	for len(l.pending) > 0 && l.err == nil {
		s := l.pending[0]
		l.pending = l.pending[1:]
		l.turn(s)
	}
	if len(l.pending) == 0 {
		l.pending = nil
	}
	l.runs = slices.DeleteFunc(l.runs, func(r *run) bool { return r.over })
}

// ring takes all that is due now. What is noticed now comes after the timers.
func (l *Life) ring() {
	s := stir{signal: idle}
	var noticed []Happening
	for l.queue.next() <= l.now {
		switch d := l.queue.take().(type) {
		case runDue:
			if !d.run.over && d.run.round == d.round {
				s.runs = append(s.runs, d.run)
			}
		case sendDue:
			s.sends = append(s.sends, d.attempt)
		case watchDue:
			if l.watchRound[d.watch] == d.round {
				s.watches = append(s.watches, d.watch)
			}
		case clockDue:
			s.clocks = append(s.clocks, d.clock)
		case dateDue:
			if l.dateRound[d.date] == d.round {
				s.dates = append(s.dates, d.date)
			}
		case instantDue:
			if d.round == l.edits {
				s.oneOffs = append(s.oneOffs, d.journey)
			}
		case taskDue:
			l.overdue(d.task)
		case noticeDue:
			noticed = append(noticed, d.what)
		}
	}
	l.turn(s)
	l.settle()
	for _, h := range noticed {
		l.notice(h)
		l.settle()
	}
}

// did puts on record what a journey did to a message or an action, and has
// everybody react to it when this reaction is over.
func (l *Life) did(o person.Outcome) {
	l.seq++
	o.At, o.Seq = l.now, l.seq
	l.record(l.truth, o)
	if l.known != l.truth {
		l.record(l.known, o)
	}
	l.changed()
	if s := kindSignal(o.Kind); l.stirs(s) {
		l.pending = append(l.pending, stir{signal: s, outcome: &o})
	}
}
