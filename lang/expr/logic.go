package expr

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// chain compiles a && b && c, or the same with ||, into one case with all the
// terms, however they are bracketed.
func (c *compiler) chain(e *hclsyntax.BinaryOpExpr) Expr {
	failed := false
	var few [8]hclsyntax.Expression // most chains are shorter, and need no memory for this
	written := operands(few[:0], e, e.Op)
	before := len(c.found)
	terms := make([]Expr, 0, len(written))
	for _, operand := range written {
		term := c.term(operand)
		if term == nil {
			failed = true
			continue
		}
		terms = append(terms, term)
	}
	if failed {
		c.textChain(e, written, before)
		return nil
	}
	conjunction := e.Op == hclsyntax.OpLogicalAnd
	if verdict, ok := foldChain(terms, conjunction); ok {
		return Literal{place(e), verdict, types.Bool}
	}
	if conjunction {
		return And{place(e), terms}
	}
	return Or{place(e), terms}
}

// textChain says once of && and || between texts, in a text, what chain said of
// each of them: programs have that for a value that may be missing, or for a case.
func (c *compiler) textChain(e *hclsyntax.BinaryOpExpr, written []hclsyntax.Expression, before int) {
	if c.scope.Language == "" {
		return
	}
	for _, d := range c.found[before:] {
		if d.Rule != notCondition {
			return
		}
	}
	c.found = c.found[:before]
	terms := make([]string, len(written))
	for i, operand := range written {
		if term := c.expr(operand); term != nil {
			terms[i] = Print(term)
		}
	}
	d := diag.Diagnostic{
		Rule: notCondition, At: At(e.Range()), Mark: "&& and || stand between conditions, and a text has none", Help: otherTouchpoint,
	}
	if e.Op == hclsyntax.OpLogicalOr {
		d.Help = "write coalesce(" + strings.Join(terms, ", ") + ")"
	}
	c.report(d)
}

func operands(out []hclsyntax.Expression, e hclsyntax.Expression, op *hclsyntax.Operation) []hclsyntax.Expression {
	e = bare(e)
	if b, ok := e.(*hclsyntax.BinaryOpExpr); ok && b.Op == op {
		return operands(operands(out, b.LHS, op), b.RHS, op)
	}
	return append(out, e)
}

// foldChain is the verdict when every term is constant.
func foldChain(terms []Expr, conjunction bool) (types.Truth, bool) {
	verdict := types.Truth(conjunction)
	for _, term := range terms {
		constant, ok := term.(Literal)
		if !ok {
			return false, false
		}
		truth := constant.Value.(types.Truth)
		if conjunction {
			verdict = verdict && truth
		} else {
			verdict = verdict || truth
		}
	}
	return verdict, true
}

func (c *compiler) not(e *hclsyntax.UnaryOpExpr) Expr {
	term := c.condition(e.Val)
	if term == nil {
		return nil
	}
	if constant, ok := term.(Literal); ok {
		return Literal{place(e), !constant.Value.(types.Truth), types.Bool}
	}
	return Not{place(e), term}
}
