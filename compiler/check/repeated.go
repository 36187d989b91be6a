package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var repeated = &diag.Rule{Code: "CHK119", Severity: diag.Warning, Summary: "A list names something twice"}

// checkRepeated looks at lists of references, of words and of texts that are
// written out.
func checkRepeated(p *Pass) {
	p.eachBlock(func(b *block.Block) {
		for _, a := range b.Args {
			if a.Arg == nil {
				continue
			}
			if lists(a.Arg.Form) {
				p.repeatedIn(a)
			}
		}
	})
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
	items, ok := list.(*hclsyntax.TupleConsExpr)
	if !ok {
		return
	}
	first := map[string]hclsyntax.Expression{}
	for _, item := range items.Exprs {
		name := spelledItem(item)
		earlier, twice := first[name]
		if name == "" || !twice {
			first[name] = item
			continue
		}
		p.say(diag.Diagnostic{
			At: expr.At(item.Range()), Mark: "is there already", Related: []diag.Label{{At: expr.At(earlier.Range()), Text: "the first"}},
			Detail: fmt.Sprintf("%s names %s twice; the second has no effect.", a.Name, name), Help: "remove it",
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
