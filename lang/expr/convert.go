package expr

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// convert gives a literal the type t of what it meets. Fine leaves the decimal
// places of money alone.
func (c *compiler) convert(l Literal, t types.Type, fine bool) (Literal, bool) {
	converted := Literal{l.Place, l.Value, t}
	switch t := t.(type) {
	case types.Enum:
		word, ok := l.Value.(types.Text)
		if !ok {
			return l, c.mismatch(l, t)
		}
		return converted, c.word(l, string(word), t)
	case types.Object:
		if _, ok := l.Value.(types.Text); !ok {
			return l, c.mismatch(l, t)
		}
		return converted, true
	case types.List:
		return l, c.mismatch(l, t)
	case types.Basic:
		return c.convertBasic(converted, t, fine)
	}
	return l, false
}

func (c *compiler) convertBasic(l Literal, t types.Basic, fine bool) (Literal, bool) {
	fits := false
	switch value := l.Value.(type) {
	case types.Text:
		switch t {
		case types.String, types.Email, types.Phone, types.URL:
			fits = true
		case types.Duration:
			span, ok := c.span(string(value), l.At)
			return Literal{l.Place, span, t}, ok
		case types.DateType, types.Timestamp:
			return l, c.quotedDate(l, t, string(value))
		}
	case types.Decimal:
		fits = types.Numeric(t)
		if t == types.Money && !fine && !c.digits(l, value.Decimal) {
			return l, false
		}
	case types.Truth:
		fits = t == types.Bool
	case types.Date:
		fits = t == types.DateType
	case types.Instant:
		fits = t == types.Timestamp
	case types.Span:
		fits = t == types.Duration
	case types.Null, types.Values:
	}
	if !fits {
		return l, c.mismatch(l, t)
	}
	return l, true
}

// span reads a length of time.
func (c *compiler) span(text string, at diag.Range) (types.Span, bool) {
	span, err := types.ParseSpan(text)
	if err != nil {
		d := diag.Diagnostic{Rule: notLength, At: at, Detail: err.Error() + "."}
		if meant := types.MeantSpan(text); meant != "" {
			d.Help = "write " + quote(meant)
		} else if _, err := types.ParseSpan(text + "d"); err == nil {
			d.Help = "write " + quote(text+"d") + " if days are meant"
		} else if _, err := types.ParseInstant(text, time.UTC); err == nil {
			d.Help = "compare with a day by < or >: ... < date(" + quote(text[:len(time.DateOnly)]) + ")"
		}
		c.report(d)
		return span, false
	}
	return span, true
}

// word checks a word of an enum.
func (c *compiler) word(l Literal, word string, t types.Enum) bool {
	if t.Has(word) {
		return true
	}
	d := diag.Diagnostic{Rule: wordUnknown, At: l.At, Detail: "The words are " + quoted(t.Values) + "."}
	if near := diag.Nearest(word, t.Values); near != "" {
		d.Mark, d.Help = "there is "+quote(near), "write "+quote(near)
	}
	c.report(d)
	return false
}

// quotedDate reports a text where a date or an instant is wanted.
func (c *compiler) quotedDate(l Literal, t types.Basic, text string) bool {
	function := string(t) // date and timestamp make values of the types of these names
	d := diag.Diagnostic{Rule: textNotDate, At: l.At, Mark: "this is a text", Detail: "What is wanted is " + kindOf(t) + "."}
	if _, err := types.ParseSpan(text); err == nil {
		d.Help = "ask how long ago it was: since(..., " + quote(text) + ")"
	} else if _, err := types.ParseInstant(text, time.UTC); err != nil {
		text = "2026-12-01"
		d.Help = "write " + function + "(...) with a day such as " + function + "(" + quote(text) + ")"
	} else {
		d.Help = "write " + function + "(" + quote(dayOnly(text, t)) + ")"
	}
	c.report(d)
	return false
}

// dayOnly cuts the time of day off an instant that meets a date.
func dayOnly(text string, t types.Basic) string {
	if t == types.DateType {
		return text[:len(time.DateOnly)]
	}
	return text
}

// mismatch reports a literal that cannot have the type of what it meets.
func (c *compiler) mismatch(l Literal, t types.Type) bool {
	d := diag.Diagnostic{Rule: notComparable, At: l.At, Mark: "this is " + kindOf(natural(l.Value)), Detail: "What is wanted is " + kindOf(t) + "."}
	text, isText := l.Value.(types.Text)
	number, isNumber := l.Value.(types.Decimal)
	day, isDay := l.Value.(types.Date)
	truth, isTruth := l.Value.(types.Truth)
	switch {
	case isText && types.Numeric(t) && decimalText(string(text)):
		d.Help = "write " + string(text) + " without quotes"
	case isText && types.Numeric(t) && decimalText(withoutUnit(string(text))):
		d.Help = "write " + withoutUnit(string(text)) + " without quotes and unit"
	case isText && t == types.Bool && (text == "true" || text == "false"):
		d.Help = "write " + string(text) + " without quotes"
	case isNumber && types.Textual(t):
		d.Help = "write " + quote(number.Decimal.String())
	case isNumber && t == types.Type(types.Duration):
		d.Help = `write a length such as "` + number.Decimal.String() + `d"`
	case isTruth && types.Textual(t):
		d.Help = "write " + quote(types.Spell(truth))
	case isDay && t == types.Timestamp:
		d.Help = "write timestamp(" + quote(types.Spell(day)) + ")"
	}
	c.report(d)
	return false
}

func decimalText(s string) bool {
	_, err := decimal.NewFromString(s)
	return err == nil
}

// withoutUnit is the number in "10 EUR", "10€" and "10 %".
func withoutUnit(s string) string {
	return strings.TrimSpace(strings.TrimRightFunc(s, func(r rune) bool { return r < '0' || r > '9' }))
}

// digits checks the decimal places of an amount of money.
func (c *compiler) digits(l Literal, amount decimal.Decimal) bool {
	unit, err := currency.ParseISO(c.scope.Currency)
	if err != nil {
		return true // the project's own check reports an unknown currency
	}
	places, _ := currency.Standard.Rounding(unit)
	if amount.Equal(amount.Truncate(int32(places))) {
		return true
	}
	c.report(diag.Diagnostic{
		Rule: moneyDigits, At: l.At, Mark: "this is an amount in " + c.scope.Currency,
		Help: "write " + amount.Round(int32(places)).String(),
	})
	return false
}

// natural is the type of a constant before it meets anything.
func natural(v types.Value) types.Type {
	switch v.(type) {
	case types.Decimal:
		return types.Number
	case types.Truth:
		return types.Bool
	case types.Date:
		return types.DateType
	case types.Instant:
		return types.Timestamp
	case types.Span:
		return types.Duration
	case types.Values:
		return types.List{Element: types.String}
	case types.Text, types.Null:
		return types.String
	}
	return types.String
}

// kindOf is a type in a sentence: "a text", "one of gold, silver".
func kindOf(t types.Type) string {
	switch t := t.(type) {
	case types.Enum:
		return "one of " + strings.Join(t.Values, ", ")
	case types.List:
		return "a list"
	case types.Object:
		return "a reference to " + t.String()
	case types.Basic:
		switch t {
		case types.String:
			return "a text"
		case types.Bool:
			return "true or false"
		case types.Duration:
			return "a length of time"
		case types.Timestamp:
			return "an instant"
		case types.Email:
			return "an e-mail address"
		case types.Money:
			return "an amount of money"
		case types.Phone:
			return "a phone number"
		}
		return "a " + string(t)
	}
	return "a value"
}

func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quote(w)
	}
	return strings.Join(out, ", ")
}
