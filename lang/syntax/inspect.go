package syntax

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// inspect finds what HCL accepts and nobody means: a key that is there twice,
// of which HCL would keep the last, and a dash in a name.
func inspect(body *hclsyntax.Body, text string, start hcl.Pos) diag.List {
	i := &inspector{text: text, start: start}
	visitBody(body, i.see)
	return i.said()
}

// said lists what was found by place: arguments of a body come in no order.
func (i *inspector) said() diag.List {
	sort.SliceStable(i.list, func(a, b int) bool { return i.list[a].At.Start.Byte < i.list[b].At.Start.Byte })
	return i.list
}

// see looks at one expression; it always goes on.
func (i *inspector) see(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		i.keys(e)
	case *hclsyntax.ScopeTraversalExpr:
		i.dashes(e.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		i.dashes(e.Traversal)
	}
	return true
}

type inspector struct {
	text  string
	start hcl.Pos
	list  diag.List
}

func (i *inspector) keys(n *hclsyntax.ObjectConsExpr) {
	first := map[string]hcl.Range{}
	for _, item := range n.Items {
		value, problems := item.KeyExpr.Value(nil)
		if problems.HasErrors() || !value.IsWhollyKnown() || value.IsNull() || value.Type().FriendlyName() != "string" {
			continue
		}
		key, at := value.AsString(), item.KeyExpr.Range()
		earlier, taken := first[key]
		if !taken {
			first[key] = at
			continue
		}
		i.list = append(i.list, diag.Diagnostic{
			Rule: repeatedKey, At: Range(at), Mark: "again",
			Related: []diag.Label{{At: Range(earlier), Text: "first here"}},
			Help:    "keep one of the two",
		})
	}
}

// dashes reports names with a dash. HCL takes last-name for one name; here no
// name has a dash, and who means a difference writes spaces.
func (i *inspector) dashes(t hcl.Traversal) {
	for _, part := range t {
		name := ""
		switch part := part.(type) {
		case hcl.TraverseRoot:
			name = part.Name
		case hcl.TraverseAttr:
			name = part.Name
		}
		if !strings.Contains(name, "-") {
			continue
		}
		whole := t.SourceRange()
		written := i.text[whole.Start.Byte-i.start.Byte : whole.End.Byte-i.start.Byte]
		i.list = append(i.list, diag.Diagnostic{
			Rule: dashedName, At: Range(whole), Mark: "read as one name",
			Help: fmt.Sprintf("write %s; for a difference write spaces around the minus sign", strings.ReplaceAll(written, "-", "_")),
		})
		return
	}
}
