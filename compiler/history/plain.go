package history

import (
	"bytes"
	"unicode/utf8"
)

// A history has millions of lines, nearly all of them plain: one object whose
// values are words without escapes, numbers, truths and lists of those. They are
// taken apart here, byte by byte. Whatever else a line is, and above all whatever
// is wrong with it, is left to members, which says what and where; so plain need
// only be right where it says yes, and then it says what members says.

// scanner walks over a line.
type scanner struct {
	line []byte
	at   int
	// The column of a byte is in characters: those before counted are known.
	counted, runes int
	names          map[string]string
}

// deepest is how far lists and objects may hold each other in a plain line.
const deepest = 16

// plain takes a line apart into cells. It is false, with cells that mean
// nothing, for a line that members has to look at.
func (r *ndjsonReader) plain(line []byte) bool {
	s := scanner{line: line, names: r.names}
	return s.space() == '{' && r.object(&s, true) && s.space() == 0 && s.at == len(line)
}

// object takes the members of an object, from its brace on.
func (r *ndjsonReader) object(s *scanner, outer bool) bool {
	s.at++
	if s.space() == '}' {
		s.at++
		return true
	}
	for {
		name, ok := s.name()
		if !ok || s.space() == 0 || !r.plainMember(s, name, outer) {
			return false
		}
		switch s.space() {
		case ',':
			s.at++
			s.space()
		case '}':
			s.at++
			return true
		default:
			return false
		}
	}
}

func (r *ndjsonReader) plainMember(s *scanner, name string, outer bool) bool {
	if outer && r.nested && name == nest && s.line[s.at] == '{' {
		return r.object(s, false)
	}
	c := cell{name: name, column: s.column()}
	from := s.at
	if !s.value(0) || r.has(name) || len(r.row.cells) == widest {
		return false
	}
	raw := s.line[from:s.at]
	if c.form = formOf(raw[0]); c.form == quoted {
		raw = raw[1 : len(raw)-1]
	}
	c.text = string(raw)
	r.row.cells = append(r.row.cells, c)
	return true
}

// space skips white space and is the byte after it, 0 at the end of the line.
func (s *scanner) space() byte {
	for ; s.at < len(s.line); s.at++ {
		switch c := s.line[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// column is where the scanner stands, in characters from 1.
func (s *scanner) column() int {
	s.runes += utf8.RuneCount(s.line[s.counted:s.at])
	s.counted = s.at
	return s.runes + 1
}

// name is the name of a member; the scanner then stands after its colon.
func (s *scanner) name() (string, bool) {
	from := s.at + 1
	if !s.word() {
		return "", false
	}
	raw := s.line[from : s.at-1]
	if s.space() != ':' {
		return "", false
	}
	s.at++
	name, known := s.names[string(raw)]
	if !known {
		name = string(raw)
		if len(s.names) < widest {
			s.names[name] = name
		}
	}
	return name, true
}

// value skips a value.
func (s *scanner) value(depth int) bool {
	switch c := s.line[s.at]; {
	case c == '"':
		return s.word()
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	case c == '[' || c == '{':
		return depth < deepest && s.inside(c, depth+1)
	}
	return s.literal("true") || s.literal("false") || s.literal("null")
}

// inside skips a list or an object.
func (s *scanner) inside(open byte, depth int) bool {
	closing := byte(']')
	if open == '{' {
		closing = '}'
	}
	s.at++
	if s.space() == closing {
		s.at++
		return true
	}
	for {
		if open == '{' {
			if !s.word() || s.space() != ':' {
				return false
			}
			s.at++
		}
		if s.space() == 0 || !s.value(depth) {
			return false
		}
		switch s.space() {
		case ',':
			s.at++
			s.space()
		case closing:
			s.at++
			return true
		default:
			return false
		}
	}
}

// word skips a text that is written as it is meant.
func (s *scanner) word() bool {
	if s.at >= len(s.line) || s.line[s.at] != '"' {
		return false
	}
	for s.at++; s.at < len(s.line); s.at++ {
		switch c := s.line[s.at]; {
		case c == '"':
			s.at++
			return true
		case c == '\\' || c < ' ':
			return false
		}
	}
	return false
}

// number skips a number of JSON: no zeros before it, digits on both sides of a point.
func (s *scanner) number() bool {
	s.skip('-')
	if !s.skip('0') && !s.digits() {
		return false
	}
	if s.skip('.') && !s.digits() {
		return false
	}
	if s.skip('e') || s.skip('E') {
		if !s.skip('+') {
			s.skip('-')
		}
		return s.digits()
	}
	return true
}

func (s *scanner) skip(c byte) bool {
	if s.at < len(s.line) && s.line[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() bool {
	from := s.at
	for s.at < len(s.line) && '0' <= s.line[s.at] && s.line[s.at] <= '9' {
		s.at++
	}
	return s.at > from
}

func (s *scanner) literal(word string) bool {
	if !bytes.HasPrefix(s.line[s.at:], []byte(word)) {
		return false
	}
	s.at += len(word)
	return true
}
