package check

import (
	"fmt"
	"maps"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var askedEarly = &diag.Rule{Code: "CHK161", Severity: diag.Warning, Summary: "A step asks about another that comes after it"}

// checkLater is about the conditions of steps that ask, of this run, what became
// of a step that the run has not got to: one below, or on another way.
func checkLater(p *Pass) {
	for _, j := range p.Program.Journeys {
		l := &passage{pass: p, journey: j, own: map[string]bool{}}
		ir.Walk(j.Steps, func(s ir.Step) { l.own[ir.StepAddress(j.Address, s.StepName())] = true })
		l.through(j.Steps, map[string]bool{})
	}
}

// passage is the walk through one journey in the order of its steps.
type passage struct {
	pass    *Pass
	journey ir.Journey
	own     map[string]bool // the full names of its steps
}

// through goes through steps, of which passed says which a run may have got to
// before, and adds to it those of the steps themselves.
func (l *passage) through(steps []ir.Step, passed map[string]bool) {
	for _, s := range steps {
		passed[ir.StepAddress(l.journey.Address, s.StepName())] = true
		switch s := s.(type) {
		case ir.Wait:
			l.ask(s.Until, passed)
		case ir.Choose:
			var ways [][]ir.Step
			for _, b := range s.When {
				l.ask(b.If, passed)
				ways = append(ways, b.Steps)
			}
			l.apart(append(ways, s.Otherwise), passed)
		case ir.Split:
			var ways [][]ir.Step
			for _, v := range s.Variants {
				ways = append(ways, v.Steps)
			}
			l.apart(ways, passed)
		case ir.Send, ir.Do:
		}
	}
}

// apart goes through ways of which a run takes one.
func (l *passage) apart(ways [][]ir.Step, passed map[string]bool) {
	after := maps.Clone(passed)
	for _, way := range ways {
		on := maps.Clone(passed)
		l.through(way, on)
		maps.Copy(after, on)
	}
	maps.Copy(passed, after)
}

// ask looks at what a condition asks of this run.
func (l *passage) ask(e expr.Expr, passed map[string]bool) {
	expr.Walk(e, func(e expr.Expr) bool {
		window := windowOf(e)
		ofRun := window.Since == "run" || l.own[window.Since]
		for _, source := range expr.Sources(e) {
			l.ask(source.Where, passed)
			if ofRun && l.own[source.Step] && !passed[source.Step] {
				l.say(e, source.Step)
			}
		}
		if l.own[window.Since] && !passed[window.Since] {
			l.say(e, window.Since)
		}
		return true
	})
}

func (l *passage) say(e expr.Expr, step string) {
	l.pass.say(diag.Diagnostic{
		At: e.Range(), Mark: "too early in this run",
		Related: []diag.Label{{At: l.pass.stepAt(l.journey.Address, step), Text: "comes after it, or on another way"}},
		Detail:  fmt.Sprintf("Whoever gets here has not come to %s in the same run of %s.", ir.Short(step), l.journey.Address),
		Help:    "ask below that step, or about one above",
	})
}
