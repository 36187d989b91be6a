package view

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/apparentlymart/go-textseg/v15/textseg"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/diag"
)

// Findings is what a run has to say about someone's files, for machines.
type Findings struct {
	List diag.List
	Tool string // the running version
	// Line gives line n of a file, "" when there is none.
	Line func(file string, n int) string
	// Base is put before every path, so that it starts where the reader of the
	// output stands: "lumen" when the project is a folder of the repository.
	Base string
	// Consent is what is proved about consent, by platform; nil where errors came
	// before the proof.
	Consent []plan.Proof
	// Explain is what there is to read about a code.
	Explain func(code string) string
}

// path is a file's path from where the reader stands.
func (f Findings) path(file string) string { return path.Join(f.Base, file) }

// findingsDocument is documented in schemas/findings.schema.json.
type findingsDocument struct {
	FormatVersion int              `json:"format_version"`
	Tool          string           `json:"tool"`
	Right         bool             `json:"right"`
	Errors        int              `json:"errors"`
	Warnings      int              `json:"warnings"`
	Findings      []findingElement `json:"findings"`
	Consent       []plan.Proof     `json:"consent,omitempty"`
}

type findingElement struct {
	Code     string         `json:"code"`
	Severity string         `json:"severity"`
	Summary  string         `json:"summary"`
	At       *diag.Range    `json:"at,omitempty"`
	Mark     string         `json:"mark,omitempty"`
	Detail   string         `json:"detail,omitempty"`
	Help     string         `json:"help,omitempty"`
	Fix      string         `json:"fix,omitempty"`
	Related  []relatedPlace `json:"related,omitempty"`
}

type relatedPlace struct {
	At   diag.Range `json:"at"`
	Text string     `json:"text"`
}

// FindingsJSON is the findings as schemas/findings.schema.json documents them,
// sorted, all of them.
func FindingsJSON(f Findings) ([]byte, error) {
	all := f.List.Sorted()
	errors := all.Errors()
	doc := findingsDocument{
		FormatVersion: 1, Tool: f.Tool, Right: errors == 0, Errors: errors, Warnings: len(all) - errors, Findings: []findingElement{},
		Consent: f.Consent,
	}
	for _, d := range all {
		doc.Findings = append(doc.Findings, f.element(d))
	}
	return indented(doc)
}

func (f Findings) element(d diag.Diagnostic) findingElement {
	e := findingElement{
		Code: d.Rule.Code, Severity: d.Rule.Severity.String(), Summary: d.Rule.Summary,
		Mark: d.Mark, Detail: d.Detail, Help: d.Help, Fix: d.Fix,
	}
	if !d.At.IsZero() {
		at := f.moved(d.At)
		e.At = &at
	}
	for _, label := range d.Related {
		e.Related = append(e.Related, relatedPlace{f.moved(label.At), label.Text})
	}
	return e
}

func (f Findings) moved(at diag.Range) diag.Range {
	at.File = f.path(at.File)
	return at
}

// indented is JSON for people too: <, > and & stay themselves.
func indented(x any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(x)
	return b.Bytes(), err
}

// message is a finding in one text, without its summary.
func message(d diag.Diagnostic) string {
	var parts []string
	for _, part := range []string{closed(d.Mark), d.Detail} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if d.Help != "" {
		parts = append(parts, "To put it right: "+d.Help)
	}
	if len(parts) == 0 {
		return d.Rule.Summary + "."
	}
	return strings.Join(parts, "\n")
}

// closed is a mark's few words as a line of their own.
func closed(mark string) string {
	if mark == "" || strings.HasSuffix(mark, ".") {
		return mark
	}
	return mark + "."
}

// codePoints is a column counted in characters as a person sees them, counted
// in Unicode's code points instead. A column behind the line's end stays as
// far behind it.
func codePoints(line string, column int) int {
	points, rest := 1, []byte(line)
	for ; column > 1 && len(rest) > 0; column-- {
		n, cluster, err := textseg.ScanGraphemeClusters(rest, true)
		if err != nil || n == 0 {
			break
		}
		points += utf8.RuneCount(cluster)
		rest = rest[n:]
	}
	return points + column - 1
}
