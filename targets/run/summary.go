package run

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/preview"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/lang/workers"
)

// summarise says of every changed declaration what it is, in one line, and
// repeats why service messages need no yes.
func (l *Line) summarise(p *plan.Plan) {
	workers.InRuns(len(p.Changes), atOnce, 0, func(i int) {
		if d, known := l.index.Declaration(p.Changes[i].Address.Object); known {
			p.Changes[i].Summary = l.summary(d)
		}
	})
	said := map[string]bool{}
	for i := range p.Changes {
		object := p.Changes[i].Address.Object
		if a := p.Changes[i].Action; !a.Writes() || a == plan.Delete || ir.KindOf(object) != "touchpoint" || said[object] {
			continue
		}
		said[object] = true
		d, _ := l.index.Declaration(object)
		if t, known := d.(ir.Touchpoint); known {
			if because := l.because(t); because != "" {
				p.Findings = append(p.Findings, plan.Finding{Object: object, Text: because})
			}
		}
	}
}

func (l *Line) because(t ir.Touchpoint) string {
	purpose, ok := ir.Find(l.Program.Purposes, t.Purpose)
	if !ok || purpose.Class != ir.Service {
		return ""
	}
	return "needs no yes, says " + purpose.Address + ": " + purpose.Because
}

// summary is one declaration in a line.
func (l *Line) summary(d ir.Declaration) string {
	switch d := d.(type) {
	case ir.Consent:
		allows := fmt.Sprintf("%s by %s", ir.Short(d.Purpose), l.channels(d.Channels))
		if title := d.Title[l.Program.Project.Languages[0]]; title != "" {
			return fmt.Sprintf("%q: %s", title, allows)
		}
		return allows
	case ir.Touchpoint:
		purpose, _ := ir.Find(l.Program.Purposes, d.Purpose)
		return fmt.Sprintf("%s, %s (%s), %s%s", l.channels(d.Channels), ir.Short(d.Purpose), purpose.Class,
			strings.Join(l.Program.Project.Languages, " "), l.parts(d))
	case ir.Journey:
		return l.journey(d)
	case ir.Action:
		return d.Kind + due(d.Due)
	case ir.Regime:
		return plural(len(d.Rules), "rule") + ", a withdrawal counts within " + d.RevokeWithin.String()
	case ir.Exclusion:
		return d.List + ", blocks " + classes(d.Classes)
	case ir.Control:
		return fmt.Sprintf("a share of %s gets no %s", types.Spell(d.Share), classes(d.Classes))
	case ir.Pressure:
		return plural(len(d.Limits), "limit")
	case ir.Purpose:
		return string(d.Class)
	case ir.Moment:
		return strings.TrimSpace(momentKind(d.Kind) + within(detected(d.Detect), d.Within))
	case ir.Channel:
		return "to person." + d.Key
	case ir.Link:
		return ir.Short(d.Purpose)
	case ir.Resource:
		return d.Kind + " " + d.Key
	case ir.Calendar:
		return plural(len(d.Open), "opening") + ", " + plural(len(d.Closed), "closed period")
	}
	return d.Header().Description
}

// parts warns of texts that take several SMS: what differs from person to
// person is not counted.
func (l *Line) parts(t ir.Touchpoint) string {
	out := ""
	for _, language := range l.Program.Project.Languages {
		size := preview.Size(l.Program, t, language)
		if size.Parts < 2 || !slices.ContainsFunc(t.Channels, preview.IsSMS) {
			continue
		}
		least := ""
		if size.AtLeast {
			least = "at least "
		}
		out += fmt.Sprintf("; %s takes %s%d SMS parts", language, least, size.Parts)
		if len(size.Foreign) > 0 {
			out += `: "` + strings.Join(size.Foreign[:min(5, len(size.Foreign))], `", "`) + `"`
		}
	}
	return out
}

func (l *Line) journey(j ir.Journey) string {
	steps := 0
	ir.Walk(j.Steps, func(ir.Step) { steps++ })
	return plural(steps, "step") + ", starts when: " + l.start(j.Enter)
}

func (l *Line) start(e ir.Enter) string {
	if e.Moment == "" {
		return fmt.Sprintf("%s, for %s", l.instant(e.Instant), e.Who)
	}
	moment, _ := ir.Find(l.Program.Moments, e.Moment)
	return within(detected(moment.Detect), moment.Within)
}

func momentKind(kind string) string {
	if kind == "" {
		return ""
	}
	return kind + ": "
}

func within(what string, deadline types.Span) string {
	if deadline.IsZero() {
		return what
	}
	return what + "; must answer within " + deadline.String()
}

// instant is a moment in the project's zone.
func (l *Line) instant(v types.Value) string {
	at, ok := v.(types.Instant)
	zone, err := time.LoadLocation(l.Program.Project.Timezone)
	if !ok || err != nil {
		return types.Spell(v)
	}
	return at.Time().In(zone).Format("2 Jan 2006 15:04 MST")
}

func detected(d ir.Detect) string {
	switch d := d.(type) {
	case ir.OnEvent:
		return ir.Short(d.Event) + " fires"
	case ir.OnOutcome:
		return ir.Short(d.Touchpoint) + " " + d.Outcome
	case ir.Absence:
		return fmt.Sprintf("%s and no %s for %s", ir.Short(d.On), ir.Short(d.Without), d.For)
	case ir.OnDate:
		return "a date comes"
	case ir.Enters:
		return "someone enters " + d.Segment
	case ir.Leaves:
		return "someone leaves " + d.Segment
	}
	return ""
}

func (l *Line) channels(addresses []string) string {
	var names []string
	for _, a := range addresses {
		names = append(names, ir.ChannelWord(a))
	}
	return strings.Join(names, ", ")
}

func classes(list []ir.Class) string {
	var out []string
	for _, c := range list {
		out = append(out, string(c))
	}
	return strings.Join(out, " and ")
}

func due(s types.Span) string {
	if s.IsZero() {
		return ""
	}
	return ", due in " + s.String()
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
