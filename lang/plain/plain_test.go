package plain_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/plain"
)

// same wants what was read of a text, if it was, to be what hclsyntax reads.
func same(t interface{ Fatalf(string, ...any) }, text []byte, start hcl.Pos) (taken bool) {
	got, ok := plain.Read("a.hcl", string(text), start)
	if !ok {
		return false
	}
	want, problems := hclsyntax.ParseConfig(text, "a.hcl", start)
	if len(problems) > 0 {
		t.Fatalf("%q was taken, and hclsyntax says: %v", text, problems)
	}
	if !reflect.DeepEqual(want.Body, hcl.Body(got)) {
		t.Fatalf("%q is another tree", text)
	}
	return true
}

// words are what texts are drawn from: nearly all plain, and some that are not.
var words = []string{
	"a", "b-c", "_d", "true", "null", "for", "in", "if", "event", "x1", "1", "20.5", "0", "1e3", "1.", "2d", `""`, `"text"`, `"ñandú 👩‍👩‍👧"`, `"50 %"`, `"$"`, `"${a}"`, `"%{"`, `"a\"b"`,
	"\"\xff\"", "\"e\u0301\"", "\"", "(", ")", "[", "]", "{", "}", ",", ".", "...", "=", "==", "!=", ">=", "<=", "=>", "<", ">", "!", "&&", "||", "&", "|", "+", "-", "*", "/", "%", "?", ":", "::",
	"# a comment\n", "# b\r\n", "// ñ\n", "/* b */", "\n", "\n", "\n", "\r\n", "\t", "<<E\n", "ñ", "'", "`", "~", ";", "#",
}

// Whatever the text, what is taken of it is what hclsyntax makes of it.
func TestLawWhateverIsTakenIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for _, w := range rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(t, "words") {
			text.WriteString(w)
			text.WriteString(rapid.SampledFrom([]string{"", " ", " ", "  "}).Draw(t, "space"))
		}
		same(t, []byte(text.String()), begins(t))
	})
}

// written draws a text that is plain.
// begins is where a text begins: a part of a file does not begin it.
func begins(t *rapid.T) hcl.Pos {
	from := func(what string, least int) int { return rapid.IntRange(least, 3).Draw(t, what) }
	return hcl.Pos{Line: from("line", 1), Column: from("column", 1), Byte: from("byte", 0)}
}

type written struct {
	t *rapid.T
	b bytes.Buffer
	n int
}

func (w *written) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(w.t, label)
}

func (w *written) body(depth int) {
	for range rapid.IntRange(0, 3).Draw(w.t, "items") {
		w.b.WriteString(w.pick("before", "", "", "\n", "  # ñ\n", "// b\n", " \t"))
		if w.n++; depth > 2 || rapid.Bool().Draw(w.t, "argument") {
			fmt.Fprintf(&w.b, "  x%d = ", w.n)
			w.expression(0)
		} else {
			fmt.Fprintf(&w.b, "%s%s{%s", w.pick("type", "segment ", "a-b "), w.pick("labels", "", `"a" `, `"ñ ñ" b `), w.pick("after", "\n", " # c\n"))
			w.body(depth + 1)
			w.b.WriteString("}")
		}
		w.b.WriteString(w.pick("end", "\n", " # d\n"))
	}
}

func (w *written) expression(depth int) {
	w.term(depth)
	for range rapid.IntRange(0, 2).Draw(w.t, "more") {
		w.b.WriteString(w.pick("operator", "&&", "||", "==", "!=", "<", ">", "<=", ">=", " + ", " - ", " * ", " / ", " % "))
		w.term(depth)
	}
}

func (w *written) term(depth int) {
	w.b.WriteString(w.pick("sign", "", "", " ", "!", "-"))
	kind := rapid.IntRange(0, 5).Draw(w.t, "term")
	if depth > 3 {
		kind %= 3
	}
	switch kind {
	case 0:
		w.b.WriteString(w.pick("name", "true", "null", "person.tier", "a.b.c", "x", "a . b"))
	case 1:
		w.b.WriteString(w.pick("number", "0", "12", "3.50"))
	case 2:
		w.b.WriteString(w.pick("text", `""`, `"ES"`, `"¿Qué tal?"`, "\"e\u0301\tx\""))
	case 3:
		w.list("(", ")", depth, 1)
	case 4:
		w.list("[", "]", depth, 3)
	case 5:
		w.b.WriteString(w.pick("function", "count", "one_of", "true", "f "))
		w.list("(", ")", depth, 3)
	}
}

func (w *written) list(open, closing string, depth, most int) {
	w.b.WriteString(open)
	least := 0
	if most == 1 {
		least = 1
	}
	for i := range rapid.IntRange(least, most).Draw(w.t, "length") {
		if i > 0 {
			w.b.WriteString(",")
		}
		w.b.WriteString(w.pick("line", "", "", "\n", " # e\n  "))
		w.expression(depth + 1)
	}
	w.b.WriteString(w.pick("last", "", "\n"))
	w.b.WriteString(closing)
}

// A plain text is taken, and is the same.
func TestLawPlainTextsAreTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &written{t: t}
		w.body(0)
		if !same(t, w.b.Bytes(), begins(t)) {
			t.Fatalf("%q was not taken", w.b.Bytes())
		}
		for range 10 { // and what is nearly plain is the same tree, or is not taken
			text := w.b.String()
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			to := rapid.IntRange(at, min(at+2, len(text))).Draw(t, "to")
			same(t, []byte(text[:at]+rapid.SampledFrom(words).Draw(t, "instead")+text[to:]), hcl.InitialPos)
		}
	})
}

// The texts of this repository, whole and block by block.
func TestTextsOfThisRepository(t *testing.T) {
	all, taken := 0, 0
	for _, text := range repository(t) {
		for _, block := range bytes.SplitAfter(text, []byte("\n}\n")) {
			all++
			if same(t, block, hcl.InitialPos) {
				taken++
			}
		}
		same(t, text, hcl.InitialPos)
	}
	t.Logf("%d of %d blocks are plain", taken, all)
	if taken < all/2 {
		t.Errorf("%d of %d blocks are plain", taken, all)
	}
}

// repository is every HCL text of this repository.
func repository(t *testing.T) (texts [][]byte) {
	err := fs.WalkDir(os.DirFS(filepath.Join("..", "..")), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		whole := filepath.Join("..", "..", filepath.FromSlash(path))
		switch filepath.Ext(path) {
		case ".hcl":
			text, err := os.ReadFile(whole)
			texts = append(texts, text)
			return err
		case ".txtar":
			archive, err := txtar.ParseFile(whole)
			if err != nil {
				return err
			}
			for _, f := range archive.Files {
				if strings.HasSuffix(f.Name, ".hcl") {
					texts = append(texts, f.Data)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// What is not plain is left to hclsyntax, right or wrong.
func TestWhatIsNotPlain(t *testing.T) {
	for _, text := range []string{
		"a { b = 1 }\n", "a = {\n}\n", "a = b[0]\n", "a = b ? c : d\n", "a = [for x in y : x]\n", "a = \"${b}\"\n", "a = <<E\nE\n", "a = f(b...)\n", "a = n::f()\n",
		"a = 1e3\n", "a = b.*.c\n", "a = b.0\n", "a = \"\\n\"\n", "a = 1 /* b */\n", "a = 1\r\n", "ñ = 1\n", "a = (b).c\n", "# ends without an end of its line",
		"a { b {\n}\n}\n", "a = [for]\n", "a = [for, b]\n", "a = 1\na = 2\n", "a = 1 b = 2\n", "a {\n", "}\n", "a\n", "a = \n", "a = (1\n", "a = [1\n", "a = 1 +\n", "a \"b\n", "a = \"\xff\"\n", "1 = 2\n", "$\x00", "# \xec0\n",
	} {
		if _, ok := plain.Read("a.hcl", text, hcl.InitialPos); ok {
			t.Errorf("%q was taken", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("segment \"vip\" {\n  where = person.tier == \"gold\" && !(count(event.bought, \"365d\") >= 3) # ñ\n}\n"))
	f.Fuzz(func(t *testing.T, text []byte) { same(t, text, hcl.InitialPos) })
}
