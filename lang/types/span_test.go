package types

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, text string) Instant {
	t.Helper()
	i, err := ParseInstant(text, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// Law: what a person writes is what they read back.
func TestSpanSpellsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Span{rapid.Int64Range(0, 900).Draw(t, "amount"),
			rapid.SampledFrom([]Unit{Second, Minute, Hour, Day, Week, Month, Year}).Draw(t, "unit")}
		back, err := ParseSpan(s.String())
		if err != nil || back != s {
			t.Fatalf("ParseSpan(%q) = %v, %v", s, back, err)
		}
	})
}

// Law: whatever can be written is to some spans what one of their turns is to
// them, or what is shorter than all.
func TestLawTurnsStandForAllSpans(t *testing.T) {
	units := []Unit{Second, Minute, Hour, Day, Week, Month, Year}
	some := rapid.Custom(func(t *rapid.T) Span {
		return Span{rapid.OneOf(rapid.Int64Range(0, 13), rapid.Int64Range(0, 400), rapid.Int64Range(0, 9_999)).Draw(t, "amount"), rapid.SampledFrom(units).Draw(t, "unit")}
	})
	to := func(s Span, spans []Span) string {
		said := ""
		for _, other := range spans {
			order, certain := s.Compare(other)
			said += fmt.Sprint(order, certain, " ")
		}
		return said
	}
	rapid.Check(t, func(t *rapid.T) {
		spans := rapid.SliceOfN(some, 1, 4).Draw(t, "spans")
		stood := map[string]bool{to(Span{0, Second}, spans): true}
		for _, s := range spans {
			for _, turn := range s.Turns() {
				if _, err := ParseSpan(turn.String()); err != nil {
					t.Fatalf("%v turns at what cannot be written: %v", s, err)
				}
				stood[to(turn, spans)] = true
			}
		}
		if any := some.Draw(t, "any"); !any.tooLong() && !stood[to(any, spans)] {
			t.Fatalf("to %v nothing is what %v is", spans, any)
		}
	})
}

// Law: a span before an instant is earlier, and longer spans reach further back.
func TestLongerSpansReachFurtherBack(t *testing.T) {
	madrid := zone(t, "Europe/Madrid")
	units := []Unit{Second, Minute, Hour, Day, Week, Month, Year}
	rapid.Check(t, func(t *rapid.T) {
		now := Instant(rapid.Int64Range(0, 4e15).Draw(t, "now"))
		unit := rapid.SampledFrom(units).Draw(t, "unit")
		n := rapid.Int64Range(1, 40).Draw(t, "n")
		short, long := Span{n, unit}.Before(now, madrid), Span{n + 1, unit}.Before(now, madrid)
		if !(long < short && short < now) {
			t.Fatalf("%v before %v: %v, then %v", Span{n, unit}, now, short, long)
		}
	})
}

func TestSpanOnTheCalendar(t *testing.T) {
	madrid := zone(t, "Europe/Madrid")
	for _, c := range []struct{ name, from, span, want string }{
		{"a day is 24 hours, also when clocks change", "2026-03-29T12:00:00Z", "1d", "2026-03-28T12:00:00Z"},
		{"a month keeps the hour on the wall", "2026-04-15T10:00:00Z", "1mo", "2026-03-15T11:00:00Z"},
		{"a day that the month lacks becomes its last", "2026-03-31T10:00:00Z", "1mo", "2026-02-28T11:00:00Z"},
		{"29 February a year ago is the 28th", "2024-02-29T12:00:00Z", "1y", "2023-02-28T12:00:00Z"},
		{"an hour that was skipped becomes the one after the gap", "2026-04-29T00:30:00Z", "1mo", "2026-03-29T01:30:00Z"},
		{"an hour that came twice becomes the later", "2026-11-25T01:30:00Z", "1mo", "2026-10-25T01:30:00Z"},
	} {
		s, err := ParseSpan(c.span)
		if err != nil {
			t.Fatal(err)
		}
		if got := Spell(s.Before(at(t, c.from), madrid)); got != c.want {
			t.Errorf("%s: want %s, got %s", c.name, c.want, got)
		}
	}
}

func TestSpansAreOrderedWhereThatIsCertain(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		order int
		ok    bool
	}{
		{"7d", "1w", 0, true}, {"24h", "2d", -1, true}, {"12mo", "1y", 0, true},
		{"27d", "1mo", -1, true}, {"32d", "1mo", 1, true}, {"30d", "1mo", 0, false}, {"365d", "1y", 0, false},
	} {
		a, _ := ParseSpan(c.a)
		b, _ := ParseSpan(c.b)
		if order, ok := a.Compare(b); order != c.order || ok != c.ok {
			t.Errorf("%s against %s: want %d, %v; got %d, %v", c.a, c.b, c.order, c.ok, order, ok)
		}
	}
}

func TestSpanRefusesWhatIsNotALength(t *testing.T) {
	for _, s := range []string{"", "90", "d", "-1d", "1.5h", "90 d", "90D", "1week", "9999999d", "999999y", "400000d"} {
		if got, err := ParseSpan(s); err == nil {
			t.Errorf("ParseSpan(%q) = %v, want an error", s, got)
		}
	}
}

// A length beyond 292 years is still a length: nothing wraps round.
func TestLongSpans(t *testing.T) {
	s, err := ParseSpan("300000d")
	if err != nil {
		t.Fatal(err)
	}
	if got := Spell(s.Before(at(t, "2026-12-01T00:00:00Z"), time.UTC)); got != "1205-07-18T00:00:00Z" {
		t.Errorf("300,000 days before are %s", got)
	}
	if order, ok := s.Compare(Span{800, Year}); !ok || order != 1 {
		t.Errorf("300000d against 800y: %d, %v", order, ok)
	}
}

func TestMeantSpan(t *testing.T) {
	for in, want := range map[string]string{
		"2 days": "2d", "24 hours": "24h", " 6 Months ": "6mo", "3 semanas": "3w", "1 año": "1y", "90 min": "90m", "30 d": "30d",
		"weekly": "1w", "Month": "1mo", "1.5d": "36h", "0,5 horas": "30m", "2.0w": "2w", "-30d": "30d", "1.5mo": "", "0.001s": "",
		"two days": "", "2": "", "2 fortnights": "", "9999 years": "", "2 days ago": "",
	} {
		if got := MeantSpan(in); got != want {
			t.Errorf("%q: want %q, got %q", in, want, got)
		}
	}
}

func TestMeantDay(t *testing.T) {
	for in, want := range map[string]string{
		"25.12.2026": "2026-12-25", "12/25/2026": "2026-12-25", " 5-5-2026 ": "2026-05-05", "31/12/1999": "1999-12-31",
		"01/02/2026": "", "31/02/2026": "", "2026-12-25": "", "Christmas": "",
	} {
		if got := MeantDay(in); got != want {
			t.Errorf("%q: want %q, got %q", in, want, got)
		}
	}
}

// A number of seconds is said in the largest unit that says it exactly.
func TestSpanOf(t *testing.T) {
	for seconds, want := range map[int64]string{0: "0s", 1: "1s", 60: "1m", 90: "90s", 3600: "1h", 5400: "90m", 86400: "1d", 90000: "25h", 7 * 86400: "7d"} {
		if got := SpanOf(seconds); got.String() != want || int64(got.Exact()/time.Second) != seconds {
			t.Errorf("%d seconds: want %s, got %s", seconds, want, got)
		}
	}
}
