package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// Overloaded is somebody who gets more on a platform than a limit lets them; nil
// where nobody was found who does. The worst case of a limit is a bound, and not
// always somebody's life.
func Overloaded(of Platform, w Worst, at Moment) *Story {
	limit, ok := limitOf(of.Program, w)
	if !ok {
		return nil
	}
	t, r := readTrial(of, at)
	ease := append(t.addresses(r), t.mayGet()...)
	t.close()
	var lanes []*lane
	for _, l := range t.lanes {
		if slices.ContainsFunc(w.Of, func(load Load) bool { return load.Journey == l.journey.Address }) && l.at[0].reached {
			lanes = append(lanes, l)
		}
	}
	slices.SortStableFunc(lanes, func(a, b *lane) int { return w.of(b) - w.of(a) })
	c := counter{limit, w.Counted}
	for i := range lanes {
		if s := t.overloads(c, slices.Concat(lanes[i:], lanes[:i]), ease); s != nil {
			return s
		}
	}
	return nil
}

// of is what a journey adds to a worst case.
func (w Worst) of(l *lane) int {
	for _, load := range w.Of {
		if load.Journey == l.journey.Address {
			if load.Endless {
				return mostCounted
			}
			return load.Most
		}
	}
	return 0
}

func limitOf(p *ir.Program, w Worst) (ir.Limit, bool) {
	pressure, _ := ir.Find(p.Pressures, w.Pressure)
	at := slices.IndexFunc(pressure.Limits, func(l ir.Limit) bool { return l.Name == w.Limit })
	if at < 0 {
		return ir.Limit{}, false
	}
	return pressure.Limits[at], true
}

// mayGet is that the person may get what is sent.
func (t *trial) mayGet() []*claim {
	var out []*claim
	for _, o := range t.obligations {
		out = append(out, o.allowed)
		for _, g := range o.gates {
			out = append(out, g.claim)
		}
	}
	return out
}

// overloads lives through the first of some journeys, and through all others that
// the same person may enter right after it, and counts.
func (t *trial) overloads(c counter, lanes []*lane, ease []*claim) *Story {
	main := lanes[0]
	e, ok := t.lastCounted(c, main)
	if !ok {
		return nil
	}
	formulas := slices.Clone(main.at[e.Index].known)
	beside := []*lane{}
	for _, l := range lanes[1:] {
		more := slices.Concat(formulas, l.at[0].known)
		if t.space.decide(more...) == possible && l.journey.Enter.Instant == nil {
			formulas, beside = more, append(beside, l)
		}
	}
	for range c.Max + 1 { // who may enter again and again does
		if !again(main) || len(beside) > mostRepeated {
			break
		}
		beside = append(beside, main)
	}
	nodes := t.atEase(main.at[e.Index].epoch)
	for _, epoch := range []int{0, main.at[e.Index].epoch} {
		nodes = append(nodes, main.allTrue(ease, epoch)...)
	}
	return t.somebody(formulas, [][]node{nodes}, func(p *point) *Story {
		var sent []types.Instant
		trip := t.arrival(main, e, p, func(n eval.Note, _ *eval.Life) bool {
			s, ok := n.(eval.Sent)
			if !ok || !c.has(t.Program, s) {
				return false
			}
			sent = append(sent, s.At)
			from := c.Per.Before(s.At, t.at.Zone)
			return len(slices.DeleteFunc(slices.Clone(sent), func(at types.Instant) bool { return at <= from })) > c.Max
		})
		trip.about, trip.beside = nil, beside
		return trip.live(true)
	})
}

// mostRepeated is how often a journey is entered again to see what comes of it.
const mostRepeated = 50

// lastCounted is the last message of a journey that is reached and counts.
func (t *trial) lastCounted(c counter, l *lane) (ir.Entry, bool) {
	for i := len(l.table.Entries) - 1; i >= 0; i-- {
		e := l.table.Entries[i]
		if s, is := e.Step.(ir.Send); is && l.at[i].reached && c.of(t.Program, s.Touchpoint) > 0 {
			return e, true
		}
	}
	return ir.Entry{}, false
}

// has tells whether a message that went out counts.
func (c counter) has(p *ir.Program, s eval.Sent) bool {
	t, _ := ir.Find(p.Touchpoints, s.Touchpoint)
	purpose, _ := ir.Find(p.Purposes, t.Purpose)
	switch {
	case !slices.Contains(c.Classes, purpose.Class) || len(c.Channels) > 0 && !slices.Contains(c.Channels, s.Channel):
		return false
	case c.By == "channel":
		return s.Channel == c.apart
	case c.By == "purpose":
		return t.Purpose == c.apart
	}
	return true
}
