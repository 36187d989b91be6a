package syntax

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Visit shows an expression and everything inside it, from the outside in and
// from left to right, until see returns false; then Visit does so too. It is
// hclsyntax.VisitAll without its cost for the forms that conditions are made
// of: conditions are looked through several times.
func Visit(e hclsyntax.Expression, see func(hclsyntax.Expression) bool) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.ScopeTraversalExpr:
		return see(e)
	case *hclsyntax.ParenthesesExpr:
		return see(e) && Visit(e.Expression, see)
	case *hclsyntax.BinaryOpExpr:
		return see(e) && Visit(e.LHS, see) && Visit(e.RHS, see)
	case *hclsyntax.UnaryOpExpr:
		return see(e) && Visit(e.Val, see)
	case *hclsyntax.FunctionCallExpr:
		return see(e) && visitAll(e.Args, see)
	case *hclsyntax.TemplateExpr:
		return see(e) && visitAll(e.Parts, see)
	case *hclsyntax.TupleConsExpr:
		return see(e) && visitAll(e.Exprs, see)
	}
	return visitOther(e, see)
}

func visitAll(list []hclsyntax.Expression, see func(hclsyntax.Expression) bool) bool {
	for _, e := range list {
		if !Visit(e, see) {
			return false
		}
	}
	return true
}

// visitOther leaves the rest to HCL, which shows every node in the same order.
func visitOther(e hclsyntax.Expression, see func(hclsyntax.Expression) bool) bool {
	going := true
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics { // the visitor never fails
		if inner, ok := n.(hclsyntax.Expression); ok && going {
			going = see(inner)
		}
		return nil
	})
	return going
}

// Names shows every name in an expression that is not made by a for around it,
// in the order of hclsyntax.Variables, until see returns false; then Names does
// so too.
func Names(e hclsyntax.Expression, see func(hcl.Traversal) bool) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.ScopeTraversalExpr:
		return see(e.Traversal)
	case *hclsyntax.ParenthesesExpr:
		return Names(e.Expression, see)
	case *hclsyntax.BinaryOpExpr:
		return Names(e.LHS, see) && Names(e.RHS, see)
	case *hclsyntax.UnaryOpExpr:
		return Names(e.Val, see)
	case *hclsyntax.FunctionCallExpr:
		return namesIn(e.Args, see)
	case *hclsyntax.TemplateExpr:
		return namesIn(e.Parts, see)
	case *hclsyntax.TupleConsExpr:
		return namesIn(e.Exprs, see)
	}
	for _, name := range hclsyntax.Variables(e) {
		if !see(name) {
			return false
		}
	}
	return true
}

func namesIn(list []hclsyntax.Expression, see func(hcl.Traversal) bool) bool {
	for _, e := range list {
		if !Names(e, see) {
			return false
		}
	}
	return true
}

// visitBody is Visit for every value in a body and the blocks in it, the
// arguments of a body in no order.
func visitBody(body *hclsyntax.Body, see func(hclsyntax.Expression) bool) bool {
	for _, a := range body.Attributes {
		if !Visit(a.Expr, see) {
			return false
		}
	}
	for _, b := range body.Blocks {
		if !visitBody(b.Body, see) {
			return false
		}
	}
	return true
}
