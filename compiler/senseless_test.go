package compiler_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// No argument of any block is taken as it comes: values that make no sense for
// its form, and null where it is required, are errors. The project in
// testdata/everything.txtar writes every argument once.
func TestNoArgumentIsUnchecked(t *testing.T) {
	p := everything(t)
	if found := p.with(place{}, ""); len(found) > 0 {
		t.Fatalf("as it is written:\n%s", diag.Format(found, func(string, int) string { return "" }))
	}
	for _, at := range arguments() {
		t.Run(at.path+"."+at.arg.Name, func(t *testing.T) {
			t.Parallel()
			spot, written := p.find(at)
			if !written {
				t.Fatalf("is not written in testdata/everything.txtar")
			}
			for _, value := range senseless(at.arg) {
				if harmless[at.arg.Name+" = "+value] {
					continue
				}
				if found := p.with(spot, value); !found.HasErrors() {
					t.Errorf("%s = %s is taken", at.arg.Name, value)
				}
			}
		})
	}
}

// harmless is what senseless lists and what makes sense after all.
var harmless = map[string]bool{
	`ignore = [""]`: true, // an empty text is such a filler
}

// senseless is values that an argument of a form cannot have.
func senseless(arg block.Arg) []string {
	var out []string
	switch form := arg.Form.(type) {
	case block.Text:
		out = []string{`""`, `" "`, `5`, `[]`, `nothing.here`}
	case block.Word:
		out = []string{`""`, `"nonsense"`, `5`, `[]`}
	case block.Words:
		out = []string{`[]`, `["nonsense"]`, `[5]`, `5`}
	case block.Texts:
		out = []string{`[]`, `[5]`, `5`, `[""]`}
	case block.Localized:
		out = []string{`""`, `{}`, `{ xx = "a" }`, `{ es = "", en = "a" }`, `5`}
	case block.Number:
		out = []string{`"nonsense"`, `1000001`, `true`, `[]`}
		if form.Min >= 0 {
			out = append(out, `-1`)
		}
		if form.Integer {
			out = append(out, `0.5`)
		}
		if form.Between {
			out = append(out, fmt.Sprint(form.Min), fmt.Sprint(form.Max))
		}
	case block.Bool:
		out = []string{`"yes"`, `5`, `[]`}
	case block.Span:
		out = []string{`""`, `"-5d"`, `"nonsense"`, `5`, `"5"`, `"2000y"`, `[]`}
		if !form.Zero {
			out = append(out, `"0d"`)
		}
	case block.Instant:
		out = []string{`""`, `"2026-02-30 10:00"`, `"nonsense"`, `5`}
	case block.Clock:
		out = []string{`""`, `"25:00"`, `"9"`, `9`}
	case block.Ref:
		out = []string{`nothing.here`, form.Kinds[0] + ".nothing", `"text"`, `5`, `person.email`}
	case block.Refs:
		out = []string{`[]`, `[nothing.here]`, `["text"]`, `"text"`, `5`}
	case block.Channels:
		out = []string{`[]`, `[channel.nothing]`, `channel.email`, `"text"`}
	case block.Address:
		out = []string{`"text"`, `5`, `nothing.here`, `segment`}
	case block.TypeName:
		out = []string{`nothing`, `"nothing"`, `5`, `enum()`}
	case block.Condition:
		out = []string{`"text"`, `5`, `person.nothing`, `[]`}
	case block.Value:
		out = []string{`person.nothing`, `nothing.here`, `[]`}
	case block.Values:
		out = []string{`[]`, `[person.nothing]`, `["text"]`, `5`}
	case block.Content:
		out = []string{`""`, `" "`, `"${person.nothing}"`, `[]`, `true`, `{}`}
	case block.Occurrence:
		out = []string{`event.nothing`, `"text"`, `5`}
	case block.Constant:
		out = []string{`person.email`, `nothing.here`}
	}
	_, constant := arg.Form.(block.Constant)
	if arg.Required && !constant {
		out = append(out, `null`)
	}
	return out
}

// argument is one argument of a block type and its literal. The path is the
// block at the top of the file and the block itself: "journey", "journey/when".
type argument struct {
	path string
	arg  block.Arg
}

// arguments lists every argument of every block type, those that all
// declarations have once.
func arguments() []argument {
	var out []argument
	seen := map[*block.Type]bool{}
	var walk func(types []*block.Type, path string)
	walk = func(types []*block.Type, path string) {
		for _, b := range types {
			if seen[b] {
				continue // steps nest in each other
			}
			seen[b] = true
			for _, arg := range b.Args {
				if common := arg.Name == "owner" || arg.Name == "for_each"; arg.Missing == "" && (!common || b.Name == "segment") {
					out = append(out, argument{path + b.Name, arg})
				}
			}
			top, _, _ := strings.Cut(path+b.Name, "/")
			walk(b.Nested(), top+"/")
		}
	}
	walk(block.All, "")
	for _, arg := range block.Environment.Args {
		out = append(out, argument{"", arg})
	}
	return out
}

// place is where a value stands in a file.
type place struct {
	file       string
	start, end int
	before     string // what is written before the value there
}

// whole is a project whose values are replaced one by one.
type whole struct{ files []txtar.File }

func everything(t *testing.T) whole {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/everything.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return whole{archive.Files}
}

// find is the first place at which an argument is written. A description or an
// owner may be written wherever it is not.
func (p whole) find(at argument) (place, bool) {
	for _, f := range p.files {
		parsed, problems := hclsyntax.ParseConfig(f.Data, f.Name, hcl.InitialPos)
		if problems.HasErrors() {
			continue
		}
		bodies := []*hclsyntax.Body{parsed.Body.(*hclsyntax.Body)}
		if at.path == "" {
			if a := bodies[0].Attributes[at.arg.Name]; a != nil {
				return placeOf(f.Name, a), true
			}
			continue
		}
		for _, name := range strings.Split(at.path, "/") {
			bodies = inside(bodies, name)
		}
		for _, body := range bodies {
			if a := body.Attributes[at.arg.Name]; a != nil {
				return placeOf(f.Name, a), true
			}
		}
		if slices.Contains([]string{"description", "owner", "for_each"}, at.arg.Name) && len(bodies) > 0 {
			after := bodies[0].SrcRange.Start.Byte + 1
			return place{f.Name, after, after, "\n" + at.arg.Name + " = "}, true
		}
	}
	return place{}, false
}

// inside lists the blocks of a name in bodies, at any depth.
func inside(bodies []*hclsyntax.Body, name string) []*hclsyntax.Body {
	var out []*hclsyntax.Body
	for _, body := range bodies {
		for _, b := range body.Blocks {
			if b.Type == name {
				out = append(out, b.Body)
			}
			out = append(out, inside([]*hclsyntax.Body{b.Body}, name)...)
		}
	}
	return out
}

func placeOf(file string, a *hclsyntax.Attribute) place {
	return place{file, a.Expr.Range().Start.Byte, a.Expr.Range().End.Byte, ""}
}

// aside is the file whose module the rest of the project does not speak of: it is
// as large as all of that, and read only where a value in it is replaced.
const aside = "modules.hcl"

// with is what is said about the project with another value at a place.
func (p whole) with(at place, value string) diag.List {
	var files []source.File
	for _, f := range p.files {
		if f.Name == aside && at.file != "" && at.file != aside {
			continue
		}
		data := bytes.Clone(f.Data)
		if f.Name == at.file {
			data = []byte(fmt.Sprintf("%s%s%s%s", data[:at.start], at.before, value, data[at.end:]))
		}
		files = append(files, source.File{Path: f.Name, Text: string(data)})
	}
	loaded, found := project.From(source.Of(files...), project.Options{Env: "staging"})
	if found.HasErrors() && loaded.Head == nil {
		return found
	}
	_, more := compiler.Compile(loaded)
	return append(found, more...)
}
