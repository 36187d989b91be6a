// Package view is text, JSON and Markdown for people and machines.
//
// Every view of a plan is made from the one structure in compiler/plan, so
// that a terminal, a pull request and a script never disagree.
package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// Plan is the plan that a person reads in a terminal. Saved is the file it was
// saved in, or "".
func Plan(p *plan.Plan, saved string) string {
	var b strings.Builder
	for _, line := range acceptedLines(p.Consent) {
		b.WriteString(line + "\n")
	}
	b.WriteString(heading(p) + "\n")
	writeDrift(&b, p)
	writeManual(&b, p)
	writeHandover(&b, p)
	switch {
	case p.Empty():
		b.WriteString(unchanged(p) + "\n")
	case len(p.Changes) > 0:
		writeChanges(&b, p)
	}
	writeAudiences(&b, p)
	writeNotes(&b, p)
	if !p.Empty() {
		line := summary(p)
		id := "plan " + p.Short()
		if saved != "" {
			id += ", saved in " + saved
		}
		b.WriteString("\n" + pad(line, 88) + " " + id + "\n")
	}
	return b.String()
}

// heading says which project on which platforms, and from which past people
// were counted.
func heading(p *plan.Plan) string {
	where := p.Project + ", " + platforms(p)
	if p.Env != "" {
		where = p.Project + " / " + p.Env + ", " + platforms(p)
	}
	if p.History == nil {
		why := "the project says no history"
		if p.End {
			why = "all that was applied is removed"
		}
		return where + ". " + instant(p.Now, p.Timezone) + "; people are not counted: " + why + "."
	}
	h := p.History
	line := fmt.Sprintf("%s. People counted at %s: %s, %s", where, instant(p.Now, p.Timezone),
		counted(h.People, "person", "people"), counted(h.Events, "event", "events"))
	if h.From != "" {
		line += " from " + h.From
	}
	if h.Newest != nil {
		line += ", newest " + since(*h.Newest, p)
	}
	line += "."
	if h.BadRows > 0 {
		line += fmt.Sprintf("\n%s did not fit and were left out, such as %s", plural(h.BadRows, "row"), strings.Join(h.FirstBad[:min(shownBad, len(h.FirstBad))], "; "))
	}
	return line
}

// since is how old something is, or when it will be, where the present is said to
// be earlier.
func since(at time.Time, p *plan.Plan) string {
	old := p.Now.Sub(at).Truncate(time.Minute)
	if old < 0 {
		return "of " + instant(at, p.Timezone) + ", which is later than that"
	}
	return ago(old)
}

// shownBad is how many rows that did not fit are shown; the plan file has more.
const shownBad = 3

func platforms(p *plan.Plan) string {
	var names []string
	for _, platform := range p.Platforms {
		names = append(names, platform.Name)
	}
	return strings.Join(names, ", ")
}

func unchanged(p *plan.Plan) string {
	if p.Unchanged == 0 {
		return "No changes. Nothing is managed here, and nothing is to be."
	}
	if len(p.Platforms) == 1 {
		return fmt.Sprintf("No changes. %s in platform.%s %s as the files say.", plural(p.Unchanged, "object"), p.Platforms[0].Name, are(p.Unchanged))
	}
	return fmt.Sprintf("No changes. %s %s as the files say.", plural(p.Unchanged, "object"), are(p.Unchanged))
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func writeChanges(b *strings.Builder, p *plan.Plan) {
	b.WriteString("\n")
	if p.State.Lineage == "" {
		b.WriteString("Nothing has been applied yet, so everything is new.\n")
	}
	lines := groups(p)
	audiences := audiencesByName(p)
	several := len(p.Platforms) > 1
	width := 0
	for i := range lines {
		width = max(width, utf8.RuneCountInString(lines[i].name(several)))
	}
	for i := range lines {
		g := &lines[i]
		b.WriteString(strings.TrimRight("  "+g.sign+" "+pad(g.name(several), min(width, 48))+"  "+g.text(audiences), " ") + "\n")
		if g.action == plan.Update || g.action == plan.Replace {
			writeEdit(b, *g, audiences)
		}
	}
}

// writeEdit shows what changes inside a declaration; a segment's condition is
// shown as its author wrote it, line by line.
func writeEdit(b *strings.Builder, g group, audiences map[string]*plan.Audience) {
	if g.folded != nil {
		return
	}
	a, segment := audiences[g.object]
	if segment && len(a.PredicateBefore) > 0 && !sameLines(a.PredicateBefore, a.PredicateAfter) {
		for _, line := range predicateLines(a.PredicateBefore, a.PredicateAfter) {
			b.WriteString("      " + line + "\n")
		}
		for _, line := range provedLines(*a) {
			b.WriteString("        " + line + "\n")
		}
		return
	}
	for _, c := range g.changes {
		if c.Address.Role != "" && len(c.Diff) > 0 {
			fmt.Fprintf(b, "      %s\n", c.Address.Role)
		}
		writeDiff(b, c.Diff)
	}
}

func writeDiff(b *strings.Builder, diffs []plan.AttributeDiff) {
	for _, d := range diffs {
		if inner(d.Path) {
			continue
		}
		if lines := textLines(d); len(lines) > 0 {
			fmt.Fprintf(b, "        %s:\n", d.Path)
			for _, line := range lines {
				b.WriteString("        " + line + "\n")
			}
			continue
		}
		before, after := spell(d.Before), spell(d.After)
		if len(before)+len(after) < 80 {
			fmt.Fprintf(b, "        %s: %s -> %s\n", d.Path, before, after)
			continue
		}
		fmt.Fprintf(b, "        %s:\n        - %s\n        + %s\n", d.Path, cut(before), cut(after))
	}
}

// mostTextLines is how many lines of a text are shown where it changes.
const mostTextLines = 24

// textLines is how a text of several lines changes, line by line; nil of what is
// no such text, or too long to be read here.
func textLines(d plan.AttributeDiff) []string {
	before, was := d.Before.(resource.String)
	after, is := d.After.(resource.String)
	if !was || !is || !strings.Contains(string(before)+string(after), "\n") {
		return nil
	}
	lines := diffLines(strings.Split(string(before), "\n"), strings.Split(string(after), "\n"))
	if len(lines) > mostTextLines {
		return nil
	}
	for i := range lines {
		lines[i] = cut(lines[i])
	}
	return lines
}

// inner tells whether an attribute only repeats for machines what others say
// to people.
func inner(path string) bool {
	return path == resource.Meaning || strings.HasPrefix(path, resource.Meaning+".")
}

// spell is an attribute as people read it.
func spell(v resource.Value) string {
	if v == nil {
		return "(nothing)"
	}
	if r, ok := v.(resource.Ref); ok {
		return "(" + r.Output + " of " + r.Address.Object + ")"
	}
	raw, err := resource.Encode(v)
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return readable(raw)
}

// readable is JSON without the escapes that only a browser needs.
func readable(raw []byte) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if d.Decode(&v) != nil || e.Encode(v) != nil {
		return string(raw)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func cut(s string) string {
	if r := []rune(s); len(r) > 160 {
		return string(r[:160]) + fmt.Sprintf("… (%s characters)", number(len(r)))
	}
	return s
}

func place(at diag.Range) string { return fmt.Sprintf("%s:%d", at.File, at.Start.Line) }

// summary counts what is to be done.
func summary(p *plan.Plan) string {
	counts := map[plan.Action]int{}
	for i := range p.Changes {
		if c := &p.Changes[i]; !(c.Live && c.Action == plan.SwitchOff) {
			counts[c.Action]++
		}
	}
	var parts []string
	for _, a := range []plan.Action{plan.Create, plan.Adopt, plan.Update, plan.Replace, plan.Delete, plan.SwitchOn, plan.SwitchOff} {
		if n := counts[a]; n > 0 || a == plan.Create || a == plan.Update || a == plan.Delete {
			parts = append(parts, number(n)+" "+words[a])
		}
	}
	if n := len(p.Moved); n > 0 {
		parts = append(parts, number(n)+" renamed")
	}
	if n := len(p.LetGo); n > 0 {
		parts = append(parts, number(n)+" to let go")
	}
	if p.Unchanged > 0 {
		parts = append(parts, number(p.Unchanged)+" unchanged")
	}
	return sentence(parts)
}
