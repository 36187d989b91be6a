package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
)

// commentLimit is what a forge takes in one comment, less room for a marker.
// GitHub's limit is 65,536 characters.
const commentLimit = 65000

// Markdown is the plan for a pull request. It never exceeds commentLimit:
// details collapse first, then rows become a count.
func Markdown(p *plan.Plan) string {
	for _, rows := range []int{1 << 30, 400, 100, 20, 0} {
		if text := markdown(p, rows, true); len([]rune(text)) <= commentLimit {
			return text
		}
		if text := markdown(p, rows, false); len([]rune(text)) <= commentLimit {
			return text
		}
	}
	return marker(p) + heading(p) + "\n\n" + summary(p) + "\n"
}

// marker lets the next run find its own comment.
func marker(p *plan.Plan) string {
	env := p.Env
	if env == "" {
		env = "default"
	}
	return fmt.Sprintf("<!-- trayecto:%s/%s -->\n", p.Project, env)
}

func markdown(p *plan.Plan, rows int, details bool) string {
	var b strings.Builder
	b.WriteString(marker(p))
	title := p.Project
	if p.Env != "" {
		title += " / " + p.Env
	}
	if p.Empty() {
		fmt.Fprintf(&b, "### %s: no changes\n\n%s\n", title, escape(unchanged(p)))
	} else {
		fmt.Fprintf(&b, "### %s: %s\n\n", title, strings.TrimSuffix(summary(p), "."))
		markdownChanges(&b, p, rows)
	}
	markdownAudience(&b, p, rows)
	if details {
		markdownDetails(&b, p)
	}
	markdownNotes(&b, p)
	fmt.Fprintf(&b, "\n%s\nPlan `%s`", escape(heading(p)), p.Short())
	if p.Source != "" {
		fmt.Fprintf(&b, " of source `%.8s`", p.Source)
	}
	b.WriteString(".\n")
	return b.String()
}

func markdownChanges(b *strings.Builder, p *plan.Plan, rows int) {
	lines, audiences := groups(p), audiencesByName(p)
	several := len(p.Platforms) > 1
	b.WriteString("| | object | change |\n|---|---|---|\n")
	for i, g := range lines {
		if i == rows {
			fmt.Fprintf(b, "| | and %s more | |\n", number(len(lines)-rows))
			break
		}
		text := g.text(audiences)
		if g.action == plan.Update && text == "" {
			text = "changed"
		}
		fmt.Fprintf(b, "| `%s` | `%s` | %s |\n", g.sign, g.name(several), escape(text))
	}
}

func markdownAudience(b *strings.Builder, p *plan.Plan, rows int) {
	var changed []plan.Audience
	for _, a := range p.Audience {
		if isEdit(p, a) {
			changed = append(changed, a)
		}
	}
	if len(changed) == 0 || rows == 0 {
		return
	}
	b.WriteString("\n| people | before | after | join | leave | can get |\n|---|--:|--:|--:|--:|---|\n")
	for i, a := range changed {
		if i == rows {
			fmt.Fprintf(b, "| and %s more | | | | | |\n", number(len(changed)-rows))
			break
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s |\n", a.Segment, known(a.Before), known(a.After),
			signed(a.Join, "+"), signed(a.Leave, "-"), escape(reaches(a)))
	}
}

func reaches(a plan.Audience) string {
	var parts []string
	for _, r := range a.Reach {
		parts = append(parts, fmt.Sprintf("%s by %s: %s → %s", short(r.Purpose), channel(r.Channel), known(r.Before), known(r.After)))
	}
	if a.Unknown != "" {
		parts = append(parts, "not known: "+a.Unknown)
	}
	return strings.Join(parts, "; ")
}

// markdownDetails shows what changes inside each edited declaration, folded.
func markdownDetails(b *strings.Builder, p *plan.Plan) {
	audiences := audiencesByName(p)
	for _, g := range groups(p) {
		if g.action != plan.Update && g.action != plan.Replace {
			continue
		}
		var inside strings.Builder
		writeEdit(&inside, g, audiences)
		if inside.Len() == 0 {
			continue
		}
		fence := fenceFor(inside.String())
		fmt.Fprintf(b, "\n<details><summary><code>%s</code></summary>\n\n%sdiff\n%s%s\n</details>\n", g.object, fence, unindent(inside.String()), fence)
	}
}

// unindent brings the signs to the first column, where a diff needs them.
func unindent(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "      ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// fenceFor is a code fence that nothing in text can close.
func fenceFor(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence
}

func markdownNotes(b *strings.Builder, p *plan.Plan) {
	var notes strings.Builder
	writeDrift(&notes, p)
	if notes.Len() > 0 {
		fence := fenceFor(notes.String())
		fmt.Fprintf(b, "\n%s\n%s%s\n", fence, strings.TrimLeft(notes.String(), "\n"), fence)
	}
	notes.Reset()
	writeNotes(&notes, p)
	for _, line := range strings.Split(strings.TrimSpace(notes.String()), "\n") {
		if line != "" {
			fmt.Fprintf(b, "\n- %s", escape(line))
		}
	}
	if notes.Len() > 0 {
		b.WriteString("\n")
	}
}

// escape keeps authors' words from being read as Markdown or HTML.
func escape(s string) string { return markup.Replace(s) }

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "@", "@\u200b")
