package check

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/syntax"
)

var repeated = &diag.Rule{Code: "CHK119", Severity: diag.Warning, Summary: "Something is said twice"}

// checkRepeated looks at lists of references, of words and of texts that are
// written out, and at the values of one_of and coalesce.
func checkRepeated(p *Pass, b *block.Block) {
	for i := range b.Args {
		switch a := &b.Args[i]; {
		case a.Arg == nil:
		case lists(a.Arg.Form):
			p.repeatedIn(a)
		default:
			p.repeatedInside(a)
		}
	}
}

// lists tells whether a form is a list of things of which one is enough.
func lists(f block.Form) bool {
	switch f.(type) {
	case block.Refs, block.Words, block.Texts, block.Channels:
		return true
	case block.Text, block.Word, block.Localized, block.Number, block.Bool, block.Span, block.Instant, block.Clock, block.Ref, block.Address,
		block.TypeName, block.Condition, block.Value, block.Values, block.Content, block.Occurrence, block.Step, block.Constant:
		return false
	}
	return false
}

func (p *Pass) repeatedIn(a *block.Argument) {
	list := a.Expr
	if call, ok := list.(*hclsyntax.FunctionCallExpr); ok && call.Name == "prefer" && len(call.Args) == 2 {
		list = call.Args[1]
	}
	if items, ok := list.(*hclsyntax.TupleConsExpr); ok {
		p.twice(a.Name, items.Exprs)
	}
}

// repeatedInside looks at the calls in an expression.
func (p *Pass) repeatedInside(a *block.Argument) {
	syntax.Visit(a.Expr, func(e hclsyntax.Expression) bool {
		call, ok := e.(*hclsyntax.FunctionCallExpr)
		switch {
		case ok && call.Name == "one_of" && len(call.Args) > 1:
			p.twice(call.Name, call.Args[1:])
		case ok && call.Name == "coalesce":
			p.twice(call.Name, call.Args)
		}
		return true
	})
}

// checkTerms looks at the terms of && and || in a condition.
func checkTerms(p *Pass, e expr.Expr) {
	switch e := e.(type) {
	case expr.And:
		p.termTwice(e.Terms)
	case expr.Or:
		p.termTwice(e.Terms)
	default:
	}
}

func (p *Pass) termTwice(terms []expr.Expr) {
	for i, term := range terms {
		first := slices.IndexFunc(terms[:i], func(earlier expr.Expr) bool { return expr.Same(earlier, term) })
		if first < 0 {
			continue
		}
		p.say(diag.Diagnostic{
			At: term.Range(), Mark: "is there already", Related: []diag.Label{{At: terms[first].Range(), Text: "the first"}},
			Detail: fmt.Sprintf("%s is asked twice; the second has no effect.", expr.Print(term)), Help: "remove it, or write what it was to ask",
		})
	}
}

// twice tells of each of some items that is there already.
func (p *Pass) twice(list string, items []hclsyntax.Expression) {
	if len(items) < 2 {
		return
	}
	first := map[string]hclsyntax.Expression{}
	for _, item := range items {
		name := spelledItem(item)
		earlier, twice := first[name]
		if name == "" || !twice {
			first[name] = item
			continue
		}
		p.say(diag.Diagnostic{
			At: expr.At(item.Range()), Mark: "is there already", Related: []diag.Label{{At: expr.At(earlier.Range()), Text: "the first"}},
			Detail: fmt.Sprintf("%s names %s twice; the second has no effect.", list, name), Help: "remove it",
		})
	}
}

// spelledItem is a reference or a quoted text as it is written; "" for the rest.
func spelledItem(e hclsyntax.Expression) string {
	if ref, ok := expr.Reference(e); ok {
		return ref.String()
	}
	if text := keyword(e); text != "" {
		return fmt.Sprintf("%q", text)
	}
	return ""
}
