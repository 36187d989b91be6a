package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Passed is a choose that says nothing about everyone else and has somebody for
// whom none of its branches is true.
type Passed struct {
	Journey string
	Step    string
	// Known says that everything which the branches ask is known of the person.
	// Covered says more of the others: whoever is known so takes a branch, which is
	// proved.
	Known, Covered bool
	Missing        []string // what is asked and not known of the person: "person.country"
	Person         *Story
}

// passed is somebody whom no branch of a choose is for, if there is one. Who is
// known in everything that is asked comes first: that something is missing is
// told only where it must be.
func (t *trial) passed(l *lane, e ir.Entry) []Passed {
	s := l.at[e.Index]
	var none, asked []node
	for _, c := range l.ways[e.Index] {
		if c != nil {
			asked = append(asked, l.isTrue(c, s.epoch))
			none = append(none, l.isTrue(c, s.epoch).not())
		}
	}
	formulas := slices.Concat(s.known, none)
	if t.space.impossible(formulas...) {
		return nil
	}
	known := t.space.allKnown(asked)
	found := t.space.decide(slices.Concat(formulas, known)...)
	out := Passed{Journey: l.journey.Address, Step: e.Address, Covered: found == impossible}
	trip := func(p *point) *Story {
		out.Missing = t.space.missing(asked, p)
		return t.arrival(l, e, p, takes(e, otherwise)).live(true)
	}
	if found == possible {
		if out.Person = t.somebody(slices.Concat(formulas, known), nil, trip); out.Person != nil {
			out.Known = true
			return []Passed{out}
		}
	}
	if out.Person = t.somebody(formulas, nil, trip); out.Person == nil {
		return nil
	}
	return []Passed{out}
}

// missing is what formulas ask of the person that is not known at a point.
func (s *space) missing(asked []node, p *point) []string {
	var out []string
	for _, at := range s.atoms(asked) {
		if v := s.at(at); v.kind == valued && types.IsNull(v.regions[p.regions[at]].value) {
			out = append(out, expr.Print(v.of))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// otherwise is the way of a choose for everyone else.
const otherwise = "otherwise"

// takes tells whether a note is that a way is taken.
func takes(e ir.Entry, way string) func(eval.Note, *eval.Life) bool {
	return func(n eval.Note, _ *eval.Life) bool {
		chose, ok := n.(eval.Chose)
		return ok && chose.Step == e.Address && chose.Way == way
	}
}

// Crossing is two branches of a choose that ask about the same and are both true
// for somebody, although neither is a part of the other: of two bands one would
// not expect that.
type Crossing struct {
	Journey string
	Step    string
	First   string // the branch that the person takes
	Second  string // the branch that is true as well
	Person  *Story
}

// crossing is the first two branches of a choose that cross.
func (t *trial) crossing(l *lane, e ir.Entry) []Crossing {
	s := l.at[e.Index]
	before := slices.Clone(s.known)
	for i, c := range l.ways[e.Index] {
		if c == nil {
			continue
		}
		first := l.isTrue(c, s.epoch)
		for k := i + 1; k < len(e.Ways); k++ {
			other := l.ways[e.Index][k]
			if other == nil || !slices.Equal(t.space.atoms([]node{first}), t.space.atoms([]node{l.isTrue(other, s.epoch)})) {
				continue
			}
			second := l.isTrue(other, s.epoch)
			if !t.cross(before, first, second) {
				continue
			}
			person := t.somebody(slices.Concat(before, []node{first, second}), nil, func(p *point) *Story {
				if t.reordered(l, e, k, p) == nil {
					return nil
				}
				return t.arrival(l, e, p, takes(e, e.Ways[i].Name)).live(true)
			})
			if person != nil {
				return []Crossing{{l.journey.Address, e.Address, e.Ways[i].Name, e.Ways[k].Name, person}}
			}
		}
		before = append(before, first.not())
	}
	return nil
}

// cross tells whether two branches are both true for somebody, and each for
// somebody else alone.
func (t *trial) cross(known []node, first, second node) bool {
	for _, both := range [][]node{{first, second}, {first, second.not()}, {first.not(), second}} {
		if t.space.decide(slices.Concat(known, both)...) != possible {
			return false
		}
	}
	return true
}

// reordered lives through a point where the k-th branch of a choose is asked
// first: that it is taken then shows that it is true. Nil where it is not.
func (t *trial) reordered(l *lane, e ir.Entry, k int, p *point) *Story {
	program := *t.Program
	program.Journeys = slices.Clone(program.Journeys)
	at := slices.IndexFunc(program.Journeys, func(j ir.Journey) bool { return j.Address == l.journey.Address })
	program.Journeys[at].Steps = asksFirst(program.Journeys[at].Steps, e.Step.StepName(), k)
	trip := t.arrival(l, e, p, takes(e, e.Ways[k].Name))
	trip.program = &program
	return trip.live(true)
}

// asksFirst is steps with the k-th branch of a choose at the front.
func asksFirst(steps []ir.Step, choose string, k int) []ir.Step {
	out := slices.Clone(steps)
	for i, s := range out {
		switch s := s.(type) {
		case ir.Choose:
			s.When = slices.Clone(s.When)
			if s.Name == choose {
				asked := s.When[k]
				s.When = slices.Insert(slices.Delete(s.When, k, k+1), 0, asked)
			}
			for n := range s.When {
				s.When[n].Steps = asksFirst(s.When[n].Steps, choose, k)
			}
			s.Otherwise = asksFirst(s.Otherwise, choose, k)
			out[i] = s
		case ir.Split:
			s.Variants = slices.Clone(s.Variants)
			for n := range s.Variants {
				s.Variants[n].Steps = asksFirst(s.Variants[n].Steps, choose, k)
			}
			out[i] = s
		case ir.Send, ir.Do, ir.Wait:
		}
	}
	return out
}
