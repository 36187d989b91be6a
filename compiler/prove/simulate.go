package prove

import (
	"math/bits"
	"math/rand/v2"
	"time"
)

// crowd is points at which all conditions are looked at before anybody
// searches: 64 of them are looked at in one word. A person in one condition and
// not in another shows that the first does not imply the second, and most pairs
// of conditions are told apart so. It starts with people made by chance, from a
// fixed seed, and takes in everyone that a search finds.
type crowd struct {
	*search
	chance  *rand.Rand
	base    []*point
	waiting []*point
	words   []word
	seen    [][]uint64 // by node: the points at which it is true, word by word, as far as asked
}

// word is the verdicts of nodes for 64 points.
type word struct {
	points []*point
	known  []bool // by node, as bits
	bits   []uint64
}

// firstWords is how many words of people are made by chance.
const firstWords = 4

func newCrowd(s *space) *crowd {
	c := &crowd{search: newSearch(s), chance: rand.New(rand.NewPCG(1, 2))}
	for range firstWords * 64 {
		p := c.anyone()
		c.base = append(c.base, p)
		c.take(p)
	}
	return c
}

// take adds a point. It is looked at once 64 are together.
func (c *crowd) take(p *point) {
	if c.waiting = append(c.waiting, p); len(c.waiting) == 64 {
		c.words = append(c.words, word{points: c.waiting})
		c.waiting = nil
	}
}

// somebody finds a point for formulas; what they do not touch is by chance.
func (c *crowd) somebody(formulas ...node) (*point, outcome) {
	p, found := c.find(formulas, c.base[c.chance.IntN(len(c.base))])
	if found == possible {
		c.take(p)
	}
	return p, found
}

// in is the points of word w at which a node is true.
func (c *crowd) in(w int, n node) uint64 {
	of := &c.words[w]
	if len(of.known) < c.graph.size() {
		of.known = append(of.known, make([]bool, c.graph.size()-len(of.known))...)
		of.bits = append(of.bits, make([]uint64, c.graph.size()-len(of.bits))...)
	}
	if of.known[n] {
		return of.bits[n]
	}
	out := c.look(w, n)
	of = &c.words[w]
	of.known[n], of.known[n.not()] = true, true
	of.bits[n], of.bits[n.not()] = out, ^out
	return out
}

func (c *crowd) look(w int, n node) uint64 {
	switch c.graph.shape[n] {
	case isAtom:
		var out uint64
		about, mask := c.graph.about[n], c.graph.mask[n]
		for i, p := range c.words[w].points {
			out |= mask >> p.regions[about] & 1 << i
		}
		return out
	case isAnd:
		out := ^uint64(0)
		for _, k := range c.graph.kids[n] {
			if out &= c.in(w, k); out == 0 {
				break
			}
		}
		return out
	case isOr:
	}
	var out uint64
	for _, k := range c.graph.kids[n] {
		if out |= c.in(w, k); out == ^uint64(0) {
			break
		}
	}
	return out
}

// shows tells whether one of the points is in both.
func (c *crowd) shows(a, b node) bool {
	in, also := c.among(a), c.among(b)
	for w := range in {
		if in[w]&also[w] != 0 {
			return true
		}
	}
	return false
}

// among is the points at which a node is true.
func (c *crowd) among(n node) []uint64 {
	if len(c.seen) <= int(n) {
		c.seen = append(c.seen, make([][]uint64, c.graph.size()-len(c.seen))...)
	}
	for w := len(c.seen[n]); w < len(c.words); w++ {
		c.seen[n] = append(c.seen[n], c.in(w, n))
	}
	return c.seen[n]
}

// anyone is a point by chance.
func (c *crowd) anyone() *point {
	c.start(nil)
	p := c.blank(nil)
	for at, past := range c.inOrder {
		for epoch := range c.epochs {
			c.anything(p, pastAt{at, epoch}, past)
		}
	}
	for at := range c.dom {
		c.choose(int32(at))
		p.regions[at] = uint8(bits.TrailingZeros64(c.dom[at]))
	}
	return p
}

// choose narrows a domain to one of its regions.
func (c *crowd) choose(at int32) {
	n := c.chance.IntN(bits.OnesCount64(c.dom[at]))
	left := c.dom[at]
	for range n {
		left &= left - 1
	}
	trail := len(c.trail)
	if c.narrow(at, left&-left) && c.carry() {
		return
	}
	c.empty()
	c.undo(trail, 0)
	c.choose1(at)
}

// choose1 takes the first region that can be.
func (c *crowd) choose1(at int32) {
	for left := c.dom[at]; left != 0; left &= left - 1 {
		trail := len(c.trail)
		if c.narrow(at, left&-left) && c.carry() {
			return
		}
		c.empty()
		c.undo(trail, 0)
	}
}

// anything lets a few events of a past happen.
func (c *crowd) anything(p *point, at pastAt, of *past) {
	if len(of.counts) == 0 || c.chance.IntN(4) == 0 {
		return
	}
	var happened []happening
	inside := of.within.people()
	for range c.chance.IntN(7) {
		length := min(c.vars[of.counts[c.chance.IntN(len(of.counts))]].length, int64(4*365*24*time.Hour/time.Microsecond))
		happened = append(happened, happening{max(length-1, 0) - c.chance.Int64N(max(length/2, 1)), inside.base[c.chance.IntN(len(inside.base))]})
	}
	trail := len(c.trail)
	if !c.narrowTo(of, at.epoch, happened) {
		c.undo(trail, 0)
		return
	}
	p.happens[at] = happened
}

// people is the crowd of a space, made when it is first asked for.
func (s *space) people() *crowd {
	if s.all == nil {
		s.all = newCrowd(s)
	}
	return s.all
}
