package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/syntax"

	"github.com/trayecto/trayecto/lang/project"
)

// Cycles finds definitions that mean themselves: segments, computed attributes,
// derived events and locals that mention people and that lead back to where they began. Every set of
// definitions that are tied together is reported once, by its shortest way
// round. A moment that starts a journey whose touchpoint is what the moment
// watches is no cycle: that happens in time, not in meaning.
func Cycles(p *project.Project, names *expr.Scope) diag.List {
	g := graph{links: make(map[string][]link, len(p.Blocks)), scope: names}
	for _, b := range p.Blocks {
		g.add(b)
	}
	for _, l := range p.Named {
		g.links[l.Name] = mentioned(l.Expr, l.Home.In(g.scope))
	}
	var found diag.List
	for _, knot := range g.knots() {
		found = append(found, g.complaint(knot))
	}
	return found
}

// link is one mention of another definition.
type link struct {
	to string
	at diag.Range
}

// graph is who mentions whom: by node, in the order of writing.
type graph struct {
	links map[string][]link
	scope *expr.Scope
}

func (g graph) add(b *block.Block) {
	switch b.Type.Name {
	case "segment":
		g.node(b.Address(), b, "where")
	case "event":
		g.node(b.Address(), b, "from", "where")
	case "person":
		for _, a := range b.Of("attribute") {
			if _, computed := a.Get("value"); computed {
				at := *a
				if at.Home == nil {
					at.Home = b.Home
				}
				g.node("person."+a.Label(0), &at, "value")
			}
		}
	}
}

// node adds what the arguments of b mention. A derived event mentions its base
// only by from; other mentions lead on only if they are nodes themselves.
func (g graph) node(name string, b *block.Block, arguments ...string) {
	links := g.links[name]
	for _, argument := range arguments {
		if arg, ok := b.Get(argument); ok {
			links = append(links, mentioned(arg.Expr, b.Home.In(g.scope))...)
		}
	}
	g.links[name] = links
}

// mentioned lists the segments, events, attributes and locals that an
// expression names, by their full names, in the order of writing.
func mentioned(e hclsyntax.Expression, s *expr.Scope) []link {
	var out []link
	if len(s.References) == 0 && plainly(e, s, &out) {
		return out
	}
	out = nil
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics { // the visitor never fails
		named, isExpression := n.(hclsyntax.Expression)
		if !isExpression {
			return nil
		}
		switch n.(type) {
		case *hclsyntax.ScopeTraversalExpr, *hclsyntax.IndexExpr, *hclsyntax.RelativeTraversalExpr:
		default:
			return nil
		}
		ref, ok := s.Reference(named)
		if !ok || ref.Name == "" {
			return nil
		}
		switch ref.Kind {
		case "segment", "event", "person", "local":
			out = append(out, link{to: s.Full(ref), at: ref.NameAt})
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b link) int { return cmp.Compare(a.at.Start.Byte, b.at.Start.Byte) })
	return out
}

// plainly is mentioned for expressions in which every name is declared as it
// is written; false where one is not, be it wrong or made of a key.
func plainly(e hclsyntax.Expression, s *expr.Scope, out *[]link) bool {
	return syntax.Names(e, func(t hcl.Traversal) bool {
		switch t.RootName() {
		case "module":
			return false
		case "segment", "event", "person", "local":
		default:
			return true
		}
		ref, ok := expr.NameOf(t)
		if !ok || ref.Name == "" {
			return false
		}
		full := s.Full(ref)
		*out = append(*out, link{to: full, at: ref.NameAt})
		return ref.Kind == "person" || ref.Kind == "local" || s.Declared(ref.Kind, full)
	})
}

// knots lists the sets of nodes that reach each other, each sorted, in the
// order of their first names (Tarjan's algorithm).
func (g graph) knots() [][]string {
	t := tarjan{graph: g, index: map[string]int{}, low: map[string]int{}, open: map[string]bool{}}
	for _, name := range g.nodes() {
		if _, seen := t.index[name]; !seen {
			t.visit(name)
		}
	}
	slices.SortFunc(t.knots, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return t.knots
}

func (g graph) nodes() []string {
	out := make([]string, 0, len(g.links))
	for name := range g.links {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

type tarjan struct {
	graph
	index, low map[string]int
	open       map[string]bool
	stack      []string
	knots      [][]string
}

func (t *tarjan) visit(name string) {
	t.index[name] = len(t.index)
	t.low[name] = t.index[name]
	t.stack = append(t.stack, name)
	t.open[name] = true
	self := false
	for _, l := range t.links[name] {
		if _, isNode := t.links[l.to]; !isNode {
			continue
		}
		self = self || l.to == name
		if _, seen := t.index[l.to]; !seen {
			t.visit(l.to)
			t.low[name] = min(t.low[name], t.low[l.to])
		} else if t.open[l.to] {
			t.low[name] = min(t.low[name], t.index[l.to])
		}
	}
	if t.low[name] == t.index[name] {
		t.close(name, self)
	}
}

// close takes the finished component off the stack and keeps it if it is a knot.
func (t *tarjan) close(name string, self bool) {
	at := slices.Index(t.stack, name)
	knot := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, member := range knot {
		t.open[member] = false
	}
	if len(knot) > 1 || self {
		slices.Sort(knot)
		t.knots = append(t.knots, knot)
	}
}

// complaint is the shortest way from the first node of the knot back to it.
func (g graph) complaint(knot []string) diag.Diagnostic {
	start := knot[0]
	way := g.round(start, knot)
	path := start
	for _, l := range way {
		path += " -> " + l.to
	}
	d := diag.Diagnostic{
		Rule: Circle, At: way[0].at, Mark: "leads on to " + way[0].to,
		Detail: fmt.Sprintf("What %s means depends on itself: %s.", start, path),
		Help:   "take one of these mentions out",
	}
	if len(way) == 1 {
		d.Mark = "mentions itself"
	}
	for _, l := range way[1:min(len(way), 4)] {
		d.Related = append(d.Related, diag.Label{At: l.at, Text: "leads on to " + l.to})
	}
	return d
}

// round searches breadth first, so the way is the shortest; among equals the
// mention that was written first wins.
func (g graph) round(start string, knot []string) []link {
	type arrival struct {
		from string
		by   link
	}
	arrived := map[string]arrival{}
	inKnot := map[string]bool{}
	for _, name := range knot {
		inKnot[name] = true
	}
	queue := []string{start}
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		for _, l := range g.links[here] {
			if _, seen := arrived[l.to]; seen || !inKnot[l.to] {
				continue
			}
			arrived[l.to] = arrival{here, l}
			queue = append(queue, l.to)
		}
		if _, back := arrived[start]; back {
			break
		}
	}
	var way []link
	for at := start; len(way) == 0 || at != start; {
		step := arrived[at]
		way = append(way, step.by)
		at = step.from
	}
	slices.Reverse(way)
	return way
}
