package syntax

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// tidied is a text with its lines in order, which HCL's formatter leaves
// alone: at most one blank line in a row, none at the beginning of a file nor
// just inside braces and brackets, lines that end in a newline alone, comments
// that begin with # and end without spaces. What stands inside texts is theirs.
func tidied(text []byte) []byte {
	words, _ := hclsyntax.LexConfig(text, "", hcl.InitialPos)
	t := &tidy{ends: 2}       // the beginning of a file is like a blank line
	t.out.Grow(len(text) + 1) // a text of nothing is not nil
	at := 0
	for i, w := range words {
		gap := text[at:w.Range.Start.Byte]
		at = w.Range.End.Byte
		if w.Type == hclsyntax.TokenNewline && t.superfluous(words[i+1:]) {
			continue
		}
		t.out.Write(gap)
		t.write(w)
	}
	return t.out.Bytes()
}

// tidy is a text on its way out.
type tidy struct {
	out  bytes.Buffer
	ends int  // lines that ended since the last word
	open bool // the last word was an opening brace or bracket
}

// superfluous tells whether the end of a line at hand makes a blank line that
// goes; next is what follows.
func (t *tidy) superfluous(next hclsyntax.Tokens) bool {
	return t.ends > 1 || t.ends == 1 && (t.open || closes(next))
}

// closes tells whether the next word closes a brace or bracket.
func closes(next hclsyntax.Tokens) bool {
	for _, w := range next {
		switch w.Type {
		case hclsyntax.TokenNewline:
			continue
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen:
			return true
		}
		return false
	}
	return false
}

func (t *tidy) write(w hclsyntax.Token) {
	switch w.Type {
	case hclsyntax.TokenNewline:
		t.out.WriteByte('\n')
		t.ends++
		return
	case hclsyntax.TokenComment:
		t.comment(w.Bytes)
		return
	case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen:
		t.open = true
	default:
		t.open = false
	}
	t.ends = 0
	t.out.Write(w.Bytes)
}

// comment writes a comment; one of a line holds the line's end.
func (t *tidy) comment(text []byte) {
	t.ends, t.open = 0, false
	if bytes.HasPrefix(text, []byte("/*")) {
		t.out.Write(text)
		return
	}
	line := bytes.TrimRight(text, " \t\r\n")
	if rest, slashes := bytes.CutPrefix(line, []byte("//")); slashes {
		line = append([]byte("#"), rest...)
	}
	t.out.Write(line)
	if bytes.HasSuffix(text, []byte("\n")) {
		t.out.WriteByte('\n')
		t.ends = 1
	}
}
