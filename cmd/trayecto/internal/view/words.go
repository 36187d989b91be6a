package view

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// number is n with a comma between thousands: 48,210.
func number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// known is a number that may not be known.
func known(n *int) string {
	if n == nil {
		return "not known"
	}
	return number(*n)
}

// counted is a number of things that may not be known: 2,000 people.
func counted(n *int, one, many string) string {
	switch {
	case n == nil:
		return many + " not known"
	case *n == 1:
		return "1 " + one
	}
	return number(*n) + " " + many
}

// signed is a difference: +18, 0, -3; "not known" when it is not.
func signed(n *int, sign string) string {
	if n == nil {
		return "not known"
	}
	if *n == 0 {
		return "0"
	}
	return sign + number(*n)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

// people is a count of persons.
func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return number(n) + " people"
}

// instant is a moment as readers of a zone see it: 1 Dec 2026 09:00 CET.
func instant(t time.Time, zone string) string {
	where, err := time.LoadLocation(zone)
	if err != nil || zone == "" {
		where = time.UTC // a plan made elsewhere may name a zone that this machine lacks
	}
	return t.In(where).Format("2 Jan 2006 15:04 MST")
}

// ago is a length of time in the largest unit that leaves at least 2.
func ago(d time.Duration) string {
	for _, u := range []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if d >= 2*u.long || u.name == "minute" {
			return plural(int(d/u.long), u.name) + " old"
		}
	}
	return ""
}

// sentence joins parts with commas and ends with a full stop.
func sentence(parts []string) string { return strings.Join(parts, ", ") + "." }

// pad fills s with spaces to a width in characters.
func pad(s string, width int) string {
	if n := width - utf8.RuneCountInString(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

func padLeft(s string, width int) string {
	return fmt.Sprintf("%*s", width+len(s)-utf8.RuneCountInString(s), s)
}

// printable is a text without the characters that command a terminal, which
// somebody's name may hold.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c != '\n' && unicode.IsControl(c) {
			return unicode.ReplacementChar
		}
		return c
	}, s)
}
