package prove

import (
	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// bond is what is certain about two variables together: the pairs of regions
// that can be.
type bond struct {
	a, b int
	can  func(a, b region) bool
	// Of bonds between tests: where the first has its verdict, the second has its
	// own. Can is nil then.
	if_, then     test
	when, follows expr.Verdict
}

// arc is a bond as the search sees it from one of its variables.
type arc struct {
	to    int32
	allow []uint64 // by region of this variable: the regions that the other may have
}

// tieIf: where the test of a has the verdict, that of b has its own.
func (s *space) tieIf(a int, ta test, va expr.Verdict, b int, tb test, vb expr.Verdict) {
	s.vars[a].cut(ta)
	s.vars[b].cut(tb)
	s.bonds = append(s.bonds, bond{a: a, b: b, if_: ta, when: va, then: tb, follows: vb})
}

// tieSet: where a is not null or unknown, b is not null.
func (s *space) tieSet(a, b int) {
	s.tieIf(a, test{kind: isSet}, expr.True, b, test{kind: isSet}, expr.True)
}

// tieNull: one is null where the other is.
func (s *space) tieNull(a, b int) {
	s.tieSet(a, b)
	s.tieSet(b, a)
}

// tieAtLeast: where a is set and not false, b counts at least n.
func (s *space) tieAtLeast(a, b int, n int64) {
	ta, va := test{kind: isSet}, expr.True
	if s.vars[a].kind == decided {
		ta = test{kind: isTruth}
	}
	least := test{kind: isComparison, compare: expr.GreaterEqual, values: []types.Value{types.Decimal{Decimal: decimal.NewFromInt(n)}}}
	s.tieIf(a, ta, va, b, least, expr.True)
}

// orderCounts adds what is certain about the counts of one past: more
// conditions and a narrower window count no more. A pair is left out where it
// follows from others.
func (s *space) orderCounts(p *past) {
	notMore := func(a, b region) bool { return a.lo <= b.lo }
	for _, few := range p.streams {
		for _, many := range p.streams {
			if few != many && !p.covers(many, few) {
				continue
			}
			for _, i := range few.counts {
				for _, j := range many.counts {
					if i != j && s.next(i, j, many) {
						s.bonds = append(s.bonds, bond{a: i, b: j, can: notMore})
					}
				}
			}
		}
	}
}

// next tells whether window j is not narrower than i and none of the same
// stream lies between.
func (s *space) next(i, j int, of *stream) bool {
	a, b := s.vars[i].window, s.vars[j].window
	if !notWider(a, b) || notWider(b, a) && s.vars[i].stream == s.vars[j].stream && i > j {
		return false
	}
	for _, k := range of.counts {
		c := s.vars[k].window
		if k != i && k != j && notWider(a, c) && notWider(c, b) && !notWider(b, c) {
			return false
		}
	}
	return true
}

// mostCompared bounds how many streams of one past are compared in meaning;
// beyond it only conditions that are the same word for word are.
const mostCompared = 24

// covers tells whether what the stream few lists is certainly listed by many.
func (p *past) covers(many, few *stream) bool {
	if subset(many.conditions, few.conditions) {
		return true
	}
	if len(p.streams) > mostCompared {
		return false
	}
	s := p.within
	return s.impossible(s.isTrue(few.claim, 0), s.isTrue(many.claim, 0).not())
}

// subset tells whether all of a, sorted, are in b, sorted.
func subset(a, b []string) bool {
	for _, x := range a {
		for len(b) > 0 && b[0] < x {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != x {
			return false
		}
	}
	return true
}

// tie turns bonds into arcs, and finds out which variables hang together.
func (s *space) tie() {
	s.tieAges()
	s.arcs = make([][]arc, len(s.vars))
	s.group = make([]int32, len(s.vars))
	for i := range s.group {
		s.group[i] = int32(i)
	}
	for _, b := range s.bonds {
		if b.can == nil {
			x, y := s.vars[b.a], s.vars[b.b]
			if !x.keeps(b.if_) || !y.keeps(b.then) {
				continue
			}
			b.can = func(ra, rb region) bool { return x.verdict(b.if_, ra) != b.when || y.verdict(b.then, rb) == b.follows }
		}
		s.link(b.a, b.b, b.can)
		s.link(b.b, b.a, func(x, y region) bool { return b.can(y, x) })
		s.group[s.root(b.a)] = int32(s.root(b.b))
	}
	for _, p := range s.inOrder { // one history has all of a past's counts
		for _, v := range p.counts {
			s.group[s.root(v)] = int32(s.root(p.counts[0]))
		}
	}
	s.lasting = make([]bool, len(s.vars))
	s.members = make([][]int, len(s.vars))
	for i := range s.group {
		root := s.root(i)
		s.group[i] = int32(root)
		s.lasting[root] = s.lasting[root] || s.vars[i].stable
		s.members[root] = append(s.members[root], i)
	}
	s.histories = make([][]int, len(s.vars))
	for i, p := range s.inOrder {
		if len(p.counts) > 0 {
			root := s.group[p.counts[0]]
			s.histories[root] = append(s.histories[root], i)
		}
	}
}

// instanceGroup is a number for the group of an instance: a group with
// something stable in it hangs together over all epochs.
func (s *space) instanceGroup(at int32) int32 {
	n := int32(len(s.vars))
	group := s.group[at%n]
	if s.lasting[group] {
		return group
	}
	return at - at%n + group
}

func (s *space) root(i int) int {
	for int(s.group[i]) != i {
		i = int(s.group[i])
	}
	return i
}

func (s *space) link(a, b int, can func(a, b region) bool) {
	allow := make([]uint64, len(s.vars[a].regions))
	free := true
	for i, ra := range s.vars[a].regions {
		for j, rb := range s.vars[b].regions {
			if can(ra, rb) {
				allow[i] |= 1 << j
			}
		}
		free = free && allow[i] == s.vars[b].all
	}
	if !free {
		s.arcs[a] = append(s.arcs[a], arc{int32(b), allow})
	}
}

// tieAges adds what is certain about one age in days and in months.
func (s *space) tieAges() {
	for i, v := range s.vars {
		if v.kind != aged {
			continue
		}
		j, ok := s.byKey["long "+v.key]
		if !ok {
			continue
		}
		exact, calendar := v, s.vars[j]
		s.bonds = append(s.bonds, bond{a: i, b: j, can: func(a, b region) bool { return overlap(exact, a, calendar, b) }})
	}
}

// overlap tells whether an age can lie in both regions.
func overlap(x *variable, a region, y *variable, b region) bool {
	if types.IsNull(a.value) || types.IsNull(b.value) || a.future || b.future {
		return types.IsNull(a.value) == types.IsNull(b.value) && a.future == b.future
	}
	// a ends where b has certainly not begun, or the other way round.
	before := func(x *variable, a region, y *variable, b region) bool {
		return a.hi < int64(len(x.spans)) && b.lo >= 0 && notLonger(x.spans[a.hi], y.spans[b.lo])
	}
	return !before(x, a, y, b) && !before(y, b, x, a)
}
