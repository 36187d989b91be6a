package syntax

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"
)

// bothWays holds the short way of reading to the long one.
func bothWays(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string) {
	t.Helper()
	start, plain := hcl.InitialPos, strings.TrimPrefix(text, byteOrderMark)
	start.Byte = len(text) - len(plain)
	got, said := Parse("a.hcl", text)
	want, wanted := parseWithSlips("a.hcl", text, plain, start)
	if diff := cmp.Diff(wanted, said); diff != "" {
		t.Fatalf("%q: -the long way +the short way\n%s", text, diff)
	}
	if got.Partial != want.Partial || !reflect.DeepEqual(got.Body, want.Body) {
		t.Fatalf("%q is read as another tree", text)
	}
}

func TestTheShortWayIsTheLongWay(t *testing.T) {
	texts := append(seeds(t),
		"a = [not(x), not[x], Not(x)]\n", "a = { b + c = 1, -b = 2, !b = 3, (b) = 4, b.c = 5, \"b\" = 6, 7 = 8 }\n",
		"a = \"%{ if b }c%{ endif }\"\n", "b \"e\u0301\" { e\u0301 = e\u0301.e\u0301 }\n", "b \"e\\u0301\" {}\n", "a = {\n  b = 1\n  b = 2\n}\n", "a = b-c\n",
		"a = [for x in y : x if z]\n", "a = { for k, v in m : k => v... }\n", "a = x ? y : z[0].b[*].c\n", "a = <<E\n${b}\nE\n")
	snippets := []string{"not ", "not(", "NOT[", " + ", "= ", "é", "e\u0301", "-", "{ ", " }", "%{", "\n", "\"", "(", ")", "b = 1", ", ", " in ", " and ", "90d", "<>", "${", "?", ":"}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.SampledFrom(texts).Draw(t, "text"))
		for range rapid.IntRange(0, 2).Draw(t, "edits") {
			from := rapid.IntRange(0, len(text)).Draw(t, "from")
			text = append(append(append([]byte(nil), text[:from]...), rapid.SampledFrom(snippets).Draw(t, "insert")...), text[from:]...)
		}
		bothWays(t, string(text))
	})
	for _, text := range texts {
		bothWays(t, text)
	}
}

// Visit is VisitAll of HCL's, form by form, and Names its Variables.
func TestVisitSeesWhatHCLSees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{
			"a && !(b || c.d) == -1", "f(a, g(b...), [c, {d = e}])", `"a${b}c${f("d${e}")}"`, "a ? b[c].d : e[*].f",
			"[for k, v in m : k if v]", "{ (a) = b, c = d, \"e\" = f }", "[a, [b, (c)], \"d\"][0].e",
		}).Draw(t, "text")
		e, problems := hclsyntax.ParseExpression([]byte(text), "a.hcl", hcl.InitialPos)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		var want, got []string
		_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
			if _, ok := n.(hclsyntax.Expression); ok {
				want = append(want, n.Range().String())
			}
			return nil
		})
		most := rapid.IntRange(1, len(want)).Draw(t, "most")
		all := Visit(e, func(inner hclsyntax.Expression) bool {
			got = append(got, inner.Range().String())
			return len(got) < most
		})
		if diff := cmp.Diff(want[:most], got); diff != "" || all {
			t.Fatalf("%s, stopped after %d: -want +got\n%s", text, most, diff)
		}
		var names, listed []string
		for _, name := range hclsyntax.Variables(e) {
			names = append(names, name.SourceRange().String())
		}
		Names(e, func(name hcl.Traversal) bool {
			listed = append(listed, name.SourceRange().String())
			return true
		})
		if diff := cmp.Diff(names, listed); diff != "" {
			t.Fatalf("the names of %s: -want +got\n%s", text, diff)
		}
	})
}
