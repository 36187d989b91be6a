// Package impact is who joins and leaves, who is reachable.
//
// Measure looks at every person of a history twice, under the program that was
// deployed and under the one that the files mean, and counts. The reference
// evaluator decides; nothing here has an opinion about meaning. A figure that
// rests on something that was not read, or that is not evaluated yet, is not
// known, with a reason, and never 0.
package impact

import (
	"sort"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/lang/workers"
)

// Options says what to measure.
type Options struct {
	Before   *ir.Program // what is deployed; nil: nothing
	After    *ir.Program // what the files mean
	Index    *ir.Index   // of After; nil: it is made
	Segments []string    // addresses; of those to measure
	History  *history.History
	Now      types.Instant
	// Shown leaves out the conditions of new segments, which no plan shows: see
	// plan.Plan.Shown.
	Shown bool
}

// Measure counts the members of segments, in the order that they are asked for.
//
// A segment that is new has no Before, Join and Leave; one that is removed has
// nobody After. Reach is over the purposes of marketing and the channels that
// the project has a touchpoint or a consent for.
func Measure(o Options) []plan.Audience {
	before, after := newSide(o, o.Before, nil), newSide(o, o.After, o.Index)
	questions := make([]*question, len(o.Segments))
	each(len(questions), func(i int) { questions[i] = ask(before, after, o.Segments[i]) })
	for _, q := range questions {
		q.findUsers()
	}
	count(questions, o.people())
	out := make([]plan.Audience, len(questions))
	each(len(out), func(i int) { out[i] = questions[i].audience(o) })
	return out
}

// atOnce is how many questions one turn of a worker is about.
const atOnce = 128

func each(n int, do func(i int)) { workers.InRuns(n, atOnce, 0, do) }

func (o Options) people() []*person.Person {
	if o.History == nil {
		return nil
	}
	return o.History.People
}

// side is one of the two programs, ready to be asked.
type side struct {
	program *ir.Program
	world   *eval.World
	broken  string      // why it cannot be asked at all; "" when it can
	reads   *ir.Program // in whose words the past was read
	doubts  *doubts
	pairs   []pair
	index   *ir.Index // of program
	walk    walk
}

func newSide(o Options, program *ir.Program, index *ir.Index) *side {
	if program == nil {
		return nil
	}
	if index == nil {
		index = program.Index()
	}
	s := &side{program: program, reads: o.After, pairs: pairs(program), index: index}
	if s.reads == nil {
		s.reads = program
	}
	if o.History == nil {
		s.broken = "the project has no history"
		return s
	}
	world, err := eval.New(program, o.History.Lists, o.Now)
	if err != nil {
		s.broken = err.Error()
		return s
	}
	s.world, s.doubts = world, newDoubts(program, s.reads, o.History)
	return s
}

// segment finds a segment on this side; a side that is not there has none.
func (s *side) segment(address string) (ir.Segment, bool) {
	if s == nil {
		return ir.Segment{}, false
	}
	d, _ := s.index.Declaration(address)
	segment, there := d.(ir.Segment)
	return segment, there
}

// unknown says why an expression cannot be relied on, or "".
func (s *side) unknown(e expr.Expr) string {
	if s.broken != "" {
		return s.broken
	}
	return s.doubts.about(e)
}

// pair is a purpose on a channel.
type pair struct{ purpose, channel string }

// question is one segment and what is counted about it.
type question struct {
	address       string
	at            diag.Range
	users         users
	before, after *asked
	reach         []pair
	counted       tally
}

// asked is a segment on one side.
type asked struct {
	side    *side
	where   expr.Expr
	unknown string // why its members are not known
	reach   []reachable
}

// reachable is a pair on one side.
type reachable struct {
	pair
	unknown string
	none    bool // the side does not have the pair
}

func ask(before, after *side, address string) *question {
	q := &question{address: address}
	if after != nil {
		q.reach = after.pairs
	}
	if s, ok := after.segment(address); ok {
		q.at = s.At
		q.after = q.on(after, s)
	}
	if s, ok := before.segment(address); ok {
		if q.after == nil {
			q.at = s.At
		}
		q.before = q.on(before, s)
	}
	return q
}

func (q *question) on(s *side, segment ir.Segment) *asked {
	a := &asked{side: s, where: segment.Where, unknown: s.unknown(expr.Member{Segment: segment.Address})}
	for _, p := range q.reach {
		a.reach = append(a.reach, s.reachable(p))
	}
	return a
}

func (s *side) reachable(p pair) reachable {
	_, purpose := ir.Find(s.program.Purposes, p.purpose)
	_, channel := ir.Find(s.program.Channels, p.channel)
	if !purpose || !channel {
		return reachable{pair: p, none: true}
	}
	return reachable{pair: p, unknown: s.unknown(expr.Reachable{Purpose: p.purpose, Channel: p.channel})}
}

// pairs lists the purposes of marketing by the channels that a touchpoint or
// a consent of the program uses for them, sorted.
func pairs(p *ir.Program) []pair {
	seen := map[pair]bool{}
	add := func(purpose string, channels []string) {
		about, ok := ir.Find(p.Purposes, purpose)
		if !ok || about.Class != ir.Marketing {
			return
		}
		for _, c := range channels {
			seen[pair{purpose, c}] = true
		}
	}
	for _, t := range p.Touchpoints {
		add(t.Purpose, t.Channels)
	}
	for _, c := range p.Consents {
		add(c.Purpose, c.Channels)
	}
	out := make([]pair, 0, len(seen))
	for x := range seen {
		out = append(out, x)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].purpose != out[j].purpose {
			return out[i].purpose < out[j].purpose
		}
		return out[i].channel < out[j].channel
	})
	return out
}
