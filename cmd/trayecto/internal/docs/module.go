package docs

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/std"
	"github.com/trayecto/trayecto/lang/syntax"
)

// modulePages is a page for each module that ships: what it is given, what it
// declares, and its text as it is, for the laws stand in its comments.
func modulePages() []Page {
	var out []Page
	for _, name := range std.Sources {
		files := std.Module(name)
		inputs, declared := contents(files)
		var b strings.Builder
		fmt.Fprintf(&b, "# %s\n\nOrdinary HCL, used with `source = %q`. What it says about the law is a starting point and not legal advice.\n", name, name)
		fmt.Fprintf(&b, "\n## What it is given\n\n%s\n## What it declares\n\n%s", inputs, declared)
		for _, f := range files {
			fmt.Fprintf(&b, "\n## %s\n\n```hcl of=std\n%s```\n", f.Path, f.Text)
		}
		line := fmt.Sprintf("A module that ships, with %d declarations.", strings.Count(declared, "\n"))
		out = append(out, Page{Name: name, Section: Modules, Line: line, Text: b.String()})
	}
	return out
}

// contents lists the variables of some files and their declarations, a line
// each.
func contents(files []source.File) (inputs, declared string) {
	for _, f := range files {
		parsed, _ := syntax.Parse(f.Path, f.Text) // a test of the module compiles it
		blocks, _, _ := block.DecodeBody(parsed.Body)
		for _, b := range blocks {
			if b.Type.Name == "variable" {
				inputs += fmt.Sprintf("- `%s` (%s): %s\n", b.Label(0), written(b, "type", f), strings.Trim(written(b, "description", f), `"`))
				continue
			}
			declared += "- `" + b.Address() + "`\n"
		}
	}
	return inputs, declared
}

// written is an argument as it stands in the file.
func written(b *block.Block, name string, f source.File) string {
	a, ok := b.Get(name)
	if !ok {
		return "string"
	}
	return f.Text[a.At.Start.Byte:a.At.End.Byte]
}
