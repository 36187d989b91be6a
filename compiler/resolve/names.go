package resolve

import (
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
)

// reference is the address that an argument of b mentions, "" when it is no
// reference, which is for package build to say.
func reference(e hclsyntax.Expression, b *block.Block, s *expr.Scope) string {
	at := b.Home.In(s)
	ref, ok := at.Reference(e)
	if !ok {
		return ""
	}
	return at.Full(ref)
}

func cutPerson(node string) (attribute string, ok bool) { return strings.CutPrefix(node, "person.") }

func of(blocks []*block.Block, kind string) []*block.Block {
	var out []*block.Block
	for _, b := range blocks {
		if b.Type.Name == kind {
			out = append(out, b)
		}
	}
	return out
}
