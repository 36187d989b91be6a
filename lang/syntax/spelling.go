package syntax

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// spelled is a text in which what HCL lets people write in two ways is written
// in one: names of blocks in quotes, and values in braces behind an equals
// sign. A text that HCL does not read is returned as it is.
func spelled(text []byte) []byte {
	file, problems := hclsyntax.ParseConfig(text, "", hcl.InitialPos)
	body, ok := file.Body.(*hclsyntax.Body)
	if problems.HasErrors() || !ok {
		return text
	}
	s := &spelling{text: text}
	s.body(body)
	slices.SortFunc(s.edits, func(a, b respelling) int { return a.from - b.from })
	var out bytes.Buffer
	at := 0
	for _, e := range s.edits {
		out.Write(text[at:e.from])
		out.WriteString(e.with)
		at = e.to
	}
	out.Write(text[at:])
	return out.Bytes()
}

// spelling gathers what is written otherwise.
type spelling struct {
	text  []byte
	edits []respelling
}

// respelling puts with in the place of some bytes.
type respelling struct {
	from, to int
	with     string
}

func (s *spelling) body(body *hclsyntax.Body) {
	for _, a := range body.Attributes {
		_ = hclsyntax.VisitAll(a.Expr, func(n hclsyntax.Node) hcl.Diagnostics {
			if object, isObject := n.(*hclsyntax.ObjectConsExpr); isObject {
				s.object(object)
			}
			return nil
		})
	}
	for _, b := range body.Blocks {
		for i, at := range b.LabelRanges {
			if s.text[at.Start.Byte] != '"' {
				s.edits = append(s.edits, respelling{at.Start.Byte, at.End.Byte, `"` + b.Labels[i] + `"`})
			}
		}
		s.body(b.Body)
	}
}

// object finds the colons between keys and values.
func (s *spelling) object(object *hclsyntax.ObjectConsExpr) {
	for _, item := range object.Items {
		from, to := item.KeyExpr.Range().End, item.ValueExpr.Range().Start.Byte
		if from.Byte >= to {
			continue
		}
		words, _ := hclsyntax.LexExpression(s.text[from.Byte:to], "", from)
		for _, w := range words {
			if w.Type == hclsyntax.TokenColon {
				s.edits = append(s.edits, respelling{w.Range.Start.Byte, w.Range.End.Byte, " = "})
			}
		}
	}
}
