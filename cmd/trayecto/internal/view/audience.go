package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
)

func audiencesByName(p *plan.Plan) map[string]plan.Audience {
	out := map[string]plan.Audience{}
	for _, a := range p.Audience {
		out[a.Segment] = a
	}
	return out
}

// members is a new segment in a line: 1,411 people, 804 can get offers by e-mail.
func members(a plan.Audience) string {
	if a.After == nil {
		return "not known: " + a.Unknown
	}
	parts := []string{people(*a.After)}
	for _, r := range a.Reach {
		parts = append(parts, fmt.Sprintf("%s can get %s by %s", known(r.After), short(r.Purpose), channel(r.Channel)))
	}
	return strings.Join(parts, ", ")
}

// writeAudiences is the table of segments that were there before.
func writeAudiences(b *strings.Builder, p *plan.Plan) {
	var rows []plan.Audience
	for _, a := range p.Audience {
		if isEdit(p, a) {
			rows = append(rows, a)
		}
	}
	if len(rows) == 0 {
		return
	}
	width := len("people")
	for _, a := range rows {
		width = max(width, len([]rune(a.Segment)))
	}
	fmt.Fprintf(b, "\n  %s   before    after     join    leave\n", pad("", width))
	for _, a := range rows {
		writeAudience(b, a, width)
	}
}

func writeAudience(b *strings.Builder, a plan.Audience, width int) {
	if a.After == nil && a.Before == nil {
		fmt.Fprintf(b, "  %s   not known: %s\n", pad(a.Segment, width), a.Unknown)
		return
	}
	fmt.Fprintf(b, "  %s %s %s %s %s\n", pad(a.Segment, width), padLeft(known(a.Before), 8), padLeft(known(a.After), 8),
		padLeft(signed(a.Join, "+"), 8), padLeft(signed(a.Leave, "-"), 8))
	for _, r := range a.Reach {
		fmt.Fprintf(b, "  %s   can get %s by %s: %s -> %s\n", pad("", width), short(r.Purpose), channel(r.Channel), known(r.Before), known(r.After))
	}
	if a.Unknown != "" {
		fmt.Fprintf(b, "  %s   not known: %s\n", pad("", width), a.Unknown)
	}
	if len(a.UsedBy) > 0 {
		fmt.Fprintf(b, "  %s   used by %s\n", pad("", width), strings.Join(a.UsedBy, ", "))
	}
}

// isEdit tells whether a segment was there before the plan.
func isEdit(p *plan.Plan, a plan.Audience) bool {
	for _, c := range p.Changes {
		if c.Address.Object == a.Segment && c.Action == plan.Create {
			return false
		}
	}
	return true
}

// writeNotes is everything that a reader must not miss besides the changes.
func writeNotes(b *strings.Builder, p *plan.Plan) {
	var lines []string
	for _, s := range p.Sends {
		lines = append(lines, s.Journey+": "+s.Text)
	}
	for _, f := range p.Findings {
		lines = append(lines, f.Object+" "+f.Text)
	}
	for _, g := range p.Guards {
		lines = append(lines, g.Guard+": "+g.Result+". "+g.Message)
	}
	lines = append(lines, p.Notes...)
	if len(p.LeftOut) > 0 {
		lines = append(lines, "Not deployed here (leave_out): "+sentence(p.LeftOut))
	}
	if len(p.OnlyTo) > 0 {
		lines = append(lines, fmt.Sprintf("Only %s can be written to from here (only_to).", people(len(p.OnlyTo))))
	}
	if len(lines) > 0 {
		b.WriteString("\n")
	}
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
}
