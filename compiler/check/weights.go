package check

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

var noWeight = &diag.Rule{Code: "CHK120", Summary: "A split sends nobody anywhere"}

func checkWeights(p *Pass) {
	for _, j := range p.Program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			split, ok := s.(ir.Split)
			if !ok || len(split.Variants) == 0 {
				return
			}
			for _, v := range split.Variants {
				if v.Weight > 0 {
					return
				}
			}
			if !p.weighted(j.Address, split.Name) {
				return
			}
			p.say(diag.Diagnostic{
				At: split.At, Mark: "every weight is 0",
				Detail: fmt.Sprintf("Weights are relative: of all who come to %s, each way gets its part of their sum.", split.Name),
				Help:   "give at least one way a weight, such as 50",
			})
		})
	}
}

// weighted tells whether every way of a split says its weight as a number: one
// that is missing or a text was told and is not 0.
func (p *Pass) weighted(journey, split string) bool {
	said := true
	var look func(b *block.Block)
	look = func(b *block.Block) {
		if b.Type.Name == "split" && b.Label(0) == split {
			for _, way := range slices.Concat(b.Of("variant"), b.Of("control")) {
				weight, written := way.Get("weight")
				said = said && written && (numbered(weight.Expr, "0") || !literal(weight.Expr))
			}
		}
		for _, child := range b.Blocks {
			look(child)
		}
	}
	if b := p.blocks()[journey]; b != nil {
		look(b)
	}
	return said
}

// numbered tells whether an expression is a certain number, written out.
func numbered(e hclsyntax.Expression, number string) bool {
	l, ok := e.(*hclsyntax.LiteralValueExpr)
	return ok && l.Val.Type() == cty.Number && l.Val.AsBigFloat().Text('f', -1) == number
}

// literal tells whether an expression is a number, a text or the like, written out.
func literal(e hclsyntax.Expression) bool {
	switch e.(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.TemplateExpr, *hclsyntax.TupleConsExpr, *hclsyntax.UnaryOpExpr:
		return true
	}
	return false
}
