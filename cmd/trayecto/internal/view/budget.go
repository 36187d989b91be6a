package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/types"
)

// budgetLines says what a plan takes of what platforms allow: a line for each
// platform that limits calls.
func budgetLines(p *plan.Plan) []string {
	var lines []string
	last := ""
	for _, c := range p.Costs {
		if len(c.Limits) == 0 {
			continue
		}
		text := fmt.Sprintf("%s of %s, which allows %s%s", plural(c.Calls, "call"), c.Class, allowed(c.Limits), lasts(c))
		if c.Platform == last {
			lines[len(lines)-1] += "; " + text
			continue
		}
		last = c.Platform
		lines = append(lines, "Writes to platform."+c.Platform+": "+text)
	}
	for i := range lines {
		lines[i] += "."
	}
	return lines
}

func allowed(limits []plan.Limit) string {
	parts := make([]string, len(limits))
	for i, l := range limits {
		parts[i] = number(l.Calls) + " a " + span(l.Per)
	}
	return strings.Join(parts, ", ")
}

// span is a length of time in words: day, 10 seconds.
func span(text string) string {
	s, err := types.ParseSpan(text)
	words := map[types.Unit]string{types.Second: "second", types.Minute: "minute", types.Hour: "hour", types.Day: "day", types.Week: "week", types.Month: "month", types.Year: "year"}
	if err != nil || words[s.Unit] == "" {
		return text
	}
	if s.Amount == 1 {
		return words[s.Unit]
	}
	return plural(int(s.Amount), words[s.Unit])
}

// lasts is how long the calls take where they are more than one window allows.
func lasts(c plan.Cost) string {
	longest := ""
	for _, l := range c.Limits {
		s, err := types.ParseSpan(l.Per)
		if err != nil || l.Calls < 1 || c.Calls <= l.Calls {
			continue
		}
		windows := (c.Calls + l.Calls - 1) / l.Calls
		s.Amount *= int64(windows)
		longest = ": more than that, so it takes up to " + plural(int(s.Amount), strings.TrimSuffix(span("1"+string(s.Unit)), "s"))
	}
	return longest
}
