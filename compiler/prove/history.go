package prove

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Counts that respect every order may still belong to no history: none of a
// kind in the last week and five in the last month, while there were five of
// everything in the last week. So the domains of counts are only believed once
// a list of events fulfils them. Events differ in two ways that counts can tell
// apart: the ring, between two windows that follow each other, and the cell,
// the streams that they are in. Which cells there are says the space about a
// single event. Adding events makes no count smaller, so the search only adds.

// happening is one event of a history.
type happening struct {
	age    int64  // microseconds before now
	fields *point // in the space of its past
}

// moment is when a question is about: lengths of the calendar are as long as
// they are then.
type moment struct {
	now  types.Instant
	zone *time.Location
}

var someMoment = moment{types.Instant(1_796_115_600_000_000), time.UTC} // 1 Dec 2026, 09:00

// length is how far a window reaches back, in microseconds. What began with a
// run is taken to be as short as anything.
func (m moment) length(w expr.Window) int64 {
	switch w.Since {
	case "":
		return int64(m.now - w.Length.Before(m.now, m.zone))
	case "ever":
		return math.MaxInt64
	}
	return int64(time.Minute / time.Microsecond)
}

// demand is what one count must be.
type demand struct {
	variable int
	at       int32
	stream   int // its place among the streams asked about
	length   int64
}

// task is the search for one history.
type task struct {
	*search
	past    *past
	demands []demand
	streams []*stream
	rings   []int64 // the lengths at which rings end, ascending
	cells   []cell
	seen    map[string]bool
	sums    []int64
	added   []happening
	certain bool // nothing was left out, so that not finding is a proof
}

// cell is a kind of event: the streams that it is in, as bits, and one such event.
type cell struct {
	in     uint32
	fields *point
}

// mostStreams bounds the streams that one history is made for.
const mostStreams = 6

// settlePast finds a history for the domains of a past's counts, and narrows
// all of its counts to it.
func (s *search) settlePast(happens map[pastAt][]happening, at pastAt) (ok bool, excluded node, certain bool) {
	of := s.inOrder[at.past]
	t := &task{search: s, past: of, seen: map[string]bool{}, certain: true}
	for _, v := range of.counts {
		i := s.instance(v, at.epoch)
		if s.dom[i] != s.vars[v].all {
			t.demand(v, i)
		}
	}
	if !t.prepare() {
		return false, 0, false
	}
	if at.epoch > 0 && t.goesOn(happens, at) {
		return true, 0, true
	}
	budget := 3000
	if !t.add(&budget) {
		return false, t.ruledOut(), t.certain && budget > 0 && t.ordered()
	}
	if !s.narrowTo(of, at.epoch, t.added) {
		return false, 0, false
	}
	happens[at] = t.added
	return true, 0, true
}

// goesOn finds a history that goes on from the epoch before, to which only what
// is new is added. Where there is none, what happened before is taken to lie
// further back than any window by now.
func (t *task) goesOn(happens map[pastAt][]happening, at pastAt) bool {
	var before []happening
	for epoch := range at.epoch {
		before = append(before, happens[pastAt{at.past, epoch}]...)
	}
	for i, d := range t.demands {
		for _, h := range before {
			if h.age < d.length && h.member(t.streams[d.stream]) {
				t.sums[i]++
			}
		}
	}
	budget, trail := 1000, len(t.trail)
	if t.add(&budget) && t.narrowTo(t.past, at.epoch, slices.Concat(before, t.added)) {
		happens[at] = t.added
		return true
	}
	t.empty()
	t.undo(trail, len(t.sayed))
	clear(t.sums)
	t.added, t.seen, t.certain = nil, map[string]bool{}, true
	return false
}

// narrowTo narrows the counts of a past to what happened. It is false where
// that cannot be.
func (s *search) narrowTo(of *past, epoch int, happened []happening) bool {
	in := make([]uint64, len(happened)) // by event: the streams that it is in, the first 64
	for k, h := range happened {
		for j, stream := range of.streams[:min(len(of.streams), 64)] {
			if h.member(stream) {
				in[k] |= 1 << j
			}
		}
	}
	for j, stream := range of.streams {
		for _, v := range stream.counts {
			n, length := int64(0), s.vars[v].length
			for k, h := range happened {
				if h.age < length && (j < 64 && in[k]>>j&1 == 1 || j >= 64 && h.member(stream)) {
					n++
				}
			}
			if !s.narrow(s.instance(v, epoch), 1<<s.vars[v].regionOf(n)) {
				s.empty()
				return false
			}
		}
	}
	return s.carry()
}

func (t *task) demand(variable int, at int32) {
	v := t.vars[variable]
	stream := slices.Index(t.streams, v.stream)
	if stream < 0 {
		stream = len(t.streams)
		t.streams = append(t.streams, v.stream)
	}
	length := v.length
	if !slices.Contains(t.rings, length) {
		t.rings = append(t.rings, length)
	}
	t.demands = append(t.demands, demand{variable, at, stream, length})
}

// prepare works out rings and cells. It is false where there are too many
// streams to tell.
func (t *task) prepare() bool {
	slices.Sort(t.rings)
	t.sums = make([]int64, len(t.demands))
	if len(t.streams) > mostStreams {
		return false
	}
	var decided bool
	t.cells, decided = t.past.cells(t.streams)
	return decided
}

// cells is the kinds of events that are in at least one of the streams, if that
// is decided. The answer is kept.
func (p *past) cells(streams []*stream) (of []cell, decided bool) {
	key := ""
	for _, s := range streams {
		key += fmt.Sprintf("%p ", s)
	}
	if known, ok := p.known[key]; ok {
		return known, known != nil
	}
	out := []cell{}
	for in := uint32(1); in < 1<<len(streams); in++ {
		var formulas []node
		for i, s := range streams {
			n := p.within.isTrue(s.claim, 0)
			if in>>i&1 == 0 {
				n = n.not()
			}
			formulas = append(formulas, n)
		}
		switch fields, found := p.within.find(formulas...); found {
		case possible:
			out = append(out, cell{in, fields})
		case undecided:
			p.known[key] = nil
			return nil, false
		case impossible:
		}
	}
	p.known[key] = out
	return out, true
}

// add adds events until every demand is met.
func (t *task) add(budget *int) bool {
	if *budget--; *budget <= 0 {
		return false
	}
	short, target := -1, int64(0)
	for i, d := range t.demands {
		next, met, reachable := t.target(d, t.sums[i])
		if !reachable {
			return false
		}
		if !met && (short < 0 || d.length < t.demands[short].length) {
			short, target = i, next
		}
	}
	if short < 0 {
		return true
	}
	if len(t.seen) > 0 && t.seen[fmt.Sprint(t.sums)] {
		return false
	}
	step := int64(1)
	if missing := target - t.sums[short]; missing > 32 {
		step, t.certain = missing, false
	}
	for ring := range t.rings {
		if t.rings[ring] > t.demands[short].length {
			break
		}
		for _, c := range t.cells {
			if c.in>>t.demands[short].stream&1 == 1 && t.try(ring, c, step, budget) {
				return true
			}
		}
	}
	t.seen[fmt.Sprint(t.sums)] = true
	return false
}

// ordered tells whether it is certain of all windows which is the wider: then
// the rings are what they are at any time.
func (t *task) ordered() bool {
	for i, d := range t.demands {
		for _, other := range t.demands[:i] {
			a, b := t.vars[d.variable].window, t.vars[other.variable].window
			if !notWider(a, b) && !notWider(b, a) {
				return false
			}
		}
	}
	return true
}

// target is the smallest number not below n that a demand allows.
func (t *task) target(d demand, n int64) (next int64, met, reachable bool) {
	v := t.vars[d.variable]
	for i, r := range v.regions {
		if t.dom[d.at]>>i&1 == 0 || r.hi < n {
			continue
		}
		if r.lo <= n {
			return n, true, true
		}
		return r.lo, false, true
	}
	return 0, false, false
}

// mostEvents bounds a history that is written out.
const mostEvents = 5000

func (t *task) try(ring int, c cell, n int64, budget *int) bool {
	if int64(len(t.added))+n > mostEvents {
		t.certain = false
		return false
	}
	for i, d := range t.demands {
		if t.rings[ring] <= d.length && c.in>>d.stream&1 == 1 {
			t.sums[i] += n
		}
	}
	for range n {
		t.added = append(t.added, happening{t.ageIn(ring), c.fields})
	}
	if t.add(budget) {
		return true
	}
	t.added = t.added[:len(t.added)-int(n)]
	for i, d := range t.demands {
		if t.rings[ring] <= d.length && c.in>>d.stream&1 == 1 {
			t.sums[i] -= n
		}
	}
	return false
}

// ageIn is an age within a ring: the middle, on a whole day where there is one.
func (t *task) ageIn(ring int) int64 {
	from := int64(0)
	if ring > 0 {
		from = t.rings[ring-1]
	}
	to := t.rings[ring]
	const day = int64(24 * time.Hour / time.Microsecond)
	if to == math.MaxInt64 {
		to = from + 60*day
	}
	middle := from + (to-from)/2
	if whole := middle / day * day; whole >= from && whole > 0 {
		return whole
	}
	return middle
}

// ruledOut is the formula that not all demands are as they are.
func (t *task) ruledOut() node {
	out := make([]node, len(t.demands))
	for i, d := range t.demands {
		out[i] = t.graph.atom(d.at, ^t.dom[d.at])
	}
	return t.graph.or(out...)
}
