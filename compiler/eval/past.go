package eval

import (
	"iter"
	"math"
	"sort"

	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// happened goes through what a source lists in a window, in order. Conditions
// of the source and of derived events speak of each event as It.
func (v *view) happened(s expr.Source, w expr.Window, c Context) iter.Seq[*person.Event] {
	start := v.start(w, c)
	return func(yield func(*person.Event) bool) {
		for event := range v.recorded(s, c) {
			if !start.before(event) || event.At > v.Now || !v.counts(s, event, c) {
				continue
			}
			if !yield(event) {
				return
			}
		}
	}
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
		return mark{w.Length.Before(v.Now, v.Zone), math.MaxInt64}
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

// recorded lists everything of a source's kind: the recorded event, or an
// outcome as an event that has an instant and nothing else. In a run, the
// outcomes of its journey's steps are those of this run.
func (v *view) recorded(s expr.Source, c Context) iter.Seq[*person.Event] {
	if s.Event == "" {
		return v.outcomes(s, c)
	}
	return func(yield func(*person.Event) bool) {
		base := v.streams[s.Event].base
		for i := range v.person.Events {
			if event := &v.person.Events[i]; event.Type == base && !yield(event) {
				return
			}
		}
	}
}

func (v *view) outcomes(s expr.Source, c Context) iter.Seq[*person.Event] {
	own := s.Step != "" && c.run != nil && c.run.has(s.Step)
	return func(yield func(*person.Event) bool) {
		for i := range v.person.Outcomes {
			o := &v.person.Outcomes[i]
			if string(o.Kind) != s.Outcome || s.Touchpoint != "" && o.Touchpoint != s.Touchpoint ||
				s.Step != "" && o.Step != s.Step || own && o.Run != c.run.id {
				continue
			}
			if !yield(&person.Event{At: o.At, Seq: o.Seq}) {
				return
			}
		}
	}
}

// counts tells whether the conditions of the derived event and of the source hold.
func (v *view) counts(s expr.Source, event *person.Event, c Context) bool {
	c.It = event
	for _, where := range []expr.Expr{v.streams[s.Event].where, s.Where} {
		if where != nil && v.truth(where, c) != expr.True {
			return false
		}
	}
	return true
}

func (v *view) did(e expr.Did, c Context) expr.Verdict {
	if !v.evaluated(c, e.Window, e.Of) {
		return expr.Unknown
	}
	for range v.happened(e.Of, e.Window, c) {
		return expr.True
	}
	return expr.False
}

// followedBy asks each first event for the next one that is strictly later.
func (v *view) followedBy(e expr.FollowedBy, c Context) expr.Verdict {
	if !v.evaluated(c, e.Window, e.First, e.Then) {
		return expr.Unknown
	}
	var then []types.Instant
	for event := range v.happened(e.Then, e.Window, c) {
		then = append(then, event.At)
	}
	for first := range v.happened(e.First, e.Window, c) {
		next := sort.Search(len(then), func(i int) bool { return then[i] > first.At })
		if next < len(then) && then[next] <= e.Gap.After(first.At, v.Zone) {
			return expr.True
		}
	}
	return expr.False
}
