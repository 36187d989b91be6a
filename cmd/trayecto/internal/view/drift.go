package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
)

// writeDrift is the section of what somebody changed on the platforms, with
// what is done about it.
func writeDrift(b *strings.Builder, p *plan.Plan) {
	items := driftItems(p)
	if len(items) == 0 {
		return
	}
	b.WriteString("\nChanged on the platform since the last apply:\n")
	for _, item := range items {
		b.WriteString("  " + item.line + "\n")
		for _, line := range item.texts {
			b.WriteString("      " + line + "\n")
		}
	}
	for _, d := range p.Drift {
		if d.Choice == plan.Overwrite {
			b.WriteString("Decide otherwise: --drift adopt=ADDRESS leaves an object so, --drift refuse stops.\n")
			return
		}
	}
}

// driftPart is the same section of a comment.
func driftPart(p *plan.Plan) part {
	out := part{head: "\n**Changed on the platform since the last apply**\n\n", more: "- and %s more\n"}
	for _, item := range driftItems(p) {
		text := "- " + markup.Replace(item.line) + "\n"
		if len(item.texts) > 0 {
			lines := strings.Join(item.texts, "\n  ")
			fence := fenceFor(lines)
			text += "\n  " + fence + "diff\n  " + lines + "\n  " + fence + "\n"
		}
		out.items = append(out.items, text)
	}
	return out
}

// driftItem is an object that is not as it was applied: what becomes of it, and
// the texts of several lines that differ, where no change shows them too.
type driftItem struct {
	line  string
	texts []string
}

// driftItems says what is on the platforms not as it was applied, and what
// becomes of it.
func driftItems(p *plan.Plan) []driftItem {
	removed := map[string]bool{}
	for _, c := range p.Changes {
		if c.Action == plan.Delete {
			removed[c.Address.String()] = true
		}
	}
	var out []driftItem
	for _, d := range p.Drift {
		item := driftItem{line: d.Address.String() + drifted(d) + "; " + decided(d, removed[d.Address.String()])}
		for _, diff := range d.Diff {
			if d.Choice == plan.Keep && !inner(diff.Path) {
				item.texts = append(item.texts, textLines(diff)...)
			}
		}
		out = append(out, item)
	}
	return out
}

func drifted(d plan.Drift) string {
	if d.Kind == plan.Missing {
		return " is gone"
	}
	var paths []string
	for _, diff := range d.Diff {
		switch {
		case inner(diff.Path):
		case len(textLines(diff)) > 0:
			paths = append(paths, diff.Path+" differs")
		case diff.Path == "natural_key":
			paths = append(paths, fmt.Sprintf("renamed %s -> %s", cut(spell(diff.Before)), cut(spell(diff.After))))
		default:
			paths = append(paths, fmt.Sprintf("%s: %s -> %s", diff.Path, cut(spell(diff.Before)), cut(spell(diff.After))))
		}
	}
	if len(paths) == 0 {
		return " is not as it was written"
	}
	return ": " + strings.Join(paths, "; ")
}

func decided(d plan.Drift, removed bool) string {
	switch d.Choice {
	case plan.Keep:
		return "it stays so, as long as the files do not change it"
	case plan.Refuse:
		if d.Why != "" {
			return "refused: " + d.Why
		}
		return "refused"
	case plan.Overwrite:
	}
	switch {
	case removed:
		return "it is removed"
	case d.Kind == plan.Missing:
		return "it is made again"
	}
	return "it is put back"
}

// writeManual is the section of what a person has to do.
func writeManual(b *strings.Builder, p *plan.Plan) {
	lines := manualLines(p)
	if len(lines) == 0 {
		return
	}
	b.WriteString("\nBy hand, since the platform does not let programs do it:\n")
	for _, line := range lines {
		b.WriteString("  " + line + "\n")
	}
}

// manualLines says which steps by hand are open, and which were found done.
func manualLines(p *plan.Plan) []string {
	var out []string
	for _, m := range p.Manual {
		what := fmt.Sprintf("%s %q on platform.%s (%s)", m.Kind, m.Key, m.Address.Platform, m.Address.Object)
		switch m.Status {
		case plan.ToMake:
			out = append(out, "open: make the "+what+": "+m.How+made(m)+waiting(m))
		case plan.ToChange:
			var paths []string
			for _, d := range m.Diff {
				paths = append(paths, fmt.Sprintf("%s: %s -> %s", d.Path, cut(spell(d.Before)), cut(spell(d.After))))
			}
			out = append(out, "open: change the "+what+": "+strings.Join(paths, "; ")+". "+m.How)
		case plan.ToRemove:
			out = append(out, "open: remove the "+what+", which the files do not ask for any more: "+m.How)
		case plan.Done:
			out = append(out, "done: the "+what+" is there as "+m.ID)
		}
	}
	return out
}

// made is what the object has to be like.
func made(m plan.Manual) string {
	var parts []string
	for _, d := range plan.Diff(nil, m.Wanted) {
		parts = append(parts, d.Path+" = "+cut(spell(d.After)))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", with " + strings.Join(parts, ", ")
}

func waiting(m plan.Manual) string {
	if len(m.Waiting) == 0 {
		return ""
	}
	var names []string
	for _, a := range m.Waiting {
		names = append(names, a.Object)
	}
	names = slices.Compact(names) // of one declaration several objects may wait
	return "; " + strings.Join(names, ", ") + " " + waits(len(names)) + " for it"
}

func waits(n int) string {
	if n == 1 {
		return "waits"
	}
	return "wait"
}
