package check

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

// literals looks for true and false in the place of a condition. A segment of
// everybody is a segment; a branch for everybody is no branch.
func (p *Pass) literals() diag.List {
	one := Pass{whole: p.whole, rule: sameForAll}
	p.eachWritten(func(b *block.Block) {
		for i := range b.Args {
			a := &b.Args[i]
			written, ok := truthOf(a)
			if !ok || written && b.Type.Name == "segment" {
				continue
			}
			one.literal(b, a, written)
		}
	})
	return one.found
}

func (p *Pass) literal(b *block.Block, a *block.Argument, written bool) {
	d := diag.Diagnostic{At: a.At, Mark: "never true", Detail: "It is written out and asks nothing of anybody."}
	if written {
		d.Mark = "always true"
	}
	switch {
	case b.Type.Name == "when" && written:
		d.Help = "write otherwise { ... } behind the other branches, for whom they leave"
	case !a.Arg.Required:
		d.Help = "write what it asks, or remove " + a.Name
	}
	p.say(d)
}

// truthOf is the true or false that is a whole condition.
func truthOf(a *block.Argument) (written, ok bool) {
	if a.Arg == nil {
		return false, false
	}
	if _, condition := a.Arg.Form.(block.Condition); !condition {
		return false, false
	}
	literal, ok := a.Expr.(*hclsyntax.LiteralValueExpr)
	if !ok || literal.Val.IsNull() || literal.Val.Type() != cty.Bool {
		return false, false
	}
	return literal.Val.True(), true
}
