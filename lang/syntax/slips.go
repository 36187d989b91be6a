package syntax

import (
	"bytes"
	"slices"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// slipped is what the words of a file gave away, and the text with what could be
// put right put right. A repair never changes the length of the text, so every
// place in it stays where the author sees it.
type slipped struct {
	list     diag.List
	repaired []byte
	lost     bool           // a slip could not be put right
	lostAt   []int          // where, in bytes from the start of the text
	quotes   map[int]string // bare durations by place
	regions  []int          // where the top-level items begin
	start    hcl.Pos
	alone    bool // the text has the stand-in for %{ itself
}

// slips finds what authors slip on. text is without byte order mark.
func slips(path string, text []byte, start hcl.Pos) *slipped {
	found := &slipped{repaired: bytes.Clone(text), quotes: map[int]string{}, start: start}
	words := found.freePercent(path)
	found.regions = regions(words, start)
	r := &reader{slipped: found, text: text, words: words, match: brackets(words), frames: []frame{{kind: inBlock}}}
	for r.i = 0; r.i < len(words); r.i++ {
		r.step()
	}
	return found
}

// percent stands for the brace of %{ while HCL reads the text: HCL would begin
// a directive there, and in this language only ${...} is special.
const percent = '\x01'

const (
	directive = "%{"
	masked    = "%" + string(percent)
)

// freePercent takes the meaning from every %{ and returns the words that are
// left. A text that has the stand-in itself is left alone.
func (s *slipped) freePercent(path string) hclsyntax.Tokens {
	s.alone = bytes.Contains(s.repaired, []byte(masked))
	for {
		words, _ := hclsyntax.LexConfig(s.repaired, path, s.start)
		again := false
		for _, w := range words {
			if w.Type == hclsyntax.TokenTemplateControl && !s.alone {
				s.repaired[s.offset(w)+1] = percent
				again = true
			}
		}
		if !again {
			return words
		}
	}
}

// restore gives every %{ its brace back.
func (s *slipped) restore(text []byte) []byte {
	if s.alone || !bytes.Contains(text, []byte(masked)) {
		return text
	}
	return bytes.ReplaceAll(text, []byte(masked), []byte(directive))
}

// offset is where a word begins in the text.
func (s *slipped) offset(w hclsyntax.Token) int { return w.Range.Start.Byte - s.start.Byte }

// regions is where words begin at the left margin: the top-level items.
func regions(words hclsyntax.Tokens, start hcl.Pos) []int {
	var begins []int
	for _, w := range words {
		if w.Type == hclsyntax.TokenIdent && w.Range.Start.Column == 1 {
			begins = append(begins, w.Range.Start.Byte-start.Byte)
		}
	}
	return begins
}

// region is the number of the item that a place belongs to.
func (s *slipped) region(offset int) int {
	n := 0
	for _, begin := range s.regions {
		if begin <= offset {
			n++
		}
	}
	return n
}

// untold leaves out of HCL's complaints those that follow from another: every
// one after the first of an item, and all of an item in which a slip that could
// not be put right was found.
func (s *slipped) untold(list diag.List) diag.List {
	told := map[int]bool{}
	for _, at := range s.lostAt {
		told[s.region(at)] = true
	}
	var rest diag.List
	sort.SliceStable(list, func(i, j int) bool { return likelier(list[i], list[j]) })
	for _, d := range list {
		region := s.region(d.At.Start.Byte - s.start.Byte)
		if told[region] {
			continue
		}
		told[region] = true
		rest = append(rest, d)
	}
	return rest
}

// derailed leaves out of what the words gave away what comes after a text that is
// never closed, and after a quote on a line with a backslash that does not belong
// there: from then on texts and what is between them have changed places.
func (s *slipped) derailed(list diag.List) {
	for _, d := range list {
		if d.Mark != textOpen && d.Mark != noBackslash {
			continue
		}
		at := d.At.Start.Byte
		s.list = slices.DeleteFunc(s.list, func(slip diag.Diagnostic) bool {
			after := slip.At.Start.Byte > at
			return after && (d.Mark == textOpen || slip.At.Start.Line == d.At.Start.Line)
		})
	}
}

// likelier tells which of two complaints about one item is the cause: the one
// further up, but a brace that is never closed is often only where HCL ended up.
func likelier(a, b diag.Diagnostic) bool {
	if aBrace, bBrace := a.Mark == braceOpen, b.Mark == braceOpen; aBrace != bBrace {
		return bBrace
	}
	return a.At.Start.Byte < b.At.Start.Byte
}

// brackets pairs the opening and closing words by index, in both directions.
func brackets(words hclsyntax.Tokens) map[int]int {
	match := map[int]int{}
	var open []int
	for i, w := range words {
		switch w.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOQuote,
			hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
			open = append(open, i)
		case hclsyntax.TokenCBrace, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCQuote,
			hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			if len(open) > 0 {
				match[i], match[open[len(open)-1]] = open[len(open)-1], i
				open = open[:len(open)-1]
			}
		}
	}
	return match
}
