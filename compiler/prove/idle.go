package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
)

// Idle is a wait whose until never comes true for anybody who waits there, so
// that it always takes its whole time. An until that is true for nobody at all
// is not among them: it is a condition like others.
type Idle struct {
	Journey string
	Step    string
}

// untils reads what waits wait for: by journey, by entry.
func (t *trial) untils(r *reader) map[*lane]map[int]*claim {
	out := map[*lane]map[int]*claim{}
	for _, l := range t.lanes {
		out[l] = map[int]*claim{}
		for _, e := range l.table.Entries {
			if w, is := e.Step.(ir.Wait); is && w.Until != nil {
				out[l][e.Index] = r.read(w.Until)
			}
		}
	}
	return out
}

// idle is the waits of a journey that wait for what never comes, neither on
// arrival nor while they wait: what is stable stays as the way there asked.
func (t *trial) idle(l *lane, waits map[int]*claim) []Idle {
	var out []Idle
	for _, e := range l.table.Entries {
		until, s := waits[e.Index], l.at[e.Index]
		if until == nil || !s.reached || t.space.impossible(s.known...) {
			continue
		}
		after := t.epochAfter(l, e)
		now, later := l.isTrue(until, s.epoch), l.isTrue(until, after)
		if t.space.impossible(now) {
			continue
		}
		if t.space.impossible(append(slices.Clone(s.known), now)...) && t.space.impossible(append(slices.Clone(s.known), later)...) {
			out = append(out, Idle{l.journey.Address, e.Address})
		}
	}
	return out
}

// epochAfter is the epoch that a wait opens. Where no step comes after the wait
// and so none is in it, the last one serves: it is not the one before the wait.
func (t *trial) epochAfter(l *lane, e ir.Entry) int {
	if e.Next != ir.Over && l.at[e.Next].epoch != l.at[e.Index].epoch {
		return l.at[e.Next].epoch
	}
	return l.last
}
