package content

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// tags is how other tools mark what is filled in or left out: {{ name }},
// {% if %}, *|NAME|*, %%name%%, [[name]], and %{ if } of HCL; and {person.name},
// where the dollar was forgotten.
var tags = regexp.MustCompile(`\{\{[^{}\n]*\}\}|\{%[^%\n]*%\}|\*\|[\pL_:]+\|\*|%%[\pL_]+%%|\[\[[\pL_. ]+\]\]|%\{ *~? *(?:if|for|else|endif|endfor)\b[^}\n]*\}?|\$?\{(?:person|link|entry|part|var|local)\.[\pL\pN_.]+\}`)

// foreign warns of the first mark of another tool in a text, which people would
// read as it stands: at is where an offset in the text is written.
func (c *compiler) foreign(text string, at func(from, to int) diag.Range) {
	all := tags.FindAllStringIndex(text, -1)
	first := slices.IndexFunc(all, func(at []int) bool { return text[at[0]] != '$' }) // $${x} is meant to be read
	if first < 0 {
		return
	}
	found := all[first]
	written := text[found[0]:found[1]]
	d := diag.Diagnostic{
		Rule: foreignTag, At: at(found[0], found[1]), Mark: "stays as it is",
		Detail: "Only ${ } is filled in. People would read " + written + ".", Help: "write ${person.<name>} for what is known of the person",
	}
	if known := c.known(strings.ToLower(strings.Trim(written, "{}%*|[] "))); known != "" {
		d.Help = "write ${" + known + "}"
	} else if single := strings.TrimPrefix(written, "{"); strings.HasSuffix(written, "}") && !strings.ContainsAny(single, "{%") {
		d.Help = "write $" + written
	}
	if control := strings.Trim(written, "{}%~ "); strings.HasPrefix(control, "if") || strings.HasPrefix(control, "for") || strings.HasPrefix(control, "e") {
		d.Help = "make a touchpoint for each case, and choose between them in the journey"
	}
	c.report(d)
}

// known is the value of the person that a word names; "" for none.
func (c *compiler) known(word string) string {
	name := strings.TrimPrefix(word, "person.")
	if c.scope.Person == nil {
		return ""
	}
	field, ok := c.scope.Person.Find(name)
	switch {
	case !ok:
		return ""
	case field.Nullable:
		return "coalesce(person." + name + ", " + instead(field.Type) + ")"
	}
	return "person." + name
}

// within is where bytes of a chunk of a file are written, that begins at a
// position.
func within(name string, start hcl.Pos, chunk string, from, to int) diag.Range {
	place := func(offset int) hcl.Pos {
		before := chunk[:offset]
		pos := hcl.Pos{Line: start.Line + strings.Count(before, "\n"), Column: start.Column, Byte: start.Byte + offset}
		if last := strings.LastIndexByte(before, '\n'); last >= 0 {
			pos.Column, before = 1, before[last+1:]
		}
		pos.Column += len([]rune(before))
		return pos
	}
	return expr.At(hcl.Range{Filename: name, Start: place(from), End: place(to)})
}

var filePath = regexp.MustCompile(`^[\pL\pN_./-]+$`)

// fileName reports a text that is the name of a file.
func (c *compiler) fileName(t Template) {
	if c.lost || len(t.Pieces) != 1 {
		return
	}
	text, constant := t.Pieces[0].(Text)
	if !constant || !filePath.MatchString(text.Text) {
		return
	}
	switch strings.ToLower(path.Ext(text.Text)) {
	case ".html", ".htm", ".txt", ".mjml", ".md":
		c.report(diag.Diagnostic{
			Rule: nameOfFile, At: t.At, Mark: "the name of a file, not what is in it",
			Detail: "People would read it as it stands.", Help: "write template(...) around it",
		})
	}
}
