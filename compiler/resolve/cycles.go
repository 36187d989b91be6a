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
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/lang/workers"
)

// Cycles finds definitions that mean themselves: segments, computed attributes,
// derived events and locals that mention people and that lead back to where they began. Every set of
// definitions that are tied together is reported once, by its shortest way
// round. A moment that starts a journey whose touchpoint is what the moment
// watches is no cycle: that happens in time, not in meaning.
func Cycles(p *project.Project, names *expr.Scope) diag.List {
	g := graph{scope: names, nodes: make([]node, 0, len(p.Blocks)+len(p.Named))}
	for _, b := range p.Blocks {
		g.add(b)
	}
	for _, l := range p.Named {
		g.nodes = append(g.nodes, node{name: l.Name, home: l.Home, made: []hclsyntax.Expression{l.Expr}})
	}
	slices.SortStableFunc(g.nodes, func(a, b node) int { return strings.Compare(a.name, b.name) })
	g.numbers = make(map[string]int, len(g.nodes))
	for number := len(g.nodes) - 1; number >= 0; number-- {
		g.numbers[g.nodes[number].name] = number // the first of a name that is there twice
	}
	g.link(p.Workers)
	var found diag.List
	for _, knot := range g.knots() {
		found = append(found, g.complaint(knot))
	}
	return found
}

// graph is who mentions whom, by name. Who mentions whom is kept as numbers, and
// where only looked up again for a knot: there may be very many definitions.
type graph struct {
	nodes   []node
	numbers map[string]int // by name
	scope   *expr.Scope
}

// node is one definition: the expressions that it is made of, and the numbers
// of the nodes that they mention, in the order of writing.
type node struct {
	name  string
	home  *block.Home
	made  []hclsyntax.Expression
	links []int
}

func (g *graph) add(b *block.Block) {
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

// node adds a definition that is made of arguments of b. A derived event
// mentions its base only by from; other mentions lead on only if they are nodes
// themselves.
func (g *graph) node(name string, b *block.Block, arguments ...string) {
	n := node{name: name, home: b.Home, made: make([]hclsyntax.Expression, 0, len(arguments))}
	for _, argument := range arguments {
		if arg, ok := b.Get(argument); ok {
			n.made = append(n.made, arg.Expr)
		}
	}
	g.nodes = append(g.nodes, n)
}

// turn is how many nodes are linked in one go.
const turn = 256

// link finds the links of every node.
func (g *graph) link(most int) {
	runs := workers.Runs(len(g.nodes), turn)
	workers.Each(len(runs), most, func(i int) {
		var mentions []mention
		plain := false
		for number := runs[i][0]; number < runs[i][1]; number++ {
			if plain && g.nodes[number].alike(g.nodes[number-1]) {
				g.nodes[number].links = g.nodes[number-1].links
				continue
			}
			mentions, plain = g.mentions(number, mentions[:0])
			for _, m := range mentions {
				if to, isNode := g.numbers[m.to]; isNode {
					g.nodes[number].links = append(g.nodes[number].links, to)
				}
			}
		}
	})
}

// alike tells whether one for_each made two nodes of one text: unless that says
// each.key in a name, they mention the same.
func (n node) alike(other node) bool {
	return n.home != nil && other.home != nil && n.home.Call == other.home.Call && n.home.Module == other.home.Module &&
		len(n.made) > 0 && slices.Equal(n.made, other.made)
}

// mentions appends what a node mentions; plain is whether every name in it is
// declared as it is written.
func (g *graph) mentions(number int, before []mention) (all []mention, plain bool) {
	n := &g.nodes[number]
	s := n.home.In(g.scope)
	all, plain = before, true
	for _, e := range n.made {
		var asWritten bool
		all, asWritten = mentioned(all, e, s)
		plain = plain && asWritten
	}
	return all, plain
}

// mention is one mention of another definition.
type mention struct {
	to string
	at diag.Range
}

// mentioned lists the segments, events, attributes and locals that an
// expression names, by their full names, in the order of writing, after those
// before; plain is whether every name is declared as it is written.
func mentioned(before []mention, e hclsyntax.Expression, s *expr.Scope) (all []mention, plain bool) {
	if len(s.References) == 0 {
		if all, plain := plainly(before, e, s); plain {
			return all, true
		}
	}
	var out []mention
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
			out = append(out, mention{to: s.Full(ref), at: ref.NameAt})
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b mention) int { return cmp.Compare(a.at.Start.Byte, b.at.Start.Byte) })
	return append(before, out...), false
}

// plainly is mentioned for expressions in which every name is declared as it
// is written; false where one is not, be it wrong or made of a key.
func plainly(before []mention, e hclsyntax.Expression, s *expr.Scope) (all []mention, plain bool) {
	all = before
	plain = syntax.Names(e, func(t hcl.Traversal) bool {
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
		full, there := s.Lookup(ref)
		all = append(all, mention{to: full, at: ref.NameAt})
		return there
	})
	return all, plain
}

// knots lists the sets of nodes that reach each other, each sorted, in the
// order of their first names (Tarjan's algorithm).
func (g *graph) knots() [][]int {
	t := tarjan{graph: g, seen: make([]int, len(g.nodes)), low: make([]int, len(g.nodes)), open: make([]bool, len(g.nodes))}
	for number := range g.nodes {
		if t.seen[number] == 0 {
			t.visit(number)
		}
	}
	slices.SortFunc(t.knots, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	return t.knots
}

type tarjan struct {
	*graph
	seen, low []int // when a node was come to, counted from 1; 0 is not yet
	open      []bool
	stack     []int
	count     int
	knots     [][]int
}

func (t *tarjan) visit(number int) {
	t.count++
	t.seen[number], t.low[number] = t.count, t.count
	t.stack = append(t.stack, number)
	t.open[number] = true
	self := false
	for _, to := range t.nodes[number].links {
		self = self || to == number
		if t.seen[to] == 0 {
			t.visit(to)
			t.low[number] = min(t.low[number], t.low[to])
		} else if t.open[to] {
			t.low[number] = min(t.low[number], t.seen[to])
		}
	}
	if t.low[number] == t.seen[number] {
		t.close(number, self)
	}
}

// close takes the finished component off the stack and keeps it if it is a knot.
func (t *tarjan) close(number int, self bool) {
	at := len(t.stack) - 1
	for t.stack[at] != number {
		at--
	}
	for _, member := range t.stack[at:] {
		t.open[member] = false
	}
	if len(t.stack)-at > 1 || self {
		knot := slices.Clone(t.stack[at:])
		slices.Sort(knot)
		t.knots = append(t.knots, knot)
	}
	t.stack = t.stack[:at]
}

// complaint is the shortest way from the first node of the knot back to it.
func (g *graph) complaint(knot []int) diag.Diagnostic {
	start := g.nodes[knot[0]].name
	var way []mention
	names, here := []string{start}, knot[0]
	for _, to := range g.round(knot) {
		way = append(way, g.mention(here, to))
		names = append(names, g.nodes[to].name)
		here = to
	}
	d := diag.Diagnostic{
		Rule: Circle, At: way[0].at, Mark: "leads on to " + way[0].to,
		Detail: fmt.Sprintf("What %s means depends on itself: %s.", start, strings.Join(shortened(names), " -> ")),
		Help:   "take one of these mentions out",
	}
	if len(way) == 1 {
		d.Mark = "mentions itself"
	}
	for _, m := range way[1:min(len(way), 4)] {
		d.Related = append(d.Related, diag.Label{At: m.at, Text: "leads on to " + m.to})
	}
	return d
}

// mostOnTheWay is how many names a way is told with.
const mostOnTheWay = 24

// shortened is a way with what lies in the middle of a long one counted.
func shortened(names []string) []string {
	if len(names) <= mostOnTheWay {
		return names
	}
	const kept = mostOnTheWay / 2
	between := fmt.Sprintf("%d more", len(names)-2*kept)
	return slices.Concat(names[:kept], []string{between}, names[len(names)-kept:])
}

// mention is the first mention of a node in another.
func (g *graph) mention(in, of int) mention {
	mentions, _ := g.mentions(in, nil)
	for _, m := range mentions {
		if m.to == g.nodes[of].name {
			return m
		}
	}
	panic("resolve: a link without a mention")
}

// round is the way from the first node of a knot back to it: the nodes that it
// comes to. It searches breadth first, so the way is the shortest; among equals
// what was written first wins.
func (g *graph) round(knot []int) []int {
	start := knot[0]
	from := map[int]int{} // where a node was come to from
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		for _, to := range g.nodes[queue[0]].links {
			_, seen := from[to]
			if _, inKnot := slices.BinarySearch(knot, to); seen || !inKnot {
				continue
			}
			from[to] = queue[0]
			queue = append(queue, to)
		}
		if _, back := from[start]; back {
			break
		}
	}
	way := []int{start}
	for at := from[start]; at != start; at = from[at] {
		way = append(way, at)
	}
	slices.Reverse(way)
	return way
}
