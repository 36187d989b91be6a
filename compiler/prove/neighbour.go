package prove

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Neighbours is how segments that changed stand to the others, where they did not
// stand so before.
type Neighbours struct {
	Nobody    []string // that nobody can be in, and somebody could be before
	Relations []Related
	Negations []Negation // asked for with "not" now, and not before
	Undecided int
	// Unasked says that there are too many segments to ask at every plan.
	Unasked bool
}

// The most segments, and changed ones, of which a plan asks.
const (
	mostSegments = 3000
	mostChanged  = 50
)

// OfChanged asks how changed segments of a program stand to all that ask about
// something in common. Before is the program of which the same is asked, so that
// only what is new is told; nil where there is none. A new segment is told only
// where it is the same as another one.
func OfChanged(before, after *ir.Program, changed []string, at Moment) Neighbours {
	if len(after.Segments) > mostSegments || len(changed) > mostChanged {
		return Neighbours{Unasked: true}
	}
	out := standing(after, changed, at)
	if before == nil {
		before = &ir.Program{}
	}
	var old []string
	for _, s := range changed {
		if _, was := ir.Find(before.Segments, s); was {
			old = append(old, s)
		}
	}
	out.Negations = newlyNegated(before, after, changed, at)
	was := Neighbours{}
	if len(old) > 0 {
		was = standing(before, old, at)
	}
	out.Nobody = slices.DeleteFunc(out.Nobody, func(s string) bool { return slices.Contains(was.Nobody, s) })
	out.Relations = slices.DeleteFunc(out.Relations, func(r Related) bool {
		fresh := !slices.Contains(old, r.A) && !slices.Contains(old, r.B)
		return r.Kind == Apart || fresh && r.Kind != Equal || slices.Contains(was.Relations, r)
	})
	return out
}

// standing is how some segments stand to all others of a program.
func standing(program *ir.Program, some []string, at Moment) Neighbours {
	p := New(at)
	var list []Condition
	asked := map[Condition]bool{}
	for _, s := range program.Segments {
		c := p.Add(program, expr.Member{Segment: s.Address})
		list = append(list, c)
		asked[c] = slices.Contains(some, s.Address)
	}
	name := func(c Condition) string { return p.conditions[c].of.(expr.Member).Segment }
	var out Neighbours
	for _, c := range list {
		if asked[c] && p.None(c) {
			out.Nobody = append(out.Nobody, name(c))
		}
	}
	found := p.Relate(list, func(a, b Condition) bool { return asked[a] || asked[b] })
	out.Undecided = found.Undecided
	for _, r := range found.Found {
		out.Relations = append(out.Relations, Related{name(r.A), name(r.B), r.Kind})
	}
	return out
}

// Twins lists the conditions that are proved to be the same for everybody as an
// earlier one, each with the first such, of those that ask about the very same
// things. Conditions that are true for nobody or for everybody are not told.
func (p *Prover) Twins(of []Condition) []Relation {
	p.closed()
	var out []Relation
	nodes := make([]node, len(of))
	alike := map[string][]int{} // by what they ask: the places of conditions that differ
	for j, c := range of {
		nodes[j] = p.node(part{c, true})
		asks := fmt.Sprint(p.space.atoms(nodes[j : j+1]))
		if asks == "[]" {
			continue
		}
		at := slices.IndexFunc(alike[asks], func(i int) bool { return p.space.same(nodes[i], nodes[j]) })
		if at < 0 {
			alike[asks] = append(alike[asks], j)
			continue
		}
		first := alike[asks][at]
		if !p.space.impossible(nodes[first]) && !p.space.impossible(nodes[first].not()) {
			out = append(out, Relation{of[first], c, Equal})
		}
	}
	return out
}

// same tells whether two nodes are proved to be true at the same points.
func (s *space) same(a, b node) bool {
	return a == b || s.impossible(a, b.not()) && s.impossible(b, a.not())
}
