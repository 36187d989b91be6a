package check

import (
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// At which instants is it worth asking how long an answer takes? Messages go out
// when hours begin, so the later within a closed stretch a moment comes, the
// sooner it is answered: the instants at which hours end are the worst, the waits
// before the answer taken off. A moment on a date comes at its own time of day.

// stretch is a time in which moments may come; its end is not part of it.
type stretch struct {
	from, to types.Instant
	dated    bool // it lies around days that are closed by their date
}

const aDay = types.Instant(24 * time.Hour / time.Microsecond)

// quietWeek is a week, from Monday on, around which no calendar is closed by its
// date.
func (p *Pass) quietWeek(answers []answer) stretch {
	monday := ordinary.Time().Truncate(24 * time.Hour)
	for range 520 {
		from, to := monday.AddDate(0, 0, -14).Format(time.DateOnly), monday.AddDate(0, 0, 35).Format(time.DateOnly)
		closed := slices.ContainsFunc(answers, func(a answer) bool {
			return slices.ContainsFunc(closedDays(a.hours), func(c closedDay) bool { return c.first <= to && c.last >= from })
		})
		if !closed {
			break
		}
		monday = monday.AddDate(0, 0, 7)
	}
	y, m, d := monday.Date()
	start := types.Civil(y, m, d, 0, p.zone())
	return stretch{from: types.NewInstant(start), to: types.NewInstant(start.AddDate(0, 0, 7))}
}

// closedDay is a day or some days on which a calendar is closed by date.
type closedDay struct{ first, last string }

// String is the day in a sentence, which ends with it: on 2026-12-25.
func (d closedDay) String() string {
	if d.first == d.last {
		return "on " + d.first
	}
	return "from " + d.first + " to " + d.last
}

func closedDays(calendars []ir.Calendar) []closedDay {
	var out []closedDay
	for _, c := range calendars {
		for _, period := range c.Closed {
			first, last, ranged := strings.Cut(period, "/")
			if !ranged {
				last = first
			}
			out = append(out, closedDay{first, last})
		}
	}
	return out
}

// aroundDates is when a moment may come whose answer meets closed days, from now
// on: from a week before them, waits taken off, until they are over. Amid many
// of them one week is like the other.
func aroundDates(answers []answer, now types.Instant, zone *time.Location) []stretch {
	const margin = 9 * aDay
	var out []stretch
	around := func(a answer, from, to types.Instant) {
		s := stretch{max(now, a.sent(from, zone)-aDay), a.sent(to, zone), true}
		if s.from < s.to {
			out = append(out, s)
		}
	}
	for _, a := range answers {
		for _, c := range closedDays(a.hours) {
			first, err := time.ParseInLocation(time.DateOnly, c.first, zone)
			last, err2 := time.ParseInLocation(time.DateOnly, c.last, zone)
			if err != nil || err2 != nil {
				continue // said where it is written
			}
			begins, ends := types.NewInstant(first), types.NewInstant(last)
			around(a, begins-margin, min(ends, begins+margin)+2*aDay)
			around(a, max(begins+margin, ends-margin), ends+2*aDay)
		}
	}
	return out
}

// sent is when a moment came whose answer is tried at an instant.
func (a answer) sent(at types.Instant, zone *time.Location) types.Instant {
	for i := len(a.waits) - 1; i >= 0; i-- {
		at = a.waits[i].Before(at, zone)
	}
	return at
}

// instants is when in a stretch of time a moment may come that is worth asking for.
func instants(m ir.Moment, answers []answer, in stretch, zone *time.Location) []types.Instant {
	var out []types.Instant
	if date, is := m.Detect.(ir.OnDate); is {
		return onDates(date, in, zone)
	}
	if in.dated { // which may begin amid them
		out = append(out, in.from)
	}
	for _, a := range answers {
		tried := in.from
		for _, w := range a.waits {
			tried = w.After(tried, zone)
		}
		for _, end := range closings(a.hours, tried-2*aDay, tried+(in.to-in.from)+2*aDay, zone) {
			if comes := a.sent(end, zone); in.from <= comes && comes < in.to {
				out = append(out, comes)
			}
		}
	}
	return out
}

// onDates is when in a stretch of time a date may come: one that is the same for
// everybody when it does, one of the person's on each day.
func onDates(d ir.OnDate, in stretch, zone *time.Location) []types.Instant {
	if literal, is := d.Date.(expr.Literal); is {
		if at, comes := eval.Comes(d, literal.Value, in.from-1, zone); comes && at < in.to {
			return []types.Instant{at}
		}
		return nil
	}
	var out []types.Instant
	last := types.NewDate((in.to + types.Instant(longest(d.Before)/time.Microsecond) + 2*aDay).Time())
	for day := types.NewDate((in.from - aDay).Time()); day <= last; day++ {
		if at := eval.OnDay(d, day, zone); in.from <= at && at < in.to {
			out = append(out, at)
		}
	}
	return out
}

// closings is when the hours of calendars end from one instant to another.
func closings(calendars []ir.Calendar, from, to types.Instant, zone *time.Location) []types.Instant {
	var out []types.Instant
	for _, c := range calendars {
		open := c.Open
		if len(open) == 0 { // on all days that are not closed
			open = []ir.Opening{{To: "24:00"}}
		}
		for _, o := range open {
			clock, err := time.Parse("15:04", o.To)
			after := time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute
			if err != nil {
				after = 24 * time.Hour // "24:00"
			}
			for day := from.Time().In(zone); types.NewInstant(day) <= to; day = day.AddDate(0, 0, 1) {
				if len(o.Days) == 0 || slices.Contains(o.Days, strings.ToLower(day.Weekday().String()[:3])) {
					out = append(out, types.NewInstant(types.Civil(day.Year(), day.Month(), day.Day(), after, zone)))
				}
			}
		}
	}
	return out
}
