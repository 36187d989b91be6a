package docs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/std"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

func library() Library {
	return Library{
		Rules:   compiler.Rules(),
		Explain: func(code string) string { return "About " + code + "." },
		Targets: []targets.Description{{
			Name: "made_up", Doc: "A target of the test.", Version: "1", Can: targets.Capabilities{Functions: []string{"sum"}},
			Settings: []targets.Setting{{Name: "key", Doc: "A key.", Required: true, Secret: true}}, Kinds: []targets.Kind{{Name: "list", Doc: "A list."}},
		}},
	}
}

var fence = regexp.MustCompile("(?ms)^```hcl([^\n]*)\n(.*?)^```$")

// Every block of HCL compiles: alone, on the shop, or as a part of it.
func TestEveryBlockOfHCLCompiles(t *testing.T) {
	seen := map[string]int{}
	for _, p := range Pages(library()) {
		begun := "" // the whole project that the page has begun with
		for _, m := range fence.FindAllStringSubmatch(p.Text, -1) {
			how, text := strings.TrimSpace(m[1]), m[2]
			seen[how]++
			files := []source.File{{Path: "here.hcl", Text: text}}
			switch how {
			case "":
				begun = text
			case "with=lamps": // beside the project that the page begins with
				if !strings.HasPrefix(begun, `project "lamps"`) {
					t.Errorf("%s: begins with no project \"lamps\"", p.Name)
				}
				files = append(files, source.File{Path: "project.hcl", Text: begun})
			case "on=shop":
				shop := Shop
				if strings.HasPrefix(text, "state ") { // there is one
					shop = strings.Replace(shop, "state \"file\" {}\n", "", 1)
				}
				files = append(files, source.File{Path: "shop.hcl", Text: shop})
			case "of=shop":
				if !strings.Contains(Shop, text) {
					t.Errorf("%s: not in shop.hcl:\n%s", p.Name, text)
				}
				continue
			case "of=std":
				if !strings.Contains(shipped(), text) {
					t.Errorf("%s: in no module that ships:\n%s", p.Name, text)
				}
				continue
			default:
				t.Errorf("%s: nobody knows ```hcl %s", p.Name, how)
			}
			compiles(t, p.Name, files)
			formatted, _ := syntax.Format("here.hcl", []byte(text))
			if string(formatted) != text {
				t.Errorf("%s: not in the one layout:\n%s", p.Name, text)
			}
		}
	}
	for _, how := range []string{"", "with=lamps", "on=shop", "of=shop", "of=std"} {
		if seen[how] == 0 {
			t.Errorf("no block of HCL is %q", how)
		}
	}
	compiles(t, "shop.hcl", []source.File{{Path: "shop.hcl", Text: Shop}})
	if formatted, _ := syntax.Format("shop.hcl", []byte(Shop)); string(formatted) != Shop {
		t.Error("shop.hcl is not in the one layout")
	}
}

// shipped is the text of all modules that ship.
func shipped() string {
	var all strings.Builder
	for _, name := range std.Sources {
		for _, f := range std.Module(name) {
			all.WriteString(f.Text)
		}
	}
	return all.String()
}

func compiles(t *testing.T, name string, files []source.File) {
	t.Helper()
	p, found := project.From(source.Of(files...), project.Options{})
	_, problems := compiler.Compile(p)
	if all := append(found, problems...); all.HasErrors() {
		t.Errorf("%s:\n%s", name, diag.Format(all, p.Sources.Line))
	}
}

// The reference is fresh by construction; this sees to it that it is whole.
func TestReferenceIsWhole(t *testing.T) {
	pages := Pages(library())
	page := func(name string) string {
		p, ok := Find(pages, name)
		if !ok {
			t.Errorf("there is no page %q", name)
		}
		return p.Text
	}
	holds := func(name string, words ...string) {
		text := page(name)
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
	}
	for _, b := range block.All {
		holds(b.Name, b.Doc)
		every(b, map[*block.Type]bool{}, func(inner *block.Type) {
			for _, a := range inner.Args {
				holds(b.Name, "`"+a.Name+"` ("+a.Form.Spell(), a.Doc)
			}
		})
		if b.Missing == "" && b.Name != "state" && exampleOf(b.Name) == "" {
			t.Errorf("%s has no example in shop.hcl", b.Name)
		}
	}
	for _, f := range funcs.All {
		holds(f.Name, f.Signature(), f.Doc)
		for _, e := range f.Examples {
			holds(f.Name, e.Call+"  is "+e.Want)
		}
	}
	for _, f := range funcs.Forms {
		holds(f.Name, f.Signature, f.Doc, f.Example)
	}
	for _, b := range types.Basics {
		holds("types", "`"+b.String()+"`")
	}
	for _, r := range library().Rules {
		holds(r.Code, r.Summary, "About "+r.Code)
	}
	for _, l := range history.Layouts {
		for _, c := range l.Columns {
			holds("history", "`"+c.Name+"`", c.Doc)
		}
	}
	for _, name := range std.Sources {
		for _, f := range std.Module(name) {
			holds(name, f.Path, f.Text)
		}
	}
	holds("made_up", "`key` (required, secret): A key.", "`list`: A list.", "Functions in conditions: sum", "Journeys: no")
}

// every visits a type and those that may stand in it, each once.
func every(t *block.Type, done map[*block.Type]bool, visit func(*block.Type)) {
	if done[t] {
		return
	}
	done[t] = true
	visit(t)
	for _, inner := range t.Nested() {
		every(inner, done, visit)
	}
}

// Each page has a name, a file and a line of its own, and the index has all.
func TestIndexListsEveryPage(t *testing.T) {
	pages := Pages(library())
	index, files, names := Index(pages, true), map[string]bool{}, map[string]bool{}
	for _, p := range pages {
		if files[p.File()] {
			t.Errorf("two pages are %s", p.File())
		}
		if name := strings.ToLower(p.Name); names[name] {
			t.Errorf("two pages are called %s", name)
		}
		files[p.File()], names[strings.ToLower(p.Name)] = true, true
		if !strings.Contains(index, "["+p.Name+"]("+p.File()+"): "+p.Line+"\n") || p.Line == "" || strings.Contains(p.Line, "\n") {
			t.Errorf("%s is not in the index: %q", p.Name, p.Line)
		}
		if !strings.HasPrefix(p.Text, "# ") || !strings.HasSuffix(p.Text, "\n") || strings.Count(p.Text, "\n```")%2 != 0 {
			t.Errorf("%s is not a page:\n%s", p.Name, p.Text)
		}
	}
}

func TestPlain(t *testing.T) {
	got := Plain("# A `b`\n\n**Bold** and `code`.\n\n```hcl of=shop\n# kept `as` it is\n\nx = 1\n```\n")
	want := "A `b`\n\nBold and code.\n\n    # kept `as` it is\n\n    x = 1\n"
	if got != want {
		t.Errorf("want %q, got %q", want, got)
	}
}
