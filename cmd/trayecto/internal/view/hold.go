package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// Holds lists what is on hold.
func Holds(holds []state.Hold) string {
	if len(holds) == 0 {
		return "Nothing is on hold.\n"
	}
	var b strings.Builder
	for _, h := range holds {
		fmt.Fprintf(&b, "%s, since %s by %s%s\n", h.What, h.Since.UTC().Format(time.RFC3339), printable(h.By), reasoned(h.Why))
	}
	return b.String()
}

func reasoned(why string) string {
	if why == "" {
		return ""
	}
	return ": " + printable(why)
}

// Paused says what a hold has stopped.
func Paused(s run.Stopped) string {
	var b strings.Builder
	switch n := s.Apply.Count(apply.Made); {
	case n > 0:
		fmt.Fprintf(&b, "On hold: %s. %s switched off, read back and off.\n", s.Hold.What, number(n))
	case len(s.Left) == 0:
		fmt.Fprintf(&b, "On hold: %s. Nothing of it was on.\n", s.Hold.What)
	default:
		fmt.Fprintf(&b, "On hold: %s.\n", s.Hold.What)
	}
	writeSwitched(&b, s)
	fmt.Fprintf(&b, "No apply switches it on. To lift it: trayecto resume %s\n", s.Hold.What)
	return b.String()
}

// Resumed says what goes on again.
func Resumed(s run.Stopped) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Not on hold any more: %s. %s switched on.\n", s.Hold.What, number(s.Apply.Count(apply.Made)))
	writeSwitched(&b, s)
	return b.String()
}

func writeSwitched(b *strings.Builder, s run.Stopped) {
	for _, e := range s.Apply.Events {
		if e.Outcome == apply.Made {
			fmt.Fprintf(b, "  %s\n", e.Change.Address)
		}
	}
	writeFailures(b, s.Apply)
	for _, d := range s.Apply.NotAsPlanned {
		fmt.Fprintf(b, "not as it should be: %s\n", d.Address)
	}
	for _, left := range s.Left {
		b.WriteString("  " + left + "\n")
	}
}

// holdLines says what is on hold, whatever the files say.
func holdLines(p *plan.Plan) []string {
	var lines []string
	for _, h := range p.Holds {
		what := ""
		if len(h.Objects) > 0 {
			what = " " + strings.Join(h.Objects, ", ") + verb(len(h.Objects), " stays off.", " stay off.")
		}
		lines = append(lines, fmt.Sprintf("On hold since %s by %s: %s%s.%s To lift it: trayecto resume %s",
			instant(h.Since, p.Timezone), printable(h.By), h.What, reasoned(h.Why), what, h.What))
	}
	return lines
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
