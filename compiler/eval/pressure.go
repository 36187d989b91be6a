package eval

import (
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
)

// free is the first instant from now on at which no limit stops a message on a
// channel; never where a limit lets nothing through. It may be found closed
// again then, by what was sent meanwhile.
func (l *Life) free(m *message, channel string) types.Instant {
	if e := l.machine.Enforcement; e != nil && !e.Caps {
		return l.now
	}
	free := l.now
	for _, limit := range l.machine.limits {
		if has(limit.Classes, m.class) && (len(limit.Channels) == 0 || has(limit.Channels, channel)) {
			free = max(free, l.room(limit, m, channel))
		}
	}
	return free
}

// room is when a limit next has room for one more.
func (l *Life) room(limit ir.Limit, m *message, channel string) types.Instant {
	if limit.Max <= 0 {
		return never
	}
	v := l.seen()
	counted, first := 0, never
	for i := range l.sends {
		s := &l.sends[i]
		if !counts(limit, s, m, channel) || !v.recent(s.at, limit.Per) {
			continue
		}
		counted++
		first = min(first, v.leaves(s.at, limit.Per, v.Zone))
	}
	if counted < limit.Max {
		return l.now
	}
	return first
}

// counts tells whether a limit counts a message that went out together with
// the one that is to be sent.
func counts(limit ir.Limit, s *sending, m *message, channel string) bool {
	switch {
	case !has(limit.Classes, s.class) || len(limit.Channels) > 0 && !has(limit.Channels, s.channel):
		return false
	case limit.By == "channel":
		return s.channel == channel
	case limit.By == "purpose":
		return s.purpose == m.Purpose
	}
	return true
}

// opens is the first instant from now on at which messages of a class may go
// out, by all calendars that it keeps to; never where there is none within two
// years.
func (l *Life) opens(class ir.Class) types.Instant {
	calendars := l.machine.hours[class]
	if e := l.machine.Enforcement; len(calendars) == 0 || e != nil && !e.Hours {
		return l.now
	}
	return open(calendars, l.now, l.seen().personZone())
}

// Opens is the first instant from another one on at which all of some calendars
// are open in a zone; false where there is none within two years. It is what the
// machine goes by.
func Opens(calendars []ir.Calendar, from types.Instant, zone *time.Location) (types.Instant, bool) {
	at := open(calendars, from, zone)
	return at, at != never
}

func open(calendars []ir.Calendar, from types.Instant, zone *time.Location) types.Instant {
	for at := from; at < from+2*366*day; {
		next := at
		for _, c := range calendars {
			next = max(next, opening(c, next, zone))
		}
		if next == at || next == never {
			return next
		}
		at = next
	}
	return never
}

// opening is the first instant from t on at which a calendar is open in a zone.
func opening(c ir.Calendar, t types.Instant, zone *time.Location) types.Instant {
	start := t.Time().In(zone)
	for n := range 2 * 366 {
		today := time.Date(start.Year(), start.Month(), start.Day()+n, 0, 0, 0, 0, time.UTC)
		first := never
		for _, hours := range hoursOf(c, today) {
			from := types.NewInstant(types.Civil(today.Year(), today.Month(), today.Day(), hours[0], zone))
			to := types.NewInstant(types.Civil(today.Year(), today.Month(), today.Day(), hours[1], zone))
			if t < to {
				first = min(first, max(from, t))
			}
		}
		if first != never {
			return first
		}
	}
	return never
}

// hoursOf is the hours of a day: a calendar that says only when it is closed is
// open on all other days.
func hoursOf(c ir.Calendar, today time.Time) [][2]time.Duration {
	for _, closed := range c.Closed {
		from, to, ranged := strings.Cut(closed, "/")
		if !ranged {
			to = from
		}
		if text := today.Format(time.DateOnly); from <= text && text <= to {
			return nil
		}
	}
	if len(c.Open) == 0 {
		return [][2]time.Duration{{0, 24 * time.Hour}}
	}
	weekday := strings.ToLower(today.Weekday().String()[:3])
	var out [][2]time.Duration
	for _, open := range c.Open {
		if slices.Contains(open.Days, weekday) || len(open.Days) == 0 {
			out = append(out, [2]time.Duration{clockTime(open.From), clockTime(open.To)})
		}
	}
	return out
}
