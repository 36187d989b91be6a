package prove

import (
	"cmp"
	"math/bits"
	"slices"
)

// cone is what some nodes are made of, laid out so that all of it is looked at
// in one pass: first atoms, those of one variable together, then conjunctions,
// terms before what they are terms of. Of a node and its complement there is the
// first; places are twice where it is, and one more for the complement.
type cone struct {
	atoms []atom
	terms []node   // of the conjunctions, as places
	ends  []int32  // by conjunction: where its terms end
	place []node   // by node that is there, and by its complement
	now   []uint64 // by half the place: the points at which it was true when last looked
}

type atom struct {
	about int32
	mask  uint64
}

// newCone is the cone of some nodes of a graph.
func newCone(g *graph, of []node) *cone {
	c := &cone{place: make([]node, g.size())}
	atoms, joins := g.under(of)
	slices.SortStableFunc(atoms, func(a, b node) int { return cmp.Compare(g.about[a], g.about[b]) })
	for i, n := range slices.Concat(atoms, joins) {
		c.place[n], c.place[n.not()] = node(2*i), node(2*i+1)
	}
	for _, n := range atoms {
		c.atoms = append(c.atoms, atom{g.about[n], g.mask[n]})
	}
	for _, n := range joins {
		for _, k := range g.kids[n] {
			c.terms = append(c.terms, c.place[k])
		}
		c.ends = append(c.ends, int32(len(c.terms)))
	}
	c.now = make([]uint64, len(atoms)+len(joins))
	return c
}

// under is the atoms and the conjunctions that nodes are made of, terms before
// what they are terms of.
func (g *graph) under(of []node) (atoms, joins []node) {
	in := make([]bool, g.size()/2)
	for _, n := range of {
		in[n/2] = true
	}
	for i := len(in) - 1; i >= 0; i-- { // a node is made after its terms
		switch n := node(2 * i); {
		case !in[i]:
		case g.shape[n] == isAtom:
			atoms = append(atoms, n)
		default:
			joins = append(joins, n)
			for _, k := range g.kids[n] {
				in[k/2] = true
			}
		}
	}
	slices.Reverse(joins)
	return atoms, joins
}

// look finds out at which of at most 64 points each node is true.
func (c *cone) look(points []*point) {
	var in [mostRegions]uint64 // by region of the variable at hand: the points that lie in it
	for i, a := range c.atoms {
		if i == 0 || c.atoms[i-1].about != a.about {
			in = [mostRegions]uint64{}
			for k, p := range points {
				in[p.regions[a.about]] |= 1 << k
			}
		}
		c.now[i] = 0
		for left := a.mask; left != 0; left &= left - 1 {
			c.now[i] |= in[bits.TrailingZeros64(left)]
		}
	}
	from := int32(0)
	for i, end := range c.ends {
		out := ^uint64(0)
		for _, k := range c.terms[from:end] {
			out &= c.of(k)
		}
		c.now[len(c.atoms)+i], from = out, end
	}
}

// at is the points at which a node is true.
func (c *cone) at(n node) uint64 { return c.of(c.place[n]) }

func (c *cone) of(place node) uint64 { return c.now[place/2] ^ -uint64(place&1) }
