// Package eval is the reference evaluator: what the IR means, for a segment
// and for a journey.
//
// It is plain, slow code that a reader can check against the page on meaning
// sentence by sentence, and every other engine (SQL, platforms, the prover) is
// tested against it. This is how it works.
//
// A World is a program at one instant: what is declared, the exclusion lists
// and now. Against it one person at a time is looked at (a view). An
// expression has either a verdict (Truth) or a value (Value); a condition used
// as a value is true, false or null, a value used as a condition has the
// verdict of its boolean.
//
// Truth. Inside an expression there are Kleene's three verdicts. A comparison
// with null is unknown; and, or and not follow Kleene; is_set, did, references
// to segments and the consent rules are never unknown. At the boundary there
// are two: a person is a member if and only if the verdict is true. That is why
// a negated reference includes the people for whom the segment was unknown.
//
// The past. Only what happened at or before now exists. Its order is the
// instant and then the sequence in which it was read; people come sorted by
// that (person.Sort). A window of length d is the half-open (now-d, now], days
// being 24 hours and months and years those of the project's calendar. Derived
// events are unfolded into the recorded event and its conditions. Aggregates
// fold the values that are set: an event whose field is null adds nothing to
// sum, avg, min, max, first and last, all of which are null when no value is
// left; count counts events and is 0 when there are none.
//
// What is known of a person. A stored attribute is what the history says, but
// one that ages (fresh_for) is null unless it was observed within that time. A
// computed attribute is the value of its expression, and an attribute of an
// object is null where the history has none.
//
// Consent. A record is replayed for one consent on one channel: the acts that
// captures derive from events, the recorded acts and the unsubscribed outcomes
// in the order of time (record.go). The rules over records are an expression
// (ir.Program.Allowed) and are evaluated like any other.
//
// What this version does not evaluate of people alone is listed by Missing; such
// a node is null or unknown here, so callers ask Missing first and say "not
// known". The outcomes of steps and the windows that begin with a run are among
// them: they exist only in a life.
//
// # Journeys
//
// A Machine is a program ready to be lived through, made by NewMachine from the
// program and the terms that it runs on. Begin starts the Life of one person in
// it; Let has something happen to them, Advance lets time pass, End says who has
// not left. What happens from outside is a Happening; what comes of it is a
// Trace of Notes, each with its instant. Play is all of that at once:
//
//	m, err := eval.NewMachine(program, eval.Terms{Enforcement: &enforced}) // nil enforces everything
//	notes, err := m.Play(someone, from, []eval.Happening{eval.Event(e), eval.Outcome(o)}, until)
//
// Feeding a life piece by piece, with as many Advances as one likes between,
// gives the same trace. These are the rules.
//
// Order. Time is microseconds. Timers that are due come first, then what happens
// at that instant, one after the other as it is let in; what is noticed late
// (see below) comes after the timers too. Each is a stir. To a stir everybody
// reacts once, the journeys that go first at the front (turn.go): in the order
// of the pressures' priorities, others after them by address; in a journey the
// runs in the order in which they began, then messages that wait, then who
// enters. What journeys do to the person (a message is sent, an attribute is
// set) is a stir of its own when everybody has reacted. More than 10,000 steps
// without time passing are a circle of journeys, and an error.
//
// Time alone. A condition that nothing but time can change has a timer at the
// next instant at which it can (next.go), so segments, goals and waits are exact
// to the microsecond. A condition is asked again only when something came that
// it reads (reads.go); both save time and change no answer, which the tests hold
// against asking always.
//
// Moments (moment.go). An event, an outcome of a touchpoint, the absence of an
// event (each first event starts a clock of its own, ended by the second where
// the field agrees; null agrees with nothing), a date in the person's zone, the
// joining or leaving of a segment from activation on (existing = true adds who
// is in at activation), or a journey's own instant, if it is still to come.
//
// Entry (run.go). One run of a key at a time, the key being the object of per or
// nothing. Again counts from the previous entry of the same key. Who and if are
// asked at the moment. An object that is not known is no key, and nobody enters.
//
// Runs. After each stir that concerns it a run looks at its goal (left as
// converted), then at leave_if, then at its step; so it does when it begins. A
// wait whose until is true on arrival passes at once. A branch is taken only if
// true. A split is decided by hash (chance.go), its control ends the run there.
// A split that decides lets the share that it tests on go at once; everybody
// else waits for the decision, which the terms say. A window that begins with
// the run or a step excludes what it began with, also at the same instant, and
// what follows at that instant is in it. A step's outcomes are those of this run.
//
// Sending (send.go), all at the instant of sending and in this order: is the
// moment's deadline still ahead (it binds the run's first send or do); are there
// hours, else the message waits for the next open instant in the person's time;
// on which channel may it be sent, the preferred first, and to that address
// (only_to of the environment); is the person in a
// control group; had they enough, else it is dropped or waits for room. A message
// that waits is asked all over again when its time has come, and dropped at the
// deadline. A dropped message is noted with its reason, and the run goes on. A
// bounce tries the next channel, unless the run has left by its goal, leave_if
// or an edit: these cancel what waits.
//
// Actions (act.go). Set, suppress, webhooks and notices are done at once. A task
// is done when the world says so, and late if that is not before it is due. The
// run does not wait for it.
//
// Addresses (address.go). A yes is given for the address that the person has
// then, and stays with it unless its consent survives a change of address.
//
// Enforcement. What a platform does not enforce is absent: only the gates that
// it has are asked, caps and hours only where it keeps to them. Its consent data
// is as old as it may be. What happens, it notices late by its detection delay,
// while its gates see what is. Where it counts windows in steps, decisions that
// hang on a step are noted as not sure (grain.go). Without an address nobody sends anything, and
// control groups are part of the program everywhere.
//
// Edits (edit.go). Who is inside when another version takes effect goes on as
// the new version's on_change says. At the end of a story runs remain.
package eval

import (
	"fmt"
	"sync"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// World is a program at one instant. It is made by New, is not changed by
// evaluation and may be used by several goroutines.
type World struct {
	Program *ir.Program
	Lists   person.Lists
	Now     types.Instant
	Zone    *time.Location // the project's

	segments   map[string]ir.Segment
	streams    map[string]stream
	attributes map[string]ir.Attribute
	rules      map[pair]rules
	captures   map[string][]ir.Capture // by consent, in the order in which they apply to one event
	zones      *sync.Map               // the people's, by name
	before     []moved                 // of the one person in a life: the addresses that they had
}

// stream is a recorded event and the condition under which it counts; nil is always.
type stream struct {
	base  string
	where expr.Expr
}

type pair struct{ purpose, channel string }

type rules struct{ allowed, consented expr.Expr }

// New prepares a program. The error is a time zone that is not known, an
// address that is not declared, or something that is defined by itself.
func New(program *ir.Program, lists person.Lists, now types.Instant) (*World, error) {
	zone, err := time.LoadLocation(program.Project.Timezone)
	if err != nil {
		return nil, fmt.Errorf("evaluating %s: time zone: %w", program.Project.Name, err)
	}
	w := &World{
		Program: program, Lists: lists, Now: now, Zone: zone,
		segments:   map[string]ir.Segment{},
		streams:    map[string]stream{},
		attributes: map[string]ir.Attribute{},
		rules:      map[pair]rules{},
		captures:   map[string][]ir.Capture{},
		zones:      &sync.Map{},
	}
	for _, c := range program.Consents {
		w.captures[c.Address] = ranked(c.Captures)
	}
	for _, s := range program.Segments {
		w.segments[s.Address] = s
	}
	for _, a := range program.Person.Attributes {
		w.attributes[a.Name] = a
	}
	if err := w.prepare(); err != nil {
		return nil, fmt.Errorf("evaluating %s: %w", program.Project.Name, err)
	}
	return w, nil
}

// With is the world with other lists, at another instant. It costs nothing: what
// New made ready is shared.
func (w *World) With(lists person.Lists, now types.Instant) *World {
	out := *w
	out.Lists, out.Now = lists, now
	return &out
}

func (w *World) prepare() error {
	for _, e := range w.Program.Events {
		base, where, ok := w.Program.Base(e.Address)
		if !ok {
			return fmt.Errorf("%s: derived from an event that is not recorded", e.Address)
		}
		w.streams[e.Address] = stream{base.Address, where}
	}
	for _, purpose := range w.Program.Purposes {
		for _, channel := range w.Program.Channels {
			allowed, err := w.Program.Allowed(purpose.Address, channel.Address)
			if err != nil {
				return err
			}
			consented := w.Program.Consented(purpose.Address, channel.Address)
			w.rules[pair{purpose.Address, channel.Address}] = rules{allowed, consented}
		}
	}
	return sound(w.Program)
}

// Member tells whether the person is in the segment: whether its condition is
// true. A segment that is not declared has no members.
func (w *World) Member(segment string, p *person.Person) bool {
	return w.view(p).member(segment)
}

// Context is what an expression may speak of beside the person: the event at
// hand, and the event that started the journey. Both may be nil.
type Context struct {
	It    *person.Event
	Entry *person.Event

	run *run // the run of a journey that asks; nil outside
}

// Truth is the verdict of a condition for a person.
func (w *World) Truth(e expr.Expr, p *person.Person, c Context) expr.Verdict {
	return w.view(p).truth(e, c)
}

// Value is the value of an expression for a person.
func (w *World) Value(e expr.Expr, p *person.Person, c Context) types.Value {
	return w.view(p).value(e, c)
}

// Allowed tells whether a message for a purpose may be sent to the person on a
// channel now. What is not declared is not allowed.
func (w *World) Allowed(purpose, channel string, p *person.Person) bool {
	return w.view(p).reachable(expr.Reachable{Purpose: purpose, Channel: channel})
}

// Record is the person's consent record on a channel. One that is not declared
// is unknown.
func (w *World) Record(consent, channel string, p *person.Person) ConsentRecord {
	return w.view(p).record(consent, channel)
}

// view is one person in a world, with what has been found out about them.
type view struct {
	*World
	Now    types.Instant    // the world's, and in a life its own
	heard  types.Instant    // how far what was said about consent is known
	living bool             // in a life, where steps of journeys have outcomes
	moved  []moved          // the addresses that the person had before, in a life
	slack  types.Instant    // how much longer windows are taken to be; see grain.go
	begun  *[]types.Instant // where windows begin, noted; nil: nobody asks
	person *person.Person

	members  map[string]bool
	computed map[string]types.Value
	records  map[[2]string]ConsentRecord
}

func (w *World) view(p *person.Person) *view {
	return &view{World: w, Now: w.Now, heard: w.Now, moved: w.before, person: p}
}
