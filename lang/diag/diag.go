// Package diag is what the tool has to say about someone's files.
//
// A diagnostic is for authors: a permanent code with a constant summary, the
// place in the file, what is wrong in full sentences, and, where the tool
// knows, what to write instead. A failure of the world (a disk, a network, a
// platform) is an ordinary error and never a diagnostic.
package diag

import (
	"cmp"
	"sort"
	"strings"
)

// Severity says whether a diagnostic stops the run.
type Severity int

// The severities. Only errors stop.
const (
	Error Severity = iota
	Warning
)

// String is the word that is printed before the code.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Pos is a place in a file: line and column count from 1, column in
// characters as a person sees them; Byte counts from 0.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// Range is a stretch of one file, End excluded. File is the path as authors
// write it: relative to the project, with slashes. The zero Range is nowhere.
type Range struct {
	File  string `json:"file"`
	Start Pos    `json:"start"`
	End   Pos    `json:"end"`
}

// IsZero tells whether the range is nowhere.
func (r Range) IsZero() bool { return r.File == "" }

// Rule is one kind of thing that can be wrong. Code and Summary are constant:
// three letters of the area and three digits, and a headline that names
// nothing, so that it can title a list of findings.
type Rule struct {
	Code     string
	Severity Severity
	Summary  string
}

// Label points at another place that explains the first.
type Label struct {
	At   Range
	Text string
}

// Diagnostic is one finding.
type Diagnostic struct {
	Rule    *Rule
	At      Range   // the guilty stretch, as narrow as possible
	Mark    string  // a few words printed after the carets; may be empty
	Related []Label // at most three
	Detail  string  // full sentences; may be empty
	Help    string  // imperative, only when the tool knows; may be empty
	// Fix replaces the text at At when it is always right; empty means none.
	Fix string
}

// List is the findings of one run, in the order they were made.
type List []Diagnostic

// HasErrors tells whether any finding stops the run.
func (l List) HasErrors() bool { return l.Errors() > 0 }

// Errors counts the findings that stop the run.
func (l List) Errors() int {
	n := 0
	for _, d := range l {
		if d.Rule.Severity == Error {
			n++
		}
	}
	return n
}

// Sorted is a copy ordered by file and place, duplicates removed, errors and
// warnings mixed: people fix a file from top to bottom. What the reader says
// about a stretch is the cause of what others say about the very same one, so
// only the reader's is kept.
func (l List) Sorted() List {
	misread := map[Range]bool{}
	for _, d := range l {
		misread[d.At] = misread[d.At] || d.ofReader()
	}
	var out List
	for _, d := range l {
		if d.ofReader() || !misread[d.At] {
			out = append(out, d)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return before(out[i], out[j]) })
	kept := out[:0]
	for i, d := range out {
		if i > 0 && same(out[i-1], d) {
			continue
		}
		kept = append(kept, d)
	}
	return kept
}

// ofReader tells whether the finding is about how something is written, and
// not about what it means.
func (d Diagnostic) ofReader() bool { return strings.HasPrefix(d.Rule.Code, "SYN") }

// before is a total order up to what same compares, so that duplicates meet
// and the order in which findings were made does not show.
func before(a, b Diagnostic) bool {
	return cmp.Or(
		strings.Compare(a.At.File, b.At.File),
		cmp.Compare(a.At.Start.Byte, b.At.Start.Byte),
		strings.Compare(a.Rule.Code, b.Rule.Code),
		cmp.Compare(a.At.End.Byte, b.At.End.Byte),
		strings.Compare(a.Mark, b.Mark),
		strings.Compare(a.Detail, b.Detail),
	) < 0
}

func same(a, b Diagnostic) bool {
	return a.Rule == b.Rule && a.At == b.At && a.Mark == b.Mark && a.Detail == b.Detail
}
