package docs

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// typePages is the one page of the types that people write.
func typePages() []Page {
	var b strings.Builder
	b.WriteString("# Types\n\nWhat attributes of `person` and `object`, fields of `event` and variables may be.\n\n")
	for _, t := range types.Basics {
		fmt.Fprintf(&b, "- `%s`%s\n", t, traits(t))
	}
	for _, t := range []struct {
		t   types.Type
		doc string
	}{
		{types.Enum{Values: []string{"gold", "silver"}}, "one of these words"},
		{types.Object{Name: "order"}, "a reference to one object; its attributes are read through it"},
		{types.List{Element: types.String}, "a list, in fields of events only"},
	} {
		fmt.Fprintf(&b, "- `%s`: %s%s\n", t.t, t.doc, traits(t.t))
	}
	b.WriteString("\nA length of time is a number and a unit: ")
	for i, u := range []types.Unit{types.Second, types.Minute, types.Hour, types.Day, types.Week, types.Month, types.Year} {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("`\"" + types.Span{Amount: 3, Unit: u}.String() + "\"`")
	}
	b.WriteString(". Months and years are counted on the calendar, the others exactly.\n")
	return []Page{{Name: "types", Section: Types, Line: "The types that people write.", Text: b.String()}}
}

// traits says what can be done with values of a type.
func traits(t types.Type) string {
	var can []string
	if types.Textual(t) {
		can = append(can, "compared with texts")
	}
	if types.Numeric(t) {
		can = append(can, "added and averaged")
	}
	if types.Ordered(t) {
		can = append(can, "compared with < and >")
	}
	if len(can) == 0 {
		return ""
	}
	return "; can be " + strings.Join(can, ", ")
}

// targetPage is what a kind of platform is and can.
func targetPage(d targets.Description) Page {
	var b strings.Builder
	fmt.Fprintf(&b, "# platform %q\n\n%s Version %s.\n", d.Name, d.Doc, d.Version)
	settings(&b, d.Settings)
	for _, form := range d.Blocks {
		fmt.Fprintf(&b, "\n## %s%s\n\n%s\n", form.Type, strings.Repeat(` "name"`, form.Labels), form.Doc)
		settings(&b, form.Settings)
	}
	b.WriteString("\n## What it holds\n\n")
	for _, k := range d.Kinds {
		fmt.Fprintf(&b, "- `%s`: %s\n", k.Name, k.Doc)
	}
	b.WriteString("\n## What it can\n\n")
	can := d.Can
	for _, fact := range []struct {
		name string
		yes  bool
	}{
		{"Segments", can.Segments}, {"Sequences (followed_by)", can.Sequences}, {"Negation", can.Negation}, {"Journeys", can.Journeys},
		{"Counting people", can.Counts}, {"Idempotent writes", can.Idempotent},
	} {
		fmt.Fprintf(&b, "- %s: %s\n", fact.name, map[bool]string{true: "yes", false: "no"}[fact.yes])
	}
	fmt.Fprintf(&b, "- Consent: %s\n", said(can.Consent))
	fmt.Fprintf(&b, "- Content: %s\n", said(can.Content))
	fmt.Fprintf(&b, "- Edits of what people are in: %s\n", said(can.EditsLive))
	if len(can.Functions) > 0 {
		fmt.Fprintf(&b, "- Functions in conditions: %s\n", strings.Join(can.Functions, ", "))
	}
	for _, r := range can.Rates {
		fmt.Fprintf(&b, "- At most %d calls of %s per %s\n", r.Calls, r.Class, r.Per)
	}
	return Page{Name: d.Name, Section: Platforms, Line: d.Doc, Text: b.String()}
}

func said(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func settings(b *strings.Builder, list []targets.Setting) {
	if len(list) > 0 {
		b.WriteString("\n")
	}
	for _, s := range list {
		var notes []string
		if s.Required {
			notes = append(notes, "required")
		}
		if s.Secret {
			notes = append(notes, "secret")
		}
		if s.Map {
			notes = append(notes, `{ ours = "theirs" }`)
		}
		note := ""
		if len(notes) > 0 {
			note = " (" + strings.Join(notes, ", ") + ")"
		}
		name := "`" + s.Name + "`"
		if s.Name == targets.AnyName {
			name = "any name"
		}
		fmt.Fprintf(b, "- %s%s: %s\n", name, note, s.Doc)
	}
}

// codePages is a page for each code, with a project that is told so and the
// same put right.
func codePages(l Library) []Page {
	var out []Page
	for _, r := range l.Rules {
		text := fmt.Sprintf("# %s\n\n%s: %s\n\n```\n%s\n```\n", r.Code, r.Severity, r.Summary, strings.TrimRight(fenced(l.Explain(r.Code)), "\n"))
		out = append(out, Page{Name: r.Code, Section: Codes, Line: r.Summary, Text: text})
	}
	return out
}

// fenced keeps a text from closing the fence around it.
func fenced(text string) string { return strings.ReplaceAll(text, "```", "'''") }
