package eval

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Life is one person in a machine: what happened to them so far, where they are
// in journeys, and what is due. It is used by one goroutine.
type Life struct {
	machine *Machine
	now     types.Instant
	born    types.Instant // when the life began
	seq     int64         // of the last thing that happened
	trace   []Note
	observe func(Note)

	truth *person.Person // what has happened
	known *person.Person // what the platform has noticed of it; the same without delay
	views [2]view        // of known and of truth
	stale [2]bool        // whether they are of a past instant or person

	runs    []*run                 // inside, in the order in which they began
	counted int                    // runs so far
	entered map[door]types.Instant // the latest entries
	moved   []moved                // addresses that were the person's
	sends   []sending
	tasks   []*task

	queue      queue
	pending    []stir // what journeys did to the person at this instant
	clocks     []*clock
	in         []bool // by watch
	watchRound []int
	dateRound  []int
	edits      int
	moves      int // of runs at this instant

	fired []firing
	turns []turn
	err   error
}

// door is what runs are counted by: a journey and the object of per.
type door struct{ journey, key string }

// restless is how many steps one person may take without time passing. Beyond,
// journeys start each other in a circle.
const restless = 10_000

// Circle is the error of journeys that start each other without end and without
// time passing.
type Circle struct {
	At       types.Instant
	Journeys []string // sorted
}

// Error is the circle in words.
func (c *Circle) Error() string {
	return fmt.Sprintf("%s go on without end and without time passing", strings.Join(c.Journeys, " and "))
}

// Begin is the life of a person from the instant at which the program takes
// effect. What is in their history by then is past: it counts for conditions
// and limits and starts nothing. The person is copied.
func (m *Machine) Begin(p *person.Person, at types.Instant) *Life {
	l := &Life{machine: m, now: at, born: at, truth: copied(p)}
	l.known = l.truth
	if m.delay() > 0 {
		l.known = copied(p)
	}
	for i := range p.Events {
		l.seq = max(l.seq, p.Events[i].Seq)
	}
	for i := range p.Outcomes {
		l.seq = max(l.seq, p.Outcomes[i].Seq)
	}
	l.stale = [2]bool{true, true}
	l.remember()
	l.activate(nil)
	return l
}

// copied is a person whose history and attributes may be changed.
func copied(p *person.Person) *person.Person {
	out := *p
	out.Attributes, out.Observed, out.Objects = maps.Clone(p.Attributes), maps.Clone(p.Observed), maps.Clone(p.Objects)
	out.Events, out.Acts, out.Outcomes = slices.Clone(p.Events), slices.Clone(p.Acts), slices.Clone(p.Outcomes)
	if out.Attributes == nil {
		out.Attributes = map[string]types.Value{}
	}
	return &out
}

// activate begins to listen: for segments, dates and instants. Since is the
// machine that listened before, nil for none: who is in a segment already
// enters only where existing says so and nothing listened for it before.
func (l *Life) activate(since *Machine) {
	m := l.machine
	l.in, l.watchRound = make([]bool, len(m.watches)), resized(l.watchRound, len(m.watches))
	l.dateRound = resized(l.dateRound, len(m.dates))
	var already []firing
	for i, w := range m.watches {
		l.in[i] = l.seen().truth(w.in.of, Context{}) == expr.True
		l.setWatch(i, w)
		if l.in[i] && w.existing && w.joins && since.listened(w.moment.Address) == nil {
			already = append(already, firing{w.moment, l.just()})
		}
	}
	for i, d := range m.dates {
		l.setDate(i, d)
	}
	for _, j := range m.journeys {
		if j.instant != never && j.instant > l.now {
			l.queue.add(j.instant, instantDue{j, l.edits})
		}
	}
	if len(already) > 0 {
		l.turn(stir{signal: idle, fired: already})
		l.settle()
	}
}

// resized keeps the rounds of timers: those that were set before are void.
func resized(rounds []int, n int) []int {
	out := make([]int, n)
	most := 0
	for _, r := range rounds {
		most = max(most, r)
	}
	for i := range out {
		out[i] = most
	}
	return out
}

// listened finds a moment; nil in no machine.
func (m *Machine) listened(address string) *moment {
	if m == nil {
		return nil
	}
	for _, x := range m.moments {
		if x.Address == address {
			return x
		}
	}
	return nil
}

// Observe has every note told at its instant, while the person is as they are
// then.
func (l *Life) Observe(told func(Note)) { l.observe = told }

// Now is how far the life has come.
func (l *Life) Now() types.Instant { return l.now }

// Person is the person as they are now. It is not to be changed.
func (l *Life) Person() *person.Person { return l.truth }

// World is the program at this instant, for questions about the person.
func (l *Life) World() *World {
	w := *l.machine.world
	w.Now, w.before = l.now, l.moved
	return &w
}

// Trace is what happened so far.
func (l *Life) Trace() []Note { return l.trace }

// Next is when something is due if nothing happens until then; false for never.
func (l *Life) Next() (types.Instant, bool) {
	at := l.queue.next()
	return at, at != never
}

// Member tells whether the person is in a segment now.
func (l *Life) Member(segment string) bool { return l.seen().member(segment) }

// Inside tells whether the person is in a journey now.
func (l *Life) Inside(journey string) bool {
	return slices.ContainsFunc(l.runs, func(r *run) bool { return r.journey.Address == journey })
}

// Busy tells whether some run has not ended yet, or a message still waits.
func (l *Life) Busy() bool { return len(l.runs) > 0 }

func (l *Life) tell(n Note) {
	l.trace = append(l.trace, n)
	if l.observe != nil {
		l.observe(n)
	}
}

func (l *Life) stamp() Stamp { return Stamp{l.now} }

// Let lets something happen. What is due until then comes first, also at the
// same instant. The error is a happening before the last one, a circle of
// journeys, or an edit that leaves somebody nowhere.
func (l *Life) Let(h Happening) error {
	at := h.When()
	if at < l.now {
		return fmt.Errorf("at %s something happens that comes after %s", types.Spell(at), types.Spell(l.now))
	}
	if err := l.Advance(at); err != nil {
		return err
	}
	l.receive(h)
	l.settle()
	return l.err
}

// Advance lets time pass, including what is due at its end.
func (l *Life) Advance(to types.Instant) error {
	for l.err == nil {
		at := l.queue.next()
		if at > to {
			break
		}
		l.pass(max(at, l.now))
		l.ring()
		l.settle()
	}
	if l.err == nil {
		l.pass(max(l.now, to))
	}
	return l.err
}

// End is Advance, and says who has not left by then.
func (l *Life) End(at types.Instant) error {
	if err := l.Advance(at); err != nil {
		return err
	}
	for _, r := range l.runs {
		l.tell(Remains{l.stamp(), r.ref(), r.key, r.due})
	}
	return nil
}

// Play is a life from beginning to end.
func (m *Machine) Play(p *person.Person, from types.Instant, happenings []Happening, until types.Instant) ([]Note, error) {
	l := m.Begin(p, from)
	l.truth.Events = slices.Grow(l.truth.Events, len(happenings))
	l.trace = slices.Grow(l.trace, 2*len(happenings))
	for _, h := range happenings {
		if err := l.Let(h); err != nil {
			return l.trace, err
		}
	}
	err := l.End(until)
	return l.trace, err
}

// pass moves the clock.
func (l *Life) pass(to types.Instant) {
	if to != l.now {
		l.now, l.moves = to, 0
		l.changed()
	}
}

// changed: what was found out about the person no longer holds.
func (l *Life) changed() { l.stale = [2]bool{true, true} }

// delay is how late the platform notices something.
func (m *Machine) delay() types.Instant {
	if m.Enforcement == nil {
		return 0
	}
	d := m.Enforcement.DetectionDelay
	return d.After(0, m.world.Zone)
}

// delayed is when the platform notices what changes at an instant.
func (l *Life) delayed(at types.Instant) types.Instant {
	if at == never {
		return never
	}
	return at + l.machine.delay()
}

// seen is the person as the platform knows them, now.
func (l *Life) seen() *view { return l.view(0, l.machine.world, l.known) }

func (l *Life) view(i int, w *World, p *person.Person) *view {
	v := &l.views[i]
	if !l.stale[i] && v.World == w {
		return v
	}
	l.stale[i] = false
	v.World, v.person, v.Now, v.heard, v.living, v.moved = w, p, l.now, l.now, true, l.moved
	clear(v.members)
	clear(v.computed)
	clear(v.records)
	return v
}
