package prove

import (
	"math"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// Survey is what is proved of a program's segments, each for itself and each
// against every other.
type Survey struct {
	Nobody    []string // nobody can be in them
	Everybody []string // everybody is
	Relations []Related
	Negations []Negation
	Undecided int // questions without an answer
}

// Related is how two segments stand to each other.
type Related struct {
	A, B string
	Kind Kind
}

// Negation is a segment that is asked for with "not", where that is not the same
// as the negation of its condition: who is not in it takes in those of whom the
// condition is not known.
//
// A plan tells it of new words, validate of the first few, and a survey of all. It
// is no warning: both readings are sound, "not in the segment" is most often the one that is meant (whoever is no
// lapsed customer), and there is nothing in the file that could say so and end the
// warning. Nearly every condition is not known of somebody, so it would be told for
// ever and of everything; who reviews new words sees the person once.
type Negation struct {
	In      string // the segment that asks
	Segment string
	Person  *Story // who makes the difference
}

// OfSegments surveys a program.
func OfSegments(program *ir.Program, at Moment) Survey {
	p := New(at)
	var list []Condition
	for _, s := range program.Segments {
		list = append(list, p.Add(program, expr.Member{Segment: s.Address}))
	}
	var out Survey
	for i, s := range program.Segments {
		never, always := p.Never(list[i]), p.Always(list[i])
		switch {
		case never.Verdict == Proved:
			out.Nobody = append(out.Nobody, s.Address)
		case always.Verdict == Proved:
			out.Everybody = append(out.Everybody, s.Address)
		}
	}
	found := p.Relate(list, func(Condition, Condition) bool { return true })
	out.Undecided = found.Undecided
	name := func(c Condition) string { return p.conditions[c].of.(expr.Member).Segment }
	for _, r := range found.Found {
		out.Relations = append(out.Relations, Related{name(r.A), name(r.B), r.Kind})
	}
	out.Negations, _ = OfNegations(program, at, math.MaxInt)
	return out
}

// OfNegations is where segments of a program without errors ask for others with
// "not" and that is not the same as their conditions negated. After so many it is
// not asked of the rest, which is counted.
func OfNegations(program *ir.Program, at Moment, most int) (found []Negation, unasked int) {
	p := New(at)
	unknown := map[string]Condition{}
	each := func(do func(in, of string)) {
		for _, s := range program.Segments {
			for _, of := range negated(s.Where) {
				do(s.Address, of)
			}
		}
	}
	each(func(_, of string) {
		if _, added := unknown[of]; !added && len(unknown) < most {
			asked, _ := ir.Find(program.Segments, of)
			unknown[of] = p.Add(program, expr.Is{Term: asked.Where, Verdict: expr.Unknown})
		}
	})
	each(func(in, of string) {
		c, asked := unknown[of]
		if !asked || len(found) >= most {
			unasked++
		} else if a := p.Never(c); a.Verdict == Refuted {
			found = append(found, Negation{in, of, a.Witness.story(program)})
		}
	})
	return found, unasked
}

// newlyNegated is where changed segments ask for another one with "not" that they
// did not ask for so before, and that is not the same as its condition negated.
func newlyNegated(before, after *ir.Program, changed []string, at Moment) []Negation {
	var out []Negation
	for _, address := range changed {
		is, _ := ir.Find(after.Segments, address)
		was, _ := ir.Find(before.Segments, address)
		for _, of := range negated(is.Where) {
			s, known := ir.Find(after.Segments, of)
			if !known || slices.Contains(negated(was.Where), of) {
				continue
			}
			p := New(at)
			if a := p.Never(p.Add(after, expr.Is{Term: s.Where, Verdict: expr.Unknown})); a.Verdict == Refuted {
				out = append(out, Negation{address, of, a.Witness.story(after)})
			}
		}
	}
	return out
}

// negated lists the segments that a condition asks for with "not", each once.
func negated(e expr.Expr) []string {
	var out []string
	expr.Walk(e, func(e expr.Expr) bool {
		if not, ok := e.(expr.Not); ok {
			if m, ok := not.Term.(expr.Member); ok {
				out = append(out, m.Segment)
			}
		}
		return true
	})
	return out
}
