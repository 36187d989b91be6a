package sqlite

import (
	"cmp"
	"database/sql/driver"
	"math/big"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// draw is a number of any size and any number of places, often near another.
func draw(t *rapid.T, label string) decimal.Decimal {
	digits := rapid.SampledFrom([]string{"0", "1", "9", "10", "99", "100", "101", "5", "12345678901234567890123456789", "12345678901234567890123456788"}).Draw(t, label)
	if rapid.Bool().Draw(t, label+" any") {
		digits = rapid.StringMatching(`[0-9]{1,40}`).Draw(t, label+" digits")
	}
	n, _ := new(big.Int).SetString(digits, 10)
	if rapid.Bool().Draw(t, label+" below zero") {
		n.Neg(n)
	}
	return decimal.NewFromBigInt(n, rapid.Int32Range(-45, 5).Draw(t, label+" exponent"))
}

func mustSort(t interface{ Fatal(...any) }, d decimal.Decimal) string {
	text, err := sortable(d)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Law: the texts are in the order of the numbers, and equal when those are.
func TestTextsSortAsTheirNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		x, y := mustSort(t, a), mustSort(t, b)
		if cmp.Compare(x, y) != a.Cmp(b) {
			t.Fatalf("%s and %s are %d, %s and %s are %d", a, b, a.Cmp(b), x, y, cmp.Compare(x, y))
		}
	})
}

// Law: a number comes back as it was.
func TestNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := draw(t, "a")
		back, err := unsortable(mustSort(t, a))
		if err != nil || !back.Equal(a) {
			t.Fatalf("%s came back as %s: %v", a, back, err)
		}
	})
}

// Law: a mean lies within half a millionth of the quotient, and on the even
// side where that is exactly a half.
func TestMeansAreRoundedHalfEven(t *testing.T) {
	half := big.NewRat(1, 2_000_000)
	rapid.Check(t, func(t *rapid.T) {
		m := &mean{}
		sum, n := new(big.Rat), rapid.IntRange(1, 9).Draw(t, "n")
		for range n {
			x := decimal.New(rapid.Int64Range(-40, 40).Draw(t, "x"), rapid.Int32Range(-8, 0).Draw(t, "places"))
			sum.Add(sum, x.Rat())
			if err := m.Step(nil, []driver.Value{mustSort(t, x)}); err != nil {
				t.Fatal(err)
			}
		}
		text, err := m.WindowValue(nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := unsortable(text.(string))
		if err != nil {
			t.Fatal(err)
		}
		off := new(big.Rat).Sub(got.Rat(), sum.Quo(sum, big.NewRat(int64(n), 1)))
		switch off.Abs(off).Cmp(half) {
		case 1:
			t.Fatalf("%s is off by %s", got, off)
		case 0:
			if got.Shift(6).IntPart()%2 != 0 {
				t.Fatalf("%s is odd", got)
			}
		}
	})
}

// A number of more digits than are held is an error and no other number.
func TestTooManyDigitsAreRefused(t *testing.T) {
	for _, d := range []decimal.Decimal{decimal.New(1, 60_000_000), decimal.New(1, -60_000_000)} {
		if text, err := sortable(d); err == nil {
			t.Errorf("held as %.20q", text)
		}
	}
	for _, text := range []string{"", "p", "x50000001" + "1", "p5000000x1", "p50000001", strings.Repeat("é", 9)} {
		if d, err := unsortable(text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		}
	}
}
