package eval

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// attempt is a message that is to be sent. It is asked all over again each time
// it is tried.
type attempt struct {
	run      *run
	step     string // "step.welcome.hello"
	message  *message
	channels []ir.Channel  // still to be tried, in order
	capped   string        // skip | wait
	deadline types.Instant // of the moment; never: none
	next     bool          // the channel before bounced
}

// sending is a message that went out.
type sending struct {
	at         types.Instant
	class      ir.Class
	purpose    string
	touchpoint string
	channel    string
	address    string
	attempt    *attempt // nil where no journey of this life sent it
	rest       []ir.Channel
}

// send sends a step's message; false where it waits.
func (l *Life) send(r *run, e ir.Entry, s ir.Send) bool {
	a := &attempt{run: r, step: e.Address, message: r.machine.messages[s.Touchpoint], capped: s.IfCapped, deadline: l.deadline(r)}
	a.channels = l.ordered(a)
	if until, why := l.try(a); why != "" {
		l.hold(a, until, why)
		r.held, r.due = a, until
		return false
	}
	r.answered = true
	return true
}

// deadline is that of the run's moment until the first send or do is behind it.
func (l *Life) deadline(r *run) types.Instant {
	if r.answered || r.journey.deadline.IsZero() {
		return never
	}
	return r.journey.deadline.After(r.began.at, l.machine.world.Zone)
}

// ordered is the channels of a message, the one that the person prefers first.
func (l *Life) ordered(a *attempt) []ir.Channel {
	if a.message.Prefer == nil {
		return a.message.channels
	}
	wish, _ := l.look(a.run).value(a.message.Prefer, a.run.context()).(types.Text)
	at := slices.IndexFunc(a.message.channels, func(c ir.Channel) bool { return ir.Short(c.Address) == string(wish) })
	if at < 0 {
		return a.message.channels
	}
	rest := slices.Delete(slices.Clone(a.message.channels), at, at+1)
	return append([]ir.Channel{a.message.channels[at]}, rest...)
}

// retry tries a message again that waited, or the next channel after a bounce.
// The run goes on once its own step is done.
func (l *Life) retry(a *attempt) {
	r := a.run
	if r.over && r.ending != Finished {
		return // leaving cancels what waits
	}
	until, why := l.try(a)
	main := r.held == a
	switch {
	case why != "":
		l.hold(a, until, why)
		if !main {
			l.queue.add(until, sendDue{a})
			return
		}
		r.due = until
		l.set(r)
	case main:
		r.held, r.answered = nil, true
		l.walk(r, r.journey.table.Entries[r.place].Next)
	}
}

func (l *Life) hold(a *attempt, until types.Instant, why Cause) {
	l.tell(Held{l.stamp(), a.ref(), a.message.Address, until, why})
}

func (a *attempt) ref() Ref { return Ref{a.run.journey.Address, a.run.id, a.step} }

// try sends or drops a message, or says until when it waits and why. What is
// asked, in this order: is it still in time, are there hours, may it be sent on
// some channel, is the person in a control group, had they enough.
func (l *Life) try(a *attempt) (until types.Instant, why Cause) {
	if e := l.machine.Enforcement; e != nil && !e.Sends {
		return l.drop(a, Silent, nil)
	}
	if l.now > a.deadline {
		return l.drop(a, TooLate, nil)
	}
	if open := l.opens(a.message.class); open > l.now {
		return l.postponed(a, open, Closed)
	}
	channel, shut := l.channel(a)
	if shut != nil {
		return l.drop(a, shut[0].Why, shut)
	}
	if l.machine.Controlled(l.truth.ID, a.message.class, l.now) {
		return l.drop(a, Withheld, nil)
	}
	if free := l.free(a.message, channel.Address); free > l.now {
		if a.capped != "wait" {
			return l.drop(a, Capped, nil)
		}
		return l.postponed(a, free, Capped)
	}
	l.sent(a, channel)
	return 0, ""
}

// postponed is until when a message waits: never beyond its deadline, at which it
// is dropped.
func (l *Life) postponed(a *attempt, until types.Instant, why Cause) (types.Instant, Cause) {
	switch {
	case until == never && a.deadline == never:
		return l.drop(a, why, nil)
	case until > a.deadline && l.now == a.deadline:
		return l.drop(a, TooLate, nil)
	}
	return min(until, a.deadline), why
}

func (l *Life) drop(a *attempt, why Cause, shut []Shut) (types.Instant, Cause) {
	l.tell(Dropped{Stamp: l.stamp(), Ref: a.ref(), Touchpoint: a.message.Address, Why: why, Channels: shut})
	return 0, ""
}

// channel is the first channel on which the message may be sent, or why there
// is none.
func (l *Life) channel(a *attempt) (ir.Channel, []Shut) {
	var shut []Shut
	for _, c := range a.channels {
		why := l.shut(a, c)
		if why == "" {
			return c, nil
		}
		shut = append(shut, Shut{c.Address, why})
	}
	if shut == nil {
		shut = []Shut{{Why: NoAddress}}
	}
	return ir.Channel{}, shut
}

// shut is why a message cannot be sent on a channel now, "" if it can. The
// reference asks the consent rules; a platform only what it enforces, and that
// of consent data as old as it may be there. Without an address nobody sends.
func (l *Life) shut(a *attempt, c ir.Channel) Cause {
	v := l.gate(a.run)
	enforced := l.machine.Enforcement
	switch {
	case v.address(c.Address) == "":
		return NoAddress
	case enforced == nil && !v.World.writesTo(v.address(c.Address)):
		return Outsider
	case enforced == nil && v.reachable(expr.Reachable{Purpose: a.message.Purpose, Channel: c.Address}):
		return ""
	case enforced == nil:
		return l.reason(v, a.message, c)
	}
	for _, g := range enforced.Gates {
		about := (g.Send == "" || g.Send == a.step) && (g.Channel == "" || g.Channel == c.Address)
		if about {
			l.unsure(v, a.ref(), Gating, g.Condition, a.run.context())
		}
		if about && v.truth(g.Condition, a.run.context()) != expr.True {
			return NotAllowed
		}
	}
	return ""
}

// writesTo tells whether the environment writes to an address: to anybody's,
// where it does not say only_to.
func (w *World) writesTo(address string) bool {
	only := w.Program.Project.OnlyTo
	return len(only) == 0 || slices.ContainsFunc(only, func(to string) bool { return strings.EqualFold(to, address) })
}

// gate is the person as the gates know them.
func (l *Life) gate(r *run) *view {
	v := l.view(1, r.machine.world, l.truth)
	if e := l.machine.Enforcement; e != nil {
		v.heard = e.Staleness.Before(l.now, v.Zone)
	}
	return v
}

// reason names what forbids a message on a channel.
func (l *Life) reason(v *view, m *message, c ir.Channel) Cause {
	if v.suppressed(expr.Suppressed{Channel: c.Address, Class: string(m.class)}) {
		return Barred
	}
	for _, x := range v.Program.Exclusions {
		if has(x.Classes, m.class) && v.excluded(x.Address) {
			return Listed
		}
	}
	return NotAllowed
}

// sent puts a message on record.
func (l *Life) sent(a *attempt, c ir.Channel) {
	address := l.gate(a.run).address(c.Address)
	at := slices.IndexFunc(a.channels, func(x ir.Channel) bool { return x.Address == c.Address })
	l.sends = append(l.sends, sending{
		at: l.now, class: a.message.class, purpose: a.message.Purpose, touchpoint: a.message.Address, channel: c.Address, address: address,
		attempt: a, rest: a.channels[at+1:],
	})
	l.tell(Sent{l.stamp(), a.ref(), a.message.Address, c.Address, address, a.next, &a.run.entry})
	l.did(person.Outcome{Touchpoint: a.message.Address, Channel: c.Address, Address: address, Kind: person.Sent, Step: a.step, Run: a.run.id})
}

// remember takes the messages of the history as sent before.
func (l *Life) remember() {
	for i := range l.truth.Outcomes {
		if o := &l.truth.Outcomes[i]; o.Kind == person.Sent && o.At <= l.now {
			l.sentBefore(o)
		}
	}
}

func (l *Life) sentBefore(o *person.Outcome) {
	s := sending{at: o.At, touchpoint: o.Touchpoint, channel: o.Channel, address: o.Address}
	if m := l.machine.messages[o.Touchpoint]; m != nil {
		s.class, s.purpose = m.class, m.Purpose
	}
	l.sends = append(l.sends, s)
}

// about fills in which message an outcome is about: the latest that fits.
func (l *Life) about(o Outcome) Outcome {
	if o.Kind == person.Sent {
		l.sentBefore((*person.Outcome)(&o))
		return o
	}
	if o.Touchpoint == "" && o.Step != "" {
		if t, ok := l.taskOf(o.Step); ok {
			t.done = t.done || o.Kind == person.Done
			o.Run = t.run.id
			return o
		}
	}
	for i := len(l.sends) - 1; i >= 0; i-- {
		if s := &l.sends[i]; s.fits(&o) {
			o.Touchpoint, o.Channel = s.touchpoint, s.channel
			if o.Address == "" {
				o.Address = s.address
			}
			if s.attempt != nil {
				o.Step, o.Run = s.attempt.step, s.attempt.run.id
			}
			break
		}
	}
	return o
}

func (s *sending) fits(o *Outcome) bool {
	if o.Step != "" {
		return s.attempt != nil && s.attempt.step == o.Step && (o.Channel == "" || o.Channel == s.channel)
	}
	return s.touchpoint == o.Touchpoint && (o.Channel == "" || o.Channel == s.channel)
}

// bounced is the attempt on the next channel that a bounce asks for; none where
// no channel is left or the run has left.
func (l *Life) bounced(o *person.Outcome) []*attempt {
	if o.Kind != person.Bounced || o.Step == "" {
		return nil
	}
	for i := len(l.sends) - 1; i >= 0; i-- {
		s := &l.sends[i]
		if s.attempt == nil || s.attempt.step != o.Step || s.attempt.run.id != o.Run || s.channel != o.Channel {
			continue
		}
		rest := s.rest
		s.rest = nil
		if len(rest) == 0 {
			return nil
		}
		next := *s.attempt
		next.channels, next.next = rest, true
		return []*attempt{&next}
	}
	return nil
}
