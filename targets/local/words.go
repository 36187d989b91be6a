package local

import (
	"strings"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
)

// words is an expression as an author would write it.
func words(e expr.Expr) string { return expr.Print(e) }

// textOf is a template as an author would write it.
func textOf(t content.Template) string {
	var b strings.Builder
	for _, piece := range t.Pieces {
		switch piece := piece.(type) {
		case content.Text:
			b.WriteString(strings.ReplaceAll(piece.Text, "${", "$${"))
		case content.Slot:
			b.WriteString("${" + words(piece.Value) + "}")
		case content.LinkSlot:
			b.WriteString("${" + piece.Link + "}")
		case content.PartSlot:
			b.WriteString("${" + piece.Part + "}")
		}
	}
	return b.String()
}
