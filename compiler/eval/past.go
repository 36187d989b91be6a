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
	start := v.start(w)
	return func(yield func(*person.Event) bool) {
		for event := range v.recorded(s) {
			if event.At <= start || event.At > v.Now || !v.counts(s, event, c) {
				continue
			}
			if !yield(event) {
				return
			}
		}
	}
}

// start is the instant that a window begins after.
func (v *view) start(w expr.Window) types.Instant {
	if w.Since == "ever" {
		return math.MinInt64
	}
	return w.Length.Before(v.Now, v.Zone)
}

// evaluated tells whether a window and its sources can be looked at outside of
// a journey's run.
func evaluated(w expr.Window, sources ...expr.Source) bool {
	for _, s := range sources {
		if s.Step != "" {
			return false
		}
	}
	return w.Since == "" || w.Since == "ever"
}

// recorded lists everything of a source's kind: the recorded event, or an
// outcome as an event that has an instant and nothing else.
func (v *view) recorded(s expr.Source) iter.Seq[*person.Event] {
	return func(yield func(*person.Event) bool) {
		base := v.streams[s.Event].base
		for i := range v.person.Events {
			if event := &v.person.Events[i]; s.Event != "" && event.Type == base && !yield(event) {
				return
			}
		}
		for _, o := range v.person.Outcomes {
			if s.Touchpoint != "" && o.Touchpoint == s.Touchpoint && string(o.Kind) == s.Outcome &&
				!yield(&person.Event{At: o.At, Seq: o.Seq}) {
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
	if !evaluated(e.Window, e.Of) {
		return expr.Unknown
	}
	for range v.happened(e.Of, e.Window, c) {
		return expr.True
	}
	return expr.False
}

// followedBy asks each first event for the next one that is strictly later.
func (v *view) followedBy(e expr.FollowedBy, c Context) expr.Verdict {
	if !evaluated(e.Window, e.First, e.Then) {
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
