package prove

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// point is one person as the prover sees them: a region for every instance of
// a variable, and for every past what happened.
type point struct {
	regions []uint8
	happens map[pastAt][]happening // in later epochs: what is new in them
}

type pastAt struct{ past, epoch int }

// outcome is what a search for a point found.
type outcome uint8

const (
	undecided  outcome = iota // the budget was not enough, or it is not certain
	impossible                // there is none
	possible
)

// mostExcluded is how many impossible histories one question may run into.
const mostExcluded = 60

// find looks for a point at which all formulas are true. Domains that no
// history fulfils are ruled out one by one.
func (s *space) find(formulas ...node) (*point, outcome) {
	return s.search().find(formulas, nil)
}

// decide is find for whoever does not ask for the point: it looks at nothing but
// what the formulas speak of, however much else there is.
func (s *space) decide(formulas ...node) outcome {
	_, found := s.search().decide(formulas, nil)
	return found
}

// impossible tells whether the formulas are certainly never true together.
func (s *space) impossible(formulas ...node) bool { return s.decide(formulas...) == impossible }

func (s *space) search() *search {
	if s.looking == nil || len(s.looking.dom) != len(s.vars)*s.epochs {
		s.looking = newSearch(s)
	}
	return s.looking
}

func (s *search) find(formulas []node, base *point) (*point, outcome) {
	c, found := s.decide(formulas, base)
	if found != possible {
		return nil, found
	}
	return s.point(c, base), possible
}

// choice is a region for every instance in the groups that the domains touch,
// which is left of their domains, and what happened.
type choice struct {
	touched   map[int32]bool
	instances []int32
	happens   map[pastAt][]happening
}

func (s *search) decide(formulas []node, base *point) (*choice, outcome) {
	formulas = slices.Clone(formulas)
	for range mostExcluded {
		if !s.start(formulas) {
			if s.over {
				return nil, undecided
			}
			return nil, impossible
		}
		c, excluded, certain := s.complete(base)
		if c != nil {
			return c, possible
		}
		if !certain {
			return nil, undecided
		}
		formulas = append(formulas, excluded)
	}
	return nil, undecided
}

// complete chooses a region for every instance in the groups that the domains
// touch, histories first. Where there is no choice it gives a formula that rules
// the domains out; certain is false where there may be one all the same.
func (s *search) complete(base *point) (c *choice, excluded node, certain bool) {
	c = &choice{touched: s.touched(), happens: map[pastAt][]happening{}}
	if base != nil {
		maps.Copy(c.happens, base.happens)
	}
	for _, at := range s.pastsOf(c.touched) {
		if ok, why, sure := s.settlePast(c.happens, at); !ok {
			return nil, why, sure
		}
	}
	for group := range c.touched {
		c.instances = append(c.instances, s.instancesOf(group)...)
	}
	slices.SortFunc(c.instances, func(a, b int32) int { // what is asked about first
		free := func(at int32) int {
			if s.dom[at] == s.at(at).all {
				return 1
			}
			return 0
		}
		return cmp.Or(free(a)-free(b), int(a-b))
	})
	tries := 2000
	if !s.label(c.instances, &tries) { // which leaves the domains as they were
		return nil, s.narrowed(c.instances), tries > 0
	}
	return c, 0, true
}

// point takes what was chosen, and the rest from base: null, none and false where
// that is nil.
func (s *search) point(c *choice, base *point) *point {
	p := &point{regions: make([]uint8, len(s.dom)), happens: c.happens}
	if base != nil {
		copy(p.regions, base.regions)
	}
	for _, at := range c.instances {
		p.regions[at] = uint8(bits.TrailingZeros64(s.dom[at]))
	}
	s.inherit(p, c.touched)
	return p
}

// inherit lets what no formula speaks of in an epoch be as it is later, or else
// as it was before. Counts only go on: what happens later did not happen before.
func (s *search) inherit(p *point, touched map[int32]bool) {
	if s.epochs == 1 {
		return
	}
	n := int32(len(s.vars))
	for root, members := range s.members {
		if len(members) == 0 || s.lasting[root] {
			continue
		}
		known := make([]bool, s.epochs)
		take := func(epoch, from int) {
			known[epoch] = true
			for _, v := range members {
				p.regions[int32(epoch)*n+int32(v)] = p.regions[int32(from)*n+int32(v)]
			}
		}
		for epoch := range known {
			known[epoch] = touched[int32(epoch)*n+int32(root)]
		}
		counts := slices.ContainsFunc(members, func(v int) bool { return s.vars[v].kind == counted })
		for epoch := s.epochs - 2; epoch >= 0 && !counts; epoch-- {
			if !known[epoch] && known[epoch+1] {
				take(epoch, epoch+1)
			}
		}
		for epoch := 1; epoch < s.epochs; epoch++ {
			if !known[epoch] {
				take(epoch, epoch-1)
			}
		}
	}
}

// touched is the groups of which a domain is narrowed.
func (s *search) touched() map[int32]bool {
	out := map[int32]bool{}
	for _, k := range s.trail {
		out[s.instanceGroup(k.at)] = true
	}
	return out
}

// instancesOf is the instances in a group.
func (s *space) instancesOf(group int32) []int32 {
	n := int32(len(s.vars))
	root := group % n
	var out []int32
	for _, v := range s.members[root] {
		if !s.lasting[root] {
			out = append(out, group-root+int32(v))
			continue
		}
		for epoch := range s.epochs {
			if at := s.instance(v, epoch); epoch == 0 || at >= n {
				out = append(out, at)
			}
		}
	}
	return out
}

// pastsOf is the pasts that belong to touched groups, in the order in which they
// were met, and the epochs in which they do.
func (s *space) pastsOf(touched map[int32]bool) []pastAt {
	n := int32(len(s.vars))
	var out []pastAt
	for group := range touched {
		root := group % n
		for _, past := range s.histories[root] {
			if !s.lasting[root] {
				out = append(out, pastAt{past, int(group / n)})
				continue
			}
			for epoch := range s.epochs {
				out = append(out, pastAt{past, epoch})
			}
		}
	}
	slices.SortFunc(out, func(a, b pastAt) int { return cmp.Or(a.past-b.past, a.epoch-b.epoch) })
	return out
}

// narrowed is the formula that not all of these domains hold.
func (s *search) narrowed(instances []int32) node {
	var out []node
	for _, at := range instances {
		if s.dom[at] != s.at(at).all {
			out = append(out, s.graph.atom(at, ^s.dom[at]))
		}
	}
	return s.graph.or(out...)
}

// label gives each instance one region. Bonds are looked at after each choice.
func (s *search) label(instances []int32, tries *int) bool {
	for len(instances) > 0 && bits.OnesCount64(s.dom[instances[0]]) == 1 {
		instances = instances[1:]
	}
	if len(instances) == 0 {
		return true
	}
	at := instances[0]
	for left := s.dom[at]; left != 0 && *tries > 0; {
		*tries--
		trail := len(s.trail)
		region := s.favourite(at, left)
		left &^= region
		if s.narrow(at, region) && s.carry() && s.label(instances[1:], tries) {
			return true
		}
		s.empty()
		s.undo(trail, len(s.sayed))
	}
	return false
}

// favourite is the region to try first: what it is in the nearest epoch where
// that is settled, of a record that was there a withdrawal, of a text one that
// nobody names, else the first.
func (s *search) favourite(at int32, left uint64) uint64 {
	v, n := s.at(at), int32(len(s.vars))
	before := at - n
	settled := func(i int32) bool {
		return i >= 0 && i < int32(len(s.dom)) && bits.OnesCount64(s.dom[i]) == 1 && !v.stable
	}
	for _, near := range []int32{before, at + n} {
		if settled(near) && s.dom[near]&left != 0 {
			return s.dom[near]
		}
	}
	if r, ok := v.of.(expr.Record); ok && r.Fact == expr.State && settled(before) && s.dom[before]&1 == 0 {
		withdrawn := v.mask(test{kind: isComparison, compare: expr.Equal, values: []types.Value{types.Text(eval.Withdrawn)}}, expr.True)
		if withdrawn&left != 0 {
			return withdrawn & left & -(withdrawn & left)
		}
	}
	if v.kind == valued && types.Textual(v.typ) && (left&1 == 0 || v.never) && v.of != nil {
		if _, enum := v.typ.(types.Enum); !enum {
			return uint64(1) << (63 - bits.LeadingZeros64(left))
		}
	}
	return left & -left
}

// holds tells whether a node is true at a point.
func (s *space) holds(n node, p *point) bool {
	g := s.graph
	switch g.shape[n] {
	case isAtom:
		return g.mask[n]>>p.regions[g.about[n]]&1 == 1
	case isAnd:
		for _, k := range g.kids[n] {
			if !s.holds(k, p) {
				return false
			}
		}
		return true
	case isOr:
	}
	for _, k := range g.kids[n] {
		if s.holds(k, p) {
			return true
		}
	}
	return false
}

// region is where a variable lies at a point.
func (s *space) region(p *point, variable, epoch int) region {
	return s.vars[variable].regions[p.regions[s.instance(variable, epoch)]]
}

// member tells whether what happened is one of a stream.
func (h happening) member(of *stream) bool {
	within := of.past.within
	return within.holds(within.isTrue(of.claim, 0), h.fields)
}
