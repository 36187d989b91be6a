package view

import (
	"fmt"
	"strings"
)

// around is how many lines of context a unified diff shows.
const around = 3

// Unified is the difference between two versions of a file in the unified
// format of diff, patch and git; "" when there is none.
func Unified(path, before, after string) string {
	script := edits(split(before), split(after))
	var b strings.Builder
	for _, h := range hunks(script) {
		if b.Len() == 0 {
			fmt.Fprintf(&b, "--- a/%s\n+++ b/%s\n", path, path)
		}
		h.write(&b)
	}
	return b.String()
}

// ChangedLines is how many lines of a file change: of two lines that go and
// one that comes, two.
func ChangedLines(before, after string) int {
	total, gone, come := 0, 0, 0
	for _, e := range append(edits(split(before), split(after)), edit{op: ' '}) {
		switch e.op {
		case '-':
			gone++
		case '+':
			come++
		default:
			total, gone, come = total+max(gone, come), 0, 0
		}
	}
	return total
}

// split cuts a text into lines with their ends, so that a last line without
// one differs from one with it.
func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// hunk is a stretch of a script with the lines before it in both versions.
type hunk struct {
	before, after int
	script        []edit
}

// hunks cuts a script into changes with their context; changes that are near
// each other share one.
func hunks(script []edit) []hunk {
	var out []hunk
	end := 0 // of the last hunk, in the script
	before, after := 0, 0
	positions := make([][2]int, len(script))
	for i, e := range script {
		positions[i] = [2]int{before, after}
		if e.op != '+' {
			before++
		}
		if e.op != '-' {
			after++
		}
	}
	for i, e := range script {
		if e.op == ' ' {
			continue
		}
		from, to := max(i-around, 0), min(i+around+1, len(script))
		if len(out) == 0 || from > end {
			out = append(out, hunk{before: positions[from][0], after: positions[from][1]})
			end = from
		}
		last := &out[len(out)-1]
		last.script = append(last.script, script[end:to]...)
		end = to
	}
	return out
}

func (h hunk) write(b *strings.Builder) {
	gone, come := 0, 0
	for _, e := range h.script {
		if e.op != '+' {
			gone++
		}
		if e.op != '-' {
			come++
		}
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", stretch(h.before, gone), stretch(h.after, come))
	for _, e := range h.script {
		b.WriteString(string(e.op) + e.line)
		if !strings.HasSuffix(e.line, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// stretch is a range of lines; of nothing it is the line before.
func stretch(before, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", before)
	case 1:
		return fmt.Sprint(before + 1)
	}
	return fmt.Sprintf("%d,%d", before+1, n)
}
