package fake

import (
	"fmt"
	"strings"
)

// token is one word of a definition.
type token struct {
	kind string // "name", "number", "text", or the symbol itself; "" at the end
	text string
	at   int
}

var symbols = []string{"==", "!=", ">=", "<=", "=", ">", "<", "(", ")", ".", ",", ":"}

// lex cuts a definition into words.
func lex(text string) ([]token, error) {
	var out []token
	for i := 0; i < len(text); {
		if strings.ContainsRune(" \n\t", rune(text[i])) {
			i++
			continue
		}
		t, length := word(text[i:])
		if length == 0 {
			return nil, fmt.Errorf("at %d: %q means nothing here", i, text[i:i+1])
		}
		t.at = i
		out = append(out, t)
		i += length
	}
	return append(out, token{at: len(text)}), nil
}

// word is the first word of a text, and how much of the text it is; 0 for none.
func word(text string) (t token, length int) {
	switch c := text[0]; {
	case c == '\'':
		end := strings.IndexByte(text[1:], '\'')
		if end < 0 {
			return token{}, 0
		}
		return token{kind: "text", text: text[1 : end+1]}, end + 2
	case number(c) || c == '-' && len(text) > 1 && number(text[1]):
		length = 1
		for length < len(text) && (number(text[length]) || text[length] == '.' && length+1 < len(text) && number(text[length+1])) {
			length++
		}
		return token{kind: "number", text: text[:length]}, length
	case letter(c):
		for length < len(text) && letter(text[length]) {
			length++
		}
		return token{kind: "name", text: text[:length]}, length
	}
	for _, s := range symbols {
		if strings.HasPrefix(text, s) {
			return token{kind: s, text: s}, len(s)
		}
	}
	return token{}, 0
}

func number(c byte) bool { return '0' <= c && c <= '9' }

func letter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
