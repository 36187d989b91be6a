package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
)

// commentLimit is what a forge takes in one comment, less room for what it
// adds itself. GitHub's limit is 65,536 characters.
const commentLimit = 65000

// Markdown is the plan for a pull request. It never exceeds commentLimit:
// every part keeps what fits into its share and counts the rest. What must not
// be missed comes first and takes first: people, then notes, then the list of
// changes, and with what is left the details.
func Markdown(p *plan.Plan) string {
	head := marker(p) + "### " + title(p) + "\n\n" + headline(p)
	tail := "\n" + markup.Replace(heading(p)) + "\n" + identity(p)
	left := commentLimit - length(head) - length(tail)
	people := fit(audienceRows(p), left/4)
	left -= length(people)
	notes := fit(noteItems(p), left/4)
	left -= length(notes)
	drift := fit(driftPart(p), left/4)
	left -= length(drift)
	changes := fit(changeRows(p), left*3/4)
	left -= length(changes)
	return head + drift + changes + people + fit(details(p), left) + notes + tail
}

func length(s string) int { return len([]rune(s)) }

// marker lets the next run find its own comment.
func marker(p *plan.Plan) string {
	env := p.Env
	if env == "" {
		env = "default"
	}
	return fmt.Sprintf("<!-- trayecto:%s/%s -->\n", p.Project, env)
}

func title(p *plan.Plan) string {
	name := p.Project
	if p.Env != "" {
		name += " / " + p.Env
	}
	if p.Empty() {
		return name + ": no changes"
	}
	return name + ": " + strings.TrimSuffix(summary(p), ".")
}

// headline is the sentence that decides: people and messages.
func headline(p *plan.Plan) string {
	risks := ""
	for _, line := range acceptedLines(p.Consent) {
		risks += "> " + markup.Replace(line) + "\n"
	}
	if risks != "" {
		risks = "> [!WARNING]\n" + risks + "\n"
	}
	if p.Empty() {
		return risks + markup.Replace(unchanged(p)) + "\n"
	}
	if text := consequence(p); text != "" {
		return risks + "**" + markup.Replace(text) + "**\n"
	}
	return risks
}

func identity(p *plan.Plan) string {
	if p.Source == "" {
		return fmt.Sprintf("Plan `%s`.\n", p.Short())
	}
	return fmt.Sprintf("Plan `%s` of source `%.8s`.\n", p.Short(), p.Source)
}

// part is a stretch of the comment that can be shortened item by item.
type part struct {
	head  string
	items []string
	more  string // how the rest is counted: "| | and %s more | |\n"
}

// fit is as much of the part as a budget of characters allows.
func fit(p part, budget int) string {
	if len(p.items) == 0 {
		return ""
	}
	budget -= length(p.head) + length(p.more) + 12 // the widest count
	var b strings.Builder
	b.WriteString(p.head)
	for i, item := range p.items {
		if budget -= length(item); budget < 0 {
			fmt.Fprintf(&b, p.more, number(len(p.items)-i))
			break
		}
		b.WriteString(item)
	}
	return b.String()
}

func changeRows(p *plan.Plan) part {
	rows := part{head: "\n| | object | change |\n|---|---|---|\n", more: "| | and %s more | |\n"}
	audiences, several := audiencesByName(p), len(p.Platforms) > 1
	for _, g := range groups(p) {
		rows.items = append(rows.items, fmt.Sprintf("| `%s` | `%s` | %s |\n", g.sign, g.name(several), markup.Replace(g.text(audiences))))
	}
	return rows
}

func audienceRows(p *plan.Plan) part {
	rows := part{
		head: "\n| people | before | after | join | leave | can get |\n|---|--:|--:|--:|--:|---|\n",
		more: "| and %s more | | | | | |\n",
	}
	created := createdObjects(p)
	for _, a := range p.Audience {
		if created[a.Segment] {
			continue
		}
		rows.items = append(rows.items, fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s |\n", a.Segment, known(a.Before), known(a.After),
			signed(a.Join, "+"), signed(a.Leave, "-"), markup.Replace(reaches(a))))
	}
	return rows
}

func reaches(a plan.Audience) string {
	var parts []string
	for _, r := range a.Reach {
		parts = append(parts, fmt.Sprintf("%s by %s: %s → %s", ir.Short(r.Purpose), ir.ChannelWord(r.Channel), known(r.Before), known(r.After)))
	}
	if a.Unknown != "" {
		parts = append(parts, "not known: "+a.Unknown)
	}
	return strings.Join(parts, "; ")
}

// details is what changes inside each edited declaration, folded.
func details(p *plan.Plan) part {
	out := part{more: "\nDetails of %s more are in the plan file.\n"}
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
		out.items = append(out.items, fmt.Sprintf("\n<details><summary><code>%s</code></summary>\n\n%sdiff\n%s%s\n</details>\n",
			g.object, fence, unindent(inside.String()), fence))
	}
	return out
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

func noteItems(p *plan.Plan) part {
	out := part{head: "\n", more: "- and %s more\n"}
	for _, line := range slices.Concat(prefixed("By hand, ", manualLines(p)), handoverLines(p), noteLines(p)) {
		said := strings.TrimLeft(line, " ")
		out.items = append(out.items, line[:len(line)-len(said)]+"- "+markup.Replace(said)+"\n") // set in, it belongs to the one before
	}
	return out
}

func prefixed(with string, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = with + line
	}
	return out
}

// markup keeps authors' words from being read as Markdown, HTML or a call for
// somebody's attention.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`,
	"[", `\[`, "@", "@\u200b")
