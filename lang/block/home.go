package block

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// Home is where the names in a block are looked up: in the project itself, or
// in one use of a module; with for_each, for one of its items.
type Home struct {
	Module string // "module.m"; "" in the project itself
	Folder string // where the files are, from the project's folder
	// Constants evaluates var.x, local.x, each.key and the functions of
	// constants; nil: those of the block around.
	Constants *hcl.EvalContext
	// References are the variables that stand for declarations: "var.sign_up"
	// to "event.signed_up".
	References map[string]string
	// Named are the locals that mention people: "local.gold" to its condition
	// or value.
	Named map[string]hclsyntax.Expression
	// Call is the module block that made the use; nil in the project itself.
	Call *Block
}

// In is the scope s as it is at home; s itself where nothing differs.
func (h *Home) In(s *expr.Scope) *expr.Scope {
	if h == nil {
		return s
	}
	inner := *s
	inner.Module, inner.Folder, inner.References = h.Module, h.Folder, h.References
	if h.Constants != nil {
		inner.Constants = h.Constants
	}
	return &inner
}

// With is the same home for one item of for_each.
func (h *Home) With(item *hcl.EvalContext) *Home {
	out := *h
	out.Constants = item
	return &out
}

// Use is a label for what is wrong in a module's file; false in the project
// itself.
func (h *Home) Use() (diag.Label, bool) {
	if h == nil || h.Call == nil {
		return diag.Label{}, false
	}
	return diag.Label{At: h.Call.At, Text: "in this use of the module"}, true
}
