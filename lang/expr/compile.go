package expr

import (
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/types"
)

// How compiling works. An expression is read from the outside in. What has no
// people in it (var.x, local.x, arithmetic, functions of constants) is handed
// to cty and comes back as a Literal; the rest is one case of Expr for each
// thing that an author can write. Types are checked from the inside out, and a
// literal takes the type of what it meets: 500 beside money becomes money.
//
// A failed expression is nil, and whatever has a nil inside is nil too and
// says nothing, so that one cause gives one message.

// At is an HCL range as diagnostics carry it.
func At(r hcl.Range) diag.Range { return syntax.Range(r) }

// Compile turns e into a typed expression; nil when something is wrong in it.
func Compile(e hclsyntax.Expression, s *Scope) (Expr, diag.List) {
	c := newCompiler(s)
	return c.expr(e), c.found
}

// Condition is Compile for an expression that must be true or false.
func Condition(e hclsyntax.Expression, s *Scope) (Expr, diag.List) {
	c := newCompiler(s)
	return c.condition(e), c.found
}

// compiler compiles one expression and collects what is wrong with it.
type compiler struct {
	scope *Scope
	it    *Shape // the scope's, or that of the where(...) around
	found diag.List
}

func newCompiler(s *Scope) *compiler { return &compiler{scope: s, it: s.It} }

func (c *compiler) report(d diag.Diagnostic) { c.found = append(c.found, d) }

// over compiles a condition that is about it.
func (c *compiler) over(it *Shape, e hclsyntax.Expression) Expr {
	around := c.it
	c.it = it
	out := c.condition(e)
	c.it = around
	return out
}

func (c *compiler) expr(e hclsyntax.Expression) Expr {
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return c.expr(e.Expression)
	case *hclsyntax.ScopeTraversalExpr:
		return c.name(e)
	case *hclsyntax.IndexExpr, *hclsyntax.RelativeTraversalExpr:
		return c.indexed(e)
	case *hclsyntax.FunctionCallExpr:
		return c.call(e)
	case *hclsyntax.BinaryOpExpr:
		return c.binary(e)
	case *hclsyntax.UnaryOpExpr:
		if e.Op == hclsyntax.OpLogicalNot {
			return c.not(e)
		}
		return c.arithmetic(e)
	case *hclsyntax.ConditionalExpr:
		return c.choice(e)
	case *hclsyntax.TemplateExpr, *hclsyntax.TemplateWrapExpr:
		return c.text(e)
	case *hclsyntax.ExprSyntaxError:
		return nil // reported by the parser
	}
	return c.other(e)
}

func (c *compiler) binary(e *hclsyntax.BinaryOpExpr) Expr {
	switch e.Op {
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
		return c.chain(e)
	case hclsyntax.OpEqual:
		return c.compare(e, Equal)
	case hclsyntax.OpNotEqual:
		return c.compare(e, NotEqual)
	case hclsyntax.OpLessThan:
		return c.compare(e, Less)
	case hclsyntax.OpLessThanOrEqual:
		return c.compare(e, LessEqual)
	case hclsyntax.OpGreaterThan:
		return c.compare(e, Greater)
	case hclsyntax.OpGreaterThanOrEqual:
		return c.compare(e, GreaterEqual)
	}
	return c.arithmetic(e)
}

// condition compiles e and asks for true or false.
func (c *compiler) condition(e hclsyntax.Expression) Expr {
	out := c.expr(e)
	if out == nil {
		return nil
	}
	if TypeOf(out) == types.Bool {
		return out
	}
	c.report(diag.Diagnostic{
		Rule: notCondition, At: out.Range(), Mark: "this is " + kindOf(TypeOf(out)),
		Detail: "A condition is true or false for each person: a comparison, did(...), a segment.",
		Help:   suggestComparison(out),
	})
	return nil
}

// looksLikeCondition is of a text that was to be a condition.
var looksLikeCondition = regexp.MustCompile(`==|!=|<|>|&&|\|\||\b(?:person|event|segment)\.|\b(?:did|count|sum)\(`)

func suggestComparison(e Expr) string {
	if literal, constant := e.(Literal); constant {
		if text, ok := literal.Value.(types.Text); ok && slices.Contains([]types.Text{"otherwise", "true", "false"}, text) {
			return "write " + string(text) + " without quotes"
		} else if ok && looksLikeCondition.MatchString(string(text)) {
			return "write the condition itself, without quotes around it"
		}
		return ""
	}
	example := ""
	switch t := TypeOf(e).(type) {
	case types.Enum:
		example = quote(t.Values[0])
	case types.Basic:
		if types.Numeric(t) {
			return "compare it, for example " + Print(e) + " > 0"
		}
		if t == types.String {
			example = `"..."`
		}
	case types.List, types.Object:
	}
	if example == "" {
		return "compare it, or ask is_set(" + Print(e) + ")"
	}
	return "compare it, for example " + Print(e) + " == " + example
}

// arithmetic folds + - * / % and a leading minus.
func (c *compiler) arithmetic(e hclsyntax.Expression) Expr {
	if day, ok := writtenDay(e); ok {
		c.report(diag.Diagnostic{
			Rule: dayArithmetic, At: At(e.Range()), Mark: "a subtraction of three numbers",
			Help: "write date(" + quote(day) + ")",
		})
		return nil
	}
	if at, ok := c.people(e); ok {
		c.report(diag.Diagnostic{
			Rule: peopleSum, At: At(e.Range()), Related: []diag.Label{{At: at, Text: "this differs from person to person"}},
			Detail: "Only constants can be added, subtracted, multiplied and divided. What is known of people is compared as it is.",
			Help:   "move the arithmetic to the constant side of the comparison",
		})
		return nil
	}
	return c.fold(e)
}

// otherTouchpoint is what to do where a text would be another for some people.
const otherTouchpoint = "make a touchpoint for each case, and choose between them in the journey"

// choice folds condition ? a : b.
func (c *compiler) choice(e *hclsyntax.ConditionalExpr) Expr {
	at, ok := c.people(e)
	if !ok {
		return c.fold(e)
	}
	help := "write both cases out: (condition && a) || (!condition && b)"
	if c.scope.Language != "" {
		help = otherTouchpoint
	}
	c.report(diag.Diagnostic{
		Rule: peopleChoice, At: At(e.Range()), Related: []diag.Label{{At: at, Text: "this differs from person to person"}},
		Help: help,
	})
	return nil
}

// text folds a string; only content may have people in one.
func (c *compiler) text(e hclsyntax.Expression) Expr {
	at, ok := c.people(e)
	if !ok {
		return c.fold(e)
	}
	c.report(diag.Diagnostic{
		Rule: formUnknown, At: at, Mark: "differs from person to person",
		Detail: "A text made of what is known of people stands in content only.",
		Help:   "write the value itself, without quotes and ${ }",
	})
	return nil
}

// other is every other form of HCL: lists, objects, for, [*].
func (c *compiler) other(e hclsyntax.Expression) Expr {
	at, ok := c.people(e)
	if !ok {
		return c.fold(e)
	}
	c.report(diag.Diagnostic{
		Rule: formUnknown, At: At(e.Range()), Related: []diag.Label{{At: at, Text: "this differs from person to person"}},
		Detail: "Lists, objects, for and [*] are for constants.",
	})
	return nil
}

// place is where e was written.
func place(e hclsyntax.Expression) Place { return Place{At: At(e.Range())} }

// bare is e without the parentheses around it.
func bare(e hclsyntax.Expression) hclsyntax.Expression {
	for {
		inner, ok := e.(*hclsyntax.ParenthesesExpr)
		if !ok {
			return e
		}
		e = inner.Expression
	}
}
