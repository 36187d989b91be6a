package syntax

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/diag"
)

// sound is what holds for every text whatsoever.
func sound(t interface {
	Helper()
	Fatalf(string, ...any)
}, text []byte) {
	t.Helper()
	f, list := Parse("a.hcl", string(text))
	if f.Body == nil {
		t.Fatalf("no body for %q", text)
	}
	_, again := Parse("a.hcl", string(text))
	if diff := cmp.Diff(codes(list), codes(again)); diff != "" {
		t.Fatalf("not the same twice: -first +second\n%s", diff)
	}
	for _, d := range list {
		if d.At.File != "a.hcl" || d.At.Start.Byte < 0 || d.At.End.Byte > len(text)+1 || d.At.End.Byte < d.At.Start.Byte || d.At.Start.Line < 1 || d.At.Start.Column < 1 {
			t.Fatalf("%s is said about no place in the text: %+v", d.Rule.Code, d.At)
		}
	}
	if _, plain := hclsyntax.ParseConfig(text, "a.hcl", hcl.InitialPos); plain.HasErrors() && !list.HasErrors() && !bytes.Contains(text, []byte("%{")) {
		t.Fatalf("HCL refuses %q (%s) and nothing is said", text, plain)
	}
	formatted, refused := Format("a.hcl", text)
	if refused.HasErrors() != list.HasErrors() || (formatted == nil) != list.HasErrors() {
		t.Fatalf("formatting disagrees with parsing on %q", text)
	}
	if formatted == nil {
		return
	}
	twice, broken := Format("a.hcl", formatted)
	if broken.HasErrors() {
		t.Fatalf("formatting breaks %q into %q", text, formatted)
	}
	if !bytes.Equal(formatted, twice) {
		t.Fatalf("formatting is not settled: %q, then %q", formatted, twice)
	}
	if want, got := meaning(text), meaning(formatted); want != got {
		t.Fatalf("formatting changes what %q means: %q, then %q", text, want, got)
	}
}

func codes(list diag.List) []string {
	var out []string
	for _, d := range list.Sorted() {
		out = append(out, d.Rule.Code+d.Mark)
	}
	return out
}

// meaning is the words of a text without its layout; a block's name means the
// same with and without quotes, and so do : and = behind a key.
func meaning(text []byte) string {
	plain := &slipped{repaired: bytes.Clone(bytes.TrimPrefix(text, []byte(byteOrderMark))), start: hcl.InitialPos}
	words := plain.freePercent("")
	var b strings.Builder
	for i, w := range words {
		if w.Type == hclsyntax.TokenColon {
			w = hclsyntax.Token{Type: hclsyntax.TokenEqual, Bytes: []byte("=")}
		}
		switch w.Type {
		case hclsyntax.TokenNewline, hclsyntax.TokenComment, hclsyntax.TokenEOF:
		case hclsyntax.TokenOQuote, hclsyntax.TokenCQuote, hclsyntax.TokenQuotedLit:
			if !label(words, i) {
				b.WriteString(w.Type.String() + string(w.Bytes))
			} else if w.Type == hclsyntax.TokenQuotedLit {
				b.WriteString(hclsyntax.TokenIdent.String() + string(w.Bytes) + " ")
			}
		case hclsyntax.TokenStringLit:
			b.WriteString(w.Type.String() + string(w.Bytes))
		default:
			b.WriteString(w.Type.String() + strings.TrimSpace(string(w.Bytes)) + " ")
		}
	}
	return b.String()
}

// label tells whether a word is part of a name in quotes that could do without
// them: a whole text right behind a word or another name.
func label(words hclsyntax.Tokens, i int) bool {
	for i > 0 && words[i].Type != hclsyntax.TokenOQuote {
		i--
	}
	if i == 0 || i+2 >= len(words) || words[i+1].Type != hclsyntax.TokenQuotedLit || words[i+2].Type != hclsyntax.TokenCQuote {
		return false
	}
	before := words[i-1].Type
	return (before == hclsyntax.TokenIdent || before == hclsyntax.TokenCQuote) && hclsyntax.ValidIdentifier(string(words[i+1].Bytes))
}

// seeds is every file of the mistakes archive and of the sample project.
func seeds(t testing.TB) []string {
	archive, err := txtar.ParseFile("testdata/mistakes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".hcl") {
			texts = append(texts, string(f.Data))
		}
	}
	for _, pattern := range []string{"*.hcl", "*/*.hcl"} {
		found, err := filepath.Glob("../../../shared/design/lumen/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		}
	}
	return texts
}

// Whatever is typed over a file, something true is said about it.
func TestParseLaws(t *testing.T) {
	texts := seeds(t)
	snippets := []string{"{", "}", "(", ")", "[", "]", `"`, "=", ",", "\n", " ", "“", "'", "60d", " and ", "not ", " in ", "0,5", "%{", "${", "\\q", "<<E\n", "#", "-", ".", "é", "\r\n", "\x00", "\xff", "\ufeff"}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.SampledFrom(texts).Draw(t, "text"))
		for range rapid.IntRange(0, 3).Draw(t, "edits") {
			from := rapid.IntRange(0, len(text)).Draw(t, "from")
			to := min(len(text), from+rapid.IntRange(0, 12).Draw(t, "deleted"))
			insert := rapid.SampledFrom(snippets).Draw(t, "insert")
			text = append(append(append([]byte(nil), text[:from]...), insert...), text[to:]...)
		}
		sound(t, text)
	})
}

func FuzzParse(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { sound(t, text) })
}

func TestSampleProjectIsFormattedAndFine(t *testing.T) {
	found, err := filepath.Glob("../../../shared/design/lumen/*/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Glob("../../../shared/design/lumen/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	if found = append(found, top...); len(found) == 0 {
		t.Skip("the design's sample project is not beside this checkout")
	}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		formatted, list := Format(filepath.Base(path), text)
		if list.HasErrors() {
			t.Errorf("%s: %v", path, codes(list))
		}
		if diff := cmp.Diff(string(text), string(formatted)); diff != "" {
			t.Errorf("%s is not laid out: -want +got\n%s", path, diff)
		}
	}
}

// A file written by any editor: byte order mark, Windows line ends, accents in
// two parts.
func TestEditorsDiffer(t *testing.T) {
	const text = "segment \"año\" {\n  where = person.año == 60d\n}\n"
	_, want := Parse("a.hcl", text)
	decomposed := strings.ReplaceAll(text, "ñ", "n\u0303")
	for name, other := range map[string]string{
		"byte order mark": "\ufeff" + text, "Windows line ends": strings.ReplaceAll(text, "\n", "\r\n"), "accents in two parts": decomposed,
	} {
		f, got := Parse("a.hcl", other)
		if diff := cmp.Diff(codes(want), codes(got)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
			continue
		}
		if got[0].At.Start.Line != want[0].At.Start.Line || got[0].At.Start.Column != want[0].At.Start.Column {
			t.Errorf("%s: said about %+v, want %+v", name, got[0].At, want[0].At)
		}
		if at := got[0].At; other[at.Start.Byte:at.End.Byte] != "60d" {
			t.Errorf("%s: bytes of %q, want 60d", name, other[at.Start.Byte:at.End.Byte])
		}
		b := f.Body.Blocks[0]
		traversal := b.Body.Attributes["where"].Expr.Variables()[0]
		if b.Labels[0] != "año" || traversal[1].(hcl.TraverseAttr).Name != "año" {
			t.Errorf("%s: names are %q and %v", name, b.Labels[0], traversal)
		}
	}
}

// A repaired duration is the text that should have been written, so that the
// rest of the file is understood.
func TestRepairsAreMeant(t *testing.T) {
	f, list := Parse("a.hcl", "x = did(event.y, 60d)\ny = [24h]\nz = { a = 2w }\nc = \"a{b:1%{c}\"\ne = a and b\n")
	if len(list) != 4 || f.Partial {
		t.Fatalf("%d findings, partial %v; want 4, false", len(list), f.Partial)
	}
	read := func(e hclsyntax.Expression) string {
		v, problems := e.Value(nil)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		return v.AsString()
	}
	attr := func(name string) hclsyntax.Expression { return f.Body.Attributes[name].Expr }
	if got := read(attr("x").(*hclsyntax.FunctionCallExpr).Args[1]); got != "60d" {
		t.Errorf("x has %q", got)
	}
	if got := read(attr("y").(*hclsyntax.TupleConsExpr).Exprs[0]); got != "24h" {
		t.Errorf("y has %q", got)
	}
	if got := read(attr("z").(*hclsyntax.ObjectConsExpr).Items[0].ValueExpr); got != "2w" {
		t.Errorf("z has %q", got)
	}
	if got := read(attr("c")); got != "a{b:1%{c}" {
		t.Errorf("c is %q", got)
	}
	if op := attr("e").(*hclsyntax.BinaryOpExpr).Op; op != hclsyntax.OpLogicalAnd {
		t.Errorf("e is %v", op)
	}
}

func TestRulesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules {
		if seen[r.Code] || len(r.Code) != 6 || r.Summary == "" {
			t.Errorf("%s: %q", r.Code, r.Summary)
		}
		seen[r.Code] = true
	}
}

// Styles and directives of other tools inside a text keep their bytes.
func TestFormatLeavesTextsAlone(t *testing.T) {
	const text = "x = \"a{width:  50%}  %{  if  }${ a }\"\n"
	formatted, list := Format("a.hcl", []byte(text))
	if len(list) > 0 {
		t.Fatal(codes(list))
	}
	if diff := cmp.Diff("x = \"a{width:  50%}  %{  if  }${a}\"\n", string(formatted)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
