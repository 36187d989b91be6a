package types

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Law: Parse reads what Spell writes, for every basic type.
func TestParseReadsWhatSpellWrites(t *testing.T) {
	draw := map[Basic]func(*rapid.T) Value{
		String:    func(t *rapid.T) Value { return Text(rapid.String().Draw(t, "text")) },
		Number:    func(t *rapid.T) Value { return someDecimal(t) },
		Money:     func(t *rapid.T) Value { return someDecimal(t) },
		Bool:      func(t *rapid.T) Value { return Truth(rapid.Bool().Draw(t, "truth")) },
		DateType:  func(t *rapid.T) Value { return Date(rapid.Int32Range(-20000, 40000).Draw(t, "day")) },
		Timestamp: func(t *rapid.T) Value { return Instant(rapid.Int64Range(-1e15, 4e15).Draw(t, "instant")) },
		Duration:  func(t *rapid.T) Value { return Span{rapid.Int64Range(0, 999).Draw(t, "n"), Day} },
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, basic := range []Basic{String, Number, Money, Bool, DateType, Timestamp, Duration} {
			v := draw[basic](t)
			back, err := Parse(basic, Spell(v), time.UTC)
			if err != nil {
				t.Fatalf("%s %q: %v", basic, Spell(v), err)
			}
			if order, ok := Compare(v, back); order != 0 || !ok {
				t.Fatalf("%s: wrote %v, read %v", basic, v, back)
			}
		}
	})
}

func someDecimal(t *rapid.T) Value {
	d, err := NewDecimal(rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,6})?`).Draw(t, "decimal"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestNothingIsNullExceptForTexts(t *testing.T) {
	for _, b := range Basics {
		v, err := Parse(b, "", time.UTC)
		if err != nil || IsNull(v) == (b == String) {
			t.Errorf("%s: the empty text is %v, %v", b, v, err)
		}
	}
}

func TestParseNeverRepeatsWhatItRefuses(t *testing.T) {
	secret := "carla's own words"
	for _, typ := range []Type{Number, Bool, Duration, DateType, Timestamp, Email, Phone, URL, Enum{[]string{"a"}}} {
		_, err := Parse(typ, secret, time.UTC)
		if err == nil {
			t.Errorf("%s accepted %q", typ, secret)
			continue
		}
		if got := err.Error(); len(got) == 0 || strings.Contains(got, secret) {
			t.Errorf("%s: %q repeats the value", typ, got)
		}
	}
}

func TestCompareNeedsTwoValuesOfOneKind(t *testing.T) {
	for _, c := range []struct{ a, b Value }{{Null{}, Text("")}, {Text("1"), Truth(true)}, {Values{}, Values{}}, {nil, Null{}}} {
		if _, ok := Compare(c.a, c.b); ok {
			t.Errorf("%#v and %#v were compared", c.a, c.b)
		}
	}
}
