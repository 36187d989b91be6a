package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var tooEarly = &diag.Rule{Code: "CHK127", Summary: "An entry asks about the run that it begins"}

// checkEntries is about run and the journey's own steps in enter { if }: it is
// asked before the run begins, when nothing of the run has happened.
func checkEntries(p *Pass) {
	for _, j := range p.Program.Journeys {
		expr.Walk(j.Enter.If, func(e expr.Expr) bool {
			if what := ofRun(e, j.Address); what != "" {
				p.say(diag.Diagnostic{
					At: e.Range(), Mark: what + " has not begun",
					Detail: fmt.Sprintf("if decides whether a run of %s begins, so nothing has happened in the run yet.", j.Address),
					Help:   `write a length such as "90d", or "ever"; or ask it in goal, leave_if or a step`,
				})
			}
			return true
		})
	}
}

// ofRun is what an expression itself looks at of a journey's present run, or "".
func ofRun(e expr.Expr, journey string) string {
	own := func(step string) bool { return ir.JourneyOf(step) == journey }
	for _, source := range expr.Sources(e) {
		if source.Step != "" && own(source.Step) {
			return source.Step
		}
	}
	since := windowOf(e).Since
	if since == "run" || own(since) {
		return since
	}
	return ""
}

// windowOf is the window that an expression itself looks at.
func windowOf(e expr.Expr) expr.Window {
	switch e := e.(type) {
	case expr.Aggregate:
		return e.Window
	case expr.Did:
		return e.Window
	case expr.FollowedBy:
		return e.Window
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet,
		expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return expr.Window{}
}
