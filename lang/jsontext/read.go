package jsontext

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Reader reads one JSON document from its start. Texts without escapes are
// parts of the document, and keep all of it in memory.
type Reader struct {
	text string
	at   int
	deep int
}

// deepest is how many objects and lists may stand inside each other, as in package json.
const deepest = 10000

// NewReader begins to read a document.
func NewReader(text string) *Reader { return &Reader{text: text} }

var errEnd = errors.New("it ends too early")

func (r *Reader) unexpected(wanted string) error {
	if r.at >= len(r.text) {
		return errEnd
	}
	return fmt.Errorf("%s is wanted at byte %d, where %q stands", wanted, r.at, r.text[r.at])
}

// Next is the first byte of the next value, which says what it is: { [ " t f n,
// a digit or a minus; 0 at the end of the document.
func (r *Reader) Next() byte {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// End makes sure that nothing but space follows.
func (r *Reader) End() error {
	if r.Next(); r.at < len(r.text) {
		return r.unexpected("the end")
	}
	return nil
}

// punctuation takes one byte.
func (r *Reader) punctuation(c byte) error {
	if r.Next() != c || r.at >= len(r.text) {
		return r.unexpected(strconv.QuoteRune(rune(c)))
	}
	r.at++
	return nil
}

// Object reads an object: member is called at the value of each name and has to
// read it, see Skip.
func (r *Reader) Object(member func(name string) error) error {
	return r.nested('{', '}', func() error {
		r.Next()
		name, err := r.Text()
		if err != nil {
			return err
		}
		if err := r.punctuation(':'); err != nil {
			return err
		}
		return member(name)
	})
}

// List reads a list: item is called at each item and has to read it.
func (r *Reader) List(item func() error) error { return r.nested('[', ']', item) }

func (r *Reader) nested(begin, end byte, part func() error) error {
	if err := r.punctuation(begin); err != nil {
		return err
	}
	if r.deep++; r.deep > deepest {
		return errors.New("too much stands inside each other")
	}
	for first := true; ; first = false {
		switch c := r.Next(); {
		case c == end && r.at < len(r.text):
			r.at, r.deep = r.at+1, r.deep-1
			return nil
		case first:
		case c == ',':
			r.at++
			if r.Next() == end {
				return r.unexpected("a value")
			}
		default:
			return r.unexpected(strconv.QuoteRune(rune(end)))
		}
		if err := part(); err != nil {
			return err
		}
	}
}

// Text reads a text.
func (r *Reader) Text() (string, error) {
	if err := r.punctuation('"'); err != nil {
		return "", err
	}
	begin := r.at
	r.run()
	if r.at < len(r.text) && r.text[r.at] == '"' {
		if s := r.text[begin:r.at]; utf8.ValidString(s) {
			r.at++
			return s, nil
		}
	}
	r.at = begin
	return r.spelled()
}

// run goes on to the end of what stands for itself.
func (r *Reader) run() {
	for r.at < len(r.text) {
		if c := r.text[r.at]; c == '"' || c == '\\' || c < ' ' {
			return
		}
		r.at++
	}
}

// spelled reads a text with escapes, or with bytes that are no UTF-8, from after
// its first quote.
func (r *Reader) spelled() (string, error) {
	var out []byte
	for {
		begin := r.at
		r.run()
		out = appendValid(out, r.text[begin:r.at])
		if r.at >= len(r.text) {
			return "", errEnd
		}
		switch r.text[r.at] {
		case '"':
			r.at++
			return string(out), nil
		case '\\':
			c, err := r.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, c)
		default:
			return "", r.unexpected("a byte of a text")
		}
	}
}

func appendValid(b []byte, s string) []byte {
	if utf8.ValidString(s) {
		return append(b, s...)
	}
	for _, c := range s { // each byte that is none is one U+FFFD
		b = utf8.AppendRune(b, c)
	}
	return b
}

// short is what the escapes of one letter stand for.
var short = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape reads an escape from its backslash. Half a pair of UTF-16 is U+FFFD.
func (r *Reader) escape() (rune, error) {
	if r.at++; r.at >= len(r.text) {
		return 0, errEnd
	}
	c := r.text[r.at]
	if c != 'u' {
		if short[c] == 0 {
			return 0, r.unexpected("an escape")
		}
		r.at++
		return rune(short[c]), nil
	}
	unit, err := r.unit()
	if err != nil || !utf16.IsSurrogate(unit) {
		return unit, err
	}
	if strings.HasPrefix(r.text[r.at:], `\u`) {
		here := r.at
		r.at++
		low, err := r.unit()
		if err != nil {
			return 0, err
		}
		if both := utf16.DecodeRune(unit, low); both != utf8.RuneError {
			return both, nil
		}
		r.at = here
	}
	return utf8.RuneError, nil
}

// unit reads four hexadecimal digits from the u before them.
func (r *Reader) unit() (rune, error) {
	r.at++
	if len(r.text)-r.at < 4 {
		return 0, errEnd
	}
	digits := r.text[r.at : r.at+4]
	if strings.Trim(digits, "0123456789abcdefABCDEF") != "" {
		return 0, r.unexpected("four hexadecimal digits")
	}
	n, err := strconv.ParseUint(digits, 16, 16)
	r.at += 4
	return rune(n), err
}

// Number reads a number as it is spelled.
func (r *Reader) Number() (string, error) {
	r.Next()
	begin := r.at
	if r.at < len(r.text) && r.text[r.at] == '-' {
		r.at++
	}
	if r.at < len(r.text) && r.text[r.at] == '0' {
		r.at++
	} else if !r.digits() {
		return "", r.unexpected("a digit")
	}
	if r.at < len(r.text) && r.text[r.at] == '.' {
		if r.at++; !r.digits() {
			return "", r.unexpected("a digit")
		}
	}
	if r.at < len(r.text) && (r.text[r.at] == 'e' || r.text[r.at] == 'E') {
		if r.at++; r.at < len(r.text) && (r.text[r.at] == '+' || r.text[r.at] == '-') {
			r.at++
		}
		if !r.digits() {
			return "", r.unexpected("a digit")
		}
	}
	return r.text[begin:r.at], nil
}

// digits goes on to after the last one, and tells whether there is any.
func (r *Reader) digits() bool {
	begin := r.at
	for r.at < len(r.text) && '0' <= r.text[r.at] && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at > begin
}

// Int reads a whole number.
func (r *Reader) Int() (int64, error) {
	s, err := r.Number()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("a whole number is wanted, not %s", s)
	}
	return n, nil
}

// Bool reads true or false.
func (r *Reader) Bool() (bool, error) {
	if r.Next() == 't' {
		return true, r.word("true")
	}
	return false, r.word("false")
}

// Null takes null if that is what comes next.
func (r *Reader) Null() (bool, error) {
	if r.Next() != 'n' {
		return false, nil
	}
	return true, r.word("null")
}

func (r *Reader) word(w string) error {
	if r.Next(); !strings.HasPrefix(r.text[r.at:], w) {
		return r.unexpected(w)
	}
	r.at += len(w)
	return nil
}

// Skip reads a value of any kind, and is how it is spelled.
func (r *Reader) Skip() (string, error) {
	var err error
	c := r.Next()
	begin := r.at
	switch {
	case c == '{':
		err = r.Object(func(string) error { _, err := r.Skip(); return err })
	case c == '[':
		err = r.List(func() error { _, err := r.Skip(); return err })
	case c == '"':
		_, err = r.Text()
	case c == 't' || c == 'f':
		_, err = r.Bool()
	case c == 'n':
		err = r.word("null")
	default:
		_, err = r.Number()
	}
	return r.text[begin:r.at], err
}
