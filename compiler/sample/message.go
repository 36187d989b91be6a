package sample

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// touchpoints are a mail and, where there is a second channel, an SMS of the
// service kind. They also give histories something to have outcomes of.
func (g generator) touchpoints() {
	if !g.has(Outcomes) && !g.Messages && !g.Lives {
		return
	}
	p := g.program
	p.Phases = []ir.Phase{{Head: head("phase", "acquire")}, {Head: head("phase", "use"), After: "phase.acquire"}}
	offer := ir.Touchpoint{
		Head: head("touchpoint", "offer_mail"), Purpose: one(g.src, []string{"purpose.offers", p.Purposes[len(p.Purposes)-1].Address}),
		Channels: []string{"channel.email"}, Phase: "phase.use", Unsubscribe: "one_click", Content: g.content("email"),
	}
	p.Touchpoints = []ir.Touchpoint{offer}
	if last := p.Channels[len(p.Channels)-1].Address; last != "channel.email" || chance(g.src, 2) {
		p.Touchpoints = append(p.Touchpoints, ir.Touchpoint{
			Head: head("touchpoint", "care"), Purpose: "purpose.care", Channels: g.channels(), Phase: "phase.acquire",
			Benefit: "informative", Content: g.content("any"),
		})
	}
}

func (g generator) content(channel string) ir.Content {
	c := ir.Content{Subject: g.localized(content.Plain), Text: g.localized(content.Plain)}
	if channel == "email" {
		c.Body = g.localized(content.HTML)
	}
	return c
}

func (g generator) localized(place content.Escape) map[string]content.Template {
	out := map[string]content.Template{}
	for _, language := range g.program.Project.Languages {
		out[language] = g.template(place)
	}
	return out
}

func (g generator) template(place content.Escape) content.Template {
	t := content.Template{Pieces: []content.Piece{content.Text{Text: one(g.src, []string{"Hola ", "Hi, ", "¿Qué tal? <b>"})}}}
	if chance(g.src, 2) {
		name := condition{src: g.src, Options: g.without(Calls | Aggregates), program: g.program}.value(types.String)
		t.Pieces = append(t.Pieces, content.Slot{Value: name, Escape: place}, content.Text{Text: "!"})
	}
	return t
}

// journeys are up to three, each entered on a moment of its own.
func (g generator) journeys() {
	p := g.program
	for i := range 1 + g.src.IntN(3) {
		name := fmt.Sprintf("j%d", i)
		moment := ir.Moment{Head: head("moment", name), Kind: "first", Phase: "phase.acquire", Emotion: g.src.IntN(5) - 2, Detect: g.detect()}
		p.Moments = append(p.Moments, moment)
		journey := ir.Journey{
			Head: head("journey", name), OnChange: one(g.src, []string{"finish", "migrate", "stop"}),
			Enter: ir.Enter{Moment: moment.Address, Again: one(g.src, []string{"never", "always", "30d"})},
		}
		steps := steps{generator: g, journey: name, left: 6}
		journey.Steps = steps.list(2)
		if chance(g.src, 2) {
			journey.Enter.If = g.personal()
		}
		if chance(g.src, 2) {
			journey.Goal = expr.Did{Of: expr.Source{Event: "event.order_placed"}, Window: expr.Window{Since: "run"}}
		}
		if chance(g.src, 3) {
			journey.LeaveIf = expr.Member{Segment: one(g.src, p.Segments).Address}
		}
		p.Journeys = append(p.Journeys, journey)
	}
}

func (g generator) personal() expr.Expr { return Predicate(g.src, g.program, g.without(Records), 1) }

func (g generator) detect() ir.Detect {
	p := g.program
	segment := one(g.src, p.Segments).Address
	switch g.src.IntN(5) {
	case 0:
		return ir.OnOutcome{Touchpoint: one(g.src, p.Touchpoints).Address, Outcome: "bounced"}
	case 1:
		return ir.Absence{On: "event.signed_up", Without: "event.order_placed", For: one(g.src, lengths)}
	case 2:
		return ir.Enters{Segment: segment, Existing: chance(g.src, 2)}
	case 3:
		return ir.Leaves{Segment: segment}
	}
	return ir.OnEvent{Event: one(g.src, p.Events).Address}
}

// steps makes a journey's steps with names that are its own.
type steps struct {
	generator
	journey string
	made    int
	left    int
}

func (s *steps) name() string {
	s.made++
	return fmt.Sprintf("n%d", s.made)
}

func (s *steps) list(depth int) []ir.Step {
	out := []ir.Step{ir.Send{Name: s.name(), Touchpoint: one(s.src, s.program.Touchpoints).Address, IfCapped: "skip"}}
	for range s.src.IntN(3) {
		if s.left--; s.left < 0 {
			break
		}
		out = append(out, s.step(depth))
	}
	return out
}

func (s *steps) step(depth int) ir.Step {
	name := s.name()
	switch n := s.src.IntN(4); {
	case n == 0 && depth > 0:
		branch := ir.Branch{Name: "when_" + name, If: s.personal(), Steps: s.list(depth - 1)}
		return ir.Choose{Name: name, When: []ir.Branch{branch}, Otherwise: s.list(depth - 1)}
	case n == 1 && depth > 0:
		return ir.Split{Name: name, Metric: "event.order_placed", Variants: []ir.Variant{
			{Name: "a_" + name, Weight: 1 + s.src.IntN(50), Steps: s.list(depth - 1)},
			{Name: "none_" + name, Weight: 10, Control: true},
		}}
	case n == 2:
		return ir.Wait{Name: name, For: one(s.src, lengths), Until: s.opened()}
	}
	return ir.Wait{Name: name, For: one(s.src, lengths)}
}

// opened speaks of the journey's own first message.
func (s *steps) opened() expr.Expr {
	return expr.Did{Of: expr.Source{Step: "step." + s.journey + ".n1", Outcome: "opened"}, Window: expr.Window{Since: "run"}}
}
