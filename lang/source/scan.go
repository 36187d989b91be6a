package source

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Which folders belong to a project is known only from what the files in them
// say, and must be known although some of them may be broken. So this looks at
// the words of a file alone, not at its structure.

// hasProject tells whether a file has a project block at its top.
func hasProject(text string) bool {
	found := false
	topBlocks(text, "project", func([]hclsyntax.Token) { found = true })
	return found
}

// moduleSources lists the constant sources of the module blocks of a file.
func moduleSources(text string) []string {
	var sources []string
	topBlocks(text, "module", func(words []hclsyntax.Token) {
		for i := 0; i+4 < len(words); i++ {
			if words[i].Type == hclsyntax.TokenIdent && string(words[i].Bytes) == "source" &&
				words[i+1].Type == hclsyntax.TokenEqual && words[i+2].Type == hclsyntax.TokenOQuote &&
				words[i+3].Type == hclsyntax.TokenQuotedLit && words[i+4].Type == hclsyntax.TokenCQuote {
				sources = append(sources, string(words[i+3].Bytes))
			}
		}
	})
	return sources
}

// topBlocks calls visit with the words of each block of a type that stands
// outside all braces.
func topBlocks(text, name string, visit func([]hclsyntax.Token)) {
	if !strings.Contains(text, name) {
		return
	}
	words, _ := hclsyntax.LexConfig([]byte(strings.TrimPrefix(text, byteOrderMark)), "", hcl.InitialPos)
	depth, begin, lineStart := 0, -1, true
	for i, w := range words {
		switch w.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenTemplateSeqEnd:
			depth--
			if depth == 0 && begin >= 0 {
				visit(words[begin:i])
				begin = -1
			}
		case hclsyntax.TokenIdent:
			if depth == 0 && lineStart && string(w.Bytes) == name && opensBlock(words[i+1:]) {
				begin = i
			}
		}
		lineStart = w.Type == hclsyntax.TokenNewline || w.Type == hclsyntax.TokenComment
	}
}

// opensBlock tells whether the words after a block's type lead to its brace on
// the same line.
func opensBlock(words []hclsyntax.Token) bool {
	for _, w := range words {
		switch w.Type {
		case hclsyntax.TokenOBrace:
			return true
		case hclsyntax.TokenIdent, hclsyntax.TokenOQuote, hclsyntax.TokenQuotedLit, hclsyntax.TokenCQuote:
		default:
			return false
		}
	}
	return false
}
