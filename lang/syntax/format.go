package syntax

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/trayecto/trayecto/lang/diag"
)

// Format lays a file out in the one way there is: HCL's own spacing and
// alignment, blank lines and comments as tidied says, words as spelled says. A file that cannot be read
// is refused: the text is nil then and the list says why. Formatting what was
// formatted changes nothing, and what a file means stays the same.
func Format(path string, text []byte) ([]byte, diag.List) {
	if _, list := Parse(path, string(text)); list.HasErrors() {
		return nil, list
	}
	plain := &slipped{repaired: bytes.Clone(bytes.TrimPrefix(text, []byte(byteOrderMark))), start: hcl.InitialPos}
	plain.freePercent(path) // HCL's formatter would lay out a directive inside a text
	out := tidied(spelled(plain.repaired))
	for range rounds {
		next := endOnce(hclwrite.Format(out))
		if bytes.Equal(next, out) {
			break
		}
		out = next
	}
	return plain.restore(out), nil
}

// endOnce ends a file with one line's end.
func endOnce(text []byte) []byte {
	trimmed := bytes.TrimRight(text, " \t\r\n")
	if len(trimmed) == 0 {
		return []byte{}
	}
	return append(trimmed, '\n')
}

// rounds bounds how often the layout is repeated until it settles; HCL's
// formatter needs a second round for some comments.
const rounds = 5
