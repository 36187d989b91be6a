package check

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var unknownLanguage = &diag.Rule{Code: "CHK105", Summary: "A text is in a language that the project does not have"}

// checkLanguages looks at titles, fears and opportunities; the languages of
// what is sent are package content's to check.
func checkLanguages(p *Pass) {
	if len(p.Program.Project.Languages) == 0 {
		return // what is wrong with them is told
	}
	for _, b := range p.Project.Blocks {
		p.languagesIn(b)
	}
}

func (p *Pass) languagesIn(b *block.Block) {
	for _, a := range b.Args {
		if a.Arg == nil {
			continue
		}
		if _, localized := a.Arg.Form.(block.Localized); localized {
			p.languagesOf(a)
		}
	}
	for _, child := range b.Blocks {
		p.languagesIn(child)
	}
}

func (p *Pass) languagesOf(a block.Argument) {
	object, ok := a.Expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return
	}
	for _, item := range object.Items {
		language := keyword(item.KeyExpr)
		if language == "" || slices.Contains(p.Program.Project.Languages, language) {
			continue
		}
		d := diag.Diagnostic{
			At: expr.At(item.KeyExpr.Range()), Mark: "not a language of the project",
			Detail: fmt.Sprintf("The project has %s. Nobody would ever read this text.", listed(p.Program.Project.Languages)),
			Help:   fmt.Sprintf("remove it, or add %q to the languages of the project", language),
		}
		p.say(d)
	}
}

// keyword is the name on the left in { name = value }, quoted or not.
func keyword(key hclsyntax.Expression) string {
	if word := hcl.ExprAsKeyword(key); word != "" {
		return word
	}
	if text, ok := key.(*hclsyntax.TemplateExpr); ok && text.IsStringLiteral() {
		key = text.Parts[0] // the same, without being put together
	}
	v, problems := key.Value(nil)
	if problems.HasErrors() || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}
