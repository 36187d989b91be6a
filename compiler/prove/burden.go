package prove

import (
	"math"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Within a journey the messages of a run lie at least as far apart as the waits
// between them are long. A run of a key begins when the one before is over, and
// again says how far their beginnings lie apart. So the least time in which k
// messages are there is found step by step, last to first, for k = 1, 2, ..., and
// the most is the last k that fits the window.

// mostOf is the most that a journey adds within the limit's window.
func (s weighing) mostOf(j ir.Journey, c counter) (most int, endless bool) {
	b := burden{weighing: s, journey: j, table: j.Table(), window: longest(c.Per)}
	sends := false
	for _, e := range b.table.Entries {
		n := 0
		if send, is := e.Step.(ir.Send); is {
			n = c.of(s.program, send.Touchpoint)
		}
		b.weight = append(b.weight, n)
		sends = sends || n > 0
	}
	if !sends {
		return 0, false
	}
	if len(j.Enter.Per) > 0 { // a run for each of as many objects as there are
		return 0, true
	}
	b.again = b.reentry()
	b.survey()
	most = b.within()
	if b.again == 0 || b.again == forever {
		return most, most >= mostCounted
	}
	// Beginnings lie apart, so no more runs than these touch the window.
	runs := int64(b.window/b.again) + 2
	b.again = forever
	if single := int64(b.within()); b.window != math.MaxInt64 && runs*single < int64(most) {
		most = int(runs * single)
	}
	return most, most >= mostCounted
}

// forever is longer than any time.
const forever = time.Duration(math.MaxInt64)

// burden is how one journey weighs.
type burden struct {
	weighing
	journey ir.Journey
	table   ir.Table
	window  time.Duration
	weight  []int           // by entry: how many messages it sends that count
	again   time.Duration   // between the beginnings of two runs at least
	over    []time.Duration // by entry: how soon after it the run may be over
	since   []time.Duration // by entry: how long after its beginning a run leaves it at most
}

// reentry is how far the beginnings of two runs lie apart at least.
func (b *burden) reentry() time.Duration {
	enter := b.journey.Enter
	if enter.Instant != nil || enter.Again == "" || enter.Again == "never" {
		return forever
	}
	apart := b.returns()
	if enter.Again == "always" {
		return apart
	}
	span, err := types.ParseSpan(enter.Again)
	if err != nil {
		return apart
	}
	return max(apart, shortest(span))
}

// returns is how far apart a date comes at least, if it is one that stays as it
// is: zones, and days that a month lacks, move it by a day or two.
func (b *burden) returns() time.Duration {
	m, _ := ir.Find(b.program.Moments, b.journey.Enter.Moment)
	d, is := m.Detect.(ir.OnDate)
	if !is || !b.stays(d.Date) {
		return 0
	}
	if d.Every.IsZero() {
		return forever
	}
	return max(0, shortest(d.Every)-2*day)
}

func (b *burden) stays(e expr.Expr) bool {
	stays := true
	expr.Walk(e, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.Attribute:
			a, ok := b.program.Person.AttributeNamed(e.Path[0])
			stays = stays && ok && a.Stable && a.Value == nil && len(e.Path) == 1
		case expr.Literal:
		default:
			stays = false
		}
		return stays
	})
	return stays
}

// survey finds how soon a run may be over, and how late it gets to each entry.
func (b *burden) survey() {
	n := len(b.table.Entries)
	b.over, b.since = make([]time.Duration, n), make([]time.Duration, n)
	ends := b.journey.Goal != nil || b.journey.LeaveIf != nil
	for i := n - 1; i >= 0; i-- {
		e := b.table.Entries[i]
		least := forever
		b.follow(e, func(next int, wait time.Duration) {
			if next != ir.Over {
				wait = plus(wait, b.over[next])
			}
			least = min(least, wait)
		})
		if b.over[i] = least; ends || hasControl(e) {
			b.over[i] = 0
		}
	}
	for i, e := range b.table.Entries {
		b.since[i] = plus(b.since[i], b.atMost(e))
		to := func(next int) {
			if next != ir.Over {
				b.since[next] = max(b.since[next], b.since[i])
			}
		}
		if len(e.Ways) == 0 {
			to(e.Next)
		}
		for _, w := range e.Ways {
			to(w.Next)
		}
	}
}

func hasControl(e ir.Entry) bool {
	return slices.ContainsFunc(e.Ways, func(w ir.Way) bool { return w.Control })
}

// follow visits where an entry leads and how long that takes at least.
func (b *burden) follow(e ir.Entry, to func(next int, wait time.Duration)) {
	if w, is := e.Step.(ir.Wait); is && w.Until == nil {
		to(e.Next, shortest(w.For))
		return
	}
	if len(e.Ways) == 0 {
		to(e.Next, 0)
	}
	for _, w := range e.Ways {
		if !w.Control {
			to(w.Next, 0)
		}
	}
}

// atMost is how long a run stays at an entry at most.
func (b *burden) atMost(e ir.Entry) time.Duration {
	switch s := e.Step.(type) {
	case ir.Wait:
		return longest(s.For)
	case ir.Split:
		if s.Decide == "" {
			return 0
		}
		if after, err := types.ParseSpan(s.Decide); err == nil {
			return longest(after)
		}
		return forever
	case ir.Send:
		return b.held(s)
	case ir.Do, ir.Choose:
	}
	return 0
}

// held is how long a message is held back at most: where it waits for its turn,
// without end.
func (b *burden) held(s ir.Send) time.Duration {
	t, _ := ir.Find(b.program.Touchpoints, s.Touchpoint)
	purpose, _ := ir.Find(b.program.Purposes, t.Purpose)
	for _, p := range b.program.Pressures {
		for _, l := range p.Limits {
			if s.IfCapped == "wait" && slices.Contains(l.Classes, purpose.Class) {
				return forever
			}
		}
	}
	known, asked := b.closed[purpose.Class]
	if !asked {
		known = closed(hoursOf(b.program, purpose.Class))
		b.closed[purpose.Class] = known
	}
	return known
}

// hoursOf is the calendars that a class of messages keeps to.
func hoursOf(p *ir.Program, class ir.Class) []ir.Calendar {
	var out []ir.Calendar
	for _, pressure := range p.Pressures {
		for _, h := range pressure.Hours {
			if c, ok := ir.Find(p.Calendars, h.Calendar); ok && slices.Contains(h.Classes, class) {
				out = append(out, c)
			}
		}
	}
	return out
}

// closed is longer than calendars are closed at a stretch: the longest stretch of
// an ordinary week on either side of all days that are closed by their date, and
// a change of clocks. A stretch begins where some calendar closes.
func closed(calendars []ir.Calendar) time.Duration {
	if len(calendars) == 0 {
		return 0
	}
	var longest, dated time.Duration
	weekly := slices.Clone(calendars)
	monday := time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC)
	ends := []time.Time{monday}
	for i, c := range calendars {
		weekly[i].Closed = nil
		for _, period := range c.Closed {
			dated += daysIn(period)
		}
		for _, open := range c.Open {
			for d := range 7 {
				ends = append(ends, monday.AddDate(0, 0, d).Add(clockOf(open.To)))
			}
		}
	}
	for _, end := range ends {
		at := types.NewInstant(end)
		opens, ok := eval.Opens(weekly, at, time.UTC)
		if !ok {
			return forever
		}
		longest = max(longest, time.Duration(opens-at)*time.Microsecond)
	}
	return 2*longest + dated + clockChange
}

// clockOf is the time since midnight of "18:00"; "24:00" is the end of the day.
func clockOf(text string) time.Duration {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return day
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
}

// daysIn is how long a closed day or period is.
func daysIn(period string) time.Duration {
	from, to := period, period
	if len(period) > len(time.DateOnly) {
		from, to = period[:len(time.DateOnly)], period[len(time.DateOnly)+1:]
	}
	first, err := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	if err != nil || err2 != nil || last.Before(first) {
		return forever / 4
	}
	return last.Sub(first) + day
}

func plus(a, b time.Duration) time.Duration {
	if a > forever-b {
		return forever
	}
	return a + b
}

// within is the most messages that fit the window, which does not hold both of
// two that lie as far apart as it is long.
func (b *burden) within() int {
	n := len(b.table.Entries)
	least := [][]time.Duration{make([]time.Duration, n)} // by count, by entry; none are there at once
	for k := 1; k <= mostCounted; k++ {
		row := make([]time.Duration, n)
		least = append(least, row)
		fits := false
		for i := n - 1; i >= 0; i-- {
			e := b.table.Entries[i]
			if w := b.weight[i]; w > 0 {
				row[i] = b.after(i, least, max(0, k-w))
				fits = fits || row[i] < b.window
				continue
			}
			row[i] = forever
			b.follow(e, func(next int, wait time.Duration) {
				if next != ir.Over {
					row[i] = min(row[i], plus(wait, row[next]))
				}
			})
		}
		if !fits {
			return k - 1
		}
	}
	return mostCounted
}

// after is the least time from a message to k more: in the same run, or in one
// that begins when it may.
func (b *burden) after(i int, least [][]time.Duration, k int) time.Duration {
	if k == 0 {
		return 0
	}
	out, over := forever, time.Duration(0)
	if next := b.table.Entries[i].Next; next != ir.Over {
		out, over = least[k][next], b.over[next]
	}
	if b.journey.Goal != nil || b.journey.LeaveIf != nil {
		over = 0
	}
	if b.again == forever {
		return out
	}
	begins := over
	if late := b.since[i]; late < b.again {
		begins = max(begins, b.again-late)
	}
	return min(out, plus(begins, least[k][0]))
}
