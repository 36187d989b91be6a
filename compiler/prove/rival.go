package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Rivals is two journeys that enter on the same moment, by whatever names it goes,
// both of which write to people, and somebody whom both take in when it comes.
type Rivals struct {
	Moment string // that the first enters on
	Other  string // that the second enters on, where it has another name; else ""
	First  string // the journey that goes first
	Second string
	Person *Story
}

// mostRivals is how many pairs of journeys are asked about one moment.
const mostRivals = 500

// rivals lists for each journey the first other one that answers its moment for
// the same person. Journeys that a pressure puts in an order are meant to go
// together.
func (t *trial) rivals(addresses []*claim) []Rivals {
	on := map[string][]*lane{}
	pairs := map[string]int{}
	var out []Rivals
	for _, l := range t.lanes {
		occasion := t.occasion(l.journey.Enter.Moment)
		if occasion == "" || !writes(l) || !l.at[0].reached {
			continue
		}
		for _, earlier := range on[occasion] {
			if pairs[occasion]++; pairs[occasion] > mostRivals {
				break
			}
			if t.ordered(earlier, l) {
				continue
			}
			if person := t.both(earlier, l, addresses); person != nil {
				found := Rivals{Moment: earlier.journey.Enter.Moment, First: earlier.journey.Address, Second: l.journey.Address, Person: person}
				if other := l.journey.Enter.Moment; other != found.Moment {
					found.Other = other
				}
				out = append(out, found)
				break
			}
		}
		on[occasion] = append(on[occasion], l)
	}
	return out
}

// occasion is what a moment is noticed by. Moments of one occasion may be one and
// the same thing that happens to somebody, whatever they are called; conditions
// decide whether they are.
func (t *trial) occasion(moment string) string {
	m, ok := ir.Find(t.Program.Moments, moment)
	if !ok {
		return moment
	}
	switch d := m.Detect.(type) {
	case ir.OnEvent:
		return "on " + t.recorded(d.Event)
	case ir.OnOutcome:
		return "on " + d.Touchpoint + " " + d.Outcome
	case ir.Absence:
		return "after " + t.recorded(d.On) + " " + d.For.String()
	case ir.OnDate:
		return "at " + expr.Print(d.Date) + " " + d.Every.String() + " " + d.Before.String() + " " + d.Clock
	case ir.Enters:
		return "into " + d.Segment
	case ir.Leaves:
		return "out of " + d.Segment
	case nil:
	}
	return moment
}

// writes tells whether a journey has something to send.
func writes(l *lane) bool {
	return slices.ContainsFunc(l.table.Entries, func(e ir.Entry) bool {
		_, send := e.Step.(ir.Send)
		return send
	})
}

// ordered tells whether somebody said which of two journeys goes first.
func (t *trial) ordered(a, b *lane) bool {
	return slices.ContainsFunc(t.Program.Pressures, func(p ir.Pressure) bool {
		return slices.Contains(p.Priority, a.journey.Address) && slices.Contains(p.Priority, b.journey.Address)
	})
}

// both is somebody whom two journeys take in at one instant, if possible one who
// can be written to. What comes of the entry into the second is told too.
func (t *trial) both(a, b *lane, addresses []*claim) *Story {
	ease := append(t.atEase(0), a.allTrue(addresses, 0)...)
	return t.somebody(slices.Concat(a.at[0].known, b.at[0].known), [][]node{ease}, func(p *point) *Story {
		var last string
		var since types.Instant
		met := false
		trip := t.arrival(a, a.table.Entries[0], p, func(n eval.Note, _ *eval.Life) bool {
			journey := eval.JourneyOf(n)
			if met {
				return journey == last
			}
			if _, ok := n.(eval.Entered); ok && (journey == a.journey.Address || journey == b.journey.Address) {
				met = last != "" && last != journey && since == n.When()
				last, since = journey, n.When()
			}
			return false
		})
		trip.about, trip.along = []string{a.journey.Address, b.journey.Address}, []*lane{b}
		for _, l := range []*lane{a, b} {
			for _, e := range l.table.Entries {
				l.favour(trip.ways, e)
			}
		}
		return trip.live(true)
	})
}

// favour puts the person on the first way of a split that is no control.
func (l *lane) favour(ways map[string]string, e ir.Entry) {
	if _, split := e.Step.(ir.Split); !split {
		return
	}
	for _, w := range e.Ways {
		if !w.Control {
			ways[e.Address] = w.Name
			return
		}
	}
}
