package check

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var noShare = &diag.Rule{Code: "CHK163", Severity: diag.Warning, Summary: "A share is compared with what it never is"}

// checkShares is about guards that ask whether a share of people is what no share
// is, and so refuse nothing. As many as were members can leave; joins_share has no
// such end, since a segment may become twenty times as large.
func checkShares(p *Pass) {
	for _, g := range p.Program.Guards {
		expr.Walk(g.RefuseIf, func(e expr.Expr) bool {
			if c, ok := e.(expr.Compare); ok {
				p.share(c)
			}
			return true
		})
	}
}

// fractions is how much a share of a change can be; without a most there is no end.
var fractions = map[string]struct {
	most decimal.NullDecimal
	says string
}{
	"joins_share":  {says: "0 or more"},
	"leaves_share": {most: decimal.NewNullDecimal(decimal.NewFromInt(1)), says: "between 0 and 1"},
}

func (p *Pass) share(c expr.Compare) {
	of, op, constant := sides(c)
	field, ok := of.(expr.Field)
	n, number := constant.(types.Decimal)
	if !ok || !number || field.Of != expr.It || len(field.Path) != 1 {
		return
	}
	name := field.Path[0]
	bounds, ok := fractions[name]
	if !ok || meets(op, n.Decimal, bounds.most) {
		return
	}
	d := diag.Diagnostic{
		At: c.Range(), Mark: "never true",
		Detail: fmt.Sprintf("%s is a fraction of the members before: %s, and 1 is all of them.", name, bounds.says),
	}
	if n.GreaterThan(decimal.NewFromInt(1)) && n.LessThan(decimal.NewFromInt(100)) {
		d.Help = fmt.Sprintf("write %s for %s %%", n.Shift(-2), n)
	}
	p.say(d)
}

// meets tells whether a number from 0 to most can stand so to n.
func meets(op expr.Comparison, n decimal.Decimal, most decimal.NullDecimal) bool {
	fromTop := -1 // how n stands to the most
	if most.Valid {
		fromTop = n.Cmp(most.Decimal)
	}
	switch op {
	case expr.Greater:
		return fromTop < 0
	case expr.GreaterEqual:
		return fromTop <= 0
	case expr.Less:
		return n.IsPositive()
	case expr.LessEqual:
		return !n.IsNegative()
	case expr.Equal:
		return !n.IsNegative() && fromTop <= 0
	case expr.NotEqual:
	}
	return true
}
