package notifuse

import (
	"fmt"
	"strconv"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

const day = 24 * time.Hour

// lasted is how long a run has lasted where a condition stands: between two
// lengths, since waits may end early. Steps says the same of when a step was.
type lasted struct {
	least, most time.Duration
	steps       map[string]lasted
}

// plus is the same later.
func (l lasted) plus(d time.Duration) lasted {
	l.least, l.most = l.least+d, l.most+d
	return l
}

// since is how long ago something was.
func (l lasted) since(then lasted) lasted {
	return lasted{least: max(l.least-then.most, 0), most: max(l.most-then.least, 0)}
}

// days is a window in whole days: how far back from now, or all of the past;
// empty is a window in which nothing can lie. From is the fixed instant after
// which it lies instead.
type days struct {
	n     int64
	ever  bool
	empty bool
	from  *types.Instant
}

var ever = days{ever: true}

// frame writes the window into a leaf.
func (d days) frame(body resource.Map) {
	body["timeframe_operator"] = resource.String("anytime")
	switch {
	case d.ever:
	case d.from != nil:
		body["timeframe_operator"] = resource.String("after_date")
		body["timeframe_values"] = resource.Strings(d.from.Time().Format(time.RFC3339Nano))
	default:
		body["timeframe_operator"] = resource.String("in_the_last_days")
		body["timeframe_values"] = resource.Strings(strconv.FormatInt(d.n, 10))
	}
}

// window is a window in days. The platform counts in whole days of 24 hours;
// anything else needs the platform block to say how far off it may be. A window
// that ends at a fixed instant is exact.
func (c condition) window(w expr.Window, at expr.Expr) (days, bool) {
	switch {
	case w.Since == "ever":
		return ever, true
	case w.Since != "":
		return c.running(w.Since, at)
	case c.now != nil:
		from := w.Length.Before(*c.now, c.zone)
		return days{from: &from}, true
	case w.Length.Calendar():
		c.refuse(at, fmt.Sprintf("Notifuse counts windows in days, and %s is a different number of days each time.", w.Length), "write it in days: 30d or 365d")
		return days{}, false
	}
	length := w.Length.Exact()
	return c.about(lasted{least: length, most: length}, at)
}

// running is a window that began with the run or with a step of it.
func (c condition) running(since string, at expr.Expr) (days, bool) {
	if c.ran == nil {
		c.refuse(at, "Nothing is running here.", "")
		return days{}, false
	}
	length := *c.ran
	if since != "run" {
		then, known := c.ran.steps[since]
		if !known {
			c.refuse(at, fmt.Sprintf("It is not certain that %s was before this.", since), "")
			return days{}, false
		}
		length = c.ran.since(then)
	}
	return c.about(length, at)
}

// about is a length in whole days, rounded up, if that is near enough.
func (c condition) about(length lasted, at expr.Expr) (days, bool) {
	if length.most == 0 {
		return days{empty: true}, true
	}
	n := int64((length.most + day - 1) / day)
	off := time.Duration(n)*day - length.least
	if off == 0 || !c.names.grain.IsZero() && off <= c.names.grain.Exact() {
		return days{n: n}, true
	}
	near := types.Span{Amount: int64((off + day - 1) / day), Unit: types.Day}
	c.refuse(at, fmt.Sprintf("Notifuse counts windows in whole days, and this one would be off by up to %s.", types.SpanOf(int64(off/time.Second))),
		fmt.Sprintf("write whole days, or let %s be that far off: approximate = %q", c.Platform.Address, near))
	return days{}, false
}

// longAgo is a length beyond which nothing is remembered.
const longAgo = 100 * 365 * day

// within is about an instant that is kept: in the last days, or not at all.
func (c condition) within(e expr.Within, want verdict) tree {
	switch of := e.Of.(type) {
	case expr.Literal:
		if types.IsNull(of.Value) {
			return fixed(unknown, want)
		}
		if at, is := of.Value.(types.Instant); is && c.now != nil {
			near := at > e.Length.Before(*c.now, c.zone) && at <= *c.now
			return constant(near == (want == isTrue))
		}
		return c.refuse(e, "Whether a fixed instant is near changes with time alone.", "")
	case expr.Coalesce:
		return c.alternatives(of.Terms, func(of expr.Expr) tree { return c.within(expr.Within{Place: e.Place, Of: of, Length: e.Length}, want) })
	case expr.Aggregate:
		return c.refuse(e, "Notifuse does not know when an event was, only how many there were.", "ask whether it was: did(…)")
	case expr.And, expr.Any, expr.Attribute, expr.Call, expr.Compare, expr.Did, expr.Excluded, expr.Field, expr.FollowedBy,
		expr.Is, expr.IsSet, expr.Member, expr.Not, expr.OneOf, expr.Or, expr.Reachable, expr.Record, expr.Suppressed,
		expr.Within:
	}
	p, ok := c.place(e.Of)
	switch {
	case !ok:
		return constant(false)
	case c.now != nil:
		return c.around(p, e, want)
	case want == isFalse:
		return c.past(p, e)
	}
	return c.recent(p, e)
}

// beyond tells whether a window is so long that nothing lies before it.
func beyond(length types.Span) bool {
	if length.Calendar() {
		return length.Unit == types.Year && length.Amount >= 100
	}
	return length.Exact() >= longAgo
}

// around is whether an instant lies between a window's beginning and the fixed
// end of it, or does not.
func (c condition) around(p place, e expr.Within, want verdict) tree {
	is := func(op expr.Comparison, at types.Instant) tree { return c.compared(p, op, at, e) }
	from, now := e.Length.Before(*c.now, c.zone), *c.now
	if want == isFalse {
		return some(is(expr.LessEqual, from), is(expr.Greater, now))
	}
	return all(is(expr.Greater, from), is(expr.LessEqual, now))
}

func (c condition) recent(p place, e expr.Within) tree {
	if beyond(e.Length) {
		return c.refuse(e, "Notifuse cannot ask whether an instant has passed.", "")
	}
	d, ok := c.window(expr.Window{Length: e.Length}, e)
	if !ok {
		return constant(false)
	}
	return lastDays(p, d.n)
}

// past is where an instant is not in the window: to come, or longer ago, which
// cannot be said and for a very long window does not happen.
func (c condition) past(p place, e expr.Within) tree {
	if beyond(e.Length) {
		return lastDays(p, 0)
	}
	return c.refuse(e, "Notifuse can ask whether an instant was in the last days, and not whether it was before.", "turn the condition round, or compare with a fixed instant")
}

// lastDays is where an instant is later than a number of days ago.
func lastDays(p place, n int64) tree {
	return filter(p.name, times, "in_the_last_days", resource.Strings(strconv.FormatInt(n, 10)))
}
