package view

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
)

// group is what happens to one declaration on one platform: one line of a
// plan. Its roles are folded into it when the same happens to all of them.
type group struct {
	object   string
	platform string
	roles    []string
	sign     string
	action   plan.Action
	summary  string
	changes  []*plan.Change
	folded   []string // declarations that are one line together; nil of one by itself
}

// signs mark what happens. A switch has a sign of its own: it is what reaches people.
var signs = map[plan.Action]string{
	plan.Create: "+", plan.Update: "~", plan.Replace: "!", plan.Delete: "-",
	plan.SwitchOn: ">", plan.SwitchOff: "|", plan.Adopt: "=",
}

// words say what a sign means in a sentence.
var words = map[plan.Action]string{
	plan.Create: "to create", plan.Update: "to change", plan.Replace: "to replace", plan.Delete: "to remove",
	plan.SwitchOn: "to switch on", plan.SwitchOff: "to switch off", plan.Adopt: "to take over",
}

// sections is the order in which a plan is read: what is new, what changes,
// and last what is removed and what touches people.
var sections = []plan.Action{plan.Create, plan.Adopt, plan.Update, plan.Replace, plan.Delete, plan.SwitchOff, plan.SwitchOn}

// groups folds the changes of a plan into lines, in the order of sections and
// then of addresses. The pause of a live object while it is edited is folded
// into its edit.
func groups(p *plan.Plan) []group {
	lines := linesOf(p)
	out := make([]group, 0, len(lines))
	for i, line := range lines {
		c := line.change
		if i == 0 || !line.joins(lines[i-1]) {
			out = append(out, group{object: c.Address.Object, platform: c.Address.Platform, action: c.Action, sign: signs[c.Action], summary: c.Summary})
		}
		g := &out[len(out)-1]
		g.changes = append(g.changes, c)
		if c.Address.Role != "" {
			g.roles = append(g.roles, c.Address.Role)
		}
	}
	for i := range out {
		sort.Strings(out[i].roles)
	}
	return folded(out)
}

// line is a change, by what decides on its line.
type line struct {
	section          int
	object, platform string
	change           *plan.Change
	place            int // in the plan
}

// linesOf is the changes that have a line, in the order of their lines.
func linesOf(p *plan.Plan) []line {
	out := make([]line, 0, len(p.Changes))
	for i := range p.Changes {
		if c := &p.Changes[i]; !c.Live || c.Action != plan.SwitchOff {
			out = append(out, line{slices.Index(sections, c.Action), c.Address.Object, c.Address.Platform, c, i})
		}
	}
	slices.SortFunc(out, line.compare)
	return out
}

// joins tells whether two lines that follow each other are one.
func (l line) joins(other line) bool {
	return l.section == other.section && l.object == other.object && l.platform == other.platform
}

func (l line) compare(other line) int {
	if c := cmp.Compare(l.section, other.section); c != 0 {
		return c
	}
	if c := strings.Compare(l.object, other.object); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(l.platform, other.platform), cmp.Compare(l.place, other.place))
}

// folded makes one line of what nobody edited and another version of a target
// writes otherwise: where the first of them stands. What is live stays a line by
// itself.
func folded(groups []group) []group {
	type key struct {
		of       plan.Lowering
		platform string
	}
	out := groups[:0] // what is folded away leaves no gap
	at := map[key]int{}
	for _, g := range groups {
		of := g.lowering()
		if of == nil || g.action != plan.Update || g.changes[0].Live {
			out = append(out, g)
			continue
		}
		k := key{*of, g.platform}
		n, there := at[k]
		if !there {
			at[k] = len(out)
			out = append(out, g)
			continue
		}
		first := &out[n]
		if first.folded == nil {
			first.folded, first.roles = []string{first.object}, nil
		}
		first.folded = append(first.folded, g.object)
		first.changes = append(first.changes, g.changes...)
	}
	return out
}

// lowering is the two versions of the target that stand behind all changes of a
// group; nil where something else does.
func (g group) lowering() *plan.Lowering {
	first := g.changes[0].Lowering
	for _, c := range g.changes {
		if first == nil || c.Lowering == nil || *c.Lowering != *first {
			return nil
		}
	}
	return first
}

// name is what stands in the line: the declaration, and the platform where a
// plan has several.
func (g group) name(several bool) string {
	if g.folded != nil {
		return plural(len(g.folded), "declaration") + " (" + g.platform + ")"
	}
	if several {
		return g.object + " (" + g.platform + ")"
	}
	return g.object
}

// text is what is said after the name.
func (g group) text(audiences map[string]*plan.Audience) string {
	switch g.action {
	case plan.SwitchOn:
		return "switch on"
	case plan.SwitchOff:
		return "switch off"
	case plan.Adopt:
		return g.takenOver()
	case plan.Delete:
		return g.summary
	case plan.Create, plan.Update, plan.Replace:
	}
	if g.action != plan.Create {
		return strings.Join(g.notes(), "; ")
	}
	text := g.summary
	if a, ok := audiences[g.object]; ok {
		text = members(a)
	}
	if text == "" {
		text = strings.Join(g.roles, ", ")
	}
	if n := len(g.changes); n > 1 { // the sum at the end counts each
		text += "; " + plural(n, "object")
	}
	return text
}

// notes says where an edit comes from and what is special about it.
func (g group) notes() []string {
	var out []string
	c := g.changes[0]
	if of := g.lowering(); of != nil {
		text := fmt.Sprintf("lowering changed by %s %s -> %s, and not by an edit", of.Plugin, of.From, of.To)
		if g.folded != nil {
			const shown = 3
			text += ": " + strings.Join(g.folded[:min(shown, len(g.folded))], ", ")
			if more := len(g.folded) - shown; more > 0 {
				text += " and " + number(more) + " more"
			}
		}
		out = append(out, text)
	} else if g.onlyMarks() {
		out = append(out, "only our mark is written")
	} else if c.Restores {
		out = append(out, "put back as the files say")
	} else if c.At.File != "" {
		out = append(out, place(c.At))
	}
	if c.Live {
		out = append(out, "switched off while it is written")
	}
	if len(c.ReplaceBecause) > 0 {
		out = append(out, "removed and made again: "+strings.Join(c.ReplaceBecause, ", ")+" cannot be changed")
	}
	return out
}
