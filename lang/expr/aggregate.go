package expr

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

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
	if want == 2 {
		written := "event.x"
		if source, field, _, ok := c.source(e.Args[0], true); ok {
			written = printSource(source, field)
		} else {
			return false // what is wrong with the source is said already
		}
		d.Help = "write " + e.Name + "(" + written + `, "90d") or ` + e.Name + "(" + written + `, "ever")`
	} else if form, ok := funcs.FormNamed(e.Name); ok {
		d.Help = "write " + form.Signature
	}
	c.report(d)
	return false
}

func (c *compiler) aggregate(e *hclsyntax.FunctionCallExpr, op Op) Expr {
	if !c.windowed(e, 2) {
		return nil
	}
	source, field, t, ok := c.source(e.Args[0], op != Count)
	window, fine := c.window(e.Args[1])
	if !ok || !fine {
		return nil
	}
	if op == Count {
		return Aggregate{place(e), op, source, "", types.Number, window}
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
	return Aggregate{place(e), op, source, field, t, window}
}

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
	case Min, Max:
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
	case Min, Max:
		return string(op) + " takes a field that has an order: a number, an amount of money, a date, an instant."
	case First, Last, Count:
	}
	return string(op) + " takes a field with one value."
}
