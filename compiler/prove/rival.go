package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// Rivals is two journeys that enter on the same moment, both of which write to
// people, and somebody whom both take in when it comes.
type Rivals struct {
	Moment string
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
	byMoment := map[string][]*lane{}
	pairs := map[string]int{}
	var out []Rivals
	for _, l := range t.lanes {
		moment := l.journey.Enter.Moment
		if moment == "" || !writes(l) || !l.at[0].reached {
			continue
		}
		for _, earlier := range byMoment[moment] {
			if pairs[moment]++; pairs[moment] > mostRivals {
				break
			}
			if t.ordered(earlier, l) {
				continue
			}
			if person := t.both(earlier, l, addresses); person != nil {
				out = append(out, Rivals{moment, earlier.journey.Address, l.journey.Address, person})
				break
			}
		}
		byMoment[moment] = append(byMoment[moment], l)
	}
	return out
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
		trip.about = []string{a.journey.Address, b.journey.Address}
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
