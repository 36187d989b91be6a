package view

import "slices"

// edit is a line that stays (' '), goes ('-') or comes ('+').
type edit struct {
	op   byte
	line string
}

// mostSteps bounds the search for the shortest script: its memory grows with
// the square of the number of edits.
const mostSteps = 2000

// edits is a script that turns before into after, as short as can be: Eugene
// Myers' greedy search ("An O(ND) Difference Algorithm", 1986) between what
// both have in common at their ends. Texts that need more than mostSteps edits
// there are replaced as a whole. Lines that go stand before those that come.
func edits(before, after []string) []edit {
	head := 0
	for head < min(len(before), len(after)) && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < min(len(before), len(after))-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	a, b := before[head:len(before)-tail], after[head:len(after)-tail]
	var out []edit
	out = append(out, marked(' ', before[:head])...)
	out = append(out, middle(a, b)...)
	return append(out, marked(' ', before[len(before)-tail:])...)
}

func marked(op byte, lines []string) []edit {
	out := make([]edit, len(lines))
	for i, line := range lines {
		out[i] = edit{op, line}
	}
	return out
}

// middle is the shortest script, or the replacement of everything when it
// would be too long.
func middle(a, b []string) []edit {
	frontiers := search(a, b)
	if frontiers == nil {
		return append(marked('-', a), marked('+', b)...)
	}
	return removalsFirst(trace(a, b, frontiers))
}

// search finds how far along each diagonal d edits lead, for d = 0, 1, ...
// until the end is reached. In a frontier of d edits, diagonal k = x-y stands
// at index k+d and holds the greatest x.
func search(a, b []string) [][]int {
	var frontiers [][]int
	for d := 0; d <= min(len(a)+len(b), mostSteps); d++ {
		frontier := make([]int, 2*d+1)
		for k := -d; k <= d; k += 2 {
			x := start(frontiers, d, k)
			for x < len(a) && x-k < len(b) && x-k >= 0 && a[x] == b[x-k] {
				x++
			}
			frontier[k+d] = x
			if x >= len(a) && k == len(a)-len(b) {
				return append(frontiers, frontier)
			}
		}
		frontiers = append(frontiers, frontier)
	}
	return nil
}

// start is where diagonal k begins with its last of d edits: down from k+1 (a
// line comes) or right from k-1 (a line goes), whichever leads further.
func start(frontiers [][]int, d, k int) int {
	if d == 0 {
		return 0
	}
	if comes(frontiers[d-1], d, k) {
		return frontiers[d-1][k+1+d-1]
	}
	return frontiers[d-1][k-1+d-1] + 1
}

// comes tells whether the last edit on diagonal k is a line that comes.
func comes(previous []int, d, k int) bool {
	return k == -d || k != d && previous[k-1+d-1] < previous[k+1+d-1]
}

// trace walks the frontiers back from the end.
func trace(a, b []string, frontiers [][]int) []edit {
	var out []edit
	x, y := len(a), len(b)
	for d := len(frontiers) - 1; d >= 0; d-- {
		k := x - y
		for from := start(frontiers, d, k); x > from; x, y = x-1, y-1 {
			out = append(out, edit{' ', a[x-1]})
		}
		if d == 0 {
			break
		}
		if comes(frontiers[d-1], d, k) {
			y--
			out = append(out, edit{'+', b[y]})
		} else {
			x--
			out = append(out, edit{'-', a[x]})
		}
	}
	slices.Reverse(out)
	return out
}

// removalsFirst puts the lines that go before those that come between two
// lines that stay.
func removalsFirst(script []edit) []edit {
	for from := 0; from < len(script); {
		to := from
		for to < len(script) && script[to].op != ' ' {
			to++
		}
		slices.SortStableFunc(script[from:to], func(x, y edit) int { return int(y.op) - int(x.op) }) // '-' is greater than '+'
		from = to + 1
	}
	return script
}

// diffLines sets two texts side by side, line by line: lines that stay
// have a space in front, those that go a minus, those that come a plus.
func diffLines(before, after []string) []string {
	var out []string
	for _, e := range edits(before, after) {
		out = append(out, string(e.op)+" "+e.line)
	}
	return out
}

func sameLines(a, b []string) bool { return slices.Equal(a, b) }
