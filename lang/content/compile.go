package content

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// Read reads a file of the project by its path from the project's folder.
type Read = func(path string) ([]byte, error)

// Compile reads a plain text (a subject, an SMS) in every language of the
// project: one string for all, an object with one per language, or
// template("x.${language}.txt"). A template whose name ends in .html is HTML.
func Compile(e hclsyntax.Expression, s *expr.Scope, read Read) (map[string]Template, diag.List) {
	return nil, nil
}

// CompileHTML is Compile for texts that are HTML also when they are written inline.
func CompileHTML(e hclsyntax.Expression, s *expr.Scope, read Read) (map[string]Template, diag.List) {
	return nil, nil
}

// LinkURL reads the address of a link.
func LinkURL(e hclsyntax.Expression, s *expr.Scope) (Template, diag.List) { return Template{}, nil }

// Rules lists what this package can find wrong.
var Rules []*diag.Rule
