package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var heldBack = &diag.Rule{Code: "CHK156", Severity: diag.Warning, Summary: "Opening hours hold an answer back past its deadline"}

// checkHeld looks for instants of the week at which a moment may come and no
// journey can answer it in time: every wait that may end early does, the fastest
// way is taken, and hours still hold the message back for too long. Days on which
// a calendar is closed are not counted: they are few, and known to be.
func checkHeld(p *Pass) {
	answers := map[string][]answer{}
	for _, j := range p.Program.Journeys {
		if m := p.moments[j.Enter.Moment]; !m.Within.IsZero() {
			list, all := p.answersOf(j)
			if !all {
				list = []answer{{}} // as fast as can be: nothing is claimed
			}
			answers[m.Address] = append(answers[m.Address], list...)
		}
	}
	for _, m := range p.Program.Moments {
		if _, onDate := m.Detect.(ir.OnDate); onDate || len(answers[m.Address]) == 0 {
			continue
		}
		if late, found := p.latest(m, answers[m.Address]); found {
			p.sayLate(m, late)
		}
	}
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
}

// latest is the instant of a week at which the first answer takes longest, if it
// comes too late. How long it takes grows only where hours end, so those instants
// are looked at, the waits before them taken off.
func (p *Pass) latest(m ir.Moment, answers []answer) (lateAnswer, bool) {
	var out lateAnswer
	found := false
	zone, monday := p.zone(), p.quietWeek(answers)
	for _, a := range answers {
		for _, end := range closings(a.hours, monday, zone) {
			for i := len(a.waits) - 1; i >= 0; i-- {
				end = a.waits[i].Before(end, zone)
			}
			first, ok := earliest(answers, end, zone)
			deadline := m.Within.After(end, zone)
			if always, _ := earliest(withoutHours(answers), end, zone); always.given > deadline {
				continue // the waits alone take too long, which is told as such
			}
			late := ok && first.given > deadline
			if late && (!found || first.given-first.comes > out.given-out.comes) {
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
			out, found = lateAnswer{a, comes, given}, true
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

// quietWeek is the Monday of a week in which, and in those after which, no
// calendar is closed by its date.
func (p *Pass) quietWeek(answers []answer) time.Time {
	monday := ordinary.Time()
	for range 520 {
		from, to := monday.AddDate(0, 0, -14).Format(time.DateOnly), monday.AddDate(0, 0, 35).Format(time.DateOnly)
		closed := slices.ContainsFunc(answers, func(a answer) bool {
			return slices.ContainsFunc(a.hours, func(c ir.Calendar) bool {
				return slices.ContainsFunc(c.Closed, func(period string) bool {
					first, last, ranged := strings.Cut(period, "/")
					if !ranged {
						last = first
					}
					return first <= to && last >= from
				})
			})
		})
		if !closed {
			return monday
		}
		monday = monday.AddDate(0, 0, 7)
	}
	return monday
}

// closings is when the hours of calendars end in a week.
func closings(calendars []ir.Calendar, monday time.Time, zone *time.Location) []types.Instant {
	var out []types.Instant
	for _, c := range calendars {
		for _, open := range c.Open {
			to, err := time.Parse("15:04", open.To)
			clock := time.Duration(to.Hour())*time.Hour + time.Duration(to.Minute())*time.Minute
			if err != nil {
				clock = 24 * time.Hour // "24:00"
			}
			for d := range 7 {
				day := monday.AddDate(0, 0, d)
				if len(open.Days) == 0 || slices.Contains(open.Days, strings.ToLower(day.Weekday().String()[:3])) {
					out = append(out, types.NewInstant(types.Civil(day.Year(), day.Month(), day.Day(), clock, zone)))
				}
			}
		}
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
	const clock = "Monday 15:04"
	hours := time.Duration(late.given-late.comes) * time.Microsecond / time.Hour
	names := listed(addresses(late.hours))
	p.say(diag.Diagnostic{
		At: p.at(m, "within"), Mark: "is not met outside of hours", Related: []diag.Label{{At: late.at, Text: "the first answer keeps to " + names}},
		Detail: fmt.Sprintf("When %s comes on %s, no journey can answer it before %s, however fast it goes: that is %d hours, and the deadline is %s. "+
			"The message waits for %s and is dropped as too late.\n%s",
			m.Address, late.comes.Time().In(zone).Format(clock), late.given.Time().In(zone).Format(clock), hours, m.Within, names, somebody(person)),
		Help: "give the moment more time, take the class of the message out of hours, or answer with an action that our side does",
	})
}
