package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var repeated = &diag.Rule{Code: "CHK119", Severity: diag.Warning, Summary: "Something is said twice"}

// checkRepeated looks at lists of references, of words and of texts that are
// written out, at the values of one_of and coalesce, and at terms joined by && and ||.
func checkRepeated(p *Pass) {
	p.eachBlock(func(b *block.Block) {
		for _, a := range b.Args {
			if a.Arg == nil {
				continue
			}
			if lists(a.Arg.Form) {
				p.repeatedIn(a)
				continue
			}
			p.repeatedInside(a)
		}
	})
	for _, d := range p.declarations {
		for _, e := range ir.Conditions(d) {
			p.repeatedTerms(e)
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

func (p *Pass) repeatedIn(a block.Argument) {
	list := a.Expr
	if call, ok := list.(*hclsyntax.FunctionCallExpr); ok && call.Name == "prefer" && len(call.Args) == 2 {
		list = call.Args[1]
	}
	if items, ok := list.(*hclsyntax.TupleConsExpr); ok {
		p.twice(a.Name, items.Exprs)
	}
}

// repeatedInside looks at the calls in an expression.
func (p *Pass) repeatedInside(a block.Argument) {
	_ = hclsyntax.VisitAll(a.Expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		switch {
		case ok && call.Name == "one_of" && len(call.Args) > 1:
			p.twice(call.Name, call.Args[1:])
		case ok && call.Name == "coalesce":
			p.twice(call.Name, call.Args)
		}
		return nil
	})
}

// repeatedTerms looks at the terms of && and || in a condition.
func (p *Pass) repeatedTerms(e expr.Expr) {
	expr.Walk(e, func(e expr.Expr) bool {
		for _, source := range expr.Sources(e) {
			p.repeatedTerms(source.Where)
		}
		var terms []expr.Expr
		switch e := e.(type) {
		case expr.And:
			terms = e.Terms
		case expr.Or:
			terms = e.Terms
		case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.Did, expr.FollowedBy, expr.Compare, expr.Not, expr.Is,
			expr.OneOf, expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
		}
		p.termTwice(terms)
		return true
	})
}

func (p *Pass) termTwice(terms []expr.Expr) {
	first := map[string]expr.Expr{}
	for _, term := range terms {
		written := expr.Print(term)
		earlier, twice := first[written]
		if !twice {
			first[written] = term
			continue
		}
		p.say(diag.Diagnostic{
			At: term.Range(), Mark: "is there already", Related: []diag.Label{{At: earlier.Range(), Text: "the first"}},
			Detail: fmt.Sprintf("%s is asked twice; the second has no effect.", written), Help: "remove it, or write what it was to ask",
		})
	}
}

// twice tells of each of some items that is there already.
func (p *Pass) twice(list string, items []hclsyntax.Expression) {
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
