package prove

import (
	"cmp"
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
func (t *trial) rivals(addresses []*claim, crossed []border) []Rivals {
	on, alike := map[string][]*lane{}, t.alike(crossed)
	pairs := map[string]int{}
	var out []Rivals
	for _, l := range t.lanes {
		occasion := t.occasion(l.journey.Enter.Moment, alike)
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

// border is a segment by which a moment is noticed, and who is in it.
type border struct {
	segment string
	members *claim
}

// crossed reads the segments that moments are noticed by, each once, in the order
// of the journeys.
func (t *trial) crossed(r *reader) []border {
	var out []border
	for _, l := range t.lanes {
		m, _ := ir.Find(t.Program.Moments, l.journey.Enter.Moment)
		segment := ""
		switch d := m.Detect.(type) {
		case ir.Enters:
			segment = d.Segment
		case ir.Leaves:
			segment = d.Segment
		case ir.OnEvent, ir.OnOutcome, ir.Absence, ir.OnDate, nil:
		}
		read := slices.ContainsFunc(out, func(b border) bool { return b.segment == segment })
		if _, there := ir.Find(t.Program.Segments, segment); there && !read {
			out = append(out, border{segment, r.read(expr.Member{Segment: segment})})
		}
	}
	return out
}

// mostBorders is how many segments are compared with each other.
const mostBorders = 30

// alike is for each segment the first one that is proved to have the same members,
// at every instant and so at that at which somebody joins or leaves.
func (t *trial) alike(crossed []border) map[string]string {
	out := map[string]string{}
	for i, b := range crossed[:min(len(crossed), mostBorders)] {
		for _, earlier := range crossed[:i] {
			if _, later := out[earlier.segment]; !later && t.equal(earlier.members, b.members) {
				out[b.segment] = earlier.segment
				break
			}
		}
	}
	return out
}

// equal tells whether it is proved that whoever one claim is true of, the other is
// true of too.
func (t *trial) equal(a, b *claim) bool {
	l := t.lanes[0]
	one, other := l.isTrue(a, 0), l.isTrue(b, 0)
	return t.space.same(one, other)
}

// occasion is what a moment is noticed by. Moments of one occasion may be one and
// the same thing that happens to somebody, whatever they are called; conditions
// decide whether they are. A segment goes by the name of the one it is alike.
func (t *trial) occasion(moment string, alike map[string]string) string {
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
		return "into " + cmp.Or(alike[d.Segment], d.Segment)
	case ir.Leaves:
		return "out of " + cmp.Or(alike[d.Segment], d.Segment)
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
