// Package jsontext is JSON written and read without reflection, byte for byte as package json does.
//
// Plans and states hold one piece of JSON for each of very many objects, and
// most of it is only copied, hashed or compared. Package json is the judge of
// both directions: what Append writes it would write, and what a Reader reads
// it would read.
package jsontext

import "unicode/utf8"

const hexDigits = "0123456789abcdef"

// plain tells of each byte of ASCII whether it stands for itself in a text.
// What could end a script or begin a tag in HTML is escaped as well.
var plain = plainBytes()

func plainBytes() (out [utf8.RuneSelf]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		out[c] = c != '"' && c != '\\' && c != '<' && c != '>' && c != '&'
	}
	return out
}

// Append adds a text in quotes to b. Bytes that are no UTF-8 become U+FFFD.
func Append(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if !plain[c] {
				b = appendByte(append(b, s[from:i]...), c)
				from = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(append(b, s[from:i]...), `\ufffd`...)
			from = i + size
		case r == '\u2028' || r == '\u2029': // JavaScript takes them for ends of lines
			b = append(append(b, s[from:i]...), `\u202`...)
			b = append(b, hexDigits[r&0xF])
			from = i + size
		}
		i += size
	}
	return append(append(b, s[from:]...), '"')
}

// appendByte adds a byte that does not stand for itself.
func appendByte(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xF])
}
