package resolve

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
)

// names lists what is declared by kind, as sorted addresses, each once.
func names(blocks []*block.Block) map[string][]string {
	out := map[string][]string{}
	for _, b := range blocks {
		if len(b.Labels) > 0 {
			out[b.Type.Name] = append(out[b.Type.Name], b.Address())
		}
	}
	for kind, list := range out {
		slices.Sort(list)
		out[kind] = slices.Compact(list)
	}
	return out
}

// reference is the address that an argument mentions, "" when it is no
// reference, which is for package build to say.
func reference(e hclsyntax.Expression) string {
	ref, ok := expr.Reference(e)
	if !ok {
		return ""
	}
	return ref.Address()
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
