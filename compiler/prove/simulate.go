package prove

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"time"
)

// crowd is points at which all conditions are looked at before anybody
// searches: 64 of them are looked at in one word. A person in one condition and
// not in another shows that the first does not imply the second, and most pairs
// of conditions are told apart so. It starts with people made by chance, from a
// fixed seed, and takes in everyone that a search finds.
type crowd struct {
	*search
	chance *rand.Rand
	base   []*point
	points []*point   // all of them; the last ones are not looked at yet
	asked  []node     // what questions are about: of each node and its complement the first
	cone   *cone      // what that is made of
	words  int        // how many words were looked at
	why    [][]reason // by node in question
	seen   [][]uint64 // by half the number of what is asked: the points at which it is true, word by word
}

// firstWords is how many words of people are made by chance.
const firstWords = 4

func newCrowd(s *space) *crowd {
	c := &crowd{search: newSearch(s), chance: rand.New(rand.NewPCG(1, 2))}
	for range firstWords * 64 {
		c.base = append(c.base, c.anyone())
	}
	return c
}

// asks makes the questions be about some nodes, their complements, and yes. The
// people made by chance are looked at first.
func (c *crowd) asks(of []node) {
	c.asked = []node{yes}
	for _, n := range of {
		c.asked = append(c.asked, n&^1)
	}
	slices.Sort(c.asked)
	c.asked = slices.Compact(c.asked)
	c.cone = newCone(c.graph, c.asked)
	c.words, c.seen, c.why, c.points = 0, make([][]uint64, c.graph.size()/2), make([][]reason, c.graph.size()), nil
	for _, p := range c.base {
		c.take(p)
	}
}

// take adds a point. It is looked at once 64 are together.
func (c *crowd) take(p *point) {
	if c.points = append(c.points, p); len(c.points)%64 > 0 {
		return
	}
	c.cone.look(c.points[c.words*64:])
	for _, n := range c.asked {
		c.seen[n/2] = append(c.seen[n/2], c.cone.at(n))
	}
	c.words++
}

// in is the points of word w at which a node in question is true.
func (c *crowd) in(w int, n node) uint64 { return c.seen[n/2][w] ^ -uint64(n&1) }

// shows tells whether one of the points is in both.
func (c *crowd) shows(a, b node) bool {
	for w := range c.words {
		if c.in(w, a)&c.in(w, b) != 0 {
			return true
		}
	}
	return false
}

// somebody finds a point for formulas; what they do not touch is by chance.
func (c *crowd) somebody(formulas ...node) (*point, outcome) {
	p, found := c.find(formulas, c.base[c.chance.IntN(len(c.base))])
	if found == possible {
		c.take(p)
		for _, n := range formulas {
			c.learn(n, p)
		}
	}
	return p, found
}

// anyone is a point by chance.
func (c *crowd) anyone() *point {
	c.start(nil)
	p := &point{regions: make([]uint8, len(c.dom)), happens: map[pastAt][]happening{}}
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
