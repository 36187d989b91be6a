package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// handoverLines says what is called otherwise from now on and what is let go.
// The objects of one declaration are one line.
func handoverLines(p *plan.Plan) []string {
	var lines []string
	type rename struct{ from, to string }
	moved := map[rename]int{}
	for _, m := range p.Moved {
		moved[rename{m.From.Object, m.To.Object}]++
	}
	said := map[rename]bool{}
	for _, m := range p.Moved {
		r := rename{m.From.Object, m.To.Object}
		if said[r] {
			continue
		}
		said[r] = true
		lines = append(lines, fmt.Sprintf("Renamed: %s is %s now; %s %s what %s.", r.from, r.to, plural(moved[r], "object"), stays(moved[r]), isWere(moved[r])))
	}
	for _, l := range p.LetGo {
		lines = append(lines, fmt.Sprintf("Let go: %s stays on platform.%s as %s%s, and is not managed any more.",
			strings.TrimSpace(l.Address.Object+" "+l.Address.Role), l.Address.Platform, l.ID, switchedSo(l.Switch)))
	}
	return lines
}

func stays(n int) string {
	if n == 1 {
		return "stays"
	}
	return "stay"
}

func isWere(n int) string {
	if n == 1 {
		return "it is"
	}
	return "they are"
}

func switchedSo(is resource.Switch) string {
	switch is {
	case resource.On:
		return ", switched on"
	case resource.Off:
		return ", switched off"
	case resource.NoSwitch:
	}
	return ""
}

func writeHandover(b *strings.Builder, p *plan.Plan) {
	lines := handoverLines(p)
	if len(lines) > 0 {
		b.WriteString("\n")
	}
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
}

// takenOver says of an adoption where the object comes from.
func (g group) takenOver() string {
	c := g.changes[0]
	if !c.Imported {
		return "made by an earlier run whose answer was lost; taken over"
	}
	var ids []string
	for _, c := range g.changes {
		ids = append(ids, c.ID)
	}
	return "taken over: " + strings.Join(ids, ", ")
}

// onlyMarks tells whether an edit changes nothing that a reader knows: it
// leaves our mark on what was renamed or taken over.
func (g group) onlyMarks() bool {
	for _, c := range g.changes {
		if !c.Remarks || len(c.Diff) > 0 || c.Action != plan.Update {
			return false
		}
	}
	return true
}
