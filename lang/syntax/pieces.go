package syntax

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/plain"
)

// HCL lists all words of a text before it reads the first, and the list is
// copied each time that it has to grow: for a large file that is most of the
// memory that reading takes. So a large text is read in pieces that end behind
// a closing brace at the margin, where nearly always a block ends. Where one
// does not (in a comment, a here-document, a bracket) the piece leaves
// something open, which the grammar refuses, and the text is read in one.

// pieceLength is how many bytes a piece has at least. Longer ones take more
// memory, shorter ones more time.
const pieceLength = 2 << 10

const closing = "\n}\n"

// inPieces is hclsyntax.ParseConfig for a text that the grammar takes as it is;
// false for any other, and for one that cannot be read in pieces of at least
// length bytes.
func inPieces(path, text string, start hcl.Pos, length int) (*hclsyntax.Body, bool) {
	var whole *hclsyntax.Body
	for rest := text; whole == nil || len(rest) > 0; {
		piece := firstPiece(rest, length)
		body, ok := inOne(path, piece, start)
		if !ok {
			return nil, false
		}
		if whole == nil {
			whole = body
		} else if !join(whole, body) {
			return nil, false
		}
		rest = rest[len(piece):]
		start.Line += strings.Count(piece, closing[:1])
		start.Byte += len(piece)
	}
	return whole, true
}

// inOne is a text that the grammar takes. Most of them are plain.
func inOne(path, text string, start hcl.Pos) (*hclsyntax.Body, bool) {
	if body, ok := plain.Read(path, text, start); ok {
		return body, true
	}
	parsed, problems := hclsyntax.ParseConfig([]byte(text), path, start)
	if parsed == nil || len(problems) > 0 {
		return nil, false
	}
	return parsed.Body.(*hclsyntax.Body), true
}

// firstPiece is the text up to a place where a block may end.
func firstPiece(text string, length int) string {
	if len(text) <= length {
		return text
	}
	at := strings.Index(text[length:], closing)
	if at < 0 {
		return text
	}
	end := length + at + len(closing)
	if strings.HasPrefix(text[end:], byteOrderMark) { // which HCL would pass over at the beginning of a piece
		return text
	}
	return text[:end]
}

// join puts the body of the next piece behind what was read before; false when
// both have an argument of one name.
func join(whole, next *hclsyntax.Body) bool {
	for name, a := range next.Attributes {
		if _, taken := whole.Attributes[name]; taken {
			return false
		}
		whole.Attributes[name] = a
	}
	whole.Blocks = append(whole.Blocks, next.Blocks...)
	whole.SrcRange.End, whole.EndRange = next.SrcRange.End, next.EndRange
	return true
}
