package types

import (
	"fmt"
	"math"
	"time"

	"github.com/shopspring/decimal"
)

// Value is one value of a Type. There is one missing value, Null: not set,
// unknown and a platform's "no value" all become it. An empty text is a text.
//
//sumtype:decl
type Value interface{ value() }

// Null is the missing value.
type Null struct{}

// Text is a string, e-mail, phone, URL, enum word or object key.
type Text string

// Decimal is an exact number or an amount of money in major units.
type Decimal struct{ decimal.Decimal }

// Truth is a bool.
type Truth bool

// Date is a calendar day: days since 1970-01-01.
type Date int32

// Instant is a moment: microseconds since 1970-01-01 UTC.
type Instant int64

// Values is a list.
type Values []Value

func (Null) value()    {}
func (Text) value()    {}
func (Decimal) value() {}
func (Truth) value()   {}
func (Date) value()    {}
func (Instant) value() {}
func (Span) value()    {}
func (Values) value()  {}

// NewDecimal reads an exact number such as "200" or "11.77".
func NewDecimal(s string) (Decimal, error) {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Decimal{}, fmt.Errorf("%q is not a number", s)
	}
	return Decimal{d}, nil
}

// NewInstant is t to the microsecond, rounded down.
func NewInstant(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time is the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// NewDate is the calendar day of t in t's own zone.
func NewDate(t time.Time) Date {
	y, m, d := t.Date()
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Time is midnight UTC of the day; only its year, month and day mean something.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// IsNull tells whether v is missing.
func IsNull(v Value) bool {
	_, null := v.(Null)
	return v == nil || null
}

// Compare orders two values of the same kind: -1, 0 or 1. ok is false when
// either is null or the kinds differ. Texts order by bytes, lists not at all,
// spans by their certain length (see Span.Compare).
func Compare(a, b Value) (order int, ok bool) {
	switch a := a.(type) {
	case Text:
		b, same := b.(Text)
		return sign(a > b, a < b), same
	case Decimal:
		b, same := b.(Decimal)
		if !same {
			return 0, false
		}
		return a.Cmp(b.Decimal), true
	case Truth:
		b, same := b.(Truth)
		return sign(bool(a) && !bool(b), !bool(a) && bool(b)), same
	case Date:
		b, same := b.(Date)
		return sign(a > b, a < b), same
	case Instant:
		b, same := b.(Instant)
		return sign(a > b, a < b), same
	case Span:
		b, same := b.(Span)
		if !same {
			return 0, false
		}
		return a.Compare(b)
	case Null, Values, nil:
		return 0, false
	}
	return 0, false
}

func sign(more, less bool) int {
	switch {
	case more:
		return 1
	case less:
		return -1
	}
	return 0
}

// Spell is the value as a person reads it and as Parse reads it back.
func Spell(v Value) string {
	switch v := v.(type) {
	case Null, nil:
		return ""
	case Text:
		return string(v)
	case Decimal:
		return v.Decimal.String()
	case Truth:
		return fmt.Sprint(bool(v))
	case Date:
		return v.Time().Format(time.DateOnly)
	case Instant:
		return v.Time().Format("2006-01-02T15:04:05.999999Z07:00")
	case Span:
		return v.String()
	case Values:
		return fmt.Sprintf("%d values", len(v))
	}
	return ""
}

// MaxInstant is later than any instant that the tool handles.
const MaxInstant = Instant(math.MaxInt64)
