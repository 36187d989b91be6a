package check

import (
	"fmt"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var heldBack = &diag.Rule{Code: "CHK156", Severity: diag.Warning, Summary: "Opening hours hold an answer back past its deadline"}

// checkHeld looks for instants of an ordinary week at which a moment may come and
// no journey can answer it in time: every wait that may end early does, the
// fastest way is taken, and hours still hold the message back for too long.
func checkHeld(p *Pass) {
	all := p.racing()
	for _, m := range p.Program.Moments {
		if late, found := p.latest(m, all[m.Address], p.quietWeek(all[m.Address])); found {
			p.sayLate(m, late)
		}
	}
}

// HeldOnDates looks for the same around the days on which calendars are closed by
// date, as far as they are still to come. What an ordinary week shows is not
// told again.
func HeldOnDates(program *ir.Program, now types.Instant) diag.List {
	if len(closedDays(program.Calendars)) == 0 {
		return nil
	}
	p := &Pass{whole: newWhole(program, nil), rule: heldBack}
	all := p.racing()
	for _, m := range program.Moments {
		answers := all[m.Address]
		if _, ordinary := p.latest(m, answers, p.quietWeek(answers)); ordinary {
			continue
		}
		if late, found := p.latest(m, answers, aroundDates(answers, now, p.zone())...); found {
			p.sayLate(m, late)
		}
	}
	return p.found
}

// racing is the answers to each moment that has a deadline.
func (p *Pass) racing() map[string][]answer {
	out := map[string][]answer{}
	for _, j := range p.Program.Journeys {
		if m := p.moments[j.Enter.Moment]; !m.Within.IsZero() {
			list, all := p.answersOf(j)
			if !all {
				list = []answer{{}} // as fast as can be: nothing is claimed
			}
			out[m.Address] = append(out[m.Address], list...)
		}
	}
	return out
}

// answer is one way of a journey to its first send or do.
type answer struct {
	waits []types.Span  // those that always take their whole time
	hours []ir.Calendar // that the message keeps to
	step  string
	at    diag.Range
}

// mostWays is how many ways to its first answer a journey may have; of one that
// has more nothing is said.
const mostWays = 200

// answersOf lists the ways of a journey; false where there are too many.
func (p *Pass) answersOf(j ir.Journey) (out []answer, all bool) {
	table := j.Table()
	seen := map[string]bool{}
	var follow func(at int, waits []types.Span)
	follow = func(at int, waits []types.Span) {
		key := fmt.Sprint(at, waits)
		if at == ir.Over || seen[key] || len(seen) > mostWays {
			return
		}
		seen[key] = true
		e := table.Entries[at]
		switch s := e.Step.(type) {
		case ir.Send:
			hours, _ := p.hours(p.class(p.touchpoints[s.Touchpoint].Purpose))
			out = append(out, answer{waits, hours, e.Address, s.At})
			return
		case ir.Do:
			out = append(out, answer{waits, nil, e.Address, s.At})
			return
		case ir.Wait:
			if s.Until == nil {
				waits = append(slices.Clip(waits), s.For)
			}
		case ir.Choose, ir.Split:
		}
		if len(e.Ways) == 0 {
			follow(e.Next, waits)
		}
		for _, w := range e.Ways {
			if !w.Control {
				follow(w.Next, waits)
			}
		}
	}
	if len(table.Entries) > 0 {
		follow(0, nil)
	}
	return out, len(seen) <= mostWays
}

// given is when the answer is there to a moment that comes at an instant.
func (a answer) given(at types.Instant, zone *time.Location) (types.Instant, bool) {
	for _, w := range a.waits {
		at = w.After(at, zone)
	}
	return eval.Opens(a.hours, at, zone)
}

// lateAnswer is an instant at which a moment comes, and the first answer to it.
type lateAnswer struct {
	answer
	comes, given types.Instant
	dated        bool // it is about closed days, not about an ordinary week
}

// latest is the instant of some stretches of time at which the first answer takes
// longest, if it comes too late.
func (p *Pass) latest(m ir.Moment, answers []answer, in ...stretch) (lateAnswer, bool) {
	var out lateAnswer
	found := false
	zone := p.zone()
	for _, s := range in {
		for _, comes := range instants(m, answers, s, zone) {
			first, ok := earliest(answers, comes, zone)
			deadline := m.Within.After(comes, zone)
			if !ok || first.given <= deadline {
				continue
			}
			if always, _ := earliest(withoutHours(answers), comes, zone); always.given > deadline {
				continue // the waits alone take too long, which is told as such
			}
			first.dated = s.dated
			if !found || first.given-first.comes > out.given-out.comes {
				out, found = first, true
			}
		}
	}
	return out, found
}

// earliest is the first of the answers to a moment that comes at an instant.
func earliest(answers []answer, comes types.Instant, zone *time.Location) (lateAnswer, bool) {
	var out lateAnswer
	found := false
	for _, a := range answers {
		if given, ok := a.given(comes, zone); ok && (!found || given < out.given) {
			out, found = lateAnswer{answer: a, comes: comes, given: given}, true
		}
	}
	return out, found
}

func withoutHours(answers []answer) []answer {
	out := slices.Clone(answers)
	for i := range out {
		out[i].hours = nil
	}
	return out
}

// sayLate tells of a moment that comes outside of hours, if somebody lives through
// it.
func (p *Pass) sayLate(m ir.Moment, late lateAnswer) {
	if !p.sound() {
		return
	}
	zone := p.zone()
	person := prove.DroppedLate(p.Program, late.step, prove.Moment{Now: late.comes, Zone: zone})
	if person == nil {
		return
	}
	clock, related := "Monday 15:04", []diag.Label{{At: late.at, Text: "the first answer keeps to " + listed(addresses(late.hours))}}
	if late.dated {
		clock, related = "Monday 2 January 2006 15:04", append(related, late.closed(zone)...)
	}
	hours := time.Duration(late.given-late.comes) * time.Microsecond / time.Hour
	p.say(diag.Diagnostic{
		At: p.at(m, "within"), Mark: "is not met outside of hours", Related: related,
		Detail: fmt.Sprintf("When %s comes on %s, no journey can answer it before %s, however fast it goes: that is %d hours, and the deadline is %s. "+
			"The message waits for %s and is dropped as too late.\n%s",
			m.Address, late.comes.Time().In(zone).Format(clock), late.given.Time().In(zone).Format(clock), hours, m.Within, listed(addresses(late.hours)), person.Told()),
		Help: "give the moment more time, take the class of the message out of hours, or answer with an action that our side does",
	})
}

// closed says on which days between the moment and its answer calendars are
// closed by date.
func (a lateAnswer) closed(zone *time.Location) []diag.Label {
	from, to := a.comes.Time().In(zone).Format(time.DateOnly), a.given.Time().In(zone).Format(time.DateOnly)
	var out []diag.Label
	for i, c := range a.hours {
		for _, d := range closedDays(a.hours[i : i+1]) {
			if d.first <= to && d.last >= from {
				out = append(out, diag.Label{At: c.At, Text: "is closed " + d.String()})
			}
		}
	}
	return out[:min(len(out), 2)]
}
