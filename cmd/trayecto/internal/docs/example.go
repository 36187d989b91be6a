package docs

import (
	_ "embed" // for shop.hcl
	"strings"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/syntax"
)

// Shop is the project that examples are taken from. Everybody in it is made up.
//
//go:embed shop.hcl
var Shop string

// exampleOf is the first block of a type in the shop, with the comments right
// above it, as it is written there; "" when it has none.
func exampleOf(name string) string {
	parsed, found := syntax.Parse("shop.hcl", Shop)
	if found.HasErrors() {
		return "" // a test compiles it
	}
	blocks, _, _ := block.DecodeBody(parsed.Body)
	for _, b := range blocks {
		if b.Type.Name == name {
			from := lineStart(b.Whole.Start.Byte)
			for above := lineStart(from - 1); from > 0 && strings.HasPrefix(Shop[above:], "#"); above = lineStart(from - 1) {
				from = above
			}
			return Shop[from:b.Whole.End.Byte] + "\n"
		}
	}
	return ""
}

// lineStart is where the line around a byte of the shop begins.
func lineStart(at int) int { return strings.LastIndexByte(Shop[:max(at, 0)], '\n') + 1 }
