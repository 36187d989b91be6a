package eval

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
)

// What can change a verdict. A condition that is asked again after each event
// costs as much as the history is long, so that of each condition is known what
// it reads: which recorded events, which outcomes, what is known of the person.
// What it does not read cannot change its verdict; only time can, which Timed
// says. It is an upper bound: reading more than is used changes nothing but the
// time that it takes.

// signal is a kind of change, as a number.
type signal int

const (
	knownSignal signal = iota // of the person, objects and consents
	firstKind                 // of outcomes, one each
	firstEvent  = firstKind + 12
	signals     = 256 // events beyond share theirs, which is safe
)

// signalSet is a set of signals.
type signalSet [signals / 64]uint64

func (b *signalSet) add(s signal)      { b[s/64] |= 1 << (s % 64) }
func (b *signalSet) has(s signal) bool { return b[s/64]&(1<<(s%64)) != 0 }

func (b *signalSet) join(o signalSet) {
	for i := range b {
		b[i] |= o[i]
	}
}

// kinds numbers the outcomes of messages and actions.
var kinds = append(slices.Clone(person.Outcomes), person.Done, person.Late, person.Suppressed)

func kindSignal(kind person.OutcomeKind) signal {
	return firstKind + signal(max(0, slices.Index(kinds, kind)))
}

// question is a condition and what it reads; a nil condition has no answer.
type question struct {
	of    expr.Expr
	reads signalSet
	timed bool // time alone may change its verdict
}

// reader finds out what an expression reads, and what everything that it refers
// to does.
type reader struct {
	world   *World
	events  map[string]signal // by recorded event
	out     question
	entered map[string]bool
}

// question is a condition with what it reads.
func (m *Machine) question(e expr.Expr) question {
	r := reader{world: m.world, events: m.events, out: question{of: e}, entered: map[string]bool{}}
	r.expr(e)
	return r.out
}

func (r *reader) expr(e expr.Expr) {
	expr.Walk(e, func(e expr.Expr) bool {
		r.node(e)
		return true
	})
}

// once is expr for what is behind a name.
func (r *reader) once(name string, behind ...expr.Expr) {
	if r.entered[name] {
		return
	}
	r.entered[name] = true
	for _, e := range behind {
		r.expr(e)
	}
}

func (r *reader) node(e expr.Expr) {
	switch e := e.(type) {
	case expr.Attribute:
		r.attribute(e.Path[0])
	case expr.Aggregate:
		r.past(e.Window, e.Of)
	case expr.Did:
		r.past(e.Window, e.Of)
	case expr.FollowedBy:
		r.past(e.Window, e.First, e.Then)
	case expr.Within:
		r.out.timed = true
	case expr.Call:
		if f, ok := funcs.ByName(e.Func); ok {
			r.out.timed = r.out.timed || f.Timed
		}
		r.out.reads.add(knownSignal) // the zone
	case expr.Member:
		r.once(e.Segment, r.world.segments[e.Segment].Where)
	case expr.Reachable:
		rules := r.world.rules[pair{e.Purpose, e.Channel}]
		r.once(e.Purpose+" "+e.Channel, rules.allowed, rules.consented)
	case expr.Record:
		r.consent(e.Consent)
	case expr.Suppressed:
		r.suppressed()
	case expr.Excluded:
		x, _ := ir.Find(r.world.Program.Exclusions, e.Exclusion)
		r.out.timed = r.out.timed || !x.FreshFor.IsZero()
		r.once(e.Exclusion, x.Match...)
	case expr.Literal, expr.Field, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Coalesce, expr.Any:
	}
}

func (r *reader) attribute(name string) {
	a := r.world.attributes[name]
	if a.Value != nil {
		r.once("person."+name, a.Value)
		return
	}
	r.out.reads.add(knownSignal)
	r.out.timed = r.out.timed || !a.FreshFor.IsZero()
}

func (r *reader) past(w expr.Window, sources ...expr.Source) {
	r.out.timed = r.out.timed || w.Since == ""
	for _, s := range sources {
		r.source(s)
	}
}

func (r *reader) source(s expr.Source) {
	if s.Event == "" {
		r.out.reads.add(kindSignal(person.OutcomeKind(s.Outcome)))
		return
	}
	stream := r.world.streams[s.Event]
	r.out.reads.add(r.events[stream.base])
	r.once(s.Event, stream.where)
}

// consent is what a record may change with. An expiry comes with an act.
func (r *reader) consent(address string) {
	if r.entered[address] {
		return
	}
	r.entered[address] = true
	r.out.timed = true
	r.out.reads.add(knownSignal)
	r.out.reads.add(kindSignal(person.Unsubscribed))
	for _, capture := range r.world.captures[address] {
		r.source(expr.Source{Event: capture.On})
		r.once(address+" "+string(capture.Act)+" "+capture.Name, capture.If)
	}
}

func (r *reader) suppressed() {
	r.out.reads.add(knownSignal) // the address
	for _, kind := range []person.OutcomeKind{person.Bounced, person.Complained, person.Unsubscribed, person.Suppressed} {
		r.out.reads.add(kindSignal(kind))
	}
	for _, c := range r.world.Program.Consents {
		r.consent(c.Address)
	}
}
