package content

import (
	"html"
	"strings"
)

// Apply writes a value into a text at a place, so that it stays a value there:
// it can end neither a tag, nor an attribute, nor a part of an address.
func (e Escape) Apply(value string) string {
	switch e {
	case HTML, Attribute:
		return html.EscapeString(value)
	case InURL:
		return percent(value)
	case Plain:
		return value
	}
	return value
}

const hexadecimal = "0123456789ABCDEF"

// percent writes every byte but the unreserved ones of RFC 3986 as %XX.
func percent(value string) string {
	var b strings.Builder
	for i := range len(value) {
		if c := value[i]; unreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hexadecimal[c>>4])
			b.WriteByte(hexadecimal[c&15])
		}
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
