package prove

// Relation is what is proved of two conditions.
type Relation struct {
	A, B Condition
	Kind Kind
}

// Kind is how two conditions stand to each other.
type Kind uint8

// The kinds. Within: everybody who fulfils A fulfils B, and not the other way
// round.
const (
	Apart  Kind = iota // nobody fulfils both
	Within             // A is part of B
	Equal
)

// Relations is what is proved of pairs of conditions. Undecided counts the
// questions that have no answer.
type Relations struct {
	Found     []Relation
	Undecided int
}

// Relate asks of every pair that ask selects, each once with the smaller first,
// whether one implies the other and whether they are apart. Conditions that are
// true for nobody or for everybody have no relation to others that would tell
// anything, and are left out, as are pairs that ask about nothing in common.
func (p *Prover) Relate(of []Condition, ask func(a, b Condition) bool) Relations {
	p.closed()
	var out Relations
	nodes := make([]node, len(of))
	asks := make([][]uint64, len(of))
	for i, c := range of {
		nodes[i] = p.node(part{c, true})
	}
	if !p.unmoved {
		p.space.people().asks(nodes)
	}
	for i, n := range nodes {
		none, all := p.apart(n, yes), p.apart(n.not(), yes)
		if none != possible || all != possible {
			nodes[i] = yes
			continue
		}
		asks[i] = p.space.subjects(n)
	}
	for i, a := range of {
		for j := i + 1; j < len(of); j++ {
			if nodes[i] != yes && nodes[j] != yes && ask(a, of[j]) && meet(asks[i], asks[j]) {
				p.relate(&out, a, of[j], nodes[i], nodes[j])
			}
		}
	}
	return out
}

func (p *Prover) relate(out *Relations, a, b Condition, na, nb node) {
	ab, ba := p.apart(na, nb.not()), p.apart(nb, na.not())
	var both outcome
	if ab != impossible && ba != impossible { // one within the other, and neither is empty: they meet
		both = p.apart(na, nb)
	}
	switch {
	case ab == impossible && ba == impossible:
		out.Found = append(out.Found, Relation{a, b, Equal})
	case ab == impossible:
		out.Found = append(out.Found, Relation{a, b, Within})
	case ba == impossible:
		out.Found = append(out.Found, Relation{b, a, Within})
	case both == impossible:
		out.Found = append(out.Found, Relation{a, b, Apart})
	}
	for _, o := range []outcome{ab, ba} {
		if o == undecided {
			out.Undecided++
		}
	}
	if both == undecided && ab != impossible && ba != impossible {
		out.Undecided++
	}
}

// apart is whether two formulas can be true together.
func (p *Prover) apart(a, b node) outcome {
	if p.unmoved {
		return p.space.decide(a, b)
	}
	people := p.space.people()
	if people.shows(a, b) || people.blends(a, b) {
		return possible
	}
	_, found := people.somebody(a, b)
	return found
}

// subjects is the groups of variables that a node asks about, as bits.
func (s *space) subjects(n node) []uint64 {
	out := make([]uint64, len(s.vars)*s.epochs/64+1)
	seen := map[node]bool{}
	var visit func(n node)
	visit = func(n node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if s.graph.shape[n] == isAtom {
			group := s.instanceGroup(s.graph.about[n])
			out[group/64] |= 1 << (group % 64)
		}
		for _, k := range s.graph.kids[n] {
			visit(k)
		}
	}
	visit(n)
	return out
}

// meet tells whether two sets of bits have one in common.
func meet(a, b []uint64) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return true
		}
	}
	return false
}
