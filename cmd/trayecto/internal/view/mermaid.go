package view

import (
	"fmt"
	"strings"
	"unicode"
)

// Mermaid is a graph as Mermaid's flow chart, with a title and a description
// for people who do not see it.
func Mermaid(g Graph) string {
	var b strings.Builder
	direction := "TD"
	if g.Across {
		direction = "LR"
	}
	fmt.Fprintf(&b, "flowchart %s\n  accTitle: %s\n  accDescr: %s\n", direction, mermaidLine(g.Title), mermaidLine(g.Description))
	open := ""
	frames := 0
	for _, n := range g.Nodes {
		if n.Group != open && open != "" {
			b.WriteString("  end\n")
		}
		if n.Group != open && n.Group != "" {
			frames++
			fmt.Fprintf(&b, "  subgraph g%d[\"%s\"]\n", frames, mermaidLabel(n.Group))
		}
		open = n.Group
		left, right := mermaidShape(n.Shape)
		fmt.Fprintf(&b, "  %s%s\"%s\"%s\n", n.ID, left, mermaidLabel(n.Label), right)
	}
	if open != "" {
		b.WriteString("  end\n")
	}
	for _, e := range g.Edges {
		b.WriteString("  " + mermaidEdge(e) + "\n")
	}
	mermaidClass(&b, g, Gate, "gate", "stroke-dasharray:6 3")
	mermaidClass(&b, g, Message, "message", "stroke-width:3px")
	return b.String()
}

func mermaidEdge(e Edge) string {
	arrow := "-->"
	if e.Dashed {
		arrow = "-.->"
	}
	if e.Label != "" {
		arrow += `|"` + mermaidLabel(e.Label) + `"|`
	}
	return e.From + " " + arrow + " " + e.To
}

func mermaidShape(s Shape) (left, right string) {
	switch s {
	case Round:
		return "([", "])"
	case Diamond, Gate:
		return "{", "}"
	case Hexagon:
		return "{{", "}}"
	case Note:
		return ">", "]"
	case Message:
		return "(", ")"
	case Box:
	}
	return "[", "]"
}

// mermaidClass marks the nodes of a shape. Only strokes are styled, so that
// light and dark pages show them.
func mermaidClass(b *strings.Builder, g Graph, s Shape, name, style string) {
	var ids []string
	for _, n := range g.Nodes {
		if n.Shape == s {
			ids = append(ids, n.ID)
		}
	}
	if len(ids) > 0 {
		fmt.Fprintf(b, "  classDef %s %s\n  class %s %s\n", name, style, strings.Join(ids, ","), name)
	}
}

// mermaidLabel is a text between double quotes. Mermaid reads #9; as a
// character, after it has looked for HTML, Markdown and directives; whatever
// could be taken for one is written so. An underscore or a percent sign within
// or behind a word cannot.
func mermaidLabel(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case r == '\n':
			b.WriteString("<br>")
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		case strings.ContainsRune("\"#<>&`\\;*~", r), r == '_' && !within(runes, i), r == '%' && i+1 < len(runes) && runes[i+1] != '\n':
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// within tells whether a character stands between letters or digits.
func within(runes []rune, i int) bool {
	word := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]))
	}
	return word(i-1) && word(i+1)
}

// mermaidLine is a text on a line without quotes.
func mermaidLine(text string) string {
	return plainLine(strings.NewReplacer("%", " percent", "#", "", ";", ",", "{", "(", "}", ")", "<", "", ">", "").Replace(text))
}
