package prove

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/explain"
	"github.com/trayecto/trayecto/compiler/ir"
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
			why = cmp.Or(t.space.assumes(formulas), t.unlived(o, p, epoch))
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
	today     bool // a date that lets them in comes now
	// Of a withdrawal that comes too late to be known: the act, and how long before
	// the sending it is.
	withdraws func(at types.Instant) eval.Act
	ago       types.Instant
	due       []eval.Happening // what happens in some wait
	later     []eval.Happening // what happens before the person joins or leaves a segment

	// Of what is asked besides consent: which note shows it, and which program is
	// lived through where it is not the trial's own.
	shows   func(n eval.Note, l *eval.Life) bool
	program *ir.Program
	about   []string // the journeys that are told of; nil: all
	beside  []*lane  // journeys that are entered right after the trip's own
	along   []*lane  // journeys that are entered by the same thing
	err     error    // with which the life ended
}

// live lives through a point; nil where the message is not sent, or sent to
// somebody who may get it.
func (tr *trip) live(inserted bool) *Story {
	t, o := tr.trial, tr.o
	steps := tr.steps()
	if steps == nil {
		return nil
	}
	tr.person = tr.before()
	if tr.today {
		tr.dated()
	}
	m, err := tr.machine(eval.Terms{Lists: tr.person.Lists, Enforcement: t.enforced(inserted), Chance: &eval.Chance{Ways: tr.ways}})
	if err != nil {
		return nil
	}
	consent := tr.shows == nil
	if consent {
		tr.shows = o.wrongly
	}
	tr.begins = tr.start()
	tr.joining()
	tr.withdrawal(steps)
	tr.life = m.Begin(tr.person.Person, tr.begins)
	teller := story.Follow(tr.life)
	var caught eval.Note
	forbidden := ""
	tr.life.Observe(func(n eval.Note) {
		if caught == nil && tr.tells(n) {
			teller.Hear(n)
		}
		if caught == nil && tr.shows(n, tr.life) {
			caught, forbidden = n, tr.forbidden()
		}
	})
	if tr.err = tr.travel(steps); tr.err != nil && !goesRound(tr.err) || caught == nil {
		return nil
	}
	s := tr.tell(teller.Lines())
	if sent, ok := caught.(eval.Sent); ok && consent {
		s.Forbidden, s.Retold = forbidden, tr.retell(sent)
	}
	return s
}

// machine is the program that is lived through.
func (tr *trip) machine(terms eval.Terms) (*eval.Machine, error) {
	if tr.program != nil { // it is for this one life
		return eval.NewMachine(tr.program, terms)
	}
	return tr.space.judges.machine(tr.Program, terms)
}

// tells tells whether a note belongs to the story: that of a journey which is not
// entered does not.
func (tr *trip) tells(n eval.Note) bool {
	if _, out := n.(eval.StayedOut); out {
		return false
	}
	journey := eval.JourneyOf(n)
	return tr.about == nil || journey == "" || slices.Contains(tr.about, journey)
}

// goesRound tells whether a life ended because journeys go on without end: what
// was shown until then was so.
func goesRound(err error) bool {
	var circle *eval.Circle
	return errors.As(err, &circle)
}

// wrongly tells whether a note is the message that goes out to somebody who may
// not get it.
func (o *obligation) wrongly(n eval.Note, l *eval.Life) bool {
	sent, ok := n.(eval.Sent)
	return ok && sent.Step == o.Step && sent.Channel == o.Channel && !l.World().Allowed(o.Purpose, o.Channel, l.Person())
}

// forbidden says why the rules do not allow the message at this instant of the
// life; "" where they do.
func (tr *trip) forbidden() string {
	if tr.o.Purpose == "" {
		return ""
	}
	return explain.New(tr.life.World(), tr.life.Person()).Refusal(tr.o.Purpose, tr.o.Channel)
}

// enforced is what lives are lived with: nil for the reference.
func (t *trial) enforced(inserted bool) *ir.Enforcement {
	if t.reference {
		return nil
	}
	enforcement := t.Enforcement
	enforcement.WindowGrain = types.Span{} // an assumption of the proof; see Consent
	if !inserted {
		enforcement.Gates = slices.DeleteFunc(slices.Clone(enforcement.Gates), func(g ir.Gate) bool { return g.Inserted })
	}
	return &enforcement
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

// travel lets the life go from the entry to the sending.
func (tr *trip) travel(steps []ir.Entry) error {
	if err := tr.letIn(); err != nil {
		return err
	}
	for _, l := range tr.beside {
		other := *tr
		other.o = &obligation{lane: l}
		if err := other.letIn(); err != nil {
			return err
		}
		tr.happening = other.happening
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

// tell is the story of a life that came true.
func (tr *trip) tell(lines []story.Line) *Story {
	s := tr.person.story(tr.Program)
	if consent, ok := tr.Program.ConsentFor(tr.o.Purpose, tr.o.Channel); ok && tr.o.allowed != nil && !slices.ContainsFunc(s.Consent, func(a Act) bool { return a.Consent == consent.Address }) {
		s.Summary += fmt.Sprintf("; never asked about %s by %s", consent.Address, ir.ChannelWord(tr.o.Channel))
	}
	for _, l := range lines {
		s.Then = append(s.Then, strings.TrimSpace(story.Offset(tr.begins, l.At)+"  "+l.What+tr.with(l)+ifCame(l.Came)))
	}
	return s
}

// with is the fields of an event that was let happen, which may be why a journey
// reacts to it.
func (tr *trip) with(l story.Line) string {
	for _, h := range tr.happening {
		e, is := h.(eval.Event)
		if !is || e.At != l.At || ir.Short(e.Type) != l.What {
			continue
		}
		var parts []string
		for _, f := range facts(e.Fields) {
			parts = append(parts, inWords(f))
		}
		if len(parts) > 0 {
			return " (" + strings.Join(parts, ", ") + ")"
		}
	}
	return ""
}

func ifCame(came string) string {
	if came == "" {
		return ""
	}
	return ": " + came
}
