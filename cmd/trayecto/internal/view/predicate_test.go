package view

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/targets/run"
)

func countries(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(`|| person.country == "C%d"`, i))
	}
	return out
}

// Of a long condition that is shown which changes, and what stays is counted.
func TestLongConditionsAreFolded(t *testing.T) {
	before, after := countries(40), countries(40)
	after[20] = `|| person.country == "ES"`
	want := []string{
		"  (17 lines as before)", `  || person.country == "C17"`, `  || person.country == "C18"`, `  || person.country == "C19"`,
		`- || person.country == "C20"`, `+ || person.country == "ES"`,
		`  || person.country == "C21"`, `  || person.country == "C22"`, `  || person.country == "C23"`, "  (16 lines as before)",
	}
	if diff := cmp.Diff(want, predicateLines(before, after)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(diffLines(before[:12], after[:12]), predicateLines(before[:12], after[:12])); diff != "" {
		t.Errorf("a condition of twelve lines is shown whole:\n%s", diff)
	}
	all := predicateLines(countries(1000), []string{"person.vip"})
	if len(all) != mostEdited+1 || all[mostEdited] != "  (881 more lines go or come)" {
		t.Errorf("%d lines, the last of them %q", len(all), all[len(all)-1])
	}
}

// Of a list of thousands of values that is shown where it changes.
func TestWideConditionsAreCut(t *testing.T) {
	var values []string
	for i := range 4000 {
		values = append(values, fmt.Sprintf("%q", fmt.Sprintf("C%d", i)))
	}
	list := func() string { return "one_of(person.country, " + strings.Join(values, ", ") + ")" }
	before := list()
	values[2000] = `"ES"`
	for _, line := range predicateLines([]string{before}, []string{list()}) {
		is := `"C2000"`
		if line[0] == '+' {
			is = `"ES"`
		}
		if len(line) > mostWide || !strings.Contains(line, is) || !strings.Contains(line, "characters)") {
			t.Errorf("not what changes: %s", line)
		}
	}
}

// Nobody reads thousands of names, or as many pairs as the square of that.
func TestManyNamesAreCounted(t *testing.T) {
	var names []string
	var pairs []prove.Related
	var worst []prove.Worst
	for i := range 5000 {
		names = append(names, fmt.Sprintf("segment.s%04d", i))
		pairs = append(pairs, prove.Related{A: names[i], B: names[0], Kind: prove.Within})
		worst = append(worst, prove.Worst{Pressure: "pressure.all", Limit: "l", Max: 1, Per: "1d"})
	}
	for name, text := range map[string]string{
		"4,960 more": Object(run.About{Address: "segment.s", Kind: "segment", UsedBy: names}),
		"And 3,000 more pairs are equal, apart or part of one another.\n": Deep(prove.Survey{Relations: pairs}),
		" There are 4,980 more limits.":                                   worstLine(worst, []prove.Uncounted{{Class: ir.Marketing, Journeys: []string{"journey.j"}}}),
	} {
		if !strings.Contains(text, name) || len(text) > 100_000 {
			t.Errorf("%d characters that do not count the rest: %q", len(text), name)
		}
	}
}
