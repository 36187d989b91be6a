package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var guardsPeople = &diag.Rule{Code: "CHK114", Summary: "A guard looks at people"}

func checkGuards(p *Pass) {
	for _, g := range p.Program.Guards {
		expr.Walk(g.RefuseIf, func(e expr.Expr) bool {
			if !aboutPeople(e) {
				return true
			}
			p.say(diag.Diagnostic{
				At: e.Range(), Mark: "differs from person to person",
				Detail: fmt.Sprintf("%s judges a plan as a whole, before it is carried out for anybody.", g.Address),
				Help:   "write any(changes.segment, it.joins_share > 0.2), or another kind of change",
			})
			return false
		})
	}
}

// aboutPeople tells whether e itself speaks of a person. The field of a change
// and what is made of other expressions do not.
func aboutPeople(e expr.Expr) bool {
	switch e := e.(type) {
	case expr.Attribute, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded:
		return true
	case expr.Field:
		return e.Of == expr.Entry
	case expr.Literal, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within, expr.Call, expr.Any:
	}
	return false
}
