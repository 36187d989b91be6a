package build

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

func (b *builder) guard(from *block.Block) {
	r := b.read(from)
	scope := *r.scope
	scope.Changes = ir.ChangeShape()
	r.scope = &scope
	b.program.Guards = append(b.program.Guards, ir.Guard{
		Head: r.head(), RefuseIf: r.condition("refuse_if"), ApprovedBy: r.approvers("unless"), Message: r.text("message"),
	})
}

// approvers is the owners in approved_by("a", "b").
func (r *reader) approvers(name string) []string {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	before := len(r.to.found)
	var out []string
	call, isCall := a.Expr.(*hclsyntax.FunctionCallExpr)
	if isCall && call.Name == "approved_by" {
		for _, arg := range call.Args {
			v, found := expr.Fold(arg, r.scope)
			r.sayAll(found)
			if v != cty.NilVal && !v.IsNull() && v.Type() == cty.String {
				out = append(out, v.AsString())
			}
		}
	}
	if len(out) == 0 && len(r.to.found) == before {
		r.say(diag.Diagnostic{
			Rule: NoApproval, At: a.At, Mark: "not approved_by(...)",
			Detail: name + " says whose approval lets a plan pass that the guard refuses.", Help: `write approved_by("team")`,
		})
	}
	return out
}
