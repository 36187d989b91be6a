// Package syntax turns HCL files into blocks, formats them, and says what is
// wrong with text that is not HCL.
//
// The parser is hclsyntax, for what is plain package plain. What this package adds is the speech: HCL reports
// where its grammar stopped, authors need to hear what they probably meant. So
// the words (tokens) of a file are looked at before the grammar is (slips.go);
// a slip that is recognised is put right in memory and reported once, so that
// the rest of the file is still understood. Whatever else HCL reports is told
// in our words (translate.go), one message for one cause.
//
// Looking at the words costs as much as half of the grammar, and nearly all
// files are right. So the grammar goes first (clean.go): what it takes, and
// what no slip can be hidden in, needs no second look.
package syntax

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/diag"
)

// File is one parsed file. Names in Body are in Unicode's composed form (NFC).
type File struct {
	Path string
	Text string
	Body *hclsyntax.Body
	// Partial: some of the text could not be understood, so names may be
	// missing from Body that are there for a reader.
	Partial bool
}

// Range is a place of HCL's in our words.
func Range(r hcl.Range) diag.Range {
	return diag.Range{File: r.Filename, Start: position(r.Start), End: position(r.End)}
}

func position(p hcl.Pos) diag.Pos {
	return diag.Pos{Line: p.Line, Column: p.Column, Byte: p.Byte}
}

const byteOrderMark = "\xef\xbb\xbf"

// Parse reads a file. The File is never without a Body: it holds what could be
// understood, beside the diagnostics about the rest.
func Parse(path, text string) (*File, diag.List) {
	start, plain := hcl.InitialPos, text
	if strings.HasPrefix(text, byteOrderMark) {
		plain = text[len(byteOrderMark):]
		start.Byte = len(byteOrderMark)
	}
	if body, list, ok := clean(path, plain, start); ok {
		return &File{Path: path, Text: text, Body: body}, list
	}
	return parseWithSlips(path, text, plain, start)
}

// parseWithSlips is Parse for every text; for one without slips it is slow.
func parseWithSlips(path, text, written string, start hcl.Pos) (*File, diag.List) {
	plain := []byte(written)
	found := slips(path, plain, start)
	parsed, problems := hclsyntax.ParseConfig(found.repaired, path, start)
	f := &File{Path: path, Text: text, Body: &hclsyntax.Body{}}
	if parsed != nil {
		f.Body = parsed.Body.(*hclsyntax.Body)
	}
	found.quote(f.Body)
	found.list = append(found.list, compose(f.Body)...)
	rest := found.untold(translate(problems, plain, start))
	found.derailed(rest)
	f.Partial = len(rest) > 0 || found.lost
	list := append(found.list, rest...)
	return f, append(list, inspect(f.Body, written, start)...)
}
