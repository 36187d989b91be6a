package view

import (
	"fmt"
	"unicode/utf8"
)

// What is shown of a condition that changes is what its author wrote, unless that
// is more than anybody reads: a list of thousands of countries, or as many lines.
const (
	mostStaying = 12  // lines in a row that stay
	keptBeside  = 3   // of more: at each end
	mostEdited  = 120 // lines that go or come
	mostWide    = 400 // characters of a line
	aroundEdit  = 60  // of a longer one: on each side of what differs
)

// predicateLines sets two conditions side by side as diffLines does, and counts
// what it leaves out.
func predicateLines(before, after []string) []string {
	var out []string
	script, edited := edits(before, after), 0
	for from := 0; from < len(script); {
		to := from
		for to < len(script) && (script[to].op == ' ') == (script[from].op == ' ') {
			to++
		}
		part := script[from:to]
		if part[0].op == ' ' {
			out = append(out, staying(part, from == 0, to == len(script))...)
			from = to
			continue
		}
		if edited += len(part); edited > mostEdited {
			part = part[:max(0, len(part)-(edited-mostEdited))]
		}
		out = append(out, narrowed(part)...)
		from = to
	}
	if more := edited - mostEdited; more > 0 {
		out = append(out, fmt.Sprintf("  (%s more lines go or come)", number(more)))
	}
	return out
}

// staying is lines that stay, of many those next to what changes.
func staying(lines []edit, first, last bool) []string {
	head, tail := keptBeside, keptBeside
	if first {
		head = 0
	}
	if last {
		tail = 0
	}
	var out []string
	for i, e := range lines {
		switch {
		case len(lines) <= mostStaying || i < head || i >= len(lines)-tail:
			out = append(out, "  "+cutAt(e.line, 0))
		case i == head:
			out = append(out, fmt.Sprintf("  (%s as before)", plural(len(lines)-head-tail, "line")))
		}
	}
	return out
}

// narrowed is lines that go and those that come in their place. Of long ones that
// is shown where the two differ.
func narrowed(lines []edit) []string {
	going := 0
	for going < len(lines) && lines[going].op == '-' {
		going++
	}
	out := make([]string, len(lines))
	for i, e := range lines {
		other := i + going
		if e.op == '+' {
			other = i - going
		}
		at := 0
		if pair := other >= 0 && other < len(lines) && lines[other].op != e.op; pair {
			at = alike(e.line, lines[other].line)
		}
		out[i] = string(e.op) + " " + cutAt(e.line, at)
	}
	return out
}

// alike is how many characters two lines begin with in common.
func alike(a, b string) int {
	x, y := []rune(a), []rune(b)
	n := 0
	for n < min(len(x), len(y)) && x[n] == y[n] {
		n++
	}
	return n
}

// cutAt is a line, of a long one what stands around a character.
func cutAt(line string, at int) string {
	long := utf8.RuneCountInString(line)
	if long <= mostWide {
		return line
	}
	r := []rune(line)
	from := max(0, min(at, long)-aroundEdit)
	to := min(long, max(at, aroundEdit)+aroundEdit)
	out := string(r[from:to])
	if from > 0 {
		out = "… " + out
	}
	if to < long {
		out += " …"
	}
	return out + fmt.Sprintf(" (%s characters)", number(long))
}
