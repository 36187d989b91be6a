package hubspot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// journeys makes random journeys with every step and every way to begin.
type journeys struct {
	src     *rand.Rand
	p       *ir.Program
	journey string
	n       int
	sent    []string // steps that send a message of their own
}

func head(address string) ir.Head { return ir.Head{Address: address} }

func span(n int64, u types.Unit) types.Span { return types.Span{Amount: n, Unit: u} }

func attribute(name string, t types.Type) expr.Expr {
	return expr.Attribute{Path: []string{name}, Type: t}
}

var (
	tiers     = types.Enum{Values: []string{"gold", "silver", "none"}}
	countries = types.Enum{Values: []string{"ES", "MX"}}
)

func is(name, value string, t types.Type) expr.Expr {
	return expr.Compare{Op: expr.Equal, Left: attribute(name, t), Right: expr.Literal{Value: types.Text(value), Type: t}}
}

func one[T any](src *rand.Rand, list []T) T { return list[src.IntN(len(list))] }

func hello() map[string]content.Template {
	return map[string]content.Template{"en": {Pieces: []content.Piece{content.Text{Text: "Hi"}}}}
}

func number(text string) types.Value {
	d, err := types.NewDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

// wild is a random program of two journeys.
func wild(src *rand.Rand) *ir.Program {
	p := rules(src)
	p.Segments, p.Touchpoints = nil, nil
	p.Purposes = append(p.Purposes, ir.Purpose{Head: head("purpose.account"), Class: ir.Service, Because: "Confirms what the person just did."})
	p.Person.Attributes = []ir.Attribute{{Name: "country", Type: types.String}, {Name: "tier", Type: tiers}, {Name: "birth_date", Type: types.DateType}}
	for _, e := range []string{"signed_up", "viewed", "called", "visited"} {
		p.Events = append(p.Events, ir.Event{Head: head("event." + e)})
	}
	p.Events = append(p.Events, ir.Event{Head: head("event.order_placed"), Fields: []ir.Field{{Name: "amount", Type: types.Money}}})
	p.Segments = []ir.Segment{{Head: head("segment.gold"), Where: is("tier", "gold", tiers)}, {Head: head("segment.spain"), Where: is("country", "ES", types.String)}}
	p.Actions = []ir.Action{
		{Head: head("action.call"), Kind: "task", Title: hello()["en"], Due: span(4, types.Hour), To: "ana@team.example.test"},
		{Head: head("action.mark"), Kind: "set", Attribute: "tier", Value: expr.Literal{Value: types.Text("silver"), Type: tiers}},
		{Head: head("action.hook"), Kind: "webhook", URL: content.Template{Pieces: []content.Piece{content.Text{Text: "https://hook.example.test/x"}}}},
	}
	g := &journeys{src: src, p: p}
	g.touchpoint("shared", "purpose.account")
	if src.IntN(3) > 0 { // what one journey sets another could ask for at the same instant, and HubSpot does not say which goes first
		p.Actions = slices.DeleteFunc(p.Actions, func(a ir.Action) bool { return a.Kind == "set" })
		g.one("j1")
	}
	g.one("j0")
	p.Sort()
	return p
}

func (g *journeys) touchpoint(name, purpose string) string {
	address := "touchpoint." + name
	g.p.Touchpoints = append(g.p.Touchpoints, ir.Touchpoint{Head: head(address), Purpose: purpose, Channels: []string{"channel.email"}, Unsubscribe: "one_click",
		Content: ir.Content{Subject: hello(), Body: hello()}})
	return address
}

func (g *journeys) one(name string) {
	g.journey, g.n, g.sent = name, 0, nil
	j := ir.Journey{Head: head("journey." + name), OnChange: one(g.src, []string{"stop", "migrate"})}
	again := one(g.src, []string{"never", "never", "never", "always"})
	if g.src.IntN(10) == 0 {
		j.Enter = ir.Enter{Instant: sample.Now + types.Instant(1+g.src.IntN(20))*86_400_000_000, Who: one(g.src, g.p.Segments).Address}
		j.Steps = []ir.Step{g.send()}
	} else {
		detect := g.noticed()
		if _, event := detect.(ir.OnEvent); !event {
			again = "never"
		}
		g.p.Moments = append(g.p.Moments, ir.Moment{Head: head("moment." + name), Kind: "first", Detect: detect})
		j.Enter = ir.Enter{Moment: "moment." + name, Again: again}
		if g.src.IntN(5) == 0 {
			j.Enter.If = g.personal()
		}
		j.Steps = append([]ir.Step{g.send()}, g.list(2)...)
		if g.src.IntN(3) == 0 {
			j.Goal = g.ends()
		}
		if g.src.IntN(5) == 0 {
			j.LeaveIf = g.ends()
		}
	}
	g.p.Journeys = append(g.p.Journeys, j)
}

func (g *journeys) noticed() ir.Detect {
	switch g.src.IntN(8) {
	case 0:
		return ir.OnOutcome{Touchpoint: g.p.Touchpoints[len(g.p.Touchpoints)-1].Address, Outcome: one(g.src, []string{"opened", "clicked", "bounced"})}
	case 1:
		return ir.Absence{On: "event.viewed", Without: "event.order_placed", For: span(int64(6+g.src.IntN(60)), types.Hour)}
	case 2:
		return ir.Enters{Segment: one(g.src, g.p.Segments).Address}
	case 3:
		return ir.Leaves{Segment: one(g.src, g.p.Segments).Address}
	case 4:
		return ir.OnDate{Date: attribute("birth_date", types.DateType), Every: one(g.src, []types.Span{{}, span(1, types.Year)}), Before: span(int64(g.src.IntN(3)), types.Day), Clock: "09:00"}
	case 5:
		return ir.OnEvent{Event: "event.order_placed", If: expr.Compare{Op: expr.Greater, Left: expr.Field{Of: expr.It, Path: []string{"amount"}, Type: types.Money}, Right: expr.Literal{Value: number("50"), Type: types.Money}}}
	}
	return ir.OnEvent{Event: one(g.src, []string{"event.signed_up", "event.called"})}
}

// personal is a condition about the person alone.
func (g *journeys) personal() expr.Expr {
	switch g.src.IntN(5) {
	case 0:
		return expr.Member{Segment: one(g.src, g.p.Segments).Address}
	case 1:
		return expr.Not{Term: is("tier", one(g.src, tiers.Values), tiers)}
	case 2:
		return expr.And{Terms: []expr.Expr{is("country", "ES", types.String), is("tier", "gold", tiers)}}
	}
	return is("tier", one(g.src, tiers.Values), tiers)
}

// happened asks for an event since the step before, or since the run began.
func (g *journeys) happened(events ...string) expr.Expr {
	since := "run"
	if g.n > 1 && g.src.IntN(5) > 0 {
		since = fmt.Sprintf("step.%s.n%d", g.journey, g.n-1)
	}
	return expr.Did{Of: expr.Source{Event: "event." + one(g.src, events)}, Window: expr.Window{Since: since}}
}

// became asks what became of a message of this journey's.
func (g *journeys) became() expr.Expr {
	if len(g.sent) == 0 {
		return g.personal()
	}
	return expr.Did{Of: expr.Source{Step: one(g.src, g.sent), Outcome: one(g.src, []string{"opened", "clicked"})}, Window: expr.Window{Since: "run"}}
}

func (g *journeys) ends() expr.Expr {
	did := expr.Did{Of: expr.Source{Event: "event." + one(g.src, []string{"order_placed", "visited"})}, Window: expr.Window{Since: "run"}}
	switch g.src.IntN(4) {
	case 0:
		return did
	case 1:
		return expr.Or{Terms: []expr.Expr{did, g.personal()}}
	}
	return g.personal()
}

func (g *journeys) until() expr.Expr {
	switch g.src.IntN(5) {
	case 0, 1:
		return g.happened("viewed", "viewed", "visited", "called")
	case 2:
		return g.became()
	case 3:
		return expr.Or{Terms: []expr.Expr{g.happened("viewed", "visited"), g.became()}}
	}
	return g.personal()
}

func (g *journeys) name() string {
	g.n++
	return fmt.Sprintf("n%d", g.n)
}

func (g *journeys) list(depth int) []ir.Step {
	var out []ir.Step
	for range 1 + g.src.IntN(3) {
		out = append(out, g.step(depth)...)
	}
	return out
}

func (g *journeys) step(depth int) []ir.Step {
	name := g.name()
	hours := span(int64(1+g.src.IntN(96)), types.Hour)
	switch n := g.src.IntN(8); {
	case n == 0 && depth > 0:
		return []ir.Step{ir.Choose{Name: name, When: []ir.Branch{{Name: "yes", If: one(g.src, []expr.Expr{g.personal(), g.became()}), Steps: g.list(depth - 1)}}, Otherwise: g.list(depth - 1)}}
	case n == 1 && depth > 0: // as people write it: wait, and choose by what came of it
		until := g.until()
		return []ir.Step{ir.Wait{Name: name, For: hours, Until: until},
			ir.Choose{Name: name + "c", When: []ir.Branch{{Name: "yes", If: until, Steps: g.list(depth - 1)}}, Otherwise: g.list(depth - 1)}}
	case n == 2 && depth > 0:
		return []ir.Step{ir.Split{Name: name, Variants: []ir.Variant{{Name: "a", Weight: 45, Steps: g.list(depth - 1)}, {Name: "b", Weight: 45}, {Name: "c", Weight: 10, Control: true}}}}
	case n == 3:
		return []ir.Step{ir.Wait{Name: name, For: hours, Until: g.until()}}
	case n == 4:
		return []ir.Step{ir.Wait{Name: name, For: hours}}
	case n == 5:
		return []ir.Step{ir.Do{Name: name, Action: one(g.src, g.p.Actions).Address}}
	}
	return []ir.Step{g.send()}
}

// send is a message of the step's own, or one that others send too.
func (g *journeys) send() ir.Step {
	name := g.name()
	if g.src.IntN(5) == 0 {
		return ir.Send{Name: name, Touchpoint: "touchpoint.shared", IfCapped: "skip"}
	}
	g.sent = append(g.sent, "step."+g.journey+"."+name)
	return ir.Send{Name: name, Touchpoint: g.touchpoint(g.journey+name, one(g.src, []string{"purpose.account", "purpose.offers"})), IfCapped: "skip"}
}

// told is journeys in words, for a failure.
func told(p *ir.Program) []string {
	var out []string
	say := func(e expr.Expr) string {
		if e == nil {
			return ""
		}
		return expr.Print(e)
	}
	var steps func(list []ir.Step, deep string)
	steps = func(list []ir.Step, deep string) {
		for _, s := range list {
			switch s := s.(type) {
			case ir.Send:
				out = append(out, deep+s.Name+" send "+s.Touchpoint)
			case ir.Do:
				out = append(out, deep+s.Name+" do "+s.Action)
			case ir.Wait:
				out = append(out, deep+s.Name+" wait "+s.For.String()+" until "+say(s.Until))
			case ir.Choose:
				for _, b := range s.When {
					out = append(out, deep+s.Name+" when "+say(b.If))
					steps(b.Steps, deep+"  ")
				}
				out = append(out, deep+"otherwise")
				steps(s.Otherwise, deep+"  ")
			case ir.Split:
				for _, v := range s.Variants {
					out = append(out, deep+s.Name+" variant "+v.Name)
					steps(v.Steps, deep+"  ")
				}
			}
		}
	}
	for _, j := range p.Journeys {
		moment, _ := ir.Find(p.Moments, j.Enter.Moment)
		out = append(out, fmt.Sprintf("%s %T%+v again %s if %s goal %s leave_if %s at %v", j.Address, moment.Detect, moment.Detect, j.Enter.Again, say(j.Enter.If), say(j.Goal), say(j.LeaveIf), j.Enter.Instant))
		steps(j.Steps, "  ")
	}
	return out
}
