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
		rest := text[i:]
		switch c := rest[0]; {
		case c == ' ' || c == '\n' || c == '\t':
			i++
			continue
		case c == '\'':
			end := strings.IndexByte(rest[1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("at %d: a text does not end", i)
			}
			out = append(out, token{"text", rest[1 : end+1], i})
			i += end + 2
			continue
		case number(c) || c == '-' && len(rest) > 1 && number(rest[1]):
			n := 1
			for n < len(rest) && (number(rest[n]) || rest[n] == '.' && n+1 < len(rest) && number(rest[n+1])) {
				n++
			}
			out = append(out, token{"number", rest[:n], i})
			i += n
			continue
		case letter(c):
			n := 1
			for n < len(rest) && letter(rest[n]) {
				n++
			}
			out = append(out, token{"name", rest[:n], i})
			i += n
			continue
		}
		found := false
		for _, s := range symbols {
			if found = strings.HasPrefix(rest, s); found {
				out = append(out, token{s, s, i})
				i += len(s)
				break
			}
		}
		if !found {
			return nil, fmt.Errorf("at %d: %q means nothing here", i, rest[:1])
		}
	}
	return append(out, token{at: len(text)}), nil
}

func number(c byte) bool { return '0' <= c && c <= '9' }

func letter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
