package sample

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// lives adds what a program says about time: when and how much may be sent,
// control groups, actions, moments of every kind, and journeys that use it all.
func (g generator) lives() {
	g.pressures()
	g.actions()
	p := g.program
	p.Phases = []ir.Phase{{Head: head("phase", "acquire")}, {Head: head("phase", "use"), After: "phase.acquire"}}
	for i := range p.Touchpoints {
		t := &p.Touchpoints[i]
		if len(p.Channels) > 1 && t.Unsubscribe == "" {
			t.Channels = []string{"channel.email", "channel.sms"}
			t.Prefer = literal(types.Text(one(g.src, []string{"sms", "email"})), types.String)
		}
	}
	for i := range 1 + g.src.IntN(4) {
		g.life(fmt.Sprintf("j%d", i))
	}
}

func (g generator) pressures() {
	p := g.program
	p.Calendars = []ir.Calendar{{Head: head("calendar", "shop"), Open: []ir.Opening{
		{Name: "week", Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: "09:00", To: "18:30"},
		{Name: "late", Days: []string{"fri", "sat"}, From: "20:00", To: "24:00"},
	}, Closed: []string{"2026-04-03", "2026-04-06/2026-04-07"}}}
	all := ir.Pressure{Head: head("pressure", "all")}
	if chance(g.src, 2) {
		all.Hours = []ir.Hours{{Calendar: "calendar.shop", Classes: g.classes()}}
	}
	for i := range g.src.IntN(3) {
		all.Limits = append(all.Limits, ir.Limit{
			Name: fmt.Sprintf("l%d", i), Max: 1 + g.src.IntN(2), Per: g.length(g.src), Classes: g.classes(), By: one(g.src, []string{"", "", "channel", "purpose"}),
		})
	}
	if chance(g.src, 2) {
		all.Priority = []string{"journey.j2", "journey.j0"}
	}
	p.Pressures = []ir.Pressure{all}
	if chance(g.src, 2) {
		p.Controls = []ir.Control{{Head: head("control", "some"), Share: exact("0.4"), Classes: g.classes(), Renew: one(g.src, append(lengths, calendars...))}}
	}
}

func (g generator) classes() []ir.Class {
	return atLeastOne(g.src, []ir.Class{ir.Marketing, ir.Service})
}

func (g generator) actions() {
	p := g.program
	p.Actions = []ir.Action{
		{Head: head("action", "call"), Kind: "task", Due: one(g.src, lengths)},
		{Head: head("action", "tell"), Kind: "notify"},
	}
	if chance(g.src, 4) {
		p.Actions = append(p.Actions, ir.Action{Head: head("action", "close"), Kind: "suppress", Channel: "channel.email"})
	}
	for _, a := range p.Person.Attributes {
		if a.Value == nil && a.Name != p.Person.Timezone {
			p.Actions = append(p.Actions, ir.Action{Head: head("action", "mark"), Kind: "set", Attribute: a.Name, Value: literal(g.constant(g.src, a.Type), a.Type)})
			return
		}
	}
}

// life is a moment and a journey that enters on it, or a one-off.
func (g generator) life(name string) {
	p := g.program
	s := lifeSteps{steps{generator: g, journey: name, left: 8}}
	j := ir.Journey{Head: head("journey", name), OnChange: one(g.src, []string{"finish", "migrate", "stop"})}
	if chance(g.src, 6) {
		j.Enter = ir.Enter{Instant: Now + types.Instant(g.src.IntN(3))*3_600_000_000, Who: one(g.src, p.Segments).Address}
	} else {
		m := ir.Moment{Head: head("moment", name), Kind: "first", Phase: "phase.acquire", Detect: g.noticed()}
		if chance(g.src, 3) {
			m.Within = one(g.src, lengths)
		}
		p.Moments = append(p.Moments, m)
		j.Enter = ir.Enter{Moment: m.Address, Again: one(g.src, []string{"never", "always", "always", "24h", "30d"}), Per: g.per(m.Detect)}
	}
	if chance(g.src, 3) {
		j.Enter.If = g.personal()
	}
	j.Steps = s.list(2)
	if chance(g.src, 2) {
		j.Goal = s.inside()
	}
	if chance(g.src, 3) {
		j.LeaveIf = s.inside()
	}
	p.Journeys = append(p.Journeys, j)
}

// per is the object of an event that has one.
func (g generator) per(d ir.Detect) []string {
	on, ok := d.(ir.OnEvent)
	if base, _, _ := g.program.Base(on.Event); !ok || base.Address != "event.order_placed" || !g.has(Objects) || chance(g.src, 2) {
		return nil
	}
	return []string{"order"}
}

func (g generator) noticed() ir.Detect {
	p := g.program
	switch g.src.IntN(8) {
	case 0:
		return ir.OnOutcome{Touchpoint: one(g.src, p.Touchpoints).Address, Outcome: one(g.src, []string{"bounced", "sent", "opened"})}
	case 1:
		return ir.Absence{On: one(g.src, p.Events).Address, Without: "event.order_placed", For: g.length(g.src)}
	case 2:
		return ir.Absence{On: "event.order_placed", Without: "event.big_order", Same: "sku", For: one(g.src, lengths)}
	case 3:
		return ir.Enters{Segment: one(g.src, p.Segments).Address, Existing: chance(g.src, 2)}
	case 4:
		return ir.Leaves{Segment: one(g.src, p.Segments).Address}
	case 5:
		return ir.OnDate{Date: g.day(), Every: one(g.src, []types.Span{{}, {Amount: 1, Unit: types.Year}, {Amount: 1, Unit: types.Month}, {Amount: 7, Unit: types.Day}}),
			Before: one(g.src, []types.Span{{}, {Amount: 3, Unit: types.Day}, {Amount: 90, Unit: types.Minute}}), Clock: one(g.src, []string{"", "09:00", "02:30"})}
	}
	return ir.OnEvent{Event: one(g.src, p.Events).Address}
}

func (g generator) day() expr.Expr {
	if _, ok := g.program.Person.AttributeNamed("birth_date"); ok {
		return expr.Attribute{Path: []string{"birth_date"}, Type: types.DateType}
	}
	return literal(g.constant(g.src, types.DateType), types.DateType)
}

// lifeSteps makes steps of every kind.
type lifeSteps struct{ steps }

func (s *lifeSteps) list(depth int) []ir.Step {
	var out []ir.Step
	for range 1 + s.src.IntN(4) {
		if s.left--; s.left < 0 {
			break
		}
		out = append(out, s.step(depth))
	}
	return out
}

func (s *lifeSteps) step(depth int) ir.Step {
	name := s.name()
	switch n := s.src.IntN(7); {
	case n == 0 && depth > 0:
		branch := ir.Branch{Name: "when_" + name, If: s.inside(), Steps: s.list(depth - 1)}
		return ir.Choose{Name: name, When: []ir.Branch{branch}, Otherwise: s.list(depth - 1)}
	case n == 1 && depth > 0:
		split := ir.Split{Name: name, Variants: []ir.Variant{
			{Name: "a_" + name, Weight: 1 + s.src.IntN(50), Steps: s.list(depth - 1)}, {Name: "b_" + name, Weight: 20},
			{Name: "none_" + name, Weight: 10, Control: true},
		}}
		if chance(s.src, 3) {
			split.Decide, split.TestOn = one(s.src, lengths).String(), exact("0.3")
		}
		return split
	case n == 2:
		return ir.Wait{Name: name, For: s.length(s.src), Until: s.inside()}
	case n == 3:
		return ir.Wait{Name: name, For: one(s.src, lengths)}
	case n == 4:
		return ir.Do{Name: name, Action: one(s.src, s.program.Actions).Address}
	}
	return ir.Send{Name: name, Touchpoint: one(s.src, s.program.Touchpoints).Address, IfCapped: one(s.src, []string{"skip", "wait"})}
}

// inside is a condition of a run: about the person, or about what happened
// since the run or its first step began.
func (s *lifeSteps) inside() expr.Expr {
	first := "step." + s.journey + ".n1"
	since := expr.Window{Since: one(s.src, []string{"run", "run", first})}
	switch s.src.IntN(5) {
	case 0:
		touchpoint := one(s.src, s.program.Touchpoints).Address
		return expr.Did{Of: expr.Source{Touchpoint: touchpoint, Outcome: one(s.src, []string{"opened", "sent"})}, Window: since}
	case 2:
		return expr.Did{Of: expr.Source{Event: one(s.src, s.program.Events).Address}, Window: since}
	case 1:
		return expr.Did{Of: expr.Source{Step: first, Outcome: one(s.src, []string{"opened", "sent", "bounced", "done", "late"})}, Window: since}
	}
	return s.personal()
}

// Coming is what happens to somebody after Now.
type Coming struct {
	Events   []person.Event
	Outcomes []person.Outcome
	Acts     []person.Act
	Learned  []Learned
}

// Learned is a value that is known from an instant on.
type Learned struct {
	At    types.Instant
	Name  string
	Value types.Value
}

// Ahead is what happens to a person in the weeks after Now, in order. Much of
// it falls on one instant, on the edges of windows, and on days when clocks
// change.
func Ahead(src Source, p *ir.Program, o Options, n int) Coming {
	c := crowd{src, o, p}
	out := Coming{}
	for i := range n {
		switch src.IntN(6) {
		case 0:
			if len(p.Touchpoints) > 0 {
				kind := one(src, []person.OutcomeKind{person.Opened, person.Opened, person.Opened, person.Bounced, c.outcome()})
				out.Outcomes = append(out.Outcomes, person.Outcome{Touchpoint: one(src, p.Touchpoints).Address, Kind: kind, At: c.later()})
			}
		case 1:
			if len(p.Consents) > 0 {
				act := person.Act{Consent: one(src, p.Consents).Address, At: c.later(), Kind: one(src, []person.ActKind{person.Grant, person.Grant, person.Confirm, person.Withdraw})}
				if act.Kind == person.Grant && chance(src, 3) {
					act.ExpiresAt = act.At + types.Instant(1+src.IntN(72))*3_600_000_000
				}
				out.Acts = append(out.Acts, act)
			}
		case 2:
			if chance(src, 4) {
				out.Learned = append(out.Learned, Learned{c.later(), "email", types.Text(one(src, emails))})
			} else if a := one(src, p.Person.Attributes); a.Value == nil && a.Name != p.Person.Timezone {
				out.Learned = append(out.Learned, Learned{c.later(), a.Name, c.orNull(c.constant(src, a.Type))})
			}
		default:
			event := c.event()
			event.At, event.Seq = c.later(), int64(i)
			out.Events = append(out.Events, event)
		}
	}
	slices.SortStableFunc(out.Events, func(a, b person.Event) int { return cmp.Compare(a.At, b.At) })
	slices.SortStableFunc(out.Outcomes, func(a, b person.Outcome) int { return cmp.Compare(a.At, b.At) })
	slices.SortStableFunc(out.Acts, func(a, b person.Act) int { return cmp.Compare(a.At, b.At) })
	slices.SortStableFunc(out.Learned, func(a, b Learned) int { return cmp.Compare(a.At, b.At) })
	return out
}

// later is an instant after Now.
func (c crowd) later() types.Instant {
	switch c.src.IntN(4) {
	case 0:
		return c.length(c.src).After(Now, madrid())
	case 1:
		return Now + types.Instant(c.src.IntN(4))*3_600_000_000
	}
	return Now + types.Instant(c.src.IntN(40*24))*3_600_000_000
}

// Lengths is the lengths of samples' windows that are no months or years, in
// microseconds, for who looks where windows end.
func Lengths() []types.Instant {
	var out []types.Instant
	for _, s := range lengths {
		out = append(out, s.After(0, time.UTC))
	}
	return out
}
