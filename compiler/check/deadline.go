package check

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var tooLate = &diag.Rule{Code: "CHK126", Summary: "A journey answers a moment too late"}

// checkDeadlines holds every journey to the deadline of the moment that it
// enters on: on each path the first send or do must come in time, whatever the
// waits before it wait for. Consent and caps are not looked at, hours by checkHeld:
// a send that they stop is dropped at the deadline.
func checkDeadlines(p *Pass) {
	for _, j := range p.Program.Journeys {
		m := p.moments[j.Enter.Moment]
		if m.Within.IsZero() {
			continue
		}
		race := race{pass: p, journey: j, moment: m}
		race.run(j.Steps, waited{})
	}
}

// race is the way of one journey to its first answer.
type race struct {
	pass    *Pass
	journey ir.Journey
	moment  ir.Moment
}

// waited is the waits on a path so far.
type waited struct {
	longest time.Duration
	waits   []ir.Wait
}

func (w waited) and(wait ir.Wait) waited {
	waits := append(w.waits[:len(w.waits):len(w.waits)], wait)
	return waited{w.longest + longest(wait.For), waits}
}

// run follows the paths through steps from those that have not answered yet
// and returns the slowest of those that still have not; false when all have.
func (r race) run(steps []ir.Step, so waited) (waited, bool) {
	for _, s := range steps {
		silent := true
		switch s := s.(type) {
		case ir.Send:
			r.answer(s.At, so)
			return waited{}, false
		case ir.Do:
			r.answer(s.At, so)
			return waited{}, false
		case ir.Wait:
			so = so.and(s)
		case ir.Choose:
			ways := [][]ir.Step{s.Otherwise}
			for _, branch := range s.When {
				ways = append(ways, branch.Steps)
			}
			so, silent = r.slowest(ways, so)
		case ir.Split:
			var ways [][]ir.Step
			for _, variant := range s.Variants {
				if !variant.Control { // a control gets nothing, on purpose
					ways = append(ways, variant.Steps)
				}
			}
			so, silent = r.slowest(ways, so)
		}
		if !silent {
			return waited{}, false
		}
	}
	return so, true
}

func (r race) slowest(ways [][]ir.Step, so waited) (waited, bool) {
	slow, some := waited{}, false
	for _, steps := range ways {
		after, silent := r.run(steps, so)
		if silent && (!some || after.longest > slow.longest) {
			slow, some = after, true
		}
	}
	return slow, some
}

// answer looks at the clock at the first send or do of a path.
func (r race) answer(at diag.Range, so waited) {
	if so.longest <= shortest(r.moment.Within) {
		return
	}
	d := diag.Diagnostic{
		At: at, Mark: fmt.Sprintf("the first answer, up to %s after the moment", spelled(so.waits)),
		Detail: fmt.Sprintf("%s must be answered within %s, and %s can wait longer before it does anything. The step would be dropped as too late.",
			r.moment.Address, r.moment.Within, r.journey.Address),
		Help: "shorten what it waits, or move a send or do before it",
	}
	d.Related = []diag.Label{{At: r.pass.at(r.moment, "within"), Text: "the deadline"}}
	for _, wait := range so.waits[:min(len(so.waits), 2)] {
		d.Related = append(d.Related, diag.Label{At: wait.At, Text: "waits " + wait.For.String()})
	}
	r.pass.say(d)
}

func spelled(waits []ir.Wait) string {
	text := ""
	for i, wait := range waits {
		if i > 0 {
			text += " and "
		}
		text += wait.For.String()
	}
	return text
}

// longest and shortest bound a length: see types.Span.Days.
func longest(s types.Span) time.Duration {
	if _, most, calendar := s.Days(); calendar {
		return time.Duration(most) * 24 * time.Hour
	}
	return s.Exact()
}

func shortest(s types.Span) time.Duration {
	if fewest, _, calendar := s.Days(); calendar {
		return time.Duration(fewest) * 24 * time.Hour
	}
	return s.Exact()
}
