package plain

import (
	"strings"
	"unicode/utf8"

	"github.com/apparentlymart/go-textseg/v15/textseg"
	"github.com/hashicorp/hcl/v2"
)

// kind is what a word is: the byte that it begins with, or one that stands for
// it.
type kind byte

const (
	end          kind = 0
	newline      kind = '\n'
	name         kind = 'a'
	number       kind = '0'
	quoted       kind = '"'
	equals       kind = '='
	openBrace    kind = '{'
	closeBrace   kind = '}'
	openParen    kind = '('
	closeParen   kind = ')'
	openBracket  kind = '['
	closeBracket kind = ']'
	comma        kind = ','
	dot          kind = '.'
	not          kind = '!'
	minus        kind = '-'
	both         kind = '&' // &&
	either       kind = '|' // ||
	same         kind = 'e' // ==
	differs      kind = 'n' // !=
	atLeast      kind = 'g' // >=
	atMost       kind = 'l' // <=
)

// doubled are the words of two bytes, by the first of them.
var doubled = [256]struct {
	second byte
	kind   kind
}{'&': {'&', both}, '|': {'|', either}, '=': {'=', same}, '!': {'=', differs}, '>': {'=', atLeast}, '<': {'=', atMost}}

// single are the words of one.
const single = "{}()[],.!-=<>+*/%"

// word is a word, the bytes of the text that it takes, and its line.
type word struct {
	kind               kind
	from, to           int
	line, left, toLeft int // left is where the line's first column is, for its beginning and for its end
}

// words walks through a text. The word that was read last is at hand, and the one
// behind it can be looked at.
type words struct {
	path string
	text string
	byte int // of its beginning

	at, line, left int // where the text goes on, as in word
	inside         int // so many brackets and parentheses, in which lines do not end
	word           word
	ahead          word
	seen           bool // ahead is found
	lost           bool
}

// lose gives the text up: the word that is read next is the end, for ever.
func (w *words) lose() word {
	w.lost, w.at = true, len(w.text)
	w.ahead, w.seen = word{from: w.at, to: w.at}, true
	return w.ahead
}

// next reads a word.
func (w *words) next() kind {
	w.peek()
	w.word, w.seen = w.ahead, w.lost
	return w.word.kind
}

// peek looks at the word that is read next.
func (w *words) peek() kind {
	if !w.seen {
		w.ahead, w.seen = w.find(), true
	}
	return w.ahead.kind
}

// said is the text of the word that was read, of a quoted one what is in it.
func (w *words) said() string {
	if w.word.kind == quoted {
		return w.text[w.word.from+1 : w.word.to-1]
	}
	return w.text[w.word.from:w.word.to]
}

// here is the place of the word that was read.
func (w *words) here() hcl.Range {
	x := w.word
	return hcl.Range{Filename: w.path, Start: w.pos(x.from, x.line, x.left), End: w.pos(x.to, x.line, x.toLeft)}
}

func (w *words) pos(at, line, left int) hcl.Pos {
	return hcl.Pos{Line: line, Column: at - left, Byte: w.byte + at}
}

// find is the word at which the text goes on.
func (w *words) find() word {
	for w.skip(); w.at < len(w.text); w.skip() {
		if w.text[w.at] != '\n' {
			return w.something()
		}
		ends := w.take(newline, 1)
		w.line, w.left = w.line+1, w.at-1
		if w.inside == 0 {
			return ends
		}
	}
	return w.take(end, 0)
}

// skip passes over spaces and a comment, as far as the end of the line.
func (w *words) skip() {
	w.at += run(w.text[w.at:], space)
	rest := w.text[w.at:]
	if !strings.HasPrefix(rest, "#") && !strings.HasPrefix(rest, "//") {
		return
	}
	length := strings.IndexByte(rest, '\n')
	if length < 0 || strings.IndexByte(rest[:length], '\r') >= 0 || !utf8.ValidString(rest[:length]) {
		w.lose()
		return
	}
	w.at += length
}

// take is a word of so many bytes.
func (w *words) take(k kind, length int) word {
	taken := word{kind: k, from: w.at, to: w.at + length, line: w.line, left: w.left, toLeft: w.left}
	w.at += length
	return taken
}

// something is a word that begins here and is no end of a line.
func (w *words) something() word {
	rest := w.text[w.at:]
	switch c := rest[0]; {
	case letter(c):
		return w.take(name, run(rest, func(c byte) bool { return letter(c) || digit(c) || c == '-' }))
	case digit(c):
		return w.number(rest)
	case c == '"':
		return w.quoted(rest)
	}
	if d := doubled[rest[0]]; d.kind != end && len(rest) > 1 && rest[1] == d.second {
		return w.take(d.kind, 2)
	}
	if strings.IndexByte(single, rest[0]) < 0 || strings.HasPrefix(rest, "/*") {
		return w.lose()
	}
	return w.take(kind(rest[0]), 1)
}

// number is digits, maybe with a fraction; an exponent is not plain.
func (w *words) number(rest string) word {
	length := run(rest, digit)
	if more := rest[length:]; len(more) > 1 && more[0] == '.' && digit(more[1]) {
		length += 1 + run(more[1:], digit)
	}
	if more := rest[length:]; more != "" && (more[0] == '.' || letter(more[0])) {
		return w.lose()
	}
	return w.take(number, length)
}

// quoted is a text without escapes and without anything to fill in. A letter
// that takes several bytes takes one column.
func (w *words) quoted(rest string) word {
	inner, _, closed := strings.Cut(rest[1:], `"`)
	if !closed || strings.ContainsAny(inner, "\\$%\r\n") || !utf8.ValidString(inner) {
		return w.lose()
	}
	taken := w.take(quoted, len(inner)+2)
	w.left += len(inner) - columns(inner)
	taken.toLeft = w.left
	return taken
}

// columns is how wide a text is.
func columns(text string) int {
	ascii := run(text, func(c byte) bool { return c < utf8.RuneSelf })
	if ascii == len(text) {
		return ascii
	}
	count := 0
	for rest := []byte(text); len(rest) > 0; count++ {
		length, _, err := textseg.ScanGraphemeClusters(rest, true)
		if err != nil || length == 0 {
			return len(text)
		}
		rest = rest[length:]
	}
	return count
}

// run is how many bytes at the beginning of a text are of a sort.
func run(text string, of func(byte) bool) int {
	for i := range len(text) {
		if !of(text[i]) {
			return i
		}
	}
	return len(text)
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func space(c byte) bool  { return c == ' ' || c == '\t' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
