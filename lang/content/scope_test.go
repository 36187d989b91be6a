package content_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// shop is the scope of a text that answers an order.
func shop() *expr.Scope {
	maybe := func(name string, of types.Type) expr.ShapeField {
		return expr.ShapeField{Name: name, Type: of, Nullable: true}
	}
	sure := func(name string, of types.Type) expr.ShapeField { return expr.ShapeField{Name: name, Type: of} }
	return &expr.Scope{
		Constants: &hcl.EvalContext{
			Variables: map[string]cty.Value{
				"var": cty.ObjectVal(map[string]cty.Value{"base_url": cty.StringVal("https://lumen.example"), "motto": cty.StringVal("Light & <air>")}),
			},
			Functions: expr.Functions(),
		},
		Currency: "EUR", Languages: []string{"es", "en"},
		References: map[string]string{"var.next": "link.home"},
		Person: &expr.Shape{Name: "person", Fields: []expr.ShapeField{
			sure("customer_id", types.String), maybe("first_name", types.String), maybe("birth_date", types.DateType), sure("vip", types.Bool), sure("page", types.URL),
		}},
		Objects: map[string]*expr.Shape{"object.order": {Name: "object.order", Fields: []expr.ShapeField{sure("number", types.String), maybe("total", types.Money)}}},
		Entry: &expr.Shape{Name: "event.parcel_delayed", Fields: []expr.ShapeField{
			sure("order", types.Object{Name: "order"}), sure("new_date", types.DateType), sure("at", types.Timestamp),
		}},
		Names: map[string][]string{"link": {"link.home"}, "part": {"part.footer"}, "purpose": {"purpose.offers"}},
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func parse(t fataler, text string) hclsyntax.Expression {
	t.Helper()
	e, problems := hclsyntax.ParseExpression([]byte(text), "x.hcl", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatalf("parsing %s: %v", text, problems)
	}
	return e
}

// folder reads from files given as name and text in turn.
func folder(files ...string) content.Read {
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return func(path string) ([]byte, error) { return fs.ReadFile(m, path) }
}

// show writes a template with its slots as {value escape}.
func show(t content.Template) string {
	var b strings.Builder
	for _, p := range t.Pieces {
		switch p := p.(type) {
		case content.Text:
			b.WriteString(p.Text)
		case content.Slot:
			fmt.Fprintf(&b, "{%s %s}", expr.Print(p.Value), p.Escape)
		case content.LinkSlot:
			fmt.Fprintf(&b, "{%s %s}", p.Link, p.Escape)
		case content.PartSlot:
			fmt.Fprintf(&b, "{%s}", p.Part)
		}
	}
	return b.String()
}

// spell writes findings as "CODE file:line:column-column: mark | help", one a line.
func spell(found diag.List) string {
	var lines []string
	for _, d := range found {
		line := fmt.Sprintf("%s %s:%d:%d-%d: %s", d.Rule.Code, d.At.File, d.At.Start.Line, d.At.Start.Column, d.At.End.Column, d.Mark)
		if d.Help != "" {
			line += " | " + d.Help
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func right(t testing.TB, found diag.List) {
	t.Helper()
	if len(found) > 0 {
		t.Fatalf("found %s", spell(found))
	}
}
