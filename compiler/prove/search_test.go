package prove

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// tiny is a space of variables with three regions each, some of them tied.
func tiny(src *rand.Rand, variables int) *space {
	s := newSpace()
	for i := range variables {
		e := expr.Attribute{Path: []string{string(rune('a' + i))}, Type: types.Bool}
		s.variable("verdict of "+expr.Print(e), variable{kind: opaque, of: e})
	}
	for range src.IntN(3) {
		a, b := src.IntN(variables), src.IntN(variables)
		var can [3][3]bool
		for i := range 9 {
			can[i/3][i%3] = i == 0 || src.IntN(3) > 0 // of whom nothing is known, that can always be
		}
		place := func(r region) int {
			if b, ok := r.value.(types.Truth); ok && bool(b) {
				return 2
			} else if ok {
				return 1
			}
			return 0
		}
		if a != b {
			s.bonds = append(s.bonds, bond{a: a, b: b, can: func(x, y region) bool { return can[place(x)][place(y)] }})
		}
	}
	s.close()
	return s
}

func (s *space) formula(src *rand.Rand, depth int) node {
	if depth == 0 || src.IntN(5) == 0 {
		return s.graph.atom(int32(src.IntN(len(s.vars))), uint64(1+src.IntN(6)))
	}
	var terms []node
	for range 2 + src.IntN(2) {
		terms = append(terms, s.formula(src, depth-1))
	}
	n := s.graph.or(terms...)
	if src.IntN(2) == 0 {
		n = s.graph.and(terms...)
	}
	return n ^ node(src.IntN(2))
}

// exhausted tries every assignment.
func (s *space) exhausted(formulas []node) bool {
	p := &point{regions: make([]uint8, len(s.vars))}
	total := 1
	for range s.vars {
		total *= 3
	}
	for n := range total {
		for i := range p.regions {
			p.regions[i] = uint8(n % 3)
			n /= 3
		}
		good := true
		for _, b := range s.bonds {
			good = good && b.can(s.vars[b.a].regions[p.regions[b.a]], s.vars[b.b].regions[p.regions[b.b]])
		}
		for _, f := range formulas {
			good = good && s.holds(f, p)
		}
		if good {
			return true
		}
	}
	return false
}

// The search finds a point if and only if trying all of them does, and the
// point it finds is one. Many formulas at once make many parts; this is what
// caught labelling a variable of another part, and taking an asserted
// disjunction for a true one when splitting into parts.
func TestSearchFindsWhatThereIs(t *testing.T) {
	tally := [3]int{}
	for seed := range uint64(6000) {
		src := rand.New(rand.NewPCG(seed, 5))
		s := tiny(src, 4+src.IntN(4))
		var formulas []node
		for range 1 + src.IntN(6) {
			formulas = append(formulas, s.formula(src, 1+src.IntN(3)))
		}
		p, found := s.find(formulas...)
		tally[found]++
		if there := s.exhausted(formulas); there != (found == possible) || found == undecided {
			t.Fatalf("seed %d: found %d, and trying all says %t", seed, found, there)
		}
		for _, f := range formulas {
			if found == possible && !s.holds(f, p) {
				t.Fatalf("seed %d: the point is none", seed)
			}
		}
	}
	if tally[impossible] < 500 || tally[possible] < 500 {
		t.Errorf("%v: hardly tried", tally)
	}
}

// Two parts that ask about one variable belong together, although the
// disjunctions that ask are themselves asserted: (a or b) and (not a or c) and
// (not b or d) with c and d false cannot be.
func TestAssertedDisjunctionsStillShareWhatTheyAskAbout(t *testing.T) {
	s := tiny(rand.New(rand.NewPCG(1, 1)), 6)
	s.bonds, s.arcs = nil, make([][]arc, len(s.vars))
	is := func(v int, r uint64) node { return s.graph.atom(int32(v), 1<<r) }
	// Each variable has three values; three pigeons in two holes, one disjunction each.
	var formulas []node
	for pigeon := range 3 {
		formulas = append(formulas, s.graph.or(is(pigeon, 0), is(pigeon, 1)))
	}
	for hole := range uint64(2) {
		for a := range 3 {
			for b := range a {
				formulas = append(formulas, s.graph.or(is(a, hole).not(), is(b, hole).not()))
			}
		}
	}
	if _, found := s.find(formulas...); found != impossible {
		t.Errorf("three pigeons in two holes: %d", found)
	}
}

// A part is labelled with its own variables only: what another part still has
// open is not decided for it.
func TestPartsAreDecidedForThemselves(t *testing.T) {
	s := tiny(rand.New(rand.NewPCG(1, 1)), 6)
	s.bonds, s.arcs = nil, make([][]arc, len(s.vars))
	is := func(v int, r uint64) node { return s.graph.atom(int32(v), 1<<r) }
	left := s.graph.or(is(0, 0), is(1, 0))
	right := s.graph.and(s.graph.or(is(2, 1), is(3, 1)), s.graph.or(is(2, 2), is(3, 2)))
	p, found := s.find(left, right)
	if found != possible || !s.holds(left, p) || !s.holds(right, p) {
		t.Errorf("two parts: %d", found)
	}
}

// What it takes to decide a question does not grow with what it does not ask
// about, in however many epochs that is: the proofs of a project are many
// questions about a space that is as large as the project.
func TestDecidingTakesAsLongAsTheQuestion(t *testing.T) {
	decided := func(variables int) float64 {
		s := newSpace()
		for i := range variables {
			e := expr.Attribute{Path: []string{strconv.Itoa(i)}, Type: types.Bool}
			s.variable("verdict of "+expr.Print(e), variable{kind: opaque, of: e})
		}
		s.epochs = 1 + variables/10
		s.close()
		either := s.graph.or(s.graph.atom(0, 1), s.graph.atom(1, 1))
		ask := func() {
			if found := s.decide(either, s.graph.atom(0, 1).not()); found != possible {
				t.Fatalf("%d variables: %d", variables, found)
			}
		}
		return testing.AllocsPerRun(5, ask)
	}
	if few, many := decided(20), decided(400); many > few {
		t.Errorf("a question about two variables takes %v allocations among 20, %v among 400", few, many)
	}
}

// Of constants no more are remembered than a variable can have regions, and they
// are the first ones.
func TestConstantsThatDivideNothingAreNotRemembered(t *testing.T) {
	v := variable{kind: valued, typ: types.String}
	for i := range 1000 {
		v.cut(test{kind: isComparison, compare: expr.Equal, values: []types.Value{types.Text(strconv.Itoa(i))}})
	}
	if len(v.cuts) > mostRegions {
		t.Errorf("%d constants are remembered; there are at most %d regions", len(v.cuts), mostRegions)
	}
	if v.divide(); len(v.regions) != mostRegions || v.regions[1].value != types.Value(types.Text("0")) {
		t.Errorf("%d regions, the second of them %v", len(v.regions), v.regions[1].value)
	}
}
