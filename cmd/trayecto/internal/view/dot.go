package view

import (
	"fmt"
	"strings"
)

// DOT is a graph in Graphviz' language.
func DOT(g Graph) string {
	var b strings.Builder
	direction := "TB"
	if g.Across {
		direction = "LR"
	}
	fmt.Fprintf(&b, "digraph %s {\n  rankdir=%s\n  tooltip=%s\n  node [shape=box, fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\", fontsize=10]\n",
		dotText(g.Title), direction, dotText(plainLine(g.Description)))
	open := ""
	frames := 0
	for _, n := range g.Nodes {
		if n.Group != open && open != "" {
			b.WriteString("  }\n")
		}
		if n.Group != open && n.Group != "" {
			frames++
			fmt.Fprintf(&b, "  subgraph cluster_%d {\n  label=%s\n", frames, dotText(n.Group))
		}
		open = n.Group
		fmt.Fprintf(&b, "  %s [label=%s%s]\n", n.ID, dotText(n.Label), dotShape(n.Shape))
	}
	if open != "" {
		b.WriteString("  }\n")
	}
	for _, e := range g.Edges {
		b.WriteString("  " + dotEdge(e) + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

func dotEdge(e Edge) string {
	var attributes []string
	if e.Label != "" {
		attributes = append(attributes, "label="+dotText(e.Label))
	}
	if e.Dashed {
		attributes = append(attributes, "style=dashed")
	}
	text := e.From + " -> " + e.To
	if len(attributes) > 0 {
		text += " [" + strings.Join(attributes, ", ") + "]"
	}
	return text
}

func dotShape(s Shape) string {
	switch s {
	case Round:
		return ", style=rounded"
	case Diamond:
		return ", shape=diamond"
	case Gate:
		return ", shape=diamond, style=dashed"
	case Hexagon:
		return ", shape=hexagon"
	case Note:
		return ", shape=note"
	case Message:
		return ", penwidth=2"
	case Box:
	}
	return ""
}

// dotText is a quoted text; lines are centred.
func dotText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}
