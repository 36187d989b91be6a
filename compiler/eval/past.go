package eval

import (
	"math"
	"sort"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// walk goes through the past in order: what a source lists in a window. It is a
// loop rather than an iterator because everything that is asked of people is
// asked here.
type walk struct {
	v     *view
	of    expr.Source
	c     Context
	start mark
	base  string // the recorded event, or "" for outcomes
	own   bool   // outcomes of this run only
	at    int    // the next of the events or outcomes to be looked at
}

// happened is the walk through what a source lists in a window. Conditions of
// the source and of derived events speak of each event as It.
func (v *view) happened(s expr.Source, w expr.Window, c Context) walk {
	out := v.walk(s, c)
	out.start = v.start(w, c)
	if s.Event != "" && out.start.at > math.MinInt64 {
		out.at = firstAfter(v.person.Events, out.start.at)
	}
	return out
}

// walk is the walk through everything of a source's kind, whatever its
// conditions. In a run, the outcomes of its journey's steps are those of this
// run.
func (v *view) walk(s expr.Source, c Context) walk {
	return walk{
		v: v, of: s, c: c, start: mark{math.MinInt64, math.MinInt64}, base: v.streams[s.Event].base,
		own: s.Step != "" && c.run != nil && c.run.has(s.Step),
	}
}

// firstAfter is the index of the first event at an instant or after it.
func firstAfter(events []person.Event, at types.Instant) int {
	low, high := 0, len(events)
	for low < high {
		if middle := (low + high) / 2; events[middle].At < at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// next is the next one that counts, nil at the end.
func (w *walk) next() *person.Event {
	for {
		event := w.recorded()
		if event == nil || event.At > w.v.Now {
			return nil // they are in order
		}
		if w.start.before(event) && w.v.counts(w.of, event, w.c) {
			return event
		}
	}
}

// recorded is the next one of the kind: a recorded event, or an outcome as an
// event that has an instant and nothing else.
func (w *walk) recorded() *person.Event {
	if w.of.Event == "" {
		return w.outcome()
	}
	events := w.v.person.Events
	for w.at < len(events) {
		event := &events[w.at]
		w.at++
		if event.Type == w.base {
			return event
		}
	}
	return nil
}

func (w *walk) outcome() *person.Event {
	outcomes := w.v.person.Outcomes
	for w.at < len(outcomes) {
		o := &outcomes[w.at]
		w.at++
		if string(o.Kind) != w.of.Outcome || w.of.Touchpoint != "" && o.Touchpoint != w.of.Touchpoint ||
			w.of.Step != "" && o.Step != w.of.Step || w.own && o.Run != w.c.run.id {
			continue
		}
		return &person.Event{At: o.At, Seq: o.Seq}
	}
	return nil
}

// mark is a place in the order of what happened: an instant, and the number of
// the last thing of that instant that came before.
type mark struct {
	at  types.Instant
	seq int64
}

func (m mark) before(e *person.Event) bool { return m.at < e.At || m.at == e.At && m.seq < e.Seq }

// start is the mark that a window begins after. A length begins after all of
// its instant; a run or a step after what it began with. A step that the run
// has not reached begins never.
func (v *view) start(w expr.Window, c Context) mark {
	switch w.Since {
	case "":
		return mark{v.edge(w.Length), math.MaxInt64}
	case "ever":
		return mark{math.MinInt64, math.MinInt64}
	case "run":
		return c.run.began
	}
	if reached, ok := c.run.reached[w.Since]; ok {
		return reached
	}
	return mark{math.MaxInt64, math.MaxInt64}
}

// evaluated tells whether a window and its sources can be looked at: the
// outcomes of steps in a life only, and windows that begin with a run or a step
// in that run only.
func (v *view) evaluated(c Context, w expr.Window, sources ...expr.Source) bool {
	for _, s := range sources {
		if s.Step != "" && !v.living {
			return false
		}
	}
	return w.Since == "" || w.Since == "ever" || c.run != nil
}

// counts tells whether the conditions of the derived event and of the source hold.
func (v *view) counts(s expr.Source, event *person.Event, c Context) bool {
	c.It = event
	if s.Where != nil && v.truth(s.Where, c) != expr.True {
		return false
	}
	where := v.streams[s.Event].where
	return where == nil || v.truth(where, c) == expr.True
}

func (v *view) did(e expr.Did, c Context) expr.Verdict {
	if !v.evaluated(c, e.Window, e.Of) {
		return expr.Unknown
	}
	w := v.happened(e.Of, e.Window, c)
	return expr.Decided(w.next() != nil)
}

// followedBy asks each first event for the next one that is strictly later.
func (v *view) followedBy(e expr.FollowedBy, c Context) expr.Verdict {
	if !v.evaluated(c, e.Window, e.First, e.Then) {
		return expr.Unknown
	}
	var then []types.Instant
	second := v.happened(e.Then, e.Window, c)
	for event := second.next(); event != nil; event = second.next() {
		then = append(then, event.At)
	}
	firsts := v.happened(e.First, e.Window, c)
	for first := firsts.next(); first != nil; first = firsts.next() {
		next := sort.Search(len(then), func(i int) bool { return then[i] > first.At })
		if next < len(then) && then[next] <= e.Gap.After(first.At, v.Zone) {
			return expr.True
		}
	}
	return expr.False
}
