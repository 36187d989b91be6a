package syntax

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// kind is what a pair of brackets encloses.
type kind int

const (
	inBlock  kind = iota
	inObject      // { a = 1 }
	inList        // ( ) [ ] ${ }: newlines mean nothing
	inQuote
)

// frame is one pair of brackets that is open.
type frame struct {
	kind    kind
	value   bool // in a block: right of an argument's equals sign
	oneLine bool // a block whose brace is followed by something on its line
	loop    bool // a list that begins with for
}

// reader goes through the words of a file once and keeps account of the
// brackets around.
type reader struct {
	*slipped
	text   []byte
	words  hclsyntax.Tokens
	match  map[int]int
	frames []frame
	i      int
	blanks bool // a blank that is no space was told
}

func (r *reader) top() *frame { return &r.frames[len(r.frames)-1] }

func (r *reader) push(f frame) { r.frames = append(r.frames, f) }

func (r *reader) pop() {
	if len(r.frames) > 1 {
		r.frames = r.frames[:len(r.frames)-1]
	}
}

func (r *reader) kind(i int) hclsyntax.TokenType {
	if i < 0 || i >= len(r.words) {
		return hclsyntax.TokenEOF
	}
	return r.words[i].Type
}

// step takes account of one word and looks for the slips that show at it.
func (r *reader) step() {
	if r.foreign() {
		return
	}
	switch r.kind(r.i) {
	case hclsyntax.TokenOBrace:
		r.brace()
	case hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp:
		r.push(frame{kind: inList})
	case hclsyntax.TokenOBrack:
		r.push(frame{kind: inList, loop: r.opensLoop()})
	case hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
		r.push(frame{kind: inQuote})
	case hclsyntax.TokenCBrace, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCQuote,
		hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		r.pop()
	case hclsyntax.TokenNewline, hclsyntax.TokenComment:
		if r.top().kind == inBlock && strings.HasSuffix(string(r.words[r.i].Bytes), "\n") {
			r.top().value = false
		}
	case hclsyntax.TokenEqual:
		r.equal()
	case hclsyntax.TokenIdent:
		r.duration()
		r.operator()
	case hclsyntax.TokenComma:
		r.comma()
	case hclsyntax.TokenFatArrow:
		r.arrow()
	case hclsyntax.TokenInvalid, hclsyntax.TokenApostrophe:
		r.quoteMark()
	}
}

// brace opens a block or an object, by what stands before it.
func (r *reader) brace() {
	if r.top().kind != inBlock || r.top().value {
		r.push(frame{kind: inObject, loop: r.opensLoop()})
		return
	}
	if r.top().oneLine {
		r.crowded()
	}
	next := r.kind(r.i + 1)
	r.push(frame{kind: inBlock, oneLine: next != hclsyntax.TokenNewline && next != hclsyntax.TokenComment && next != hclsyntax.TokenCBrace})
}

// opensLoop tells whether the bracket at hand is followed by for, on its line or
// on another.
func (r *reader) opensLoop() bool {
	i := r.i + 1
	for r.kind(i) == hclsyntax.TokenNewline || r.kind(i) == hclsyntax.TokenComment {
		i++
	}
	return r.says(i, "for")
}

// says tells whether a word is a certain one.
func (r *reader) says(i int, word string) bool {
	return r.kind(i) == hclsyntax.TokenIdent && string(r.words[i].Bytes) == word
}

// adjacent tells whether nothing stands between a word and the next.
func (r *reader) adjacent(i int) bool {
	return i >= 0 && i+1 < len(r.words) && r.words[i].Range.End.Byte == r.words[i+1].Range.Start.Byte
}

// source is the text from one word to another, as written.
func (r *reader) source(from, to int) string {
	return string(r.text[r.offset(r.words[from]) : r.words[to].Range.End.Byte-r.start.Byte])
}

func (r *reader) at(from, to int) diag.Range {
	return Range(hcl.RangeBetween(r.words[from].Range, r.words[to].Range))
}

// before is the last word before i that is not a line's end or a comment.
func (r *reader) before(i int) int {
	for i--; i >= 0; i-- {
		if r.kind(i) != hclsyntax.TokenNewline && r.kind(i) != hclsyntax.TokenComment {
			break
		}
	}
	return i
}

// operand is where the operand that ends with word i begins.
func (r *reader) operand(i int) int {
	for {
		switch r.kind(i) {
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCQuote:
			open, paired := r.match[i]
			if !paired {
				return i
			}
			i = open
			if r.kind(i-1) != hclsyntax.TokenIdent || r.kind(i) == hclsyntax.TokenOQuote {
				return i
			}
			i--
		case hclsyntax.TokenIdent:
			if r.kind(i-1) != hclsyntax.TokenDot {
				return i
			}
			i -= 2
		default:
			return i
		}
	}
}

// endsOperand tells whether an operand may end with word i.
func (r *reader) endsOperand(i int) bool {
	switch r.kind(i) {
	case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenCQuote, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace:
		return true
	}
	return false
}

// beginsOperand tells whether an operand may begin with word i.
func (r *reader) beginsOperand(i int) bool {
	switch r.kind(i) {
	case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenOQuote, hclsyntax.TokenOParen, hclsyntax.TokenBang, hclsyntax.TokenOBrack:
		return true
	}
	return false
}

// patch writes over the repaired text, from where a word begins.
func (r *reader) patch(offset int, text string) { copy(r.repaired[offset:], text) }

// lose remembers that the slip at word i could not be put right.
func (r *reader) lose(i int) {
	r.lost = true
	r.lostAt = append(r.lostAt, r.offset(r.words[i]))
}
