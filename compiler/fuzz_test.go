package compiler_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/syntax"
)

// judge is a test, a fuzzer or a law.
type judge interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// projects is whole projects, each in one text: those of the meaning corpus and
// those that should be told something.
func projects(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, pattern := range []string{"../testdata/meaning/*.txtar", "testdata/bad/*.txtar"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var text bytes.Buffer
			for _, f := range archive.Files {
				if strings.HasSuffix(f.Name, ".hcl") && !strings.Contains(f.Name, "/") {
					text.Write(append(f.Data, '\n'))
				}
			}
			out = append(out, text.String())
		}
	}
	return out
}

// compiled is what some files mean, and the codes of what they are told.
func compiled(t judge, files ...source.File) (program []byte, codes []string, errors bool) {
	t.Helper()
	p, found := project.From(source.Of(files...), project.Options{})
	made, problems := compiler.Compile(p)
	found = append(found, problems...)
	for _, d := range found {
		codes = append(codes, d.Rule.Code)
	}
	slices.Sort(codes)
	raw, err := ir.Canonical(made)
	if err != nil {
		t.Fatal(err)
	}
	return raw, codes, found.HasErrors()
}

func file(text []byte) source.File { return source.File{Path: "project.hcl", Text: string(text)} }

// FuzzFormat holds that laying out a project changes neither what it means nor
// what it is told, and that what was laid out stays as it is.
func FuzzFormat(f *testing.F) {
	for _, text := range projects(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { keepsMeaning(t, text) })
}

// keepsMeaning is what FuzzFormat holds of one text.
func keepsMeaning(t judge, text []byte) {
	t.Helper()
	formatted, refused := syntax.Format("project.hcl", text)
	if refused.HasErrors() {
		return
	}
	again, refused := syntax.Format("project.hcl", formatted)
	if refused.HasErrors() || !bytes.Equal(formatted, again) {
		t.Fatalf("the layout is not settled:\n%s\n%s", formatted, again)
	}
	want, told, _ := compiled(t, file(text))
	got, toldThen, _ := compiled(t, file(formatted))
	if !bytes.Equal(want, got) {
		t.Fatalf("laid out it means something else: %s\n%s", firstDifference(want, got), formatted)
	}
	if !slices.Equal(told, toldThen) {
		t.Fatalf("laid out it is told %v instead of %v:\n%s", toldThen, told, formatted)
	}
}

// FuzzOrder holds that the order of blocks, and the files that they are in,
// do not matter to a project that compiles.
func FuzzOrder(f *testing.F) {
	for i, text := range projects(f) {
		f.Add([]byte(text), uint64(i))
	}
	f.Fuzz(func(t *testing.T, text []byte, seed uint64) { hasNoOrder(t, text, seed) })
}

// hasNoOrder is what FuzzOrder holds of one text.
func hasNoOrder(t judge, text []byte, seed uint64) {
	t.Helper()
	want, told, errors := compiled(t, file(text))
	parsed, problems := hclsyntax.ParseConfig(text, "project.hcl", hcl.InitialPos)
	if errors || problems.HasErrors() {
		return
	}
	got, toldThen, _ := compiled(t, dealt(parsed, text, rand.New(rand.NewPCG(seed, 0)))...)
	if !bytes.Equal(want, got) {
		t.Fatalf("in another order it means something else: %s", firstDifference(want, got))
	}
	if !slices.Equal(told, toldThen) {
		t.Fatalf("in another order it is told %v instead of %v", toldThen, told)
	}
}

// dealt is the blocks of a text dealt out over three files.
func dealt(parsed *hcl.File, text []byte, rng *rand.Rand) []source.File {
	files := []source.File{{Path: "a.hcl"}, {Path: "m/z.hcl"}, {Path: "z.hcl"}}
	blocks := parsed.Body.(*hclsyntax.Body).Blocks
	for _, i := range rng.Perm(len(blocks)) {
		f := &files[rng.IntN(len(files))]
		f.Text += string(blocks[i].Range().SliceBytes(text)) + "\n\n"
	}
	return files
}

// Law: whatever is typed over a project, laying it out keeps what it means and
// what it is told, and so does another order of its blocks.
func TestWhatIsTypedKeepsItsMeaning(t *testing.T) {
	texts := projects(t)
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.SampledFrom(texts).Draw(t, "text"))
		for range rapid.IntRange(0, 3).Draw(t, "edits") {
			from := rapid.IntRange(0, len(text)).Draw(t, "from")
			to := min(len(text), from+rapid.SampledFrom([]int{0, 0, 1, 8, 40}).Draw(t, "deleted"))
			insert := rapid.SampledFrom(typed).Draw(t, "insert")
			text = append(append(append([]byte(nil), text[:from]...), insert...), text[to:]...)
		}
		keepsMeaning(t, text)
		hasNoOrder(t, text, rapid.Uint64().Draw(t, "seed"))
	})
}

// typed is what people type.
var typed = []string{"", " ", "\n", "\n\n\n", "\t", " # note\n", "// note\n", "/* note */", "(", ")", "!", " && ", "\"", "{", "}", "[", "]", ",", "=", "1.50",
	"\"90d\"", "\r\n", "${", "%{", "%%{", "$${", "<<E\n", "<<-E\n  a\n  E\n", "é", "e\u0301", "segment \"x\" { where = true }\n", "locals { n = 5 }\n", "-", "."}

// Law: fmt has one way. However the lines of the example are indented and its
// words are spaced, they are laid out as they were.
func TestThereIsOneLayout(t *testing.T) {
	files := slices.DeleteFunc(lumenFiles(t), func(f source.File) bool { return !strings.HasSuffix(f.Path, ".hcl") })
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(files).Draw(t, "file")
		untidy := messed(t, []byte(f.Text))
		got, refused := syntax.Format(f.Path, untidy)
		if refused.HasErrors() || f.Text != string(got) {
			t.Fatalf("%s: %s\n%s", f.Path, firstDifference([]byte(f.Text), got), untidy)
		}
	})
}

// messed has other spaces at the beginning and the end of lines and around =.
func messed(t *rapid.T, text []byte) []byte {
	spaces := rapid.SampledFrom([]string{"", " ", "   ", "\t"})
	lines := strings.Split(string(text), "\n")
	for i, line := range lines {
		words := strings.TrimSpace(line)
		if words == "" || !rapid.Bool().Draw(t, "mess") {
			continue
		}
		if name, rest, ok := strings.Cut(words, " = "); ok && !strings.ContainsAny(name, `"#(`) {
			words = strings.TrimSpace(name) + spaces.Draw(t, "before") + "=" + spaces.Draw(t, "after") + strings.TrimSpace(rest)
		}
		lines[i] = spaces.Draw(t, "indent") + words + spaces.Draw(t, "end")
	}
	return []byte(strings.Join(lines, "\n"))
}

// The seeds of these fuzzers are files of the repository, so that what is put
// right stays right; each compiles, so that it shows something.
func TestSeedsShowSomething(t *testing.T) {
	for _, name := range []string{"FuzzFormat", "FuzzOrder"} {
		paths, err := filepath.Glob(filepath.Join("testdata/fuzz", name, "*"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no seeds for %s: %v", name, err)
		}
		for _, path := range paths {
			if _, told, errors := compiled(t, file(seed(t, path))); errors {
				t.Errorf("%s does not compile: %v", path, told)
			}
		}
	}
}

// seed is the text of a seed: its first value, in Go's words.
func seed(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "[]byte(")
	line, _, _ := strings.Cut(rest, "\n")
	text, err := strconv.Unquote(strings.TrimSuffix(line, ")"))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return []byte(text)
}
