package syntax

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/text/unicode/norm"

	"github.com/trayecto/trayecto/lang/diag"
)

// clean reads a text that HCL's grammar takes as it is; false when the text
// needs the long way. Five things need it although HCL may take them:
//
//   - %{, which is a directive to HCL and plain text here;
//   - names that are not in composed form;
//   - not(x), which HCL takes for a function, and not[x]; likewise and, or, in;
//   - an equals sign after half an expression in an object: { a + b = 1 };
//   - a value that HCL itself put in for something it did not understand.
func clean(path, text string, start hcl.Pos) (*hclsyntax.Body, diag.List, bool) {
	if strings.Contains(text, directive) || strings.Contains(text, masked) || !norm.NFC.IsNormalString(text) {
		return nil, nil, false
	}
	body, ok := inPieces(path, text, start, pieceLength)
	if !ok {
		return nil, nil, false
	}
	i := &inspector{text: text, start: start}
	fine := labelsComposed(body) && visitBody(body, func(e hclsyntax.Expression) bool { return unsuspicious(e) && i.see(e) })
	return body, i.said(), fine
}

// labelsComposed looks at labels, which may hold what their text escapes.
func labelsComposed(body *hclsyntax.Body) bool {
	for _, b := range body.Blocks {
		for _, label := range b.Labels {
			if !norm.NFC.IsNormalString(label) {
				return false
			}
		}
		if !labelsComposed(b.Body) {
			return false
		}
	}
	return true
}

// unsuspicious tells whether no slip hides in an expression that HCL took.
func unsuspicious(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return e.Val.IsKnown()
	case *hclsyntax.FunctionCallExpr:
		return !operatorWord(e.Name)
	case *hclsyntax.ScopeTraversalExpr:
		return !operatorWord(e.Traversal.RootName())
	case *hclsyntax.ObjectConsKeyExpr:
		switch e.Wrapped.(type) {
		case *hclsyntax.ScopeTraversalExpr, *hclsyntax.TemplateExpr, *hclsyntax.LiteralValueExpr, *hclsyntax.ParenthesesExpr:
			return true
		}
		return false
	}
	return true
}

func operatorWord(name string) bool {
	if len(name) < 2 || len(name) > 3 {
		return false
	}
	switch strings.ToLower(name) {
	case "and", "or", "not", "in":
		return true
	}
	return false
}
