package prove

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/story"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// A point over epochs becomes a life: the person as they are before the run,
// what lets them in, and in each wait what must be otherwise afterwards. The
// reference evaluator lives through it with the platform's enforcement. Only if
// the message is sent there, to somebody whom the rules do not allow it, is it a
// counterexample.

// mostTried is how many points one counterexample may take.
const mostTried = 5

// refute looks for somebody who gets a message without leave. Gates that were
// inserted count where inserted is set. The story is nil where there is none to
// tell, and why says why.
func (t *trial) refute(o *obligation, inserted bool) (told *Story, why string) {
	why = overrun
	epoch := o.epoch()
	wrong := o.lane.isTrue(o.allowed, epoch).not()
	formulas := append(o.arrives(epoch, inserted), wrong)
	var first []node // a real address, the channels before shut
	if o.filler != nil {
		first = append(first, o.lane.isTrue(o.filler, epoch).not())
	}
	for _, b := range o.before {
		first = append(first, t.space.graph.and(b.open(epoch, inserted)...).not())
	}
	ease := slices.Concat(first, t.atEase(epoch))
	for _, extra := range [][]node{slices.Concat(ease, t.neverAsked(o, epoch)), ease, first, nil} {
		asked := slices.Concat(formulas, extra)
		for range mostTried {
			p, found := t.space.find(asked...)
			if found != possible {
				break
			}
			why = cmp.Or(t.space.assumes(formulas), unlived(epoch))
			for _, again := range []bool{false, true} {
				tr := &trip{trial: t, o: o, point: p, epoch: epoch, ways: map[string]string{}, again: again}
				if s := tr.live(inserted); s != nil {
					return s, ""
				}
			}
			asked = append(asked, t.otherwise(p, formulas))
		}
	}
	return nil, why
}

// atEase is that nothing stops the person but what they said: what is wrong is
// plainest where they never said yes.
func (t *trial) atEase(epoch int) []node {
	var out []node
	for i, v := range t.space.vars {
		switch v.of.(type) {
		case expr.Suppressed, expr.Excluded:
			out = append(out, t.space.graph.atom(t.space.instance(i, epoch), v.mask(test{kind: isTruth}, expr.False)))
		default:
		}
	}
	return out
}

// neverAsked is that nothing is on record about the message's consent.
func (t *trial) neverAsked(o *obligation, epoch int) []node {
	consent, ok := t.Program.ConsentFor(o.Purpose, o.Channel)
	state := expr.Record{Consent: consent.Address, Channel: o.Channel, Fact: expr.State}
	i, asked := t.space.byKey["value of "+expr.Print(state)]
	if !ok || !asked {
		return nil
	}
	unknown := test{kind: isComparison, compare: expr.Equal, values: []types.Value{types.Text(eval.StateUnknown)}}
	return []node{t.space.graph.atom(t.space.instance(i, epoch), t.space.vars[i].mask(unknown, expr.True))}
}

// open is that a channel is open at a step.
func (o *obligation) open(epoch int, inserted bool) []node {
	var out []node
	if o.address != nil {
		out = append(out, o.lane.isTrue(o.address, epoch))
	}
	for _, g := range o.gates {
		if inserted || !g.inserted {
			out = append(out, o.lane.isTrue(g.claim, epoch))
		}
	}
	return out
}

// otherwise rules out a point's values of what the formulas ask.
func (t *trial) otherwise(p *point, formulas []node) node {
	seen := map[int32]bool{}
	var out []node
	var visit func(n node)
	visit = func(n node) {
		g := t.space.graph
		if g.shape[n] != isAtom {
			for _, k := range g.kids[n] {
				visit(k)
			}
			return
		}
		if at := g.about[n]; !seen[at] {
			seen[at] = true
			out = append(out, g.atom(at, ^(uint64(1)<<p.regions[at])))
		}
	}
	for _, f := range formulas {
		visit(f)
	}
	return t.space.graph.or(out...)
}

// trip is a life that is being made.
type trip struct {
	*trial
	o         *obligation
	point     *point
	epoch     int // of the sending
	life      *eval.Life
	ways      map[string]string // on which way splits put the person
	happening []eval.Happening  // what was let happen, for the test
	begins    types.Instant
	person    *Witness
	again     bool // the last thing that they said is said again at the entry
	// Of a withdrawal that comes too late to be known: the act, and how long before
	// the sending it is.
	withdraws func(at types.Instant) eval.Act
	ago       types.Instant
	due       []eval.Happening // what happens in some wait
	later     []eval.Happening // what happens before the person joins or leaves a segment
}

// live lives through a point; nil where the message is not sent, or sent to
// somebody who may get it.
func (tr *trip) live(inserted bool) *Story {
	t, o := tr.trial, tr.o
	steps := tr.steps()
	if steps == nil {
		return nil
	}
	enforcement := t.Enforcement
	enforcement.WindowGrain = types.Span{} // an assumption of the proof; see Consent
	if !inserted {
		enforcement.Gates = slices.DeleteFunc(slices.Clone(enforcement.Gates), func(g ir.Gate) bool { return g.Inserted })
	}
	tr.person = tr.before()
	m, err := eval.NewMachine(t.Program, eval.Terms{
		Lists: tr.person.Lists, Enforcement: &enforcement, Chance: &eval.Chance{Ways: tr.ways},
	})
	if err != nil {
		return nil
	}
	tr.begins = tr.start()
	tr.joining()
	tr.withdrawal(steps)
	tr.life = m.Begin(tr.person.Person, tr.begins)
	teller := story.Follow(tr.life)
	caught := false
	tr.life.Observe(func(n eval.Note) {
		if caught {
			return
		}
		if _, other := n.(eval.StayedOut); !other {
			teller.Hear(n)
		}
		if sent, ok := n.(eval.Sent); ok && sent.Step == o.Step && sent.Channel == o.Channel {
			world := tr.life.World()
			caught = !world.Allowed(o.Purpose, o.Channel, tr.life.Person())
		}
	})
	if tr.travel(steps) != nil || !caught {
		return nil
	}
	return tr.tell(teller.Lines())
}

// steps is the entries on the way to the sending, the first one first; nil
// where the point takes another way. Splits are led.
func (tr *trip) steps() []ir.Entry {
	l := tr.o.lane
	var out []ir.Entry
	for at := 0; at != ir.Over && len(out) <= len(l.table.Entries); {
		e := l.table.Entries[at]
		out = append(out, e)
		if at == tr.o.entry.Index {
			return out
		}
		switch e.Step.(type) {
		case ir.Choose:
			at = tr.chosen(e)
		case ir.Split:
			at = ir.Over
			for _, w := range e.Ways {
				if w.Next != ir.Over && !w.Control && l.leads(w.Next, tr.o.entry.Index) {
					at, tr.ways[e.Address] = w.Next, w.Name
					break
				}
			}
		case ir.Send, ir.Do, ir.Wait:
			at = e.Next
		}
	}
	return nil
}

// chosen is where a choose leads at the point.
func (tr *trip) chosen(e ir.Entry) int {
	l := tr.o.lane
	for i, w := range e.Ways {
		c := l.ways[e.Index][i]
		if c == nil || l.holds(l.isTrue(c, l.at[e.Index].epoch), tr.point) {
			return w.Next
		}
	}
	return ir.Over
}

// leads tells whether there is a way from one entry to another.
func (l *lane) leads(from, to int) bool {
	if from == ir.Over || from > to { // ways go to larger indices only
		return false
	}
	if from == to {
		return true
	}
	e := l.table.Entries[from]
	if len(e.Ways) == 0 {
		return l.leads(e.Next, to)
	}
	for _, w := range e.Ways {
		if !w.Control && l.leads(w.Next, to) {
			return true
		}
	}
	return false
}

// before is the person as they are before the run.
func (tr *trip) before() *Witness {
	w := tr.space.witness(tr.Program, tr.point, 0)
	moment, _ := ir.Find(tr.Program.Moments, tr.o.lane.journey.Enter.Moment)
	p := w.Person
	switch d := moment.Detect.(type) {
	case ir.OnEvent: // what is counted of the event that lets them in is let happen
		p.Events = dropLast(p.Events, func(e person.Event) bool { return e.Type == tr.recorded(d.Event) })
	case ir.OnOutcome:
		p.Outcomes = dropLast(p.Outcomes, func(o person.Outcome) bool {
			return o.Touchpoint == d.Touchpoint && string(o.Kind) == d.Outcome
		})
	case ir.Absence:
		p.Events = dropLast(p.Events, func(e person.Event) bool { return e.Type == tr.recorded(d.On) })
	case ir.OnDate, ir.Enters, ir.Leaves, nil:
	}
	return w
}

func (tr *trip) recorded(event string) string {
	base, _, _ := tr.Program.Base(event)
	return base.Address
}

// dropLast is a list without the last that is one of a kind.
func dropLast[T any](list []T, is func(T) bool) []T {
	for i := len(list) - 1; i >= 0; i-- {
		if is(list[i]) {
			return slices.Delete(list, i, i+1)
		}
	}
	return list
}

// start is when the life begins: now, or just before a one-off's instant.
func (tr *trip) start() types.Instant {
	if at, ok := tr.o.lane.journey.Enter.Instant.(types.Instant); ok {
		shift := at - types.Instant(time.Hour/time.Microsecond) - tr.person.Now
		for i := range tr.person.Person.Events {
			tr.person.Person.Events[i].At += shift
		}
		for i := range tr.person.Person.Acts {
			tr.person.Person.Acts[i].At += shift
		}
		for i := range tr.person.Person.Outcomes {
			tr.person.Person.Outcomes[i].At += shift
		}
		for _, list := range tr.person.Lists {
			list.AsOf += shift
		}
		return tr.person.Now + shift
	}
	return tr.person.Now - 1
}

// travel lets the life go from the entry to the sending.
func (tr *trip) travel(steps []ir.Entry) error {
	if err := tr.letIn(); err != nil {
		return err
	}
	for i, e := range steps {
		if i+1 == len(steps) {
			break
		}
		from, to := tr.o.lane.at[e.Index].epoch, tr.o.lane.at[steps[i+1].Index].epoch
		if to != from {
			if err := tr.wait(from, to); err != nil {
				return err
			}
		}
	}
	if at := tr.o.lane.at[tr.o.entry.Index].epoch; at != tr.epoch {
		if err := tr.wait(at, tr.epoch); err != nil {
			return err
		}
	}
	// What waits for hours is sent when they come.
	for range 50 {
		at, due := tr.life.Next()
		if !due || at > tr.life.Now()+types.Instant(400*day/time.Microsecond) {
			return nil
		}
		if err := tr.life.Advance(at); err != nil {
			return err
		}
	}
	return nil
}

func (tr *trip) let(h eval.Happening) error {
	tr.happening = append(tr.happening, h)
	return tr.life.Let(h)
}

// letIn lets come what a run begins with.
func (tr *trip) letIn() error {
	j := tr.o.lane.journey
	if at, ok := j.Enter.Instant.(types.Instant); ok {
		return tr.life.Advance(at)
	}
	moment, _ := ir.Find(tr.Program.Moments, j.Enter.Moment)
	now := tr.life.Now() + 1
	switch d := moment.Detect.(type) {
	case ir.OnEvent:
		if err := tr.sayAgain(now); err != nil {
			return err
		}
		return tr.let(eval.Event(tr.entry(d.Event, now)))
	case ir.Absence:
		if err := tr.let(eval.Event(tr.entry(d.On, now))); err != nil {
			return err
		}
		for _, h := range tr.later {
			if e, is := h.(eval.Event); is && e.Type == tr.recorded(d.Without) {
				continue
			}
			if err := tr.let(h); err != nil {
				return err
			}
		}
		return tr.life.Advance(d.For.After(now, tr.at.Zone) + delayOf(tr.Enforcement))
	case ir.OnOutcome:
		return tr.let(eval.Outcome{Touchpoint: d.Touchpoint, Kind: person.OutcomeKind(d.Outcome), At: now, Address: tr.oldAddress(d.Outcome)})
	case ir.OnDate:
		if at, due := tr.life.Next(); due {
			return tr.life.Advance(at)
		}
	case ir.Enters, ir.Leaves: // see joining
		for _, h := range tr.later {
			if err := tr.let(h); err != nil {
				return err
			}
		}
		return tr.life.Advance(max(tr.life.Now(), tr.person.Now) + delayOf(tr.Enforcement))
	case nil:
	}
	return nil
}

// sayAgain lets the last thing that the person said be said at the instant of the
// entry, so that it stands although the entry is a yes of its own.
func (tr *trip) sayAgain(now types.Instant) error {
	acts := tr.person.Person.Acts
	if !tr.again || len(acts) == 0 {
		return nil
	}
	last := acts[len(acts)-1]
	last.At = now
	return tr.let(eval.Act(last))
}

func delayOf(e ir.Enforcement) types.Instant { return e.DetectionDelay.After(0, time.UTC) }

// oldAddress is an address of before where an outcome at the present one would
// close it.
func (tr *trip) oldAddress(outcome string) string {
	if outcome == string(person.Bounced) || outcome == string(person.Complained) {
		return "old@example.test"
	}
	return ""
}

// entry is the event that lets somebody in, with the fields that are asked.
func (tr *trip) entry(event string, at types.Instant) person.Event {
	base, _, _ := tr.Program.Base(event)
	w := &writer{space: tr.space, program: tr.Program, point: tr.point, out: tr.person}
	e := person.Event{Type: base.Address, At: at, Fields: map[string]types.Value{}}
	for i, v := range tr.space.vars {
		field, ok := v.of.(expr.Field)
		if !ok || field.Of != expr.Entry || v.kind != valued {
			continue
		}
		value := tr.space.region(tr.point, i, 0).value
		if len(field.Path) == 1 && field.Path[0] != "at" && !types.IsNull(value) && declares(base, field.Path[0]) {
			e.Fields[field.Path[0]] = value
		}
	}
	for _, f := range base.Fields {
		_, there := e.Fields[f.Name]
		key := len(tr.o.lane.journey.Enter.Per) > 0 && tr.o.lane.journey.Enter.Per[0] == f.Name
		if !there && (f.Required || key) {
			e.Fields[f.Name] = usual(f.Type)
		}
	}
	for at, p := range tr.space.inOrder { // what a filter on the event asks
		for _, h := range tr.point.happens[pastAt{at, 0}] {
			if p.event == nil || p.event.Address != base.Address {
				continue
			}
			for name, v := range w.event(p, h, 0).Fields {
				if _, there := e.Fields[name]; !there {
					e.Fields[name] = v
				}
			}
		}
	}
	return e
}

func declares(e ir.Event, name string) bool {
	return slices.ContainsFunc(e.Fields, func(f ir.Field) bool { return f.Name == name })
}

// wait lets a wait pass, and before it is over what must be otherwise then.
func (tr *trip) wait(from, to int) error {
	due, waits := tr.until()
	if !waits {
		return nil
	}
	began := tr.life.Now()
	before, after := tr.space.witness(tr.Program, tr.point, from), tr.space.witness(tr.Program, tr.point, to)
	at := began + (due-began)/2
	if due-began > 2_000_000 {
		at = due - max(1_000_000, min((due-began)/4, types.Instant(12*time.Hour/time.Microsecond)))
	}
	for _, h := range tr.between(before, after, to, [3]types.Instant{began, at, due}) {
		if h.When() < tr.life.Now() {
			continue
		}
		if err := tr.let(h); err != nil {
			return err
		}
	}
	if now := tr.life.Now(); now > due {
		return nil
	}
	return tr.life.Advance(due)
}

// until is when the run goes on by itself from where it waits.
func (tr *trip) until() (types.Instant, bool) {
	trace := tr.life.Trace()
	for i := len(trace) - 1; i >= 0; i-- {
		switch n := trace[i].(type) {
		case eval.Waits:
			if n.Journey == tr.o.Journey && n.Until > tr.life.Now() {
				return n.Until, true
			}
		case eval.Held:
			if n.Journey == tr.o.Journey && n.Until > tr.life.Now() {
				return n.Until, true
			}
		default:
		}
	}
	return 0, false
}

// between is what happens between two epochs, in order of time: began is when
// the wait began, at when things are learned, due when it is over.
func (tr *trip) between(before, after *Witness, to int, times [3]types.Instant) []eval.Happening {
	began, at, due := times[0], times[1], times[2]
	var out []eval.Happening
	if learned := tr.learned(before, after); len(learned) > 0 {
		out = append(out, eval.Learn{At: at, Attributes: learned})
	}
	out = append(out, tr.said(before, after, at)...)
	for _, h := range tr.due {
		if h.When() > began && h.When() < due {
			out = append(out, h)
		}
	}
	placed := func(was types.Instant) types.Instant { // something new lies in the wait
		return min(max(due-(after.Now-was)-1, began+1), due-1)
	}
	for _, e := range after.Person.Events {
		e.At = placed(e.At)
		out = append(out, eval.Event(e))
	}
	for _, o := range after.Person.Outcomes {
		if slices.ContainsFunc(before.Person.Outcomes, func(b person.Outcome) bool {
			return b.Touchpoint == o.Touchpoint && b.Channel == o.Channel && b.Kind == o.Kind
		}) {
			continue
		}
		o.At = placed(o.At)
		out = append(out, eval.Outcome(o))
	}
	for at, p := range tr.space.inOrder { // outcomes of this run's own messages
		if p.source.Step != "" {
			for range tr.point.happens[pastAt{at, to}] {
				out = append(out, eval.Outcome{Step: p.source.Step, Kind: person.OutcomeKind(p.source.Outcome), At: due - 1})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b eval.Happening) int { return int((a.When() - b.When()) / 1000) })
	return out
}

// learned is what is known otherwise after than before.
func (tr *trip) learned(before, after *Witness) map[string]types.Value {
	out := map[string]types.Value{}
	note := func(name string) {
		if was, is := before.Person.Get(name), after.Person.Get(name); types.Spell(was) != types.Spell(is) || types.IsNull(was) != types.IsNull(is) {
			out[name] = is
		}
	}
	for _, a := range tr.Program.Person.Attributes {
		if a.Value == nil {
			note(a.Name)
		}
	}
	for _, k := range tr.Program.Person.Keys[1:] {
		note(k.Name)
	}
	return out
}

// said is what the person says between two epochs.
func (tr *trip) said(before, after *Witness, at types.Instant) []eval.Happening {
	var out []eval.Happening
	for _, a := range after.Person.Acts {
		known := slices.ContainsFunc(before.Person.Acts, func(b person.Act) bool {
			return b.Consent == a.Consent && b.Channel == a.Channel && b.Kind == a.Kind
		})
		if !known {
			a.At = at
			out = append(out, eval.Act(a))
		}
	}
	return out
}

// tell is the story of a life that came true.
func (tr *trip) tell(lines []story.Line) *Story {
	s := tr.person.story(tr.Program)
	if consent, ok := tr.Program.ConsentFor(tr.o.Purpose, tr.o.Channel); ok && !slices.ContainsFunc(s.Consent, func(a Act) bool { return a.Consent == consent.Address }) {
		s.Summary += fmt.Sprintf("; never asked about %s by %s", consent.Address, ir.ChannelWord(tr.o.Channel))
	}
	for _, l := range lines {
		s.Then = append(s.Then, strings.TrimSpace(story.Offset(tr.begins, l.At)+"  "+l.What+ifCame(l.Came)))
	}
	return s
}

func ifCame(came string) string {
	if came == "" {
		return ""
	}
	return ": " + came
}
