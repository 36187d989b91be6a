package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
)

func audiencesByName(p *plan.Plan) map[string]*plan.Audience {
	out := make(map[string]*plan.Audience, len(p.Audience))
	for i := range p.Audience {
		out[p.Audience[i].Segment] = &p.Audience[i]
	}
	return out
}

// members is a new segment in a line: 1,411 people, 804 can get offers by e-mail.
func members(a *plan.Audience) string {
	if a.After == nil {
		return "not known: " + a.Unknown
	}
	parts := []string{people(*a.After)}
	for _, r := range a.Reach {
		parts = append(parts, fmt.Sprintf("%s can get %s by %s", known(r.After), ir.Short(r.Purpose), ir.ChannelWord(r.Channel)))
	}
	return strings.Join(parts, ", ")
}

// writeAudiences is the table of segments that were there before.
func writeAudiences(b *strings.Builder, p *plan.Plan) {
	var rows []plan.Audience
	created := createdObjects(p)
	for _, a := range p.Audience {
		if !created[a.Segment] {
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
	edited := editedObjects(p)
	for _, a := range rows {
		writeAudience(b, a, width)
		same := sameLines(a.PredicateBefore, a.PredicateAfter)
		if same && a.Proved != nil && a.Proved.Change != prove.Same || !same && !edited[a.Segment] {
			for _, line := range provedLines(a) {
				fmt.Fprintf(b, "  %s   %s\n", pad("", width), line)
			}
		}
	}
}

// editedObjects is the declarations whose change is shown where they are listed.
func editedObjects(p *plan.Plan) map[string]bool {
	out := map[string]bool{}
	for _, g := range groups(p) {
		out[g.object] = out[g.object] || g.action == plan.Update || g.action == plan.Replace
	}
	return out
}

func writeAudience(b *strings.Builder, a plan.Audience, width int) {
	if a.After == nil && a.Before == nil {
		fmt.Fprintf(b, "  %s   not known: %s\n", pad(a.Segment, width), a.Unknown)
		return
	}
	fmt.Fprintf(b, "  %s %s %s %s %s\n", pad(a.Segment, width), padLeft(known(a.Before), 8), padLeft(known(a.After), 8),
		padLeft(signed(a.Join, "+"), 8), padLeft(signed(a.Leave, "-"), 8))
	for _, r := range a.Reach {
		fmt.Fprintf(b, "  %s   can get %s by %s: %s\n", pad("", width), ir.Short(r.Purpose), ir.ChannelWord(r.Channel), change(r))
	}
	if a.Unknown != "" {
		fmt.Fprintf(b, "  %s   not known: %s\n", pad("", width), a.Unknown)
	}
	if len(a.UsedBy) > 0 {
		users := strings.Join(a.UsedBy, ", ")
		if a.UsedByMore {
			users += " and others"
		}
		fmt.Fprintf(b, "  %s   used by %s\n", pad("", width), users)
	}
}

// change is how many could be reached and can be then; one figure when it stays.
func change(r plan.Reach) string {
	if known(r.Before) == known(r.After) {
		return known(r.After)
	}
	return known(r.Before) + " -> " + known(r.After)
}

// createdObjects is the declarations that were not there before the plan.
func createdObjects(p *plan.Plan) map[string]bool {
	out := map[string]bool{}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action == plan.Create {
			out[c.Address.Object] = true
		}
	}
	return out
}

func writeNotes(b *strings.Builder, p *plan.Plan) {
	lines := noteLines(p)
	if text := messages(p); text != "" && !p.Empty() {
		lines = append([]string{text}, lines...)
	}
	if len(lines) > 0 {
		b.WriteString("\n")
	}
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
}

// noteLines is everything that a reader must not miss besides the changes.
func noteLines(p *plan.Plan) []string {
	var lines []string
	for _, s := range p.Sends {
		lines = append(lines, s.Journey+": "+s.Text)
	}
	lines = append(lines, insideLines(p)...)
	if !p.Empty() {
		lines = append(lines, consentLines(p.Consent)...)
		if line := worstLine(p.Pressure, p.Uncounted); line != "" && weighs(p) {
			lines = append(lines, line)
		}
	}
	for _, f := range p.Findings {
		lines = append(lines, f.Object+" "+f.Text)
	}
	lines = append(lines, holdLines(p)...)
	lines = append(lines, guardLines(p)...)
	lines = append(lines, budgetLines(p)...)
	lines = append(lines, p.Notes...)
	if p.Scope != nil {
		lines = append(lines, scopeLine(p.Scope))
	}
	if p.Unread {
		lines = append(lines, "The platforms were not read (--refresh=false): what somebody changed there is not seen.")
		lines = append(lines, unaskedLines(p)...)
	}
	if len(p.LeftOut) > 0 {
		lines = append(lines, "Not deployed here (leave_out): "+sentence(p.LeftOut))
	}
	if len(p.OnlyTo) > 0 {
		lines = append(lines, fmt.Sprintf("Only %s can be written to from here (only_to).", people(len(p.OnlyTo))))
	}
	return lines
}

// unaskedLines says of what is changed in place only as far as anybody knows.
func unaskedLines(p *plan.Plan) []string {
	var names []string
	for _, a := range p.Unasked {
		names = append(names, a.String())
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"Whether these are changed in place or made anew only their platforms can say, and apply does not carry this plan out: " + sentence(names) + "."}
}

// scopeLine says what the plan is not about.
func scopeLine(s *plan.Scope) string {
	var parts []string
	if len(s.Only) > 0 {
		parts = append(parts, "only "+strings.Join(s.Only, ", ")+" and what it needs")
	}
	if len(s.Exclude) > 0 {
		parts = append(parts, "without "+strings.Join(s.Exclude, ", "))
	}
	return fmt.Sprintf("A part of the project: %s; %s not looked at. People are counted by the files as a whole.", strings.Join(parts, ", "), plural(s.Outside, "object"))
}

// consequence is what a plan does to people, in a sentence: who joins and
// leaves, and what is sent because of it. It is "" when there is nothing to say.
func consequence(p *plan.Plan) string {
	var parts []string
	created := createdObjects(p)
	for _, a := range p.Audience {
		if created[a.Segment] || len(parts) == 3 {
			continue
		}
		if a.Join == nil || a.Leave == nil {
			parts = append(parts, "who joins and leaves "+a.Segment+" is not known")
		} else if *a.Join+*a.Leave > 0 {
			parts = append(parts, fmt.Sprintf("%s join and %s leave %s", number(*a.Join), number(*a.Leave), a.Segment))
		}
	}
	text := ""
	if len(parts) > 0 {
		text = upper(strings.Join(parts, "; ")) + ". "
	}
	return strings.TrimSpace(text + messages(p))
}

// messages is how many messages go out in the first 24 hours because of the plan.
func messages(p *plan.Plan) string {
	total := 0
	for _, s := range p.Sends {
		if s.Messages == nil {
			return "First 24 hours: how many messages go out because of this plan is not known."
		}
		total += *s.Messages
	}
	if p.History == nil {
		return ""
	}
	return fmt.Sprintf("First 24 hours: %s out because of this plan.", messagesGo(total))
}

func messagesGo(n int) string {
	switch n {
	case 0:
		return "0 messages go"
	case 1:
		return "at most 1 message goes"
	}
	return "at most " + number(n) + " messages go"
}
