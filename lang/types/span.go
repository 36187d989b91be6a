package types

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Span is a length of time as people write it: "90m", "24h", "30d", "2w",
// "6mo", "1y". Minutes to weeks are exact (a day is 24 hours); months and
// years are counted on the calendar of a time zone. Amount is at least 0.
type Span struct {
	Amount int64
	Unit   Unit
}

// Unit is a unit of time.
type Unit string

// The units of time.
const (
	Second Unit = "s"
	Minute Unit = "m"
	Hour   Unit = "h"
	Day    Unit = "d"
	Week   Unit = "w"
	Month  Unit = "mo"
	Year   Unit = "y"
)

var written = []Unit{Second, Minute, Hour, Day, Week, Month, Year}

var exact = map[Unit]time.Duration{
	Second: time.Second, Minute: time.Minute, Hour: time.Hour, Day: 24 * time.Hour, Week: 7 * 24 * time.Hour,
}

var wordySpan = regexp.MustCompile(`^\s*([0-9]{1,6})([.,][0-9]{1,3})?\s*(\pL+)\s*$`)

// units is how people spell the units of a length of time.
var units = map[string]Unit{
	"sec": Second, "secs": Second, "second": Second, "seconds": Second, "segundo": Second, "segundos": Second,
	"min": Minute, "mins": Minute, "minute": Minute, "minutes": Minute, "minuto": Minute, "minutos": Minute,
	"hr": Hour, "hrs": Hour, "hour": Hour, "hours": Hour, "hora": Hour, "horas": Hour,
	"day": Day, "days": Day, "día": Day, "días": Day, "dia": Day, "dias": Day,
	"wk": Week, "week": Week, "weeks": Week, "semana": Week, "semanas": Week,
	"month": Month, "months": Month, "mes": Month, "meses": Month,
	"yr": Year, "year": Year, "years": Year, "año": Year, "años": Year,
}

// rates is how people say how often something is.
var rates = map[string]Unit{
	"hourly": Hour, "daily": Day, "weekly": Week, "monthly": Month, "yearly": Year, "annually": Year, "annual": Year,
	"diario": Day, "semanal": Week, "mensual": Month, "anual": Year,
	"hour": Hour, "day": Day, "week": Week, "month": Month, "year": Year,
	"hora": Hour, "día": Day, "dia": Day, "semana": Week, "mes": Month, "año": Year,
}

// MeantSpan is the length that someone who wrote "2 days", "1.5d" or "weekly"
// meant: "2d", "36h", "1w"; "" when that is not plain.
func MeantSpan(s string) string {
	s = strings.ToLower(strings.TrimLeft(strings.TrimSpace(s), "-"))
	if unit, known := rates[s]; known {
		return "1" + string(unit)
	}
	m := wordySpan.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	unit, known := units[m[3]]
	if !known {
		unit = Unit(m[3])
	}
	meant := m[1] + string(unit)
	if m[2] != "" {
		meant = whole(m[1]+m[2], unit)
	}
	if _, err := ParseSpan(meant); err != nil {
		return ""
	}
	return meant
}

// whole is an amount with decimals in a unit of which it is a whole number; ""
// where there is none.
func whole(amount string, unit Unit) string {
	d, err := decimal.NewFromString(strings.Replace(amount, ",", ".", 1))
	if err != nil || exact[unit] == 0 {
		return ""
	}
	length := d.Mul(decimal.NewFromInt(int64(exact[unit])))
	for _, smaller := range []Unit{Week, Day, Hour, Minute, Second} {
		n := length.Div(decimal.NewFromInt(int64(exact[smaller])))
		if n.IsInteger() {
			return n.String() + string(smaller)
		}
	}
	return ""
}

// ErrTooLong is why ParseSpan does not read "2000y".
var ErrTooLong = errors.New("longer than 1,000 years")

// ParseSpan reads a length such as "90d". The error is a full sentence for authors.
func ParseSpan(s string) (Span, error) {
	digits := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if digits < 1 || digits > 6 || !slices.Contains(written, Unit(s[digits:])) {
		return Span{}, fmt.Errorf(`%q is not a length of time. Write a whole number and a unit: "90m", "24h", "30d", "2w", "6mo" or "1y"`, s)
	}
	n, err := strconv.ParseInt(s[:digits], 10, 64)
	if err != nil {
		return Span{}, err
	}
	span := Span{n, Unit(s[digits:])}
	if span.tooLong() {
		return Span{}, fmt.Errorf("%q is %w", s, ErrTooLong)
	}
	return span, nil
}

// longest is the longest span that can be written, in microseconds: 1,000
// years. Arithmetic on it is far from the limits of an Instant.
const longest = 1000 * 366 * int64(24*time.Hour/time.Microsecond)

func (s Span) tooLong() bool {
	_, high := s.bounds()
	return high > longest || s.Calendar() && s.months() > 12*1000
}

// SpanOf is a number of seconds in the largest unit, up to days, of which it is a
// whole number: as people write it. Nothing at all is 0s.
func SpanOf(seconds int64) Span {
	for _, u := range []Unit{Day, Hour, Minute} {
		if long := int64(exact[u] / time.Second); seconds != 0 && seconds%long == 0 {
			return Span{Amount: seconds / long, Unit: u}
		}
	}
	return Span{Amount: seconds, Unit: Second}
}

// String is the span as ParseSpan reads it: "90d".
func (s Span) String() string { return strconv.FormatInt(s.Amount, 10) + string(s.Unit) }

// IsZero tells whether no span was written.
func (s Span) IsZero() bool { return s == Span{} }

// Calendar tells whether the span counts months or years.
func (s Span) Calendar() bool { return s.Unit == Month || s.Unit == Year }

// Exact is the length of a span that is not of the calendar; beyond the 292
// years of a time.Duration it is the longest of those.
func (s Span) Exact() time.Duration {
	if micros := s.micros(); micros < int64(math.MaxInt64/time.Microsecond) {
		return time.Duration(micros) * time.Microsecond
	}
	return math.MaxInt64
}

func (s Span) micros() int64 { return s.Amount * int64(exact[s.Unit]/time.Microsecond) }

// Before is the instant one span before t. Months and years step on the
// calendar of zone, a day that the month lacks becoming its last; an instant
// that a change of clocks skips or repeats becomes the later one.
func (s Span) Before(t Instant, zone *time.Location) Instant { return s.step(t, zone, -1) }

// After is the instant one span after t, by the rules of Before.
func (s Span) After(t Instant, zone *time.Location) Instant { return s.step(t, zone, 1) }

func (s Span) step(t Instant, zone *time.Location, direction int64) Instant {
	switch s.Unit {
	case Month:
		return NewInstant(addMonths(t.Time().In(zone), int(direction*s.Amount)))
	case Year:
		return NewInstant(addMonths(t.Time().In(zone), int(direction*s.Amount*12)))
	}
	return t + Instant(direction*s.micros())
}

func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	day := min(t.Day(), daysIn(first.Year(), first.Month()))
	return Civil(first.Year(), first.Month(), day, t.Sub(midnight(t)), t.Location())
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// midnight is the wall clock's 00:00 of t's day read as if no clock changed.
func midnight(t time.Time) time.Time {
	_, offset := t.Zone()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.FixedZone("", offset))
}

// Civil is the instant at which the wall clock of zone shows the given day and
// time since midnight. A time that a change of clocks skips resolves to the
// same distance after the gap, one that it repeats to the later of the two.
func Civil(year int, month time.Month, day int, clock time.Duration, zone *time.Location) time.Time {
	wall := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Add(clock)
	latest := time.Time{}
	for _, probe := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(probe).In(zone).Zone()
		candidate := wall.Add(-time.Duration(offset) * time.Second)
		if shows(candidate.In(zone), wall) && candidate.After(latest) {
			latest = candidate
		}
	}
	if !latest.IsZero() {
		return latest.In(zone)
	}
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	return wall.Add(-time.Duration(before) * time.Second).In(zone)
}

func shows(t, wall time.Time) bool {
	return t.Year() == wall.Year() && t.YearDay() == wall.YearDay() && t.Hour() == wall.Hour() &&
		t.Minute() == wall.Minute() && t.Second() == wall.Second()
}

// Compare orders two spans where that is certain: see Days.
func (s Span) Compare(o Span) (order int, ok bool) {
	sLow, sHigh := s.bounds()
	oLow, oHigh := o.bounds()
	switch {
	case s.Calendar() && o.Calendar():
		return sign(s.months() > o.months(), s.months() < o.months()), true
	case sLow == sHigh && oLow == oHigh:
		return sign(sLow > oLow, sLow < oLow), true
	case sHigh < oLow:
		return -1, true
	case sLow > oHigh:
		return 1, true
	}
	return 0, false
}

// Turns lists for each unit the first length that is not certainly shorter than
// s, and the first that is certainly longer. With what is shorter than all they
// stand for every length that can be written: what one of them is to s, all
// lengths of its unit are up to the next.
func (s Span) Turns() []Span {
	var out []Span
	for _, unit := range []Unit{Second, Minute, Hour, Day, Week, Month, Year} {
		for _, least := range []int{0, 1} {
			n := sort.Search(mostWritten+1, func(n int) bool {
				order, certain := Span{int64(n), unit}.Compare(s)
				return certain && order >= least || !certain && least == 0
			})
			if first := (Span{int64(n), unit}); n <= mostWritten && !first.tooLong() {
				out = append(out, first)
			}
		}
	}
	return out
}

// mostWritten is the greatest number that ParseSpan reads.
const mostWritten = 999_999

func (s Span) months() int64 {
	if s.Unit == Year {
		return s.Amount * 12
	}
	return s.Amount
}

// Days is the fewest and the most days that months or years can have: a month has
// 28 to 31, a year 365 or 366. It is false for lengths that are not of the calendar.
func (s Span) Days() (fewest, most int64, calendar bool) {
	switch s.Unit {
	case Month:
		return s.Amount * 28, s.Amount * 31, true
	case Year:
		return s.Amount * 365, s.Amount * 366, true
	}
	return 0, 0, false
}

// bounds is the shortest and the longest that the span can be, in microseconds.
func (s Span) bounds() (low, high int64) {
	const day = int64(24 * time.Hour / time.Microsecond)
	if fewest, most, calendar := s.Days(); calendar {
		return fewest * day, most * day
	}
	return s.micros(), s.micros()
}
