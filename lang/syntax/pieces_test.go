package syntax

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"
)

// items are what a file may be put together from; where a brace at the margin
// ends no block they say so.
var items = []struct {
	text  string
	whole bool // it can be read in one piece only
}{
	{text: "a \"b\" {\n  c = 1\n}\n"}, {text: "a {\n}\n"}, {text: "a { b = 1 }\n"}, {text: "x = {\n  b = \"ñ\"\n}\n"},
	{text: "# }\n"}, {text: "\n"}, {text: "/*\n*/\n"}, {text: "x = [\n  { b = 1 },\n]\n"}, {text: "a {\n  b {\n  }\n\n}\n\n"},
	{text: "/*\n}\n*/\n", whole: true}, {text: "a { # {\n  b = <<E\n}\nE\n}\n", whole: true}, {text: "x = [{\n}\n]\n", whole: true},
	{text: "x = \"${ {\n}\n}\"\n", whole: true}, {text: "a {\nb {\n}\n}\n", whole: true}, {text: "x = 1 /*\n}\n*/ + 2\n", whole: true},
}

// A text in pieces is the text in one, wherever its pieces end.
func TestLawPiecesAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text bytes.Buffer
		inOne, names := false, 0
		for range rapid.IntRange(0, 6).Draw(t, "items") {
			item := rapid.SampledFrom(items).Draw(t, "item")
			inOne = inOne || item.whole
			if written, isArgument := bytes.CutPrefix([]byte(item.text), []byte("x ")); isArgument {
				names++
				fmt.Fprintf(&text, "x%d %s", names, written)
				continue
			}
			text.WriteString(item.text)
		}
		start := hcl.Pos{Line: 1, Column: 1, Byte: rapid.IntRange(0, 3).Draw(t, "start")}
		want, problems := hclsyntax.ParseConfig(text.Bytes(), "a.hcl", start)
		if len(problems) > 0 {
			t.Fatalf("%q: %v", text.Bytes(), problems)
		}
		got, ok := inPieces("a.hcl", text.String(), start, rapid.IntRange(0, 40).Draw(t, "length"))
		if !ok && !inOne {
			t.Fatalf("%q cannot be read in pieces", text.Bytes())
		}
		if ok && !reflect.DeepEqual(want.Body, got) {
			t.Fatalf("%q is another tree in pieces", text.Bytes())
		}
	})
}

// What the grammar refuses in one it refuses in pieces.
func TestPiecesHideNothing(t *testing.T) {
	for _, text := range []string{
		"a {\n}\n\xef\xbb\xbfb {\n}\n", "a = 1\nb {\n}\na = 2\n", "a {\n}\n}\n", "a {\n}\nb {\n", "a {\n}\n/*\n}\n", "a = <<E\n}\n", "a = \"\n}\n\"\n",
	} {
		if _, problems := hclsyntax.ParseConfig([]byte(text), "a.hcl", hcl.InitialPos); len(problems) == 0 {
			t.Fatalf("%q is right in one", text)
		}
		for length := range len(text) {
			if _, ok := inPieces("a.hcl", text, hcl.InitialPos, length); ok {
				t.Errorf("%q is right in pieces of %d bytes", text, length)
			}
		}
	}
}
