package syntax

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"github.com/trayecto/trayecto/lang/diag"
)

// quote puts the texts that repaired durations should have been into the tree,
// and gives %{ its brace back.
func (s *slipped) quote(body *hclsyntax.Body) {
	for _, a := range body.Attributes {
		a.Expr = s.quoted(a.Expr)
	}
	for _, b := range body.Blocks {
		s.quote(b.Body)
	}
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.FunctionCallExpr:
			for i, arg := range n.Args {
				n.Args[i] = s.quoted(arg)
			}
		case *hclsyntax.TupleConsExpr:
			for i, item := range n.Exprs {
				n.Exprs[i] = s.quoted(item)
			}
		case *hclsyntax.ObjectConsExpr:
			for i, item := range n.Items {
				n.Items[i].ValueExpr = s.quoted(item.ValueExpr)
			}
		case *hclsyntax.LiteralValueExpr:
			s.restoreIn(n)
		}
		return nil
	})
}

func (s *slipped) quoted(e hclsyntax.Expression) hclsyntax.Expression {
	written, bare := s.quotes[e.Range().Start.Byte]
	if !bare {
		return e
	}
	if _, number := e.(*hclsyntax.LiteralValueExpr); !number {
		return e
	}
	text := &hclsyntax.LiteralValueExpr{Val: cty.StringVal(written), SrcRange: e.Range()}
	return &hclsyntax.TemplateExpr{Parts: []hclsyntax.Expression{text}, SrcRange: e.Range()}
}

func (s *slipped) restoreIn(n *hclsyntax.LiteralValueExpr) {
	if n.Val.Type() != cty.String || n.Val.IsNull() || !n.Val.IsKnown() {
		return
	}
	if text := n.Val.AsString(); strings.ContainsRune(text, percent) {
		n.Val = cty.StringVal(string(s.restore([]byte(text))))
	}
}

// compose puts every name of the tree into Unicode's composed form, so that
// the same word is the same name whatever keyboard it came from. Texts are
// left as they are.
func compose(body *hclsyntax.Body) diag.List {
	list := composeArguments(body)
	for _, b := range body.Blocks {
		b.Type = norm.NFC.String(b.Type)
		for i := range b.Labels {
			b.Labels[i] = norm.NFC.String(b.Labels[i])
		}
		list = append(list, compose(b.Body)...)
	}
	for _, a := range body.Attributes {
		_ = hclsyntax.VisitAll(a.Expr, func(n hclsyntax.Node) hcl.Diagnostics {
			composeNames(n)
			return nil
		})
	}
	return list
}

// composeArguments puts the names of a body's arguments into composed form;
// two that become one are an argument that is set twice.
func composeArguments(body *hclsyntax.Body) diag.List {
	ordered := slices.SortedFunc(maps.Values(body.Attributes), func(a, b *hclsyntax.Attribute) int {
		return a.NameRange.Start.Byte - b.NameRange.Start.Byte
	})
	var list diag.List
	body.Attributes = hclsyntax.Attributes{}
	for _, a := range ordered {
		if unreadableValue(a.Expr) {
			continue
		}
		a.Name = norm.NFC.String(a.Name)
		if _, taken := body.Attributes[a.Name]; taken {
			list = append(list, diag.Diagnostic{Rule: repeatedName, At: Range(a.NameRange), Mark: "is set above already", Help: "keep one of the two"})
			continue
		}
		body.Attributes[a.Name] = a
	}
	return list
}

// unreadableValue tells whether HCL put a stand-in somewhere into a value that
// it could not read. Half a value is none: what it seems to say is not what
// its author wrote.
func unreadableValue(e hclsyntax.Expression) bool {
	standIn := false
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if literal, isLiteral := n.(*hclsyntax.LiteralValueExpr); isLiteral && !literal.Val.IsKnown() {
			standIn = true
		}
		return nil
	})
	return standIn
}

func composeNames(n hclsyntax.Node) {
	switch n := n.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		composeTraversal(n.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		composeTraversal(n.Traversal)
	case *hclsyntax.FunctionCallExpr:
		n.Name = norm.NFC.String(n.Name)
	case *hclsyntax.ObjectConsKeyExpr:
		if inner, isExpr := n.Wrapped.(*hclsyntax.ScopeTraversalExpr); isExpr {
			composeTraversal(inner.Traversal)
		}
	}
}

func composeTraversal(t hcl.Traversal) {
	for i, part := range t {
		switch part := part.(type) {
		case hcl.TraverseRoot:
			part.Name = norm.NFC.String(part.Name)
			t[i] = part
		case hcl.TraverseAttr:
			part.Name = norm.NFC.String(part.Name)
			t[i] = part
		}
	}
}
