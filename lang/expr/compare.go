package expr

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

func (c *compiler) compare(e *hclsyntax.BinaryOpExpr, op Comparison) Expr {
	if c.withNull(e, op) || c.chained(e) {
		return nil
	}
	left, right := c.expr(e.LHS), c.expr(e.RHS)
	if left == nil || right == nil {
		return nil
	}
	left, right, ok := c.unify(left, right, At(e.Range()))
	if !ok {
		return nil
	}
	if t := TypeOf(left); op != Equal && op != NotEqual && !types.Ordered(t) {
		c.report(diag.Diagnostic{
			Rule: notOrdered, At: At(e.Range()), Mark: kindOf(t) + " is neither more nor less than another",
			Help: "write == or !=",
		})
		return nil
	}
	if verdict, ok := foldCompare(left, right, op); ok {
		return Literal{place(e), verdict, types.Bool}
	}
	return Compare{place(e), op, left, right}
}

// withNull reports a comparison with a written null.
func (c *compiler) withNull(e *hclsyntax.BinaryOpExpr, op Comparison) bool {
	other := e.LHS
	if !writtenNull(e.RHS) {
		if !writtenNull(e.LHS) {
			return false
		}
		other = e.RHS
	}
	help := "write is_set(...) or !is_set(...)"
	if of := c.expr(other); of != nil {
		help = "write !is_set(" + Print(of) + ")"
		if op == NotEqual {
			help = "write is_set(" + Print(of) + ")"
		}
	}
	c.report(diag.Diagnostic{
		Rule: nullCompared, At: At(e.Range()), Mark: "never true, whatever the value",
		Detail: "A comparison with a missing value is neither true nor false.", Help: help,
	})
	return true
}

// chained reports 18 <= x <= 30, which asks whether true or false is at most 30.
func (c *compiler) chained(e *hclsyntax.BinaryOpExpr) bool {
	inner, ok := e.LHS.(*hclsyntax.BinaryOpExpr)
	if !ok {
		return false
	}
	first, chains := orders[e.Op]
	if second, both := orders[inner.Op]; !chains || !both || first != second {
		return false
	}
	d := diag.Diagnostic{
		Rule: notComparable, At: At(e.Range()), Mark: "two comparisons in one",
		Detail: "A comparison has two sides. Where a value lies between two others, that is two comparisons.", Help: "write both, with && between them",
	}
	before := len(c.found)
	if low, of, high := c.expr(inner.LHS), c.expr(inner.RHS), c.expr(e.RHS); low != nil && of != nil && high != nil {
		d.Help = fmt.Sprintf("write %s %s %s && %s %s %s", Print(low), spelled[inner.Op], Print(of), Print(of), spelled[e.Op], Print(high))
	}
	if len(c.found) == before {
		c.report(d)
	}
	return true
}

// orders tells which way a comparison points.
var orders = map[*hclsyntax.Operation]string{
	hclsyntax.OpLessThan: "up", hclsyntax.OpLessThanOrEqual: "up", hclsyntax.OpGreaterThan: "down", hclsyntax.OpGreaterThanOrEqual: "down",
}

var spelled = map[*hclsyntax.Operation]Comparison{
	hclsyntax.OpLessThan: Less, hclsyntax.OpLessThanOrEqual: LessEqual, hclsyntax.OpGreaterThan: Greater, hclsyntax.OpGreaterThanOrEqual: GreaterEqual,
}

func writtenNull(e hclsyntax.Expression) bool {
	literal, ok := bare(e).(*hclsyntax.LiteralValueExpr)
	return ok && literal.Val.IsNull()
}

// unify gives both sides one type; a literal takes the type of the other side.
func (c *compiler) unify(left, right Expr, at diag.Range) (l, r Expr, ok bool) {
	leftLiteral, leftConstant := left.(Literal)
	rightLiteral, rightConstant := right.(Literal)
	switch {
	case rightConstant:
		right, ok = c.converted(right, rightLiteral, left)
		return left, right, ok
	case leftConstant:
		left, ok = c.converted(left, leftLiteral, right)
		return left, right, ok
	}
	if compatible(TypeOf(left), TypeOf(right)) {
		return left, right, true
	}
	c.report(diag.Diagnostic{
		Rule: notComparable, At: at, Mark: kindOf(TypeOf(left)) + " and " + kindOf(TypeOf(right)),
		Help: bridge(left, right),
	})
	return nil, nil, false
}

// converted is a literal with the type of what it meets: itself where it has that.
func (c *compiler) converted(e Expr, l Literal, meets Expr) (Expr, bool) {
	t := TypeOf(meets)
	converted, ok := c.convert(l, t, isMean(meets))
	if basic, same := l.Type.(types.Basic); ok && same && t == types.Type(basic) {
		return e, true
	}
	return converted, ok
}

// isMean tells whether e is an average, which has more decimal places than the
// currency.
func isMean(e Expr) bool {
	a, ok := e.(Aggregate)
	return ok && a.Op == Avg
}

func bridge(left, right Expr) string {
	switch {
	case TypeOf(left) == types.Timestamp && TypeOf(right) == types.DateType:
		return "write date(" + Print(left) + ")"
	case TypeOf(left) == types.DateType && TypeOf(right) == types.Timestamp:
		return "write date(" + Print(right) + ")"
	}
	return ""
}

// compatible tells whether values of the two types can be equal.
func compatible(a, b types.Type) bool {
	switch a := a.(type) {
	case types.Enum:
		if b, ok := b.(types.Enum); ok {
			return slices.ContainsFunc(a.Values, b.Has)
		}
		return types.Textual(b) && !isObject(b)
	case types.Object:
		return b == types.Type(a) || b == types.String
	case types.List:
		return false
	case types.Basic:
		if isObject(b) {
			return a == types.String
		}
		if types.Textual(a) {
			return types.Textual(b)
		}
		basic, ok := b.(types.Basic)
		return ok && a == basic
	}
	return false
}

func isObject(t types.Type) bool {
	_, ok := t.(types.Object)
	return ok
}

func foldCompare(left, right Expr, op Comparison) (types.Truth, bool) {
	l, leftConstant := left.(Literal)
	r, rightConstant := right.(Literal)
	if !leftConstant || !rightConstant {
		return false, false
	}
	order, ok := types.Compare(l.Value, r.Value)
	if !ok {
		return false, false
	}
	switch op {
	case Equal:
		return order == 0, true
	case NotEqual:
		return order != 0, true
	case Less:
		return order < 0, true
	case LessEqual:
		return order <= 0, true
	case Greater:
		return order > 0, true
	case GreaterEqual:
		return order >= 0, true
	}
	return false, false
}

// writtenDay reads 2000-01-01, which HCL takes for two subtractions.
func writtenDay(e hclsyntax.Expression) (day string, ok bool) {
	outer, ok := bare(e).(*hclsyntax.BinaryOpExpr)
	if !ok || outer.Op != hclsyntax.OpSubtract {
		return "", false
	}
	inner, ok := outer.LHS.(*hclsyntax.BinaryOpExpr)
	if !ok || inner.Op != hclsyntax.OpSubtract {
		return "", false
	}
	year, ok1 := writtenInt(inner.LHS, 1000, 9999)
	month, ok2 := writtenInt(inner.RHS, 1, 12)
	d, ok3 := writtenInt(outer.RHS, 1, 31)
	return fmt.Sprintf("%04d-%02d-%02d", year, month, d), ok1 && ok2 && ok3
}

func writtenInt(e hclsyntax.Expression, low, high int64) (int64, bool) {
	literal, ok := e.(*hclsyntax.LiteralValueExpr)
	if !ok || literal.Val.IsNull() || literal.Val.Type() != cty.Number {
		return 0, false
	}
	n, accuracy := literal.Val.AsBigFloat().Int64()
	return n, accuracy == 0 && n >= low && n <= high
}
