package diag

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apparentlymart/go-textseg/v15/textseg"
	"golang.org/x/text/width"
)

// Most is how many findings are shown at once.
const Most = 50

// Format renders a list as people read it: sorted, at most Most findings, each
// with the line it is about. line gives line n of a file, "" when there is
// none. The text ends with a newline unless it is empty.
func Format(l List, line func(file string, n int) string) string {
	all := l.Sorted()
	shown := all
	if len(shown) > Most {
		shown = shown[:Most]
	}
	parts := make([]string, 0, len(shown)+1)
	for _, d := range shown {
		parts = append(parts, formatOne(d, line))
	}
	if rest := len(all) - len(shown); rest > 0 {
		parts = append(parts, fmt.Sprintf("%s kept back. Put these right first.\n", counted(rest, "more finding")))
	}
	return strings.Join(parts, "\n")
}

// Summary is the last line of a report: how many errors in how many files, and
// where to read more. It is "" for an empty list.
func Summary(l List) string {
	all := l.Sorted()
	if len(all) == 0 {
		return ""
	}
	files := map[string]bool{}
	for _, d := range all {
		if !d.At.IsZero() {
			files[d.At.File] = true
		}
	}
	var counts []string
	errors := all.Errors()
	if errors > 0 {
		counts = append(counts, counted(errors, "error"))
	}
	if warnings := len(all) - errors; warnings > 0 {
		counts = append(counts, counted(warnings, "warning"))
	}
	where := ""
	if len(files) > 0 {
		where = " in " + counted(len(files), "file")
	}
	return fmt.Sprintf("%s%s. More on one: trayecto explain %s", strings.Join(counts, ", "), where, gravest(all).Rule.Code)
}

// gravest is the first error, or the first of all when there is none.
func gravest(all List) Diagnostic {
	for _, d := range all {
		if d.Rule.Severity == Error {
			return d
		}
	}
	return all[0]
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// formatOne renders one finding.
func formatOne(d Diagnostic, line func(string, int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s[%s]: %s\n", d.Rule.Severity, d.Rule.Code, d.Rule.Summary)
	margin := marginOf(d)
	if !d.At.IsZero() {
		excerpt(&b, d.At, d.Mark, '^', margin, line)
	}
	for i, label := range d.Related {
		if i == mostLabels {
			break
		}
		excerpt(&b, label.At, label.Text, '-', margin, line)
	}
	note(&b, margin, d.Detail, "")
	note(&b, margin, d.Help, "help: ")
	return b.String()
}

// mostLabels is how many other places one finding may point at.
const mostLabels = 3

// marginOf is the width of the column of line numbers.
func marginOf(d Diagnostic) int {
	last := d.At.Start.Line
	for _, label := range d.Related {
		last = max(last, label.At.Start.Line)
	}
	return len(strconv.Itoa(last))
}

// excerpt shows a place: where it is, its line, and a row of marks under it.
func excerpt(b *strings.Builder, at Range, text string, mark rune, margin int, line func(string, int) string) {
	gap := strings.Repeat(" ", margin)
	source := line(at.File, at.Start.Line)
	fmt.Fprintf(b, "%s--> %s:%d:%d%s\n", gap, at.File, at.Start.Line, at.Start.Column, silent(text, source))
	if source == "" {
		return
	}
	fmt.Fprintf(b, "%s |\n", gap)
	fmt.Fprintf(b, "%*d | %s\n", margin, at.Start.Line, visible(source))
	before, marked := columns(source, at)
	row := strings.Repeat(" ", before) + strings.Repeat(string(mark), marked)
	if text != "" {
		row += " " + visible(text)
	}
	fmt.Fprintf(b, "%s | %s\n", gap, row)
}

// silent is a label's text where there is no line to write it under.
func silent(text, source string) string {
	if source != "" || text == "" {
		return ""
	}
	return "  " + visible(text)
}

// note writes full sentences or advice, every line behind the margin.
func note(b *strings.Builder, margin int, text, before string) {
	if text == "" {
		return
	}
	lead := strings.Repeat(" ", margin) + " = " + before
	for _, row := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight(lead+visible(row), " ") + "\n")
		lead = strings.Repeat(" ", margin+len(" = "))
	}
}

// columns is how far from the left a place begins and how wide it is, on the
// screen. A place of several lines is marked to the end of its first.
func columns(source string, at Range) (before, marked int) {
	column := 1
	for rest := source; rest != ""; column++ {
		cluster := first(rest)
		rest = rest[len(cluster):]
		switch {
		case column < at.Start.Column:
			before += screenWidth(cluster)
		case at.End.Line > at.Start.Line || column < at.End.Column:
			marked += screenWidth(cluster)
		}
	}
	return before + max(0, at.Start.Column-column), max(marked, 1)
}

// first is the first character of a text as a person sees it.
func first(text string) string {
	n, cluster, err := textseg.ScanGraphemeClusters([]byte(text), true)
	if err != nil || n == 0 {
		return text[:1]
	}
	return string(cluster)
}

const tab = "    "

// screenWidth is how many columns a character takes.
func screenWidth(cluster string) int {
	if cluster == "\t" {
		return len(tab)
	}
	r, _ := utf8.DecodeRuneInString(cluster)
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// visible is a text for a screen: tabs as spaces, and a question mark for each
// character that steers a terminal or turns the direction of writing.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Bidi_Control, r) {
			return '?'
		}
		return r
	}, strings.ReplaceAll(text, "\t", tab))
}
