// Package plain reads the plain part of HCL at once: the nodes that hclsyntax
// makes of it, without a list of its words.
//
// hclsyntax is the grammar. It lists all words of a text, each with its place,
// before it reads the first, and what it takes for that is more than the nodes
// are; of a project of many thousand segments reading is most of the work. Nearly
// all of such a text is plain: ASCII, blocks, arguments, texts without escapes,
// numbers, names, calls, lists, operators. Read takes that and nothing else. The
// first thing that is not plain, or not right, makes it give up, and hclsyntax
// reads the text instead, so that what is said about a mistake is said by one
// grammar alone. The law of this package is that what Read takes it makes the
// same of, node by node and place by place.
package plain

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Read reads a file, or the part of one that begins at a place; false when it is
// not plain.
func Read(path, text string, start hcl.Pos) (*hclsyntax.Body, bool) {
	r := &reader{words{path: path, text: text, byte: start.Byte, line: start.Line, left: -start.Column}}
	body := empty()
	first := r.pos(run(r.text, space), r.line, r.left) // HCL takes a comment for its end of the line
	r.items(body, end)
	last := r.here().End
	body.SrcRange = hcl.Range{Filename: path, Start: first, End: last}
	body.EndRange = hcl.Range{Filename: path, Start: last, End: last}
	return body, !r.lost
}

func empty() *hclsyntax.Body {
	return &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, Blocks: hclsyntax.Blocks{}}
}

// reader makes nodes of words. Once it is lost every word is the end, and the
// nodes are worth nothing.
type reader struct {
	words
}

// items reads arguments and blocks up to a word that ends them, which is read
// too.
func (r *reader) items(into *hclsyntax.Body, until kind) {
	for r.next() != until && !r.lost {
		switch r.word.kind {
		case newline:
		case name:
			r.item(into)
		default:
			r.lose()
		}
	}
}

// item reads the rest of an argument or a block whose first word was read, and
// the end of its line.
func (r *reader) item(into *hclsyntax.Body) {
	first, text := r.here(), r.said()
	if r.peek() != equals {
		into.Blocks = append(into.Blocks, r.block(first, text))
	} else if _, twice := into.Attributes[text]; twice {
		r.lose()
	} else {
		into.Attributes[text] = r.argument(first, text)
	}
	if r.peek() == newline {
		r.next()
	} else if r.peek() != end {
		r.lose()
	}
}

func (r *reader) argument(first hcl.Range, text string) *hclsyntax.Attribute {
	r.next()
	a := &hclsyntax.Attribute{Name: text, NameRange: first, EqualsRange: r.here()}
	a.Expr = r.expression()
	a.SrcRange = hcl.RangeBetween(first, r.here())
	return a
}

func (r *reader) block(first hcl.Range, text string) *hclsyntax.Block {
	b := &hclsyntax.Block{Type: text, TypeRange: first, Body: empty()}
	for r.next() == name || r.word.kind == quoted {
		b.Labels, b.LabelRanges = append(b.Labels, r.said()), append(b.LabelRanges, r.here())
	}
	if r.word.kind != openBrace || r.peek() != newline && r.peek() != closeBrace { // the rest of the line is an argument
		r.lose()
	}
	b.OpenBraceRange = r.here()
	r.items(b.Body, closeBrace)
	b.CloseBraceRange = r.here()
	b.Body.SrcRange = hcl.RangeBetween(b.OpenBraceRange, b.CloseBraceRange)
	b.Body.EndRange = hcl.Range{Filename: r.path, Start: b.CloseBraceRange.End, End: b.CloseBraceRange.End}
	return b
}
