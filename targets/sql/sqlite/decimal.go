package sqlite

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Decimals as texts that sort by bytes as the numbers do.
//
// A number that is not zero is 0.d1d2d3… times ten to a power, its first digit
// not 0 and no zeros at the end. Its text is
//
//	p, the power in 8 digits, the digits               above zero
//	o                                                  zero
//	n, the power and the digits turned round, then ~   below zero
//
// Powers are moved up by 50,000,000 so that none is negative. Below zero every
// digit d becomes 9-d, so that what is larger comes first, and the ~, which is
// greater than every digit, makes the shorter of two the later. One number has
// one text, whatever zeros it was written with.

const powerShift = 50_000_000

// sortable is the text of a number.
func sortable(d decimal.Decimal) (string, error) {
	if d.IsZero() {
		return "o", nil
	}
	digits := d.Coefficient().Text(10)
	digits = strings.TrimPrefix(digits, "-")
	power := int64(len(digits)) + int64(d.Exponent()) + powerShift
	if power < 0 || power > 99_999_999 {
		return "", fmt.Errorf("a number of more digits than are held")
	}
	text := fmt.Sprintf("%08d", power) + strings.TrimRight(digits, "0")
	if d.IsPositive() {
		return "p" + text, nil
	}
	return "n" + turned(text) + "~", nil
}

// turned has 9-d for each digit d, which undoes itself.
func turned(digits string) string {
	out := make([]byte, len(digits))
	for i := range out {
		out[i] = '0' + '9' - digits[i]
	}
	return string(out)
}

// unsortable is the number of a text that sortable made.
func unsortable(text string) (decimal.Decimal, error) {
	wrong := fmt.Errorf("%.20q is no number of ours", text)
	if text == "o" {
		return decimal.Zero, nil
	}
	if len(text) < 10 {
		return decimal.Zero, wrong
	}
	kind, rest := text[0], text[1:]
	if kind == 'n' {
		rest = turned(strings.TrimSuffix(rest, "~"))
	}
	power, err := strconv.ParseUint(rest[:8], 10, 32)
	if err != nil {
		return decimal.Zero, wrong
	}
	digits, ok := new(big.Int).SetString(rest[8:], 10)
	if !ok || kind != 'n' && kind != 'p' {
		return decimal.Zero, wrong
	}
	if kind == 'n' {
		digits.Neg(digits)
	}
	return decimal.NewFromBigInt(digits, int32(int64(power)-powerShift-int64(len(rest)-8))), nil
}
