package build

import (
	"cmp"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

func (b *builder) resource(from *block.Block) {
	r := b.read(from)
	b.program.Resources = append(b.program.Resources, ir.Resource{
		Head: r.head(), Kind: from.Label(0), Platform: r.ref("platform"), Key: cmp.Or(r.text("key"), from.Label(1)),
		Attributes: r.settingsIn("attributes"),
	})
}

// settingsIn is the constants of an argument that is { name = value }.
func (r *reader) settingsIn(name string) []ir.Setting {
	a, ok := r.block.Get(name)
	if !ok {
		return nil
	}
	s, ok := r.setting(a.Name, a.Expr)
	_, written := a.Expr.(*hclsyntax.ObjectConsExpr)
	if ok && !written && s.Map == nil {
		r.say(diag.Diagnostic{
			Rule: OtherForm, At: a.At, Mark: "not names and values", Detail: name + " takes constants with their names.",
			Help: "write " + name + ` = { name = "value" }`,
		})
	}
	return s.Map
}
