package eval

import (
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// When a verdict can change by time alone. Next is the first instant after now
// at which it can, if nothing happens until then: an event leaves a window, a
// date comes, a yes runs out. It may name an instant at which nothing changes
// after all, and then is asked again there; it never passes one over. That makes
// it a timer, and what waits for a condition exact to the microsecond.

// next is the first instant after now at which e can change; never if it cannot.
func (v *view) next(e expr.Expr, c Context) types.Instant {
	switch e := e.(type) {
	case expr.Attribute:
		return v.nextAttribute(e.Path[0])
	case expr.Aggregate:
		return v.nextPast(e.Window, c, e.Of)
	case expr.Did:
		return v.nextPast(e.Window, c, e.Of)
	case expr.FollowedBy:
		return v.nextPast(e.Window, c, e.First, e.Then)
	case expr.Within:
		at, ok := v.value(e.Of, c).(types.Instant)
		if !ok {
			return v.next(e.Of, c)
		}
		return min(v.next(e.Of, c), v.edges(at, e.Length, v.Zone))
	case expr.Call:
		return v.nextCall(e, c)
	case expr.Member:
		return v.next(v.segments[e.Segment].Where, Context{})
	case expr.Reachable:
		if e.Consented {
			return v.next(v.rules[pair{e.Purpose, e.Channel}].consented, Context{})
		}
		return v.next(v.rules[pair{e.Purpose, e.Channel}].allowed, Context{})
	case expr.Record:
		return v.nextRecord(e)
	case expr.Suppressed:
		return v.nextSuppressed()
	case expr.Excluded:
		return v.nextExcluded(e.Exclusion)
	case expr.Literal, expr.Field, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf, expr.IsSet, expr.Coalesce, expr.Any, nil:
	}
	return v.nextOf(e, c)
}

// nextOf is the earliest of what is inside.
func (v *view) nextOf(e expr.Expr, c Context) types.Instant {
	first := never
	switch e := e.(type) {
	case expr.Compare:
		return min(v.next(e.Left, c), v.next(e.Right, c))
	case expr.And:
		for _, t := range e.Terms {
			first = min(first, v.next(t, c))
		}
	case expr.Or:
		for _, t := range e.Terms {
			first = min(first, v.next(t, c))
		}
	case expr.Not:
		return v.next(e.Term, c)
	default:
		for _, child := range expr.Children(e) {
			first = min(first, v.next(child, c))
		}
	}
	return first
}

func (v *view) nextAttribute(name string) types.Instant {
	a := v.attributes[name]
	if a.Value != nil {
		return v.next(a.Value, Context{})
	}
	if at, seen := v.person.Observed[name]; seen && !a.FreshFor.IsZero() {
		return v.edges(at, a.FreshFor, v.Zone)
	}
	return never
}

// nextPast is when something leaves a window, or a condition on something in
// it can change.
func (v *view) nextPast(w expr.Window, c Context, sources ...expr.Source) types.Instant {
	first := never
	if !v.evaluated(c, w, sources...) {
		return first
	}
	for _, s := range sources {
		first = min(first, v.nextSource(s, w, c))
	}
	return first
}

func (v *view) nextSource(s expr.Source, w expr.Window, c Context) types.Instant {
	first, where := never, v.streams[s.Event].where
	plain := where == nil && s.Where == nil
	if plain && w.Since != "" {
		return never
	}
	walk, inOrder := v.walk(s, c), plain && !w.Length.Calendar()
	if inOrder && s.Event != "" {
		walk.at = firstAfter(v.person.Events, w.Length.Before(v.Now, v.Zone)+1)
	}
	for event := walk.recorded(); event != nil; event = walk.recorded() {
		if w.Since == "" {
			first = min(first, v.leaves(event.At, w.Length, v.Zone))
		}
		if inOrder && first != never {
			return first // what is later leaves later
		}
		c.It = event
		first = min(first, v.next(where, c), v.next(s.Where, c))
	}
	return first
}

// nextCall is a day's end for functions of days, and exact for those of instants.
func (v *view) nextCall(e expr.Call, c Context) types.Instant {
	first := never
	for _, a := range e.Args {
		first = min(first, v.next(a, c))
	}
	f, ok := funcs.ByName(e.Func)
	if !ok || !f.Timed {
		return first
	}
	zone := v.personZone()
	first = min(first, nextMidnight(v.Now, zone))
	if len(e.Args) != 2 {
		return first
	}
	at, isInstant := v.value(e.Args[0], c).(types.Instant)
	length, isSpan := v.value(e.Args[1], c).(types.Span)
	if !isInstant || !isSpan {
		return first
	}
	if at > v.Now { // both functions turn at the instant itself
		first = min(first, at)
	}
	ahead := v.crossing(func(t types.Instant) types.Instant { return length.After(t, zone) }, at, zone, length.Calendar())
	return min(first, ahead, v.leaves(at, length, zone))
}

// nextRecord is when a yes runs out, or a condition of what captures it can change.
func (v *view) nextRecord(e expr.Record) types.Instant {
	first := v.nextCaptures(e.Consent)
	if at := v.record(e.Consent, e.Channel).ExpiresAt; at > v.Now {
		first = min(first, at)
	}
	return first
}

func (v *view) nextCaptures(consent string) types.Instant {
	first := never
	for _, capture := range v.captures[consent] {
		if capture.If == nil && v.streams[capture.On].where == nil {
			continue
		}
		first = min(first, v.nextPast(expr.Ever, Context{}, expr.Source{Event: capture.On, Where: capture.If}))
	}
	for _, act := range v.person.Acts {
		if act.Consent == consent && act.Kind == person.Grant && act.ExpiresAt > v.Now {
			first = min(first, act.ExpiresAt)
		}
	}
	return first
}

func (v *view) nextSuppressed() types.Instant {
	first := never
	for _, c := range v.Program.Consents {
		first = min(first, v.nextCaptures(c.Address))
	}
	return first
}

func (v *view) nextExcluded(address string) types.Instant {
	x, _ := ir.Find(v.Program.Exclusions, address)
	first := never
	for _, m := range x.Match {
		first = min(first, v.next(m, Context{}))
	}
	if list := v.Lists[address]; list != nil && !x.FreshFor.IsZero() {
		first = min(first, v.leaves(list.AsOf, x.FreshFor, v.Zone))
	}
	return first
}

// edges is when an instant next enters or leaves the window (now-length, now].
func (v *view) edges(at types.Instant, length types.Span, zone *time.Location) types.Instant {
	if at > v.Now {
		return at
	}
	return v.leaves(at, length, zone)
}

// leaves is when an instant next leaves a window of a length that counts back
// from now, or comes back into it, as it may with months of different lengths.
func (v *view) leaves(at types.Instant, length types.Span, zone *time.Location) types.Instant {
	if !length.Calendar() {
		if out := length.After(at, zone); out > v.Now {
			return out
		}
		return never
	}
	return v.crossing(func(t types.Instant) types.Instant { return length.Before(t, zone) }, at, zone, true)
}

const (
	hour = types.Instant(time.Hour / time.Microsecond)
	day  = 24 * hour
)

// crossing is when moved(now) next crosses an instant. Moved adds a length to
// an instant, or takes it away. On the calendar that is the same number of
// microseconds only until the next break: a midnight, or a change of clocks
// here or there. What it adds in all varies by less than slack, so that far
// from the instant nothing crosses it.
func (v *view) crossing(moved func(types.Instant) types.Instant, at types.Instant, zone *time.Location, calendar bool) types.Instant {
	const slack = 5 * day
	there := moved(v.Now)
	straight := v.Now + (at - there)
	if !calendar {
		if straight > v.Now {
			return straight
		}
		return never
	}
	switch {
	case there > at+slack:
		return never
	case straight > v.Now+2*slack:
		return straight - slack
	}
	first := nextMidnight(v.Now, zone)
	first = min(first, nextChange(v.Now, 0, zone), nextChange(there, v.Now-there, zone))
	if straight > v.Now {
		first = min(first, straight)
	}
	return first
}

func nextMidnight(now types.Instant, zone *time.Location) types.Instant {
	t := now.Time().In(zone)
	return types.NewInstant(types.Civil(t.Year(), t.Month(), t.Day()+1, 0, zone))
}

// nextChange is the first instant after t+shift at which clocks change at t,
// moved by shift. A wall clock that is skipped or repeated is read differently
// for up to the length of the change on either side.
func nextChange(t, shift types.Instant, zone *time.Location) types.Instant {
	_, end := (t - 3*hour).Time().In(zone).ZoneBounds()
	if end.IsZero() {
		return never
	}
	for _, beside := range []types.Instant{-2 * hour, -hour, -hour / 2, 0, hour / 2, hour, 2 * hour} {
		if near := types.NewInstant(end) + beside; near > t {
			return near + shift
		}
	}
	return never
}
