package expr

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

func (c *compiler) did(e *hclsyntax.FunctionCallExpr) Expr {
	if !c.windowed(e, 2) {
		return nil
	}
	source, _, _, ok := c.source(e.Args[0], false)
	window, fine := c.window(e.Args[1])
	if !ok || !fine {
		return nil
	}
	return Did{place(e), source, window}
}

func (c *compiler) followedBy(e *hclsyntax.FunctionCallExpr) Expr {
	if !c.windowed(e, 4) {
		return nil
	}
	first, _, _, ok1 := c.source(e.Args[0], false)
	then, _, _, ok2 := c.source(e.Args[1], false)
	gap, ok3 := c.length(e.Args[2])
	window, ok4 := c.window(e.Args[3])
	if ok3 && gap.Since != "" {
		c.report(diag.Diagnostic{Rule: notLength, At: At(e.Args[2].Range()), Mark: "the longest time between the two", Help: `write a length such as "24h"`})
		return nil
	}
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil
	}
	return FollowedBy{place(e), first, then, gap.Length, window}
}

// windowed checks the arguments of a function whose last one is a window.
func (c *compiler) windowed(e *hclsyntax.FunctionCallExpr, want int) bool {
	if len(e.Args) != want-1 || e.ExpandFinal {
		return c.arguments(e, want, want)
	}
	d := diag.Diagnostic{
		Rule: windowMissing, At: At(e.Range()), Mark: "since when?",
		Detail: `A window counts back from now ("90d"), or is "ever"; inside journeys it may be run.`,
	}
	if want < 4 {
		written := "event.x"
		if source, field, _, ok := c.source(e.Args[0], true); ok {
			written = printSource(source, field)
		} else {
			return false // what is wrong with the source is said already
		}
		if want == 3 {
			written += ", 0.5"
		}
		d.Help = "write " + e.Name + "(" + written + `, "90d") or ` + e.Name + "(" + written + `, "ever")`
	} else if form, ok := funcs.FormNamed(e.Name); ok {
		d.Help = "write " + form.Signature
	}
	c.report(d)
	return false
}

func (c *compiler) aggregate(e *hclsyntax.FunctionCallExpr, op Op) Expr {
	arguments := 2
	if op == Percentile {
		arguments = 3
	}
	if !c.windowed(e, arguments) {
		return nil
	}
	source, field, t, ok := c.source(e.Args[0], op != Count)
	var share types.Decimal
	known := true
	if op == Percentile {
		share, known = c.share(e.Args[1])
	}
	window, fine := c.window(e.Args[arguments-1])
	if !ok || !known || !fine {
		return nil
	}
	if op == Count {
		return Aggregate{Place: place(e), Op: op, Of: source, Type: types.Number, Window: window}
	}
	if field == "" {
		c.withoutField(e, op, source)
		return nil
	}
	if !folds(op, t) {
		c.report(diag.Diagnostic{
			Rule: argumentType, At: source.At, Mark: "this is " + kindOf(t), Detail: foldable(op),
		})
		return nil
	}
	return Aggregate{place(e), op, source, field, t, window, share}
}

// share is the second argument of percentile: a constant between 0 and 1.
func (c *compiler) share(e hclsyntax.Expression) (types.Decimal, bool) {
	literal, ok := c.literal(e)
	if !ok {
		return types.Decimal{}, false
	}
	share, number := literal.Value.(types.Decimal)
	one := decimal.NewFromInt(1)
	switch {
	case !number:
		c.report(diag.Diagnostic{
			Rule: argumentType, At: literal.At, Mark: "this is " + kindOf(natural(literal.Value)), Detail: shareMeaning, Help: "write a fraction such as 0.9",
		})
		return types.Decimal{}, false
	case share.IsPositive() && share.LessThan(one):
		return share, true
	}
	d := diag.Diagnostic{Rule: argumentRange, At: literal.At, Mark: "not between 0 and 1", Detail: shareMeaning}
	switch {
	case share.IsZero():
		d.Help = "write min(...) for the least value"
	case share.Equal(one):
		d.Help = "write max(...) for the greatest value, or 0.01 for a hundredth"
	case share.IsPositive() && share.LessThan(decimal.NewFromInt(100)):
		d.Help = "write " + share.Shift(-2).String()
	}
	c.report(d)
	return types.Decimal{}, false
}

const shareMeaning = "The share says how much of the values is not above the one that is looked for: 0.5 is the middle, 0.9 leaves a tenth above."

// withoutField reports sum(event.x, w), with a field that would do.
func (c *compiler) withoutField(e *hclsyntax.FunctionCallExpr, op Op, source Source) {
	d := diag.Diagnostic{
		Rule: aggregateField, At: source.At, Mark: "which field of it?",
		Detail: string(op) + " looks at a field of the event, such as its amount.",
	}
	for _, f := range c.shapeOf(source).Fields {
		if f.Name != "at" && folds(op, f.Type) {
			d.Help = "write " + printSource(source, f.Name)
			break
		}
	}
	c.report(d)
}

// folds tells whether op can fold values of type t.
func folds(op Op, t types.Type) bool {
	switch op {
	case Sum, Avg:
		return types.Numeric(t)
	case Min, Max, Percentile:
		return types.Ordered(t)
	case First, Last:
		_, list := t.(types.List)
		return !list
	case Count:
		return true
	}
	return false
}

func foldable(op Op) string {
	switch op {
	case Sum, Avg:
		return string(op) + " takes a field that is a number or an amount of money."
	case Min, Max, Percentile:
		return string(op) + " takes a field that has an order: a number, an amount of money, a date, an instant."
	case First, Last, Count:
	}
	return string(op) + " takes a field with one value."
}
