package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// What is true of a person at a step is the conjunction of what the way there
// asked. Time passes at waits: what is not stable may be anything after one, so
// each opens an epoch with variables of its own, and a condition is about the
// epoch in which it was asked. Where ways meet again, what all of them asked
// stays, and of the rest it is known that one of them holds: a way that asked g
// and one that asked not g cancel out, so that a journey of many small choices
// has no more conditions than choices.

// lane is one journey with what is known at its steps.
type lane struct {
	*space
	program *ir.Program
	journey ir.Journey
	table   ir.Table
	entry   []*claim   // what is true where a run begins
	joined  *claim     // of a moment that is joining or leaving a segment: that they did
	ways    [][]*claim // by entry of the table: the conditions of a choose's ways; nil for the last
	ends    []*claim   // goal and leave_if
	sees    bool       // some condition asks whether a message of a journey was sent
	delayed bool       // conditions are about what the platform has noticed, gates about what is
	last    int        // the epochs so far
	at      []state    // by entry
	sends   []sendAt   // by entry
	asked   []bool     // by epoch: goal and leave_if were asked when it began
}

// sendAt is the epochs in which a step sends: on the channel that comes first,
// and later on another, when that one bounced.
type sendAt struct{ first, later int }

// state is what is known on arrival at an entry. Reached is false where no path
// leads.
type state struct {
	reached bool
	known   []node
	epoch   int
}

// lane reads the conditions of a journey.
func (r *reader) lane(j ir.Journey) *lane {
	l := &lane{space: r.space, program: r.program, journey: j, table: j.Table()}
	l.entry = r.begins(j)
	moment, _ := ir.Find(r.program.Moments, j.Enter.Moment)
	switch moment.Detect.(type) {
	case ir.Enters, ir.Leaves:
		l.joined = l.entry[len(l.entry)-1]
	default:
	}
	for _, e := range l.table.Entries {
		var ways []*claim
		for _, w := range e.Ways {
			if w.If == nil {
				ways = append(ways, nil)
				continue
			}
			ways = append(ways, r.read(w.If))
		}
		l.ways = append(l.ways, ways)
	}
	for _, end := range []expr.Expr{j.Goal, j.LeaveIf} {
		if end != nil {
			l.ends = append(l.ends, r.read(end))
		}
	}
	for _, e := range ir.Conditions(j) {
		l.sees = l.sees || asksSent(r.program, e, 0)
	}
	return l
}

// asksSent tells whether a condition asks for messages that were sent, which
// changes where a journey sends one.
func asksSent(p *ir.Program, e expr.Expr, depth int) bool {
	found := false
	expr.Walk(e, func(e expr.Expr) bool {
		for _, s := range expr.Sources(e) {
			found = found || s.Outcome == "sent"
		}
		if m, ok := e.(expr.Member); ok && depth < deepest {
			s, _ := ir.Find(p.Segments, m.Segment)
			found = found || asksSent(p, s.Where, depth+1)
		}
		if a, ok := e.(expr.Attribute); ok && depth < deepest {
			if declared, _ := p.Person.AttributeNamed(a.Path[0]); declared.Value != nil {
				found = found || asksSent(p, declared.Value, depth+1)
			}
		}
		return !found
	})
	return found
}

// instantly is a window in which something that has just happened lies.
var instantly = expr.Window{Length: types.Span{Amount: 1, Unit: types.Second}}

// begins is what is true where a run begins: what the moment is, who and if.
func (r *reader) begins(j ir.Journey) []*claim {
	var out []*claim
	if j.Enter.If != nil {
		out = append(out, r.read(j.Enter.If))
	}
	if j.Enter.Who != "" {
		out = append(out, r.read(expr.Member{Segment: j.Enter.Who}))
	}
	moment, ok := ir.Find(r.program.Moments, j.Enter.Moment)
	if !ok {
		return out
	}
	if c := r.detected(moment.Detect); c != nil {
		out = append(out, c)
	}
	return out
}

// detected is what is true when a moment comes.
func (r *reader) detected(d ir.Detect) *claim {
	switch d := d.(type) {
	case ir.OnEvent:
		source := expr.Source{Event: d.Event, Where: d.If}
		happened := r.atLeastOne(r.count(source, instantly), expr.Did{Of: source, Window: instantly})
		return all(append(r.ofEntry(source), happened)...)
	case ir.OnOutcome:
		source := expr.Source{Touchpoint: d.Touchpoint, Outcome: d.Outcome, Where: d.If}
		return r.atLeastOne(r.count(source, instantly), expr.Did{Of: source, Window: instantly})
	case ir.Absence:
		source := expr.Source{Event: d.On, Where: d.If}
		happened := r.atLeastOne(r.count(source, expr.Ever), expr.Did{Of: source, Window: expr.Ever})
		return all(append(r.ofEntry(source), happened)...)
	case ir.OnDate:
		return r.value(expr.IsSet{Of: d.Date}, d.Date, test{kind: isSet})
	case ir.Enters:
		return is(r.segment(d.Segment), expr.True)
	case ir.Leaves:
		return negation(is(r.segment(d.Segment), expr.True))
	case nil:
	}
	return nil
}

// ofEntry is the conditions of a source as conditions on entry, which is one of
// what it lists.
func (r *reader) ofEntry(s expr.Source) []*claim {
	_, conditions := r.pastOf(s)
	var out []*claim
	for _, c := range conditions {
		if of, ok := entryOf(c); ok {
			out = append(out, r.read(of))
		}
	}
	return out
}

// entryOf is a condition on it as one on entry, where that is plain.
func entryOf(e expr.Expr) (expr.Expr, bool) {
	field := func(e expr.Expr) (expr.Expr, bool) {
		f, ok := e.(expr.Field)
		if !ok || f.Of != expr.It {
			return nil, false
		}
		f.Of = expr.Entry
		return f, true
	}
	switch e := e.(type) {
	case expr.Field:
		return field(e)
	case expr.Compare:
		left, ok := field(e.Left)
		if _, constant := e.Right.(expr.Literal); !ok || !constant {
			return nil, false
		}
		e.Left = left
		return e, true
	case expr.OneOf:
		of, ok := field(e.Of)
		e.Of = of
		return e, ok
	case expr.IsSet:
		of, ok := field(e.Of)
		e.Of = of
		return e, ok
	case expr.Not:
		of, ok := entryOf(e.Term)
		e.Term = of
		return e, ok
	default:
		return nil, false
	}
}

// walk finds out what is known at each entry. It may be asked before the space
// is closed for how many epochs there are, with nothing known.
func (l *lane) walk(blind bool) {
	l.last = 0
	l.asked = []bool{true}
	l.sends = make([]sendAt, len(l.table.Entries))
	l.at = make([]state, len(l.table.Entries))
	arriving := make([][]state, len(l.table.Entries))
	start := state{reached: true}
	if !blind {
		start.known = l.allTrue(l.entry, 0)
	}
	for i, e := range l.table.Entries {
		if i == 0 {
			arriving[0] = append(arriving[0], start)
		}
		l.at[i] = l.merged(arriving[i])
		if l.at[i].reached {
			l.leave(e, arriving, blind)
		}
	}
}

// leave sends what is known at an entry along the ways that lead on.
func (l *lane) leave(e ir.Entry, arriving [][]state, blind bool) {
	s := l.at[e.Index]
	if send, ok := e.Step.(ir.Send); ok {
		s.epoch = l.sending(e.Index, send, s.epoch)
	} else if l.passes(e) {
		_, action := e.Step.(ir.Do)
		s.epoch = l.open(!action)
	}
	to := func(next int, s state) {
		if next != ir.Over {
			arriving[next] = append(arriving[next], s)
		}
	}
	if len(e.Ways) == 0 {
		to(e.Next, s)
		return
	}
	var before []node // the ways before were not true
	for i, w := range e.Ways {
		way := state{reached: true, epoch: s.epoch, known: slices.Concat(s.known, before)}
		if c := l.ways[e.Index][i]; c != nil && !blind {
			is := l.isTrue(c, s.epoch)
			way.known = append(way.known, is)
			before = append(before, is.not())
		}
		way.known, way.reached = l.plainly(way.known)
		if way.reached && !w.Control {
			to(w.Next, way)
		}
	}
}

// open opens an epoch. Asked says that a run which goes on in it has been asked
// for its goal first.
func (l *lane) open(asked bool) int {
	l.last++
	l.asked = append(l.asked, asked)
	return l.last
}

// sending notes the epochs of a send and returns the one after it.
func (l *lane) sending(index int, s ir.Send, epoch int) int {
	after := epoch
	if l.program.Holds(s) {
		after = l.open(true)
	}
	at := sendAt{first: after, later: after}
	if l.delayed {
		at.first = l.open(false)
	}
	if t, _ := ir.Find(l.program.Touchpoints, s.Touchpoint); len(t.Channels) > 1 {
		at.later = l.open(false)
	}
	l.sends[index] = at
	if l.sees {
		after = l.open(false)
	}
	return after
}

// passes tells whether something may be otherwise after a step than before it.
func (l *lane) passes(e ir.Entry) bool {
	if d, ok := e.Step.(ir.Do); ok {
		return l.sees || l.sets(d)
	}
	return e.Epoch
}

// sets tells whether an action changes what is known of the person.
func (l *lane) sets(d ir.Do) bool {
	a, ok := ir.Find(l.program.Actions, d.Action)
	return !ok || a.Kind == "set" || a.Kind == "suppress"
}

// allTrue is the nodes for claims that are all true.
func (l *lane) allTrue(claims []*claim, epoch int) []node {
	var out []node
	for _, c := range claims {
		out = append(out, l.graph.conjuncts(l.isTrue(c, epoch))...)
	}
	out, _ = l.plainly(out)
	return out
}

// plainly is conjuncts sorted, each once; false where one is never true.
func (l *lane) plainly(known []node) ([]node, bool) {
	if l.graph == nil {
		return nil, true
	}
	n := l.graph.and(known...)
	return slices.Clone(l.graph.conjuncts(n)), n != no
}

// merged is what is known where paths meet: what all of them know, and that the
// rest of one of them holds. Paths on which different time passed end in a new
// epoch.
func (l *lane) merged(paths []state) state {
	if len(paths) == 0 {
		return state{}
	}
	out := paths[0]
	for _, p := range paths[1:] {
		if p.epoch != out.epoch {
			out.epoch = l.open(false)
		}
	}
	if l.graph == nil || len(paths) == 1 {
		out.known = slices.Clone(paths[0].known)
		return out
	}
	common := slices.Clone(paths[0].known)
	for _, p := range paths[1:] {
		common = slices.DeleteFunc(common, func(n node) bool { return !slices.Contains(p.known, n) })
	}
	rests := make([]node, len(paths))
	for i, p := range paths {
		rest := slices.DeleteFunc(slices.Clone(p.known), func(n node) bool { return slices.Contains(common, n) })
		rests[i] = l.graph.and(rest...)
	}
	out.known, out.reached = l.plainly(append(common, l.graph.or(rests...)))
	return out
}

// inside is that a run goes on in an epoch: it would have left by its goal or
// by leave_if, where it was asked.
func (l *lane) inside(epoch int) []node {
	if l.delayed || !l.asked[epoch] {
		return nil
	}
	var out []node
	for _, c := range l.ends {
		out = append(out, l.isTrue(c, epoch).not())
	}
	return out
}
