package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
)

// Graph is a picture as data: boxes and arrows, in the order in which they are
// written.
type Graph struct {
	Title, Description string // for people who do not see the picture
	Across             bool   // from left to right; else from top to bottom
	Nodes              []Node
	Edges              []Edge
}

// Node is a box. Label may have several lines; Group is the heading of the
// frame it stands in, "" for none.
type Node struct {
	ID, Label, Group string
	Shape            Shape
}

// Edge is an arrow.
type Edge struct {
	From, To, Label string
	Dashed          bool
}

// Shape is the form of a box.
type Shape int

// The forms.
const (
	Box     Shape = iota
	Round         // where something begins or ends
	Diamond       // a question
	Hexagon       // chance
	Message       // what reaches a person
	Gate          // a question that consent answers
	Note          // a remark
)

// ProjectGraph is who mentions whom: an arrow from each declaration to what it
// mentions, a dashed one where it only wishes.
func ProjectGraph(p *ir.Program) Graph {
	all := p.Declarations()
	g := Graph{Across: true, Title: "Project " + p.Project.Name}
	ids := map[string]string{}
	add := func(address string) {
		ids[address] = fmt.Sprintf("n%d", len(ids)+1)
		g.Nodes = append(g.Nodes, Node{ID: ids[address], Label: address, Shape: shapeOf(ir.KindOf(address))})
	}
	person := personAddress(p)
	if len(ir.Mentions(p.Person)) > 0 {
		add(person)
	}
	for _, d := range all {
		add(d.Header().Address)
	}
	connect := func(from string, to []string, dashed bool) {
		for _, address := range to {
			if ids[address] != "" {
				g.Edges = append(g.Edges, Edge{From: ids[from], To: ids[address], Dashed: dashed})
			}
		}
	}
	connect(person, ir.Mentions(p.Person), false)
	for _, d := range all {
		connect(d.Header().Address, ir.Mentions(d), false)
		connect(d.Header().Address, ir.Wishes(d), true)
	}
	g.Description = fmt.Sprintf("%s and %s; an arrow leads from each to what it mentions",
		plural(len(g.Nodes), "declaration"), plural(len(g.Edges), "mention"))
	return g
}

// personAddress is what the person block is called in a picture.
func personAddress(p *ir.Program) string {
	if p.Person.Address != "" {
		return p.Person.Address
	}
	return "person"
}

func shapeOf(kind string) Shape {
	switch kind {
	case "touchpoint":
		return Message
	case "moment", "event":
		return Round
	case "consent", "regime", "exclusion":
		return Gate
	case "segment", "persona":
		return Hexagon
	case "test", "guard":
		return Note
	}
	return Box
}

// plainLine is a text on one line, for places that have no other.
func plainLine(text string) string { return strings.Join(strings.Fields(text), " ") }
