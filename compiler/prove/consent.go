package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// The proof of consent, for one platform. For each message that may go out as
// marketing on a channel the obligation is: what is known at the step, and the
// gates that the platform evaluates there, and not allowed, never hold together.
// What a platform does not evaluate is absent. A person for whom they do hold
// is made into a story and lived through in the reference evaluator with that
// very enforcement, before anybody hears of it.

// End is how a message ended in the proof.
type End string

// The ends.
const (
	Enforced End = "enforced"      // the platform's own gate is enough
	Gated    End = "gate inserted" // with a gate that the lowering puts at the send
	Refused  End = "refused"       // somebody gets it who must not
	Unproved End = "undecided"     // nobody was found, and nothing is proved: as good as refused
	Silent   End = "silent"        // the platform writes to nobody
	Unsent   End = "never sent"    // no run gets there
)

// Holds tells whether nobody gets the message without leave.
func (e End) Holds() bool { return e != Refused && e != Unproved }

// Send is one marketing message of a journey on one channel.
type Send struct {
	Journey    string `json:"journey"`
	Step       string `json:"step"`
	Touchpoint string `json:"touchpoint"`
	Purpose    string `json:"purpose"`
	Channel    string `json:"channel"`
	End        End    `json:"end"`
	Why        string `json:"why,omitempty"`   // of what does not hold
	Story      *Story `json:"story,omitempty"` // of what is refused
	// Without is, of an inserted gate, somebody who would get it without the gate.
	Without *Story     `json:"without,omitempty"`
	At      diag.Range `json:"-"`
}

// Consent is the proof for one platform.
type Consent struct {
	Platform  string     `json:"platform"`
	Staleness types.Span `json:"-"`
	// Grain is the steps in which the platform counts windows: the proof takes it
	// that they are exact.
	Grain types.Span `json:"-"`
	Sends []Send     `json:"sends"`
	// Bugs are counterexamples that did not come true when they were lived
	// through: the tool's own mistakes.
	Bugs []string `json:"bugs,omitempty"`
}

// Platform is what is asked about: a program as it runs on one platform.
type Platform struct {
	Program     *ir.Program
	Address     string   // "platform.sandbox"
	Placed      []string // what goes there, sorted
	Enforcement ir.Enforcement
	// Without asks, of each gate that is inserted, for somebody who would get the
	// message without it.
	Without bool
	// Budget is how many splits one obligation may take; zero is the usual.
	Budget int
}

// obligation is one message on one channel at one step.
type obligation struct {
	Send
	lane      *lane
	entry     ir.Entry
	place     int // of the channel among the touchpoint's
	preferred bool
	allowed   *claim
	address   *claim
	filler    *claim // the address is one that identifies nobody; nil where there are none
	gates     []gated
	before    []*obligation // on the channels that are tried first
}

type gated struct {
	claim    *claim
	inserted bool
}

// trial is the obligations of a platform.
type trial struct {
	Platform
	at          Moment
	space       *space
	obligations []*obligation
	lanes       []*lane
	// reference says that lives are lived in the reference, which asks what the
	// language says, and not on a platform.
	reference bool
	recent    []*point // see never
}

// OfConsent proves for a platform that no marketing message reaches somebody
// who may not get it.
func OfConsent(p Platform, at Moment) Consent {
	out := Consent{Platform: p.Address, Staleness: p.Enforcement.Staleness, Grain: p.Enforcement.WindowGrain}
	t := newTrial(p, at)
	for _, o := range t.obligations {
		if !p.Enforcement.Sends {
			o.End = Silent
		} else {
			t.decide(o, &out)
		}
		out.Sends = append(out.Sends, o.Send)
	}
	return out
}

// newTrial reads the journeys of a platform and closes the space.
func newTrial(p Platform, at Moment) *trial {
	t, _ := readTrial(p, at)
	t.close()
	return t
}

// readTrial reads the journeys of a platform. Whatever else is to be asked is
// read before the space is closed.
func readTrial(p Platform, at Moment) (*trial, *reader) {
	s := newSpace()
	s.moment = moment{at.Now, at.Zone}
	t := &trial{Platform: p, at: at, space: s}
	r := &reader{space: s, program: p.Program}
	for _, j := range p.Program.Journeys {
		if !slices.Contains(p.Placed, j.Address) {
			continue
		}
		l := r.lane(j)
		l.delayed = !p.Enforcement.DetectionDelay.IsZero()
		t.lanes = append(t.lanes, l)
		for _, e := range l.table.Entries {
			if send, ok := e.Step.(ir.Send); ok {
				t.oblige(r, l, e, send)
			}
		}
	}
	return t, r
}

// close makes regions, and finds out what is known at each step.
func (t *trial) close() {
	s := t.space
	for _, l := range t.lanes {
		l.walk(true)
		s.epochs = max(s.epochs, l.last+1)
	}
	s.close()
	for _, l := range t.lanes {
		l.walk(false)
	}
	s.looking = newSearch(s)
	if t.Budget > 0 {
		s.looking.budget = t.Budget
	}
}

// oblige adds the obligations of a step: one for each channel, if the message
// is marketing.
func (t *trial) oblige(r *reader, l *lane, e ir.Entry, send ir.Send) {
	message, _ := ir.Find(t.Program.Touchpoints, send.Touchpoint)
	purpose, ok := ir.Find(t.Program.Purposes, message.Purpose)
	if !ok || purpose.Class != ir.Marketing {
		return
	}
	var before []*obligation
	for i, channel := range message.Channels {
		o := &obligation{
			Send: Send{Journey: l.journey.Address, Step: e.Address, Touchpoint: message.Address, Purpose: purpose.Address, Channel: channel, At: send.At},
			lane: l, entry: e, place: i, preferred: message.Prefer != nil, before: slices.Clone(before),
			allowed: is(r.reachable(expr.Reachable{Purpose: purpose.Address, Channel: channel}), expr.True),
		}
		if via, ok := ir.Find(t.Program.Channels, channel); ok {
			if address, err := t.Program.Address(via); err == nil {
				empty := expr.OneOf{Of: address, Values: []types.Value{types.Text("")}}
				o.address = r.read(expr.And{Terms: []expr.Expr{expr.IsSet{Of: address}, expr.Not{Term: empty}}})
				if key, _ := t.Program.Person.KeyNamed(via.Key); len(key.Ignore) > 0 {
					o.filler = r.read(expr.OneOf{Of: address, Values: texts(key.Ignore)})
				}
			}
		}
		for _, g := range t.Enforcement.Gates {
			if (g.Send == "" || g.Send == e.Address) && (g.Channel == "" || g.Channel == channel) {
				o.gates = append(o.gates, gated{r.read(g.Condition), g.Inserted})
			}
		}
		t.obligations = append(t.obligations, o)
		before = append(before, o)
	}
}

func texts(words []string) []types.Value {
	out := make([]types.Value, len(words))
	for i, w := range words {
		out[i] = types.Text(w)
	}
	return out
}

// epoch is when the message goes out on its channel.
func (o *obligation) epoch() int {
	at := o.lane.sends[o.entry.Index]
	if o.place > 0 || o.preferred && at.later != at.first {
		return at.later
	}
	return at.first
}

// arrives is what is known when the message goes out: the way to the step, that
// the run goes on, that there is an address, and the gates.
func (o *obligation) arrives(epoch int, inserted bool) []node {
	l := o.lane
	out := slices.Concat(l.at[o.entry.Index].known, l.inside(epoch))
	if o.address != nil {
		out = append(out, l.isTrue(o.address, epoch))
	}
	for _, g := range o.gates {
		if inserted || !g.inserted {
			out = append(out, l.isTrue(g.claim, epoch))
		}
	}
	return out
}

// decide proves an obligation or refutes it.
func (t *trial) decide(o *obligation, out *Consent) {
	if !o.lane.at[o.entry.Index].reached {
		o.End = Unsent
		return
	}
	epoch := o.epoch()
	wrong := o.lane.isTrue(o.allowed, epoch).not()
	if t.never(append(o.arrives(epoch, false), wrong)...) {
		o.End = Enforced
		if t.space.impossible(o.arrives(epoch, false)...) {
			o.End = Unsent
			return
		}
		t.fresh(o, true)
		return
	}
	hasInserted := slices.ContainsFunc(o.gates, func(g gated) bool { return g.inserted })
	if hasInserted {
		if t.space.impossible(append(o.arrives(epoch, true), wrong)...) {
			o.End = Gated
			if t.Platform.Without {
				o.Without, _ = t.refute(o, false)
			}
			t.fresh(o, true)
			return
		}
	}
	story, why := t.refute(o, true)
	switch {
	case story != nil:
		o.End, o.Story, o.Why = Refused, story, t.lacks(o)
	default:
		o.End, o.Why = Unproved, why
		if why == bug {
			out.Bugs = append(out.Bugs, o.Step+" by "+o.Channel)
		}
	}
}

// bug is what is said where a counterexample does not come true.
const bug = "a counterexample was found that does not come true when it is lived through: this is a mistake of the tool"

// unlived is what is said where nobody was found who lives through a point. A
// proof takes more to be possible than may be: that anything is otherwise once
// time has passed, that whoever is in a segment has joined it, that a record is
// in a state which only platforms report. Where it takes nothing of the kind,
// the tool is wrong.
func (t *trial) unlived(o *obligation, p *point, epoch int) string {
	const nobody = "nobody was found who gets it, and it is not proved that nobody does: "
	if state := t.space.reported(p, epoch); state != "" {
		return nobody + "it would be somebody whose consent is " + state + ", which only platforms report"
	}
	if epoch > 0 {
		return nobody + "time passes before it is sent, and what was asked before need not hold then"
	}
	moment, _ := ir.Find(t.Program.Moments, o.lane.journey.Enter.Moment)
	switch d := moment.Detect.(type) {
	case ir.Enters:
		return nobody + "they join " + d.Segment + " first, and how they come to is not looked into"
	case ir.Leaves:
		return nobody + "they leave " + d.Segment + " first, and how they come to is not looked into"
	case ir.Absence:
		return nobody + "time passes before they enter, and what happens in it is not looked into"
	case ir.OnDate, ir.OnEvent, ir.OnOutcome, nil:
	}
	return bug
}

// reported is a state that only platforms report of a consent, if the person at
// a point has one.
func (s *space) reported(p *point, epoch int) string {
	for i, v := range s.vars {
		if record, is := v.of.(expr.Record); !is || record.Fact != expr.State {
			continue
		}
		word, _ := s.region(p, i, epoch).value.(types.Text)
		if state := eval.ConsentState(word); state == eval.Requested || state == eval.Revoked {
			return string(state)
		}
	}
	return ""
}

// overrun is what is said where the search was given up.
const overrun = "it takes longer than there is time for"

// lacks says what the platform lacks at a step.
func (t *trial) lacks(o *obligation) string {
	if len(o.gates) == 0 {
		return t.Address + " asks nothing before it sends this"
	}
	return "what " + t.Address + " asks before it sends this is not enough"
}
