package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
)

// Vain is something in a journey that never comes to pass, whoever it is about.
type Vain struct {
	Journey string
	Step    string // "step.welcome.hello"
	Way     string // of a branch that nobody takes; "" of a step
	Channel string // of a message that nobody may get there; "" of others
	Why     Futility
}

// Futility is why something is in vain.
type Futility uint8

// The futilities. Each is told once: of a branch that nobody takes its steps are
// not told too.
const (
	NotTaken   Futility = iota // the branches before take everybody whom it would
	RuledOut                   // nobody whom it would take gets to it
	NotReached                 // nobody gets to the step
	NotAllowed                 // nobody whoever may get it
	Filtered                   // nobody who gets there may get it
)

func (t *trial) inVain(l *lane) []Vain {
	var out []Vain
	dead := map[int]bool{} // entries of which something before was told
	for i, e := range l.table.Entries {
		s := l.at[i]
		if dead[i] || dead[e.Around] && e.Around != ir.Over {
			dead[i] = true
			continue
		}
		if !s.reached || t.never(s.known...) {
			dead[i] = true
			if len(e.From) > 0 && !slices.ContainsFunc(e.From, func(f int) bool { return !dead[f] && l.at[f].reached }) {
				continue // told before
			}
			if !l.entersByWay(e) {
				out = append(out, Vain{Journey: l.journey.Address, Step: e.Address, Why: NotReached})
			}
			continue
		}
		out = append(out, t.waysInVain(l, e)...)
		out = append(out, t.sendsInVain(l, e)...)
	}
	return out
}

// entersByWay tells whether an entry is the first of a way, of which the way is
// told.
func (l *lane) entersByWay(e ir.Entry) bool {
	return slices.ContainsFunc(l.table.Entries, func(c ir.Entry) bool {
		return slices.ContainsFunc(c.Ways, func(w ir.Way) bool { return w.Next == e.Index && c.Next != e.Index })
	})
}

// waysInVain is the written branches of a choose that nobody takes.
func (t *trial) waysInVain(l *lane, e ir.Entry) []Vain {
	if _, is := e.Step.(ir.Choose); !is {
		return nil
	}
	var out []Vain
	known := slices.Clone(l.at[e.Index].known)
	for i, w := range e.Ways {
		c := l.ways[e.Index][i]
		if c == nil {
			continue
		}
		taken := l.isTrue(c, l.at[e.Index].epoch)
		if t.never(append(slices.Clone(known), taken)...) {
			why := NotTaken
			if t.never(append(slices.Clone(l.at[e.Index].known), taken)...) {
				why = RuledOut
			}
			out = append(out, Vain{Journey: l.journey.Address, Step: e.Address, Way: w.Name, Why: why})
			continue
		}
		known = append(known, taken.not())
	}
	return out
}

// sendsInVain is the channels on which nobody may get a message.
func (t *trial) sendsInVain(l *lane, e ir.Entry) []Vain {
	var out []Vain
	for _, o := range t.obligations {
		if o.lane != l || o.entry.Index != e.Index {
			continue
		}
		epoch := o.epoch()
		allowed := l.isTrue(o.allowed, epoch)
		v := Vain{Journey: l.journey.Address, Step: e.Address, Channel: o.Channel}
		switch {
		case !t.never(append(o.arrives(epoch, true), allowed)...):
			continue
		case t.never(allowed):
			v.Why = NotAllowed
		default:
			v.Why = Filtered
		}
		out = append(out, v)
	}
	return out
}

// mostRecent is how many points are kept for never.
const mostRecent = 6

// never tells whether formulas are certainly never true together. A point that
// was found for others a moment ago, on the way to the same step most often, may
// show that they can be, before anything is searched.
func (t *trial) never(formulas ...node) bool {
	for i := len(t.recent) - 1; i >= 0; i-- {
		if !slices.ContainsFunc(formulas, func(f node) bool { return !t.space.holds(f, t.recent[i]) }) {
			return false
		}
	}
	p, found := t.space.find(formulas...)
	if found == possible {
		t.recent = append(t.recent[max(0, len(t.recent)-mostRecent+1):], p)
	}
	return found == impossible
}

// Anywhen is a moment for questions whose answer is the same at any time.
func Anywhen(p *ir.Program) (Moment, error) { return At(p, someMoment.now.Time()) }
