package expr

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/types"
)

// chain compiles a && b && c, or the same with ||, into one case with all the
// terms, however they are bracketed.
func (c *compiler) chain(e *hclsyntax.BinaryOpExpr) Expr {
	failed := false
	var few [8]hclsyntax.Expression // most chains are shorter, and need no memory for this
	written := operands(few[:0], e, e.Op)
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
