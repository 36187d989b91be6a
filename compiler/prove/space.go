package prove

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// space is what a set of conditions asks about: variables with their regions,
// and the graph over them. It is filled by readers, then closed, and only then
// are there regions and nodes.
type space struct {
	vars    []*variable
	byKey   map[string]int
	pasts   map[string]*past
	inOrder []*past // the pasts in the order in which they were met
	tests   []*claim
	asked   map[testKey]*claim
	claims  map[claimKey]*claim // of segments, computed attributes and the consent rules
	bonds   []bond

	graph  *graph
	epochs int // how often the variables that are not stable are there
	arcs   [][]arc
	group  []int32 // of each variable: those that bonds or one history tie together have one number
	// By such a number: whether something in the group is stable, its variables,
	// and the places of its pasts.
	lasting   []bool
	members   [][]int
	histories [][]int
	looking   *search
	all       *crowd
	judges    *judges
	moment    moment
}

type claimKey struct {
	program *ir.Program
	name    string
}

// testKey tells tests apart.
type testKey struct {
	about   int
	kind    testKind
	compare expr.Comparison
	span    types.Span
	value   string
}

func newSpace() *space {
	return &space{
		byKey: map[string]int{}, pasts: map[string]*past{}, asked: map[testKey]*claim{}, claims: map[claimKey]*claim{},
		epochs: 1, moment: someMoment, judges: newJudges(),
	}
}

// variable finds or makes a variable.
func (s *space) variable(key string, v variable) (at int, made bool) {
	if i, ok := s.byKey[key]; ok {
		return i, false
	}
	v.key = key
	s.byKey[key] = len(s.vars)
	s.vars = append(s.vars, &v)
	return len(s.vars) - 1, true
}

// asks is a test of a variable; its constants become cuts.
func (s *space) asks(about int, t test, whole expr.Expr) *claim {
	key := testKey{about: about, kind: t.kind, compare: t.compare, span: t.span}
	if len(t.values) > 0 {
		key.value = types.Spell(t.values[0])
	}
	if len(t.values) <= 1 {
		if known := s.asked[key]; known != nil {
			return known
		}
	}
	s.vars[about].cut(t)
	c := &claim{kind: isTest, about: about, test: t, whole: whole}
	if len(t.values) <= 1 {
		s.asked[key] = c
	}
	s.tests = append(s.tests, c)
	return c
}

// takenAsItComes is a condition that is not looked into.
func (s *space) takenAsItComes(e expr.Expr) *claim {
	i, _ := s.variable("verdict of "+expr.Print(e), variable{kind: opaque, of: e})
	return s.asks(i, test{kind: isTruth}, e)
}

// close makes the regions and the bonds. After it nothing is read.
func (s *space) close() {
	for _, p := range s.inOrder {
		s.shareCuts(p)
	}
	for _, v := range s.vars {
		v.divide()
		if v.kind == counted {
			v.length = s.moment.length(v.window)
		}
	}
	for _, c := range s.tests {
		if !s.vars[c.about].keeps(c.test) {
			i, made := s.variable("verdict of "+expr.Print(c.whole), variable{kind: opaque, of: c.whole})
			if made {
				s.vars[i].divide()
			}
			c.about, c.test = i, test{kind: isTruth}
		}
	}
	s.graph = newGraph(func(about int32) uint64 { return s.at(about).all })
	for _, p := range s.inOrder {
		p.within.close()
		s.orderCounts(p)
	}
	s.tie()
}

// shareCuts gives all counts of a past the same stretches, so that an order of
// counts is an order of regions.
func (s *space) shareCuts(p *past) {
	if len(p.counts) == 0 {
		return
	}
	first := s.vars[p.counts[0]]
	for _, i := range p.counts[1:] {
		first.cut(test{values: s.vars[i].cuts})
	}
	for _, i := range p.counts[1:] {
		s.vars[i].cuts = first.cuts
	}
}

// at is the variable that an instance stands for: in epoch e the variable i is
// there as e*len(vars)+i.
func (s *space) at(instance int32) *variable { return s.vars[int(instance)%len(s.vars)] }

// instance is a variable in an epoch. What is stable is there once.
func (s *space) instance(variable, epoch int) int32 {
	if s.vars[variable].stable {
		epoch = 0
	}
	return int32(epoch*len(s.vars) + variable)
}

// isTrue and isFalse are the nodes for "the claim is true" and "it is false" in
// an epoch. Where neither holds it is unknown.
func (s *space) isTrue(c *claim, epoch int) node { return s.nodes(c, epoch)[0] - 1 }

func (s *space) isFalse(c *claim, epoch int) node { return s.nodes(c, epoch)[1] - 1 }

func (s *space) nodes(c *claim, epoch int) [2]node {
	for len(c.made) <= epoch {
		c.made = append(c.made, [2]node{})
	}
	if c.made[epoch] == [2]node{} {
		yes, no := s.build(c, epoch)
		c.made[epoch] = [2]node{yes + 1, no + 1}
	}
	return c.made[epoch]
}

func (s *space) build(c *claim, epoch int) (isTrue, isFalse node) {
	g := s.graph
	switch c.kind {
	case isConstant:
		return fixed(c.table[0] == expr.True), fixed(c.table[0] == expr.False)
	case isAll, isSome:
		trues, falses := make([]node, len(c.terms)), make([]node, len(c.terms))
		for i, t := range c.terms {
			trues[i], falses[i] = s.isTrue(t, epoch), s.isFalse(t, epoch)
		}
		if c.kind == isAll {
			return g.and(trues...), g.or(falses...)
		}
		return g.or(trues...), g.and(falses...)
	case isTable:
		t, f := s.isTrue(c.terms[0], epoch), s.isFalse(c.terms[0], epoch)
		cases := [3]node{onTrue: t, onFalse: f, onUnknown: g.and(t.not(), f.not())}
		return s.entries(c.table, cases, expr.True), s.entries(c.table, cases, expr.False)
	case isSplit:
		return s.isTrue(c.terms[0], epoch), s.isFalse(c.terms[1], epoch)
	case isTest:
	}
	v := s.vars[c.about]
	at := s.instance(c.about, epoch)
	return g.atom(at, v.mask(c.test, expr.True)), g.atom(at, v.mask(c.test, expr.False))
}

// entries is where a table has a verdict.
func (s *space) entries(table [3]expr.Verdict, cases [3]node, want expr.Verdict) node {
	var out []node
	has := [3]bool{}
	for i, v := range table {
		if v == want {
			has[i] = true
			out = append(out, cases[i])
		}
	}
	switch has { // the complements of single cases are simpler
	case [3]bool{onFalse: true, onUnknown: true}:
		return cases[onTrue].not()
	case [3]bool{onTrue: true, onUnknown: true}:
		return cases[onFalse].not()
	case [3]bool{true, true, true}:
		return yes
	}
	return s.graph.or(out...)
}

func fixed(holds bool) node {
	if holds {
		return yes
	}
	return no
}
