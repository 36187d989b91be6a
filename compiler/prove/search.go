package prove

import (
	"math/bits"
)

// search decides whether formulas can be true together. Every variable has a
// domain, the regions it may still lie in; asserting a formula narrows domains,
// bonds carry that to other variables, and a disjunction with one term left is
// that term. What is left open is split into parts that share nothing, and in
// each the disjunction with the fewest terms is tried term by term; a term that
// failed is false from there on.
type search struct {
	*space
	dom   []uint64 // by instance
	trail []kept   // what domains were before
	said  []bool   // by node: it is asserted, and true in what follows
	sayed []node   // the asserted ones, in order
	queue []int32  // instances whose bonds have to be looked at
	in    []bool   // by instance: it is in the queue

	nodes, budget int  // how many splits were tried, and how many may be
	over          bool // the budget was not enough

	stamp []int32 // by group and epoch: the pending disjunction that asks about it, see parts
	mark  int32
}

type kept struct {
	at  int32
	dom uint64
}

// enough is how many splits one question may take. The questions of large
// projects take a few hundred.
const enough = 20_000

func newSearch(s *space) *search {
	n := len(s.vars) * s.epochs
	out := &search{space: s, dom: make([]uint64, n), in: make([]bool, n), stamp: make([]int32, n), budget: enough}
	for i := range out.dom {
		out.dom[i] = s.at(int32(i)).all
	}
	return out
}

// start asserts formulas and looks for domains under which they can all be
// true. The domains stay until the next start. False where over is set means
// nothing.
func (s *search) start(formulas []node) bool {
	s.undo(0, 0)
	s.empty()
	for len(s.said) < s.graph.size() {
		s.said = append(s.said, false)
	}
	s.nodes, s.over = 0, false
	var open []node
	for _, f := range formulas {
		if !s.assert(f, &open) {
			return false
		}
	}
	return s.solve(open)
}

func (s *search) narrow(at int32, mask uint64) bool {
	now := s.dom[at] & mask
	if now == s.dom[at] {
		return true
	}
	s.trail = append(s.trail, kept{at, s.dom[at]})
	s.dom[at] = now
	if now == 0 {
		return false
	}
	if !s.in[at] && len(s.arcs[int(at)%len(s.vars)]) > 0 {
		s.in[at] = true
		s.queue = append(s.queue, at)
	}
	return true
}

// carry lets bonds narrow the domains of other variables, until nothing changes.
func (s *search) carry() bool {
	for len(s.queue) > 0 {
		at := s.queue[len(s.queue)-1]
		s.queue = s.queue[:len(s.queue)-1]
		s.in[at] = false
		variable := int(at) % len(s.vars)
		for i := range s.arcs[variable] {
			if !s.follow(at, &s.arcs[variable][i]) {
				s.empty()
				return false
			}
		}
	}
	return true
}

func (s *search) follow(at int32, a *arc) bool {
	var mask uint64
	for left := s.dom[at]; left != 0; left &= left - 1 {
		mask |= a.allow[bits.TrailingZeros64(left)]
	}
	epoch := int(at) / len(s.vars)
	if !s.vars[int(at)%len(s.vars)].stable {
		return s.narrow(s.instance(int(a.to), epoch), mask)
	}
	for epoch := range s.epochs { // what is stable holds in all of them
		if !s.narrow(s.instance(int(a.to), epoch), mask) {
			return false
		}
	}
	return true
}

func (s *search) empty() {
	for _, at := range s.queue {
		s.in[at] = false
	}
	s.queue = s.queue[:0]
}

func (s *search) undo(trail, said int) {
	for i := len(s.trail) - 1; i >= trail; i-- {
		s.dom[s.trail[i].at] = s.trail[i].dom
	}
	s.trail = s.trail[:trail]
	for _, n := range s.sayed[said:] {
		s.said[n] = false
	}
	s.sayed = s.sayed[:said]
}

// status is what the domains leave of a formula.
type status uint8

const (
	isNever status = iota
	isOpen
	isSure
)

func (s *search) status(n node) status {
	switch s.graph.shape[n] {
	case isAtom:
		d, m := s.dom[s.graph.about[n]], s.graph.mask[n]
		switch {
		case d&m == 0:
			return isNever
		case d&^m == 0:
			return isSure
		}
		return isOpen
	case isAnd:
		if done, out := s.known(n); done {
			return out
		}
		out := isSure
		for _, k := range s.graph.kids[n] {
			if of := s.status(k); of < out {
				if out = of; out == isNever {
					return out
				}
			}
		}
		return out
	case isOr:
	}
	if done, out := s.known(n); done {
		return out
	}
	out := isNever
	for _, k := range s.graph.kids[n] {
		if of := s.status(k); of > out {
			if out = of; out == isSure {
				return out
			}
		}
	}
	return out
}

func (s *search) known(n node) (bool, status) {
	switch {
	case s.said[n]:
		return true, isSure
	case s.said[n.not()]:
		return true, isNever
	}
	return false, 0
}

// assert makes a formula true; its disjunctions are added to open.
func (s *search) assert(n node, open *[]node) bool {
	if s.graph.shape[n] == isAtom {
		if !s.narrow(s.graph.about[n], s.graph.mask[n]) {
			s.empty()
			return false
		}
		return true
	}
	if s.said[n] {
		return true
	}
	if s.said[n.not()] || n == no {
		s.empty()
		return false
	}
	s.said[n] = true
	s.sayed = append(s.sayed, n)
	if s.graph.shape[n] == isOr {
		*open = append(*open, n)
		return true
	}
	for _, k := range s.graph.kids[n] {
		if !s.assert(k, open) {
			return false
		}
	}
	return true
}

// solve makes open disjunctions true.
func (s *search) solve(open []node) bool {
	if s.nodes++; s.nodes > s.budget {
		s.over = true
		return false
	}
	open, ok := s.settle(open)
	if !ok {
		return false
	}
	if len(open) == 0 {
		return true
	}
	if len(open) > 1 {
		if parts := s.parts(open); len(parts) > 1 {
			for _, part := range parts {
				if !s.solve(part) {
					return false
				}
			}
			return true
		}
	}
	return s.branch(open)
}

// settle drops disjunctions that are true and asserts the last term of those
// that have only one left.
func (s *search) settle(open []node) ([]node, bool) {
	for {
		if !s.carry() {
			return nil, false
		}
		changed := false
		var next []node
		for _, n := range open {
			last, alive, sure := s.alive(n)
			switch {
			case sure:
			case alive == 0:
				return nil, false
			case alive == 1:
				if !s.assert(last, &next) || !s.carry() {
					return nil, false
				}
				changed = true
			default:
				next = append(next, n)
			}
		}
		open = next
		if !changed {
			return open, true
		}
	}
}

// alive counts the terms of a disjunction that can still be true.
func (s *search) alive(n node) (last node, alive int, sure bool) {
	for _, k := range s.graph.kids[n] {
		switch s.status(k) {
		case isSure:
			return 0, 0, true
		case isOpen:
			alive++
			last = k
		case isNever:
		}
	}
	return last, alive, false
}

// branch tries the terms of the shortest disjunction.
func (s *search) branch(open []node) bool {
	fewest, at := 1<<30, 0
	for i, n := range open {
		if _, alive, _ := s.alive(n); alive < fewest {
			fewest, at = alive, i
		}
	}
	rest := make([]node, 0, len(open)+4)
	rest = append(append(rest, open[:at]...), open[at+1:]...)
	for _, k := range s.graph.kids[open[at]] {
		if s.status(k) == isNever {
			continue
		}
		trail, said := len(s.trail), len(s.sayed)
		next := append([]node{}, rest...)
		if s.assert(k, &next) && s.solve(next) {
			return true
		}
		if s.over {
			return false
		}
		s.empty()
		s.undo(trail, said)
		// From here on it is false.
		if !s.assert(k.not(), &rest) || !s.carry() {
			return false
		}
	}
	return false
}

// parts groups open disjunctions so that those in different groups ask about
// nothing that is still open and tied together.
func (s *search) parts(open []node) [][]node {
	if s.mark > 1<<30 {
		s.mark = 0
		clear(s.stamp)
	}
	s.mark += int32(len(open)) + 1
	w := walk{search: s, root: make([]int, len(open)), base: s.mark - int32(len(open))}
	for i := range w.root {
		w.root[i] = i
	}
	for i, n := range open {
		for _, k := range s.graph.kids[n] { // not n itself, which is asserted
			w.visit(k, i)
		}
	}
	at := map[int]int{}
	var out [][]node
	for i, n := range open {
		root := w.find(i)
		k, ok := at[root]
		if !ok {
			k = len(out)
			at[root] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], n)
	}
	return out
}

type walk struct {
	*search
	root []int
	base int32
}

func (w *walk) find(i int) int {
	for w.root[i] != i {
		w.root[i] = w.root[w.root[i]]
		i = w.root[i]
	}
	return i
}

func (w *walk) visit(n node, i int) {
	if w.status(n) != isOpen {
		return
	}
	if w.graph.shape[n] != isAtom {
		for _, k := range w.graph.kids[n] {
			w.visit(k, i)
		}
		return
	}
	group := w.instanceGroup(w.graph.about[n])
	if seen := w.stamp[group]; seen >= w.base {
		w.root[w.find(i)] = w.find(int(seen - w.base))
	} else {
		w.stamp[group] = w.base + int32(i)
	}
}
