package prove

import (
	"encoding/binary"
	"slices"
)

// node is a formula over regions: an atom "variable in mask", a conjunction or
// a disjunction. Every node is made together with its complement, and the two
// are neighbours: the complement of n is n^1. So a reference and its negation
// meet at once, and "not a member" costs nothing.
type node int32

// The constants: of nothing the conjunction is true.
const (
	yes node = 0
	no  node = 1
)

// not is the complement.
func (n node) not() node { return n ^ 1 }

type shape uint8

const (
	isAtom shape = iota
	isAnd
	isOr
)

// graph holds nodes, each formula once.
type graph struct {
	shape []shape
	about []int32  // of atoms: the variable, counted over all epochs
	mask  []uint64 // of atoms: the regions
	kids  [][]node // of the others, sorted
	index map[string]node
	all   func(about int32) uint64
	key   []byte
}

// newGraph holds the constants alone. All is every region of a variable.
func newGraph(all func(about int32) uint64) *graph {
	g := &graph{index: map[string]node{}, all: all}
	g.add(isAnd, 0, 0, 0, nil, nil)
	return g
}

// size is how many nodes there are.
func (g *graph) size() int { return len(g.shape) }

// add puts a node and its complement behind the others.
func (g *graph) add(s shape, about int32, mask, rest uint64, kids, duals []node) node {
	n := node(len(g.shape))
	dual := s
	switch s {
	case isAnd:
		dual = isOr
	case isOr:
		dual = isAnd
	case isAtom:
	}
	g.shape = append(g.shape, s, dual)
	g.about = append(g.about, about, about)
	g.mask = append(g.mask, mask, rest)
	g.kids = append(g.kids, kids, duals)
	return n
}

// atom is "the variable lies in the mask".
func (g *graph) atom(about int32, mask uint64) node {
	all := g.all(about)
	mask &= all
	switch mask {
	case 0:
		return no
	case all:
		return yes
	}
	// The one of the two that holds the first region comes first.
	flipped := node(0)
	if mask&1 == 0 {
		mask, flipped = all&^mask, 1
	}
	g.key = binary.AppendUvarint(append(g.key[:0], byte(isAtom)), uint64(about))
	g.key = binary.AppendUvarint(g.key, mask)
	if n, ok := g.index[string(g.key)]; ok {
		return n ^ flipped
	}
	n := g.add(isAtom, about, mask, all&^mask, nil, nil)
	g.index[string(g.key)] = n
	return n ^ flipped
}

func (g *graph) and(terms ...node) node { return g.join(terms) }

func (g *graph) or(terms ...node) node {
	duals := make([]node, len(terms))
	for i, t := range terms {
		duals[i] = t.not()
	}
	return g.join(duals).not()
}

// join is the conjunction, in one form: nested ones flattened, atoms of one
// variable intersected, each term once, sorted.
func (g *graph) join(terms []node) node {
	flat, atoms, constant := g.flatten(terms)
	if constant {
		return no
	}
	for i := 0; i < len(atoms); i++ { // few: a scan is faster than a map
		mask := g.mask[atoms[i]]
		for j := len(atoms) - 1; j > i; j-- {
			if g.about[atoms[j]] == g.about[atoms[i]] {
				mask &= g.mask[atoms[j]]
				atoms = slices.Delete(atoms, j, j+1)
			}
		}
		met := g.atom(g.about[atoms[i]], mask)
		if met == no {
			return no
		}
		flat = append(flat, met)
	}
	slices.Sort(flat)
	flat = slices.Compact(flat)
	for i := 1; i < len(flat); i++ {
		if flat[i] == flat[i-1]^1 {
			return no
		}
	}
	switch len(flat) {
	case 0:
		return yes
	case 1:
		return flat[0]
	}
	return g.cons(flat)
}

// flatten sorts terms into atoms and others; impossible is a term that is false.
func (g *graph) flatten(terms []node) (others, atoms []node, impossible bool) {
	for _, t := range terms {
		switch {
		case t == no:
			return nil, nil, true
		case g.shape[t] == isAtom:
			atoms = append(atoms, t)
		case g.shape[t] == isAnd:
			for _, kid := range g.kids[t] {
				if g.shape[kid] == isAtom {
					atoms = append(atoms, kid)
				} else {
					others = append(others, kid)
				}
			}
		default:
			others = append(others, t)
		}
	}
	return others, atoms, false
}

func (g *graph) cons(kids []node) node {
	g.key = append(g.key[:0], byte(isAnd))
	for _, k := range kids {
		g.key = binary.AppendUvarint(g.key, uint64(k))
	}
	if n, ok := g.index[string(g.key)]; ok {
		return n
	}
	duals := make([]node, len(kids))
	for i, k := range kids {
		duals[i] = k.not()
	}
	n := g.add(isAnd, 0, 0, 0, slices.Clone(kids), duals)
	g.index[string(g.key)] = n
	return n
}

// conjuncts are the terms of a conjunction; of anything else, itself.
func (g *graph) conjuncts(n node) []node {
	if g.shape[n] == isAnd {
		return g.kids[n]
	}
	return []node{n}
}
