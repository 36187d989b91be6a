package docs

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/lang/block"
)

// blockPages is a page for each block type that stands at the top of a file.
func blockPages() []Page {
	var out []Page
	for _, t := range append(append([]*block.Type(nil), block.All...), block.Environment) {
		out = append(out, blockPage(t))
	}
	return out
}

func blockPage(t *block.Type) Page {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", heading(t), t.Doc)
	if t.Missing != "" {
		b.WriteString("\n**Not carried out by this version.** A project that uses it is told so.\n")
	}
	if example := exampleOf(t.Name); example != "" {
		fmt.Fprintf(&b, "\n```hcl of=shop\n%s```\n", example)
	}
	describe(&b, t)
	nested(&b, t, map[string]bool{})
	if t.Name == "history" {
		layouts(&b)
	}
	return Page{Name: t.Name, Section: Blocks, Line: t.Doc, Text: b.String()}
}

// heading is a block as it is written: segment "name".
func heading(t *block.Type) string {
	text := t.Name
	for _, label := range t.Labels {
		text += fmt.Sprintf(" %q", label)
	}
	return text
}

// describe lists arguments and what else holds for a type.
func describe(b *strings.Builder, t *block.Type) {
	arguments(b, t.Args)
	if len(t.Kinds) > 0 {
		fmt.Fprintf(b, "\nThe first label is one of %s.\n", strings.Join(t.Kinds, ", "))
	}
	for _, each := range t.Each {
		fmt.Fprintf(b, "\n## %s %q\n\n%s\n", t.Name, each.Kind, each.Doc)
		arguments(b, each.Args)
	}
	if t.Open && len(t.Each) == 0 {
		b.WriteString("\nFurther arguments and blocks are free.\n")
	}
}

func arguments(b *strings.Builder, args []block.Arg) {
	if len(args) > 0 {
		b.WriteString("\n")
	}
	for _, a := range args {
		needed := ""
		if a.Required {
			needed = ", required"
		}
		if a.Secret {
			needed += ", a secret: env(...)"
		}
		fmt.Fprintf(b, "- `%s` (%s%s): %s", a.Name, a.Form.Spell(), needed, a.Doc)
		if a.Missing != "" {
			b.WriteString(" Not carried out by this version.")
		}
		b.WriteString("\n")
	}
}

// nested describes the blocks inside a block, each kind once; steps may stand
// in each other.
func nested(b *strings.Builder, t *block.Type, done map[string]bool) {
	var here []*block.Type // before those inside them: a step belongs to its journey first
	for _, inner := range t.Nested() {
		if !done[inner.Name] {
			done[inner.Name] = true
			here = append(here, inner)
		}
	}
	for _, inner := range here {
		fmt.Fprintf(b, "\n## %s\n\nIn %s. %s%s\n", heading(inner), t.Name, inner.Doc, howOften(inner))
		describe(b, inner)
		nested(b, inner, done)
	}
}

func howOften(t *block.Type) string {
	switch {
	case t.Once && t.Required:
		return " There is exactly one."
	case t.Required:
		return " There is at least one."
	case t.Once:
		return " There is at most one."
	}
	return ""
}

// layouts describes the files that history points at.
func layouts(b *strings.Builder) {
	for _, l := range history.Layouts {
		fmt.Fprintf(b, "\n## Files of %s\n\n%s CSV has a header with these names, NDJSON one object a line with these members.\n\n", l.Source, l.Doc)
		for _, c := range l.Columns {
			needed := ""
			if c.Required {
				needed = " (required)"
			}
			fmt.Fprintf(b, "- `%s`%s: %s\n", c.Name, needed, c.Doc)
		}
		if l.Rest != "" {
			fmt.Fprintf(b, "- Further columns: %s\n", l.Rest)
		}
	}
}
