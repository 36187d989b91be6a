package prove

import "math/bits"

// Before anybody searches, people are put together: of somebody who is in one
// condition and somebody who is in the other, each group of variables is taken
// from the one or from the other. Bonds and histories stay within a group, so
// whoever is put together so can be. It takes knowing what of a person a
// condition rests on.

// reason is why a node is true of somebody: what they need to be for it to be
// true, whatever else they are.
type reason struct {
	who   *point
	needs []need
}

// need is a variable that has to lie in some regions.
type need struct {
	about, group int32
	mask         uint64
}

func (n need) met(by *point) bool { return n.mask>>by.regions[n.about]&1 == 1 }

// because is what of a point a node that is true there needs: of a disjunction
// that is the first term that is true.
func (s *space) because(n node, p *point, needs []need) []need {
	switch g := s.graph; g.shape[n] {
	case isAtom:
		needs = append(needs, need{g.about[n], s.instanceGroup(g.about[n]), g.mask[n]})
	case isAnd:
		for _, k := range g.kids[n] {
			needs = s.because(k, p, needs)
		}
	case isOr:
		for _, k := range g.kids[n] {
			if s.holds(k, p) {
				return s.because(k, p, needs)
			}
		}
	}
	return needs
}

// blends tells whether one person can be put together from two, for whom the
// reasons of both hold: of no group do both need what the other is not.
func (r reason) blends(with reason) bool {
	for _, mine := range r.needs {
		if mine.met(with.who) {
			continue
		}
		for _, other := range with.needs {
			if other.group == mine.group && !other.met(r.who) {
				return false
			}
		}
	}
	return true
}

// fewReasons is how many people are remembered of each node with the reasons
// why it is true of them.
const fewReasons = 16

// reasons is why a node in question is true of some people.
func (c *crowd) reasons(n node) []reason {
	if c.why[n] == nil {
		for w := range c.words {
			for left := c.in(w, n); left != 0; left &= left - 1 {
				c.learn(n, c.points[w*64+bits.TrailingZeros64(left)])
			}
		}
	}
	return c.why[n]
}

// learn remembers why a node is true of somebody.
func (c *crowd) learn(n node, who *point) {
	if len(c.why[n]) < fewReasons {
		c.why[n] = append(c.why[n], reason{who, c.because(n, who, nil)})
	}
}

// blends tells whether somebody in both of two nodes can be put together.
func (c *crowd) blends(a, b node) bool {
	for _, x := range c.reasons(a) {
		for _, y := range c.reasons(b) {
			if x.blends(y) {
				return true
			}
		}
	}
	return false
}
