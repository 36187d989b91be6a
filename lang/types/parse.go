package types

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 ()./-]{4,20}$`)

// Parse reads text from a file as a value of type t; the empty text is Null
// for every type but string. Timestamps without a zone are read in zone. The
// error says what was expected and never repeats the text: it may be a
// person's.
func Parse(t Type, text string, zone *time.Location) (Value, error) {
	if text == "" && t != String {
		return Null{}, nil
	}
	switch t := t.(type) {
	case Basic:
		return parseBasic(t, text, zone)
	case Enum:
		if !t.Has(text) {
			return nil, fmt.Errorf("not one of %s", strings.Join(t.Values, ", "))
		}
		return Text(text), nil
	case Object:
		return Text(text), nil
	case List:
		return nil, fmt.Errorf("a list cannot be read from one text")
	}
	return nil, fmt.Errorf("unknown type %s", t)
}

func parseBasic(t Basic, text string, zone *time.Location) (Value, error) {
	switch t {
	case String:
		return Text(text), nil
	case Number, Money:
		n, err := NewDecimal(text)
		if err != nil {
			return nil, fmt.Errorf("not a number")
		}
		return n, nil
	case Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("not true or false")
		}
		return Truth(b), nil
	case DateType:
		d, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil, fmt.Errorf("not a date like 2026-12-01")
		}
		return NewDate(d), nil
	case Timestamp:
		return ParseInstant(text, zone)
	case Duration:
		span, err := ParseSpan(text)
		if err != nil {
			return nil, fmt.Errorf("not a length of time like 90d")
		}
		return span, nil
	case Email:
		if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
			return nil, fmt.Errorf("not an e-mail address")
		}
		return Text(text), nil
	case Phone:
		if !phoneForm.MatchString(text) {
			return nil, fmt.Errorf("not a phone number")
		}
		return Text(text), nil
	case URL:
		if u, err := url.Parse(text); err != nil || u.Scheme == "" {
			return nil, fmt.Errorf("not a URL")
		}
		return Text(text), nil
	}
	return nil, fmt.Errorf("unknown type %s", t)
}

var instantForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly}

// ParseInstant reads a moment: RFC 3339, or a date with or without a time of
// day, which is then in zone.
func ParseInstant(text string, zone *time.Location) (Instant, error) {
	for _, form := range instantForms {
		t, err := time.ParseInLocation(form, text, time.UTC)
		if err != nil {
			continue
		}
		if form == time.RFC3339Nano {
			return NewInstant(t), nil
		}
		y, m, d := t.Date()
		clock := t.Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
		return NewInstant(Civil(y, m, d, clock, zone)), nil
	}
	return 0, fmt.Errorf("not an instant like 2026-12-01T09:00:00Z or 2026-12-01 10:00")
}
