package prove

import (
	"errors"
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Circle is journeys that start each other without end and without time passing,
// the first by address at the front, and somebody who is caught in it.
type Circle struct {
	Journeys []string // each starts the next, the last one the first
	Steps    []string // by which: one of each journey
	Person   *Story
}

// round is a circle that may be one: what starts what. Sending is the condition
// under which each step that sends does.
type round struct {
	lanes   []*lane
	entries []ir.Entry
	sends   []*claim // by journey; nil of what is no send
}

// starts is a step by which a journey starts another one.
type starts struct {
	by ir.Entry
	to int // among the lanes
}

// rounds finds the shortest circle through each journey, over what journeys do
// at once: a message that is sent, something that is set. Each is told once. What
// has to be so for a step to send is read.
func (t *trial) rounds(r *reader) []round {
	next := make([][]starts, len(t.lanes))
	for i, l := range t.lanes {
		for _, e := range l.atOnce() {
			for k, other := range t.lanes {
				if again(l) && again(other) && t.begins(e, other) {
					next[i] = append(next[i], starts{e, k})
				}
			}
		}
	}
	var out []round
	in := make([]bool, len(t.lanes))
	for i := range t.lanes {
		path := wayBack(next, i)
		if path == nil || in[i] {
			continue
		}
		var c round
		at := i
		for _, s := range path {
			in[at] = true
			c.lanes, c.entries, c.sends = append(c.lanes, t.lanes[at]), append(c.entries, s.by), append(c.sends, t.sent(r, s.by))
			at = s.to
		}
		out = append(out, c)
	}
	return out
}

// again tells whether somebody may enter a journey again at once.
func again(l *lane) bool { return l.journey.Enter.Again == "always" && l.journey.Enter.Moment != "" }

// atOnce is the steps of a journey that may be reached without time passing.
func (l *lane) atOnce() []ir.Entry {
	var out []ir.Entry
	reached := make([]bool, len(l.table.Entries))
	to := func(i int) {
		if i != ir.Over && i < len(reached) {
			reached[i] = true
		}
	}
	to(0)
	for i, e := range l.table.Entries {
		if !reached[i] {
			continue
		}
		out = append(out, e)
		if w, is := e.Step.(ir.Wait); is && w.Until == nil {
			continue
		}
		if len(e.Ways) == 0 {
			to(e.Next)
		}
		for _, w := range e.Ways {
			if !w.Control {
				to(w.Next)
			}
		}
	}
	return out
}

// begins tells whether a step may be what a journey enters on.
func (t *trial) begins(e ir.Entry, other *lane) bool {
	moment, _ := ir.Find(t.Program.Moments, other.journey.Enter.Moment)
	switch s := e.Step.(type) {
	case ir.Send:
		on, is := moment.Detect.(ir.OnOutcome)
		return is && on.Touchpoint == s.Touchpoint && on.Outcome == "sent"
	case ir.Do:
		a, _ := ir.Find(t.Program.Actions, s.Action)
		if a.Kind != "set" {
			return false
		}
		switch d := moment.Detect.(type) {
		case ir.Enters:
			return t.asks(d.Segment, a.Attribute, 0)
		case ir.Leaves:
			return t.asks(d.Segment, a.Attribute, 0)
		case ir.OnEvent, ir.OnOutcome, ir.Absence, ir.OnDate, nil:
		}
	case ir.Wait, ir.Choose, ir.Split:
	}
	return false
}

// asks tells whether a segment asks for an attribute.
func (t *trial) asks(segment, attribute string, depth int) bool {
	s, _ := ir.Find(t.Program.Segments, segment)
	found := false
	expr.Walk(s.Where, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.Attribute:
			found = found || e.Path[0] == attribute
			if a, ok := t.Program.Person.AttributeNamed(e.Path[0]); ok && a.Value != nil {
				expr.Walk(a.Value, func(e expr.Expr) bool {
					of, is := e.(expr.Attribute)
					found = found || is && of.Path[0] == attribute
					return !found
				})
			}
		case expr.Member:
			found = found || depth < deepest && t.asks(e.Segment, attribute, depth+1)
		default:
		}
		return !found
	})
	return found
}

// wayBack is the shortest way from a journey back to itself; nil where there
// is none.
func wayBack(next [][]starts, from int) []starts {
	type place struct {
		at   int
		path []starts
	}
	seen := make([]bool, len(next))
	for open := []place{{at: from}}; len(open) > 0; open = open[1:] {
		for _, s := range next[open[0].at] {
			path := append(slices.Clip(open[0].path), s)
			if s.to == from {
				return path
			}
			if !seen[s.to] {
				seen[s.to] = true
				open = append(open, place{s.to, path})
			}
		}
	}
	return nil
}

// sent is the condition under which the reference sends a step's message on its
// first channel; nil of other steps.
func (t *trial) sent(r *reader, e ir.Entry) *claim {
	send, sends := e.Step.(ir.Send)
	message, ok := ir.Find(t.Program.Touchpoints, send.Touchpoint)
	if !sends || !ok || len(message.Channels) == 0 {
		return nil
	}
	return is(r.reachable(expr.Reachable{Purpose: message.Purpose, Channel: message.Channels[0]}), expr.True)
}

// circles is the rounds in which somebody is really caught.
func (t *trial) circles(rounds []round) []Circle {
	var out []Circle
	for _, c := range rounds {
		for i := range c.lanes {
			if person := t.caught(c, i); person != nil {
				found := Circle{Person: person}
				for k, l := range c.lanes {
					found.Journeys, found.Steps = append(found.Journeys, l.journey.Address), append(found.Steps, c.entries[k].Address)
				}
				out = append(out, found)
				break
			}
		}
	}
	return out
}

// caught is somebody who begins a round at one of its journeys and never gets
// out, by the reference's own verdict.
func (t *trial) caught(c round, from int) *Story {
	l, e := c.lanes[from], c.entries[from]
	s := l.at[e.Index]
	if !s.reached {
		return nil
	}
	var first []node
	for i, sent := range c.sends {
		if sent != nil {
			epoch := 0
			if i == from {
				epoch = l.sends[e.Index].first
			}
			first = append(first, c.lanes[i].isTrue(sent, epoch))
		}
	}
	ease := slices.Concat(first, t.atEase(s.epoch))
	return t.somebody(slices.Clone(s.known), [][]node{ease, first}, func(p *point) *Story {
		begun := 0
		trip := t.arrival(l, e, p, func(n eval.Note, _ *eval.Life) bool {
			if entered, ok := n.(eval.Entered); ok && entered.Journey == l.journey.Address {
				begun++
			}
			return begun > 1
		})
		trip.about = nil
		told := trip.live(true)
		var circle *eval.Circle
		if !errors.As(trip.err, &circle) {
			return nil
		}
		return told
	})
}
