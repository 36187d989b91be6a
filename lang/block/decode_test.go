package block_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/syntax"
)

var update = flag.Bool("update", false, "write what is printed into testdata/mistakes.txtar")

// Each file x.hcl of the archive is followed by x.txt: exactly what is said
// about its blocks, which is nothing when they are fine.
func TestMistakes(t *testing.T) {
	const path = "testdata/mistakes.txtar"
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	var renewed []txtar.File
	for _, f := range archive.Files {
		name, isInput := strings.CutSuffix(f.Name, ".hcl")
		if !isInput {
			continue
		}
		got := rendered(t, f.Name, string(f.Data))
		renewed = append(renewed, f, txtar.File{Name: name + ".txt", Data: []byte(got)})
		if *update {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want[name+".txt"], got); diff != "" {
				t.Errorf("-want +got (go test -update rewrites)\n%s", diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: renewed}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func rendered(t *testing.T, name, text string) string {
	t.Helper()
	f, list := syntax.Parse(name, text)
	if list.HasErrors() {
		t.Fatalf("%s cannot be parsed", name)
	}
	_, loose, list := block.DecodeBody(f.Body)
	for _, a := range loose {
		list = append(list, block.Loose(a))
	}
	lines := strings.Split(text, "\n")
	return diag.Format(list, func(_ string, n int) string { return lines[n-1] })
}

func lumen(t testing.TB) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"*.hcl", "journeys/*.hcl", "env/*.hcl"} {
		found, err := filepath.Glob("../../../shared/design/lumen/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// Everything in the sample project decodes, and nothing of it is lost.
func TestSampleProject(t *testing.T) {
	paths := lumen(t)
	if len(paths) == 0 {
		t.Skip("the design's sample project is not beside this checkout")
	}
	used := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, problems := syntax.Parse(filepath.Base(path), string(text))
		blocks, loose, wrong := block.DecodeBody(f.Body)
		for _, d := range append(problems, wrong...) {
			t.Errorf("%s:%d: %s %s %s", path, d.At.Start.Line, d.Rule.Code, d.Mark, d.Detail)
		}
		if isEnv := strings.Contains(path, "/env/"); len(loose) > 0 && !isEnv {
			t.Errorf("%s has arguments outside blocks", path)
		}
		if want, got := len(f.Body.Blocks), len(blocks); want != got {
			t.Errorf("%s: %d blocks decoded, want %d", path, got, want)
		}
		for _, b := range blocks {
			used[b.Type.Name] = true
		}
	}
	for _, name := range []string{"project", "platform", "person", "journey", "test", "guard", "calendar", "exclusion"} {
		if !used[name] {
			t.Errorf("the sample project has no %s", name)
		}
	}
}

// The steps of a journey, and every nested block, keep their order.
func TestOrderIsKept(t *testing.T) {
	f, problems := syntax.Parse("a.hcl", `
journey "x" {
  wait "b" { for = "1d" }
  enter { on = moment.m }
  send "a" { touchpoint = touchpoint.t }
  choose "c" {
    otherwise {
      do "d" { action = action.a }
    }
    when "e" {
      if = person.vip
      wait "f" { for = "1d" }
      split "g" {
        control "h" { weight = 1 }
        variant "i" { weight = 1 }
      }
    }
  }
  send "z" { touchpoint = touchpoint.t }
}
`)
	blocks, _, wrong := block.DecodeBody(f.Body)
	if len(problems)+len(wrong) > 0 {
		t.Fatal(problems, wrong)
	}
	var got []string
	var walk func(list []*block.Block)
	walk = func(list []*block.Block) {
		for _, b := range list {
			got = append(got, b.Type.Name+" "+b.Label(0))
			walk(b.Blocks)
		}
	}
	walk(blocks)
	want := []string{"journey x", "wait b", "enter ", "send a", "choose c", "otherwise ", "do d", "when e", "wait f", "split g", "control h", "variant i", "send z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Every type says what it is, every argument what may be written for it; what
// the reference pages print is never empty.
func TestTypesAreDocumented(t *testing.T) {
	seen := map[*block.Type]bool{}
	var walk func(types []*block.Type)
	walk = func(types []*block.Type) {
		names := map[string]bool{}
		for _, b := range types {
			if names[b.Name] {
				t.Errorf("%s is there twice in one block", b.Name)
			}
			names[b.Name] = true
			if seen[b] {
				continue
			}
			seen[b] = true
			if b.Doc == "" || !strings.HasSuffix(b.Doc, ".") {
				t.Errorf("block %s: documentation %q is no sentence", b.Name, b.Doc)
			}
			args := map[string]bool{}
			for _, a := range b.Args {
				if args[a.Name] || a.Form == nil || a.Form.Spell() == "" || !strings.HasSuffix(a.Doc, ".") {
					t.Errorf("block %s, argument %s: twice, without form or without sentence", b.Name, a.Name)
				}
				args[a.Name] = true
			}
			walk(b.Nested())
		}
	}
	walk(block.All)
	if len(seen) < 60 {
		t.Errorf("%d types reached, want at least 60", len(seen))
	}
}

func TestSpell(t *testing.T) {
	for want, form := range map[string]block.Form{
		`one of "marketing" or "service"`:                         block.Word{Values: []string{"marketing", "service"}},
		`a whole number from -2 to 2`:                             block.Number{Min: -2, Max: 2, Integer: true},
		`a number from 0 to 1`:                                    block.Number{Max: 1},
		`a number between 0 and 1`:                                block.Number{Max: 1, Between: true},
		`a length of time, such as "30d", or "never" or "always"`: block.Span{Words: []string{"never", "always"}},
		`a list of references to channel.<name>`:                  block.Refs{Kinds: []string{"channel"}},
	} {
		if got := form.Spell(); got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	classes := []string{"marketing", "service"}
	for word, want := range map[string]string{"transactional": "service", "Transactional": "service", "servce": "service", "zebra": ""} {
		if got := block.Suggest(word, classes); got != want {
			t.Errorf("%s: want %q, got %q", word, want, got)
		}
	}
	if got := block.Suggest("transactional", []string{"a", "b"}); got != "" {
		t.Errorf("a word that is not allowed is suggested: %q", got)
	}
}

// decodes is what holds for any text: no panic, every block inside the text,
// and a finding for whatever was left out.
func decodes(t interface {
	Helper()
	Fatalf(string, ...any)
}, text []byte) {
	t.Helper()
	f, _ := syntax.Parse("a.hcl", string(text))
	blocks, _, list := block.DecodeBody(f.Body)
	if len(blocks) < len(f.Body.Blocks) && !list.HasErrors() {
		t.Fatalf("a block of %q is lost and nothing is said", text)
	}
	var walk func(list []*block.Block)
	walk = func(list []*block.Block) {
		last := -1
		for _, b := range list {
			if b.At.Start.Byte < last || b.Whole.End.Byte > len(text) || b.Whole.End.Byte < b.At.End.Byte {
				t.Fatalf("block %s of %q is out of order or out of the text: %+v", b.Address(), text, b.Whole)
			}
			last = b.At.Start.Byte
			for _, a := range b.Args {
				if a.Arg == nil && !b.Type.Open || a.Expr == nil {
					t.Fatalf("argument %s of %s has no meaning", a.Name, b.Address())
				}
			}
			walk(b.Blocks)
		}
	}
	walk(blocks)
}

func texts(t testing.TB) []string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/mistakes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".hcl") {
			out = append(out, string(f.Data))
		}
	}
	for _, path := range lumen(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(text))
	}
	return out
}

// Cutting lines out of a file, or putting lines of another in, loses nothing
// silently.
func TestDecodeLaws(t *testing.T) {
	all := texts(t)
	rapid.Check(t, func(t *rapid.T) {
		lines := strings.SplitAfter(rapid.SampledFrom(all).Draw(t, "text"), "\n")
		other := strings.SplitAfter(rapid.SampledFrom(all).Draw(t, "other"), "\n")
		from := rapid.IntRange(0, len(lines)).Draw(t, "from")
		to := rapid.IntRange(from, len(lines)).Draw(t, "to")
		pick := rapid.SampledFrom(other).Draw(t, "line")
		text := strings.Join(lines[:from], "") + pick + strings.Join(lines[to:], "")
		decodes(t, []byte(text))
	})
}

func FuzzDecode(f *testing.F) {
	for _, text := range texts(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) { decodes(t, text) })
}
