package prove

import (
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// wait lets a wait pass, and before it is over what must be otherwise then.
func (tr *trip) wait(from, to int) error {
	due, waits := tr.until()
	if !waits {
		return nil
	}
	began := tr.life.Now()
	before, after := tr.space.witness(tr.Program, tr.point, from), tr.space.witness(tr.Program, tr.point, to)
	at := began + (due-began)/2
	if due-began > 2_000_000 {
		at = due - max(1_000_000, min((due-began)/4, types.Instant(12*time.Hour/time.Microsecond)))
	}
	for _, h := range tr.between(before, after, to, [3]types.Instant{began, at, due}) {
		if h.When() < tr.life.Now() {
			continue
		}
		if err := tr.let(h); err != nil {
			return err
		}
	}
	if now := tr.life.Now(); now > due {
		return nil
	}
	return tr.life.Advance(due)
}

// until is when the run goes on by itself from where it waits.
func (tr *trip) until() (types.Instant, bool) {
	trace := tr.life.Trace()
	for i := len(trace) - 1; i >= 0; i-- {
		switch n := trace[i].(type) {
		case eval.Waits:
			if n.Journey == tr.o.Journey && n.Until > tr.life.Now() {
				return n.Until, true
			}
		case eval.Held:
			if n.Journey == tr.o.Journey && n.Until > tr.life.Now() {
				return n.Until, true
			}
		default:
		}
	}
	return 0, false
}

// between is what happens between two epochs, in order of time: began is when
// the wait began, at when things are learned, due when it is over.
func (tr *trip) between(before, after *Witness, to int, times [3]types.Instant) []eval.Happening {
	began, at, due := times[0], times[1], times[2]
	var out []eval.Happening
	if learned := tr.learned(before, after); len(learned) > 0 {
		out = append(out, eval.Learn{At: at, Attributes: learned})
	}
	out = append(out, tr.said(before, after, at)...)
	for _, h := range tr.due {
		if h.When() > began && h.When() < due {
			out = append(out, h)
		}
	}
	placed := func(was types.Instant) types.Instant { // something new lies in the wait
		return min(max(due-(after.Now-was)-1, began+1), due-1)
	}
	for _, e := range after.Person.Events {
		e.At = placed(e.At)
		out = append(out, eval.Event(e))
	}
	for _, o := range after.Person.Outcomes {
		if slices.ContainsFunc(before.Person.Outcomes, func(b person.Outcome) bool {
			return b.Touchpoint == o.Touchpoint && b.Channel == o.Channel && b.Kind == o.Kind
		}) {
			continue
		}
		o.At = placed(o.At)
		out = append(out, eval.Outcome(o))
	}
	for at, p := range tr.space.inOrder { // outcomes of this run's own messages
		if p.source.Step != "" {
			for range tr.point.happens[pastAt{at, to}] {
				out = append(out, eval.Outcome{Step: p.source.Step, Kind: person.OutcomeKind(p.source.Outcome), At: due - 1})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b eval.Happening) int { return int((a.When() - b.When()) / 1000) })
	return out
}

// learned is what is known otherwise after than before.
func (tr *trip) learned(before, after *Witness) map[string]types.Value {
	out := map[string]types.Value{}
	note := func(name string) {
		if was, is := before.Person.Get(name), after.Person.Get(name); types.Spell(was) != types.Spell(is) || types.IsNull(was) != types.IsNull(is) {
			out[name] = is
		}
	}
	for _, a := range tr.Program.Person.Attributes {
		if a.Value == nil {
			note(a.Name)
		}
	}
	for _, k := range tr.Program.Person.Keys[1:] {
		note(k.Name)
	}
	return out
}

// said is what the person says between two epochs.
func (tr *trip) said(before, after *Witness, at types.Instant) []eval.Happening {
	var out []eval.Happening
	for _, a := range after.Person.Acts {
		known := slices.ContainsFunc(before.Person.Acts, func(b person.Act) bool {
			return b.Consent == a.Consent && b.Channel == a.Channel && b.Kind == a.Kind
		})
		if !known {
			a.At = at
			out = append(out, eval.Act(a))
		}
	}
	return out
}
