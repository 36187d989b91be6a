package check

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/lang/workers"
)

// What trying regions cannot decide. It takes subjects to be free of each other,
// so it does not know that who bought in the last week bought in the last month,
// nor what a segment asks that a condition refers to. Conditions in which such
// things meet are asked of the prover, many at once: it is made for that.

// The most that is asked of the prover when a project is checked: so many
// comparisons in one condition and in all, references spelled out. Beyond that,
// conditions are only tried, and so they are once so many were looked at for
// their size.
const (
	mostInOne    = 80
	mostInAll    = 4000
	mostLookedAt = 40_000
	mostAtOnce   = 64 // conditions of one prover
)

// harder is the conditions that are asked of the prover.
type harder struct {
	*whole
	spent  int // comparisons of what was taken
	looked int // and of all that was looked at
	roots  []*question
}

// proofs is what a prover says of some of them.
type proofs struct {
	*prove.Prover
	program *ir.Program
	asked   map[*question]prove.Condition
	added   map[string]prove.Condition // by what they say
	known   map[proof]bool
}

// proof is something to prove of one condition or two: that they are never true at
// once, or that one of them always is. Much is asked by many conditions.
type proof struct {
	kind constancy
	a, b prove.Condition
}

// consider takes a condition in which no part was found constant and what it asks
// may be tied together, if there is room.
func (h *harder) consider(e expr.Expr) {
	if h.spent >= mostInAll || h.looked >= mostLookedAt || !h.sound() {
		return
	}
	left := min(mostInOne, mostInAll-h.spent)
	size := h.size(e, left, 0)
	if h.looked += size; size <= left {
		h.spent += size
		h.roots = append(h.roots, &ask(e).question)
	}
}

// tied tells whether some subjects may not be free of each other: one that is
// taken as it comes, or computed, beside another one, or two counts of the same.
func (w *whole) tied(subjects []subject) bool {
	if len(subjects) < 2 {
		return len(subjects) == 1 && w.computed(subjects[0])
	}
	for i, s := range subjects {
		if s.answer || w.computed(s) {
			return true
		}
		a, counts := s.of.(expr.Aggregate)
		for _, other := range subjects[:i] {
			b, also := other.of.(expr.Aggregate)
			if counts && also && a.Of.Touchpoint == b.Of.Touchpoint && a.Of.Step == b.Of.Step && w.recorded(a.Of.Event) == w.recorded(b.Of.Event) {
				return true
			}
		}
	}
	return false
}

// computed tells whether a subject is worked out from others.
func (w *whole) computed(s subject) bool {
	switch e := s.of.(type) {
	case expr.Coalesce:
		return true
	case expr.Attribute:
		a, ok := w.Program.Person.AttributeNamed(e.Path[0])
		return ok && a.Value != nil
	default:
		return false
	}
}

// recorded is the event that a derived one is some of.
func (w *whole) recorded(event string) string {
	for range len(w.events) {
		e, ok := w.events[event]
		if !ok || e.From == "" {
			break
		}
		event = e.From
	}
	return event
}

// size is how many comparisons a condition has, references spelled out, as far as
// there may be so many.
func (h *harder) size(e expr.Expr, most, depth int) int {
	n := 0
	expr.Walk(e, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.And, expr.Or, expr.Not, expr.Is, expr.Literal, nil:
		case expr.Member:
			n++
			segments := h.Program.Segments
			at, ok := slices.BinarySearchFunc(segments, e.Segment, func(s ir.Segment, a string) int { return strings.Compare(s.Address, a) })
			if ok && n <= most && depth < mostInOne {
				n += h.size(segments[at].Where, most-n, depth+1)
			}
		case expr.Reachable:
			n += mostInOne / 4 // the rules of consent
		default:
			n++
		}
		return n <= most
	})
	return n
}

// found is what is the same for everybody in the conditions that were taken.
func (h *harder) found() []constant {
	moment, err := prove.Anywhen(h.Program)
	if err != nil || len(h.roots) == 0 {
		return nil
	}
	runs := workers.Runs(len(h.roots), mostAtOnce)
	found := make([][]constant, len(runs))
	workers.Each(len(runs), h.workers(), func(i int) {
		p := proofs{prove.New(moment), h.Program, map[*question]prove.Condition{}, map[string]prove.Condition{}, map[proof]bool{}}
		some := h.roots[runs[i][0]:runs[i][1]]
		for _, q := range some {
			p.add(q)
		}
		for _, q := range some {
			found[i] = append(found[i], p.constants(q)...)
		}
	})
	return slices.Concat(found...)
}

func (p *proofs) add(q *question) {
	written := expr.Print(q.of)
	c, there := p.added[written]
	if !there {
		c = p.Add(p.program, q.of)
		p.added[written] = c
	}
	p.asked[q] = c
	for i := range q.terms {
		p.add(&q.terms[i])
	}
}

// constants finds the narrowest constant parts of a question; see constants of
// checkAlways. What a reference is to is judged where it is written.
func (p *proofs) constants(q *question) []constant {
	var out []constant
	for i := range q.terms {
		out = append(out, p.constants(&q.terms[i])...)
	}
	if len(out) > 0 {
		return out
	}
	switch q.of.(type) {
	case expr.And:
		return p.together(q.terms, never)
	case expr.Or:
		return p.together(q.terms, always)
	case expr.Not, expr.Is, expr.Literal, expr.Member, expr.Reachable, expr.FollowedBy, expr.Suppressed, expr.Excluded, expr.Any:
		return nil
	default:
	}
	if kind := p.alone(q); kind != differs {
		return []constant{{kind, []expr.Expr{q.of}}}
	}
	return nil
}

func (p *proofs) alone(q *question) constancy {
	switch {
	case p.proves(never, q):
		return never
	case p.proves(always, q):
		return always
	}
	return differs
}

// together is the terms of a chain that are never true at once, or of which one
// is always true; the first two that decide it, where two do. Where one term
// alone decides it, that is told elsewhere.
func (p *proofs) together(terms []question, kind constancy) []constant {
	all := make([]*question, len(terms))
	for i := range terms {
		all[i] = &terms[i]
	}
	if len(all) < 2 || !p.proves(kind, all...) || slices.ContainsFunc(all, func(q *question) bool { return p.proves(kind, q) }) {
		return nil
	}
	for j := range all {
		for i := range j {
			if p.proves(kind, all[i], all[j]) {
				return []constant{{kind, conditions([]*question{all[i], all[j]})}}
			}
		}
	}
	return []constant{{kind, conditions(all)}}
}

// proves tells whether some questions are never true at once, or one of them
// always is.
func (p *proofs) proves(kind constancy, some ...*question) bool {
	asked := make([]prove.Condition, len(some))
	for i, q := range some {
		asked[i] = p.asked[q]
	}
	about := proof{kind, asked[0], asked[len(asked)-1]}
	if yes, known := p.known[about]; known && len(asked) <= 2 {
		return yes
	}
	var yes bool
	if kind == never {
		yes = p.None(asked...)
	} else {
		yes = p.Every(asked...)
	}
	if len(asked) <= 2 {
		p.known[about] = yes
	}
	return yes
}

// typed tells whether a condition is one: of what could not be read nothing is
// asked.
func typed(e expr.Expr) bool { return e != nil && expr.TypeOf(e) == types.Type(types.Bool) }
