package ir

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Mentions lists the addresses that a declaration refers to, whether for what
// it means or for where it goes, sorted and each once; never its own. What is
// only a wish about order (Pressure.Priority, Moment.Anticipates) is not among
// them: see Wishes.
func Mentions(d Declaration) []string {
	m := mentions{}
	m.declaration(d)
	return m.sorted(d.Header().Address)
}

// Wishes lists the addresses that a declaration refers to without depending on
// them: the order of journeys, the moments that another one anticipates.
func Wishes(d Declaration) []string {
	m := mentions{}
	switch d := d.(type) {
	case Pressure:
		m.all(d.Priority)
	case Moment:
		m.one(d.Anticipates)
	}
	return m.sorted("")
}

// JourneyOf is the journey of a step's full name: step.welcome.hello belongs
// to journey.welcome, module.m.step.j.s to module.m.journey.j.
func JourneyOf(step string) string {
	at := strings.Index("."+step, ".step.")
	if at < 0 {
		return ""
	}
	name, _, _ := strings.Cut(step[at+len("step."):], ".")
	return step[:at] + "journey." + name
}

// StepAddress is the full name of a journey's step: step.welcome.hello for
// hello of journey.welcome. JourneyOf undoes it.
func StepAddress(journey, step string) string {
	at := strings.LastIndex("."+journey, ".journey.")
	if at < 0 {
		return ""
	}
	return journey[:at] + "step." + journey[at+len("journey."):] + "." + step
}

// mentions gathers addresses.
type mentions []string

func (m *mentions) one(address string) {
	if address != "" {
		*m = append(*m, address)
	}
}

func (m *mentions) all(addresses []string) {
	for _, a := range addresses {
		m.one(a)
	}
}

// sorted is what was gathered, each once and without the one that mentions it.
func (m *mentions) sorted(own string) []string {
	slices.Sort(*m)
	*m = slices.DeleteFunc(slices.Compact(*m), func(a string) bool { return a == own })
	return *m
}

// declaration has one case for every kind of declaration. A kind that is
// missing here is caught by the test that fills every field.
func (m *mentions) declaration(d Declaration) {
	switch d := d.(type) {
	case Person:
		m.attributes(d.Attributes)
	case Object:
		m.attributes(d.Attributes)
	case Event:
		m.event(d)
	case Segment:
		m.all(d.Platforms)
		m.expr(d.Where)
	case Purpose:
		m.all(d.Channels)
	case Channel:
		m.one(d.Via)
	case Consent:
		m.consent(d)
	case Regime:
		m.regime(d)
	case Exclusion:
		m.exprs(d.Match)
	case Pressure:
		m.pressure(d)
	case Calendar, Control, Platform:
	default:
		m.experience(d)
	}
}

// experience is declaration for what people get and what happens to them.
func (m *mentions) experience(d Declaration) {
	switch d := d.(type) {
	case Link:
		m.template(d.URL)
		m.one(d.Purpose)
	case Part:
		m.templates(d.Body)
	case Touchpoint:
		m.touchpoint(d)
	case Action:
		m.all([]string{d.Platform, d.Channel})
		m.template(d.Title)
		m.template(d.URL)
		m.expr(d.Value)
	case Phase:
		m.one(d.After)
	case Persona:
		m.one(d.Segment)
	case Moment:
		m.one(d.Phase)
		m.detect(d.Detect)
	case Journey:
		m.journey(d)
	case Guard:
		m.expr(d.RefuseIf)
	case Test:
		m.test(d)
	case Resource:
		m.one(d.Platform)
	}
}

func (m *mentions) event(e Event) {
	for _, f := range e.Fields {
		m.typ(f.Type)
	}
	m.one(e.From)
	m.expr(e.Where)
}

func (m *mentions) attributes(list []Attribute) {
	for _, a := range list {
		m.typ(a.Type)
		m.expr(a.Value)
	}
}

func (m *mentions) typ(t types.Type) {
	switch t := t.(type) {
	case types.Object:
		m.one(t.String())
	case types.List:
		m.typ(t.Element)
	case types.Basic, types.Enum, nil:
	}
}

func (m *mentions) consent(c Consent) {
	m.all(c.Platforms)
	m.one(c.Purpose)
	m.all(c.Channels)
	for _, capture := range c.Captures {
		m.one(capture.On)
		m.expr(capture.If)
	}
}

func (m *mentions) regime(r Regime) {
	m.expr(r.AppliesWhen)
	for _, rule := range r.Rules {
		m.all(rule.Channels)
		m.expr(rule.Requires)
	}
}

func (m *mentions) pressure(p Pressure) {
	for _, limit := range p.Limits {
		m.all(limit.Channels)
	}
	for _, hours := range p.Hours {
		m.one(hours.Calendar)
	}
}

func (m *mentions) touchpoint(t Touchpoint) {
	m.all(t.Platforms)
	m.one(t.Purpose)
	m.all(t.Channels)
	m.expr(t.Prefer)
	m.one(t.Phase)
	m.one(t.About)
	m.all(t.Asks)
	m.templates(t.Content.Subject)
	m.templates(t.Content.Body)
	m.templates(t.Content.Text)
}

func (m *mentions) detect(d Detect) {
	switch d := d.(type) {
	case OnEvent:
		m.one(d.Event)
		m.expr(d.If)
	case OnOutcome:
		m.one(d.Touchpoint)
		m.expr(d.If)
	case Absence:
		m.one(d.On)
		m.one(d.Without)
		m.expr(d.If)
	case OnDate:
		m.expr(d.Date)
	case Enters:
		m.one(d.Segment)
	case Leaves:
		m.one(d.Segment)
	case nil:
	}
}

func (m *mentions) journey(j Journey) {
	m.all(j.Platforms)
	m.one(j.Enter.Moment)
	m.one(j.Enter.Who)
	m.exprs([]expr.Expr{j.Enter.If, j.Goal, j.LeaveIf})
	Walk(j.Steps, func(s Step) {
		switch s := s.(type) {
		case Send:
			m.one(s.Touchpoint)
		case Do:
			m.one(s.Action)
		case Wait:
			m.expr(s.Until)
		case Choose:
			for _, branch := range s.When {
				m.expr(branch.If)
			}
		case Split:
			m.one(s.Metric)
		}
	})
}

func (m *mentions) test(t Test) {
	m.all(t.Listed)
	m.all(t.Control)
	for _, o := range t.Objects {
		m.one(o.Object)
	}
	for _, a := range t.Assigns {
		m.one(JourneyOf(a.Split))
	}
	m.one(t.Platform)
	for _, h := range slices.Concat(t.Before, t.Happens) {
		m.one(h.Event)
		m.one(h.Bounced)
		if h.Outcome != nil {
			m.source(*h.Outcome)
		}
		if h.Act != nil {
			m.all([]string{h.Act.Consent, h.Act.Channel})
		}
	}
	for _, e := range t.Expects {
		m.all([]string{e.Sent, e.NotSent, e.By, e.In, e.NotIn, e.Left, e.Converted, e.Done})
		if e.Step != "" {
			m.one(JourneyOf(e.Step))
		}
	}
}

func (m *mentions) templates(byLanguage map[string]content.Template) {
	for _, t := range byLanguage {
		m.template(t)
	}
}

func (m *mentions) template(t content.Template) {
	for _, piece := range t.Pieces {
		switch piece := piece.(type) {
		case content.Slot:
			m.expr(piece.Value)
		case content.LinkSlot:
			m.one(piece.Link)
		case content.PartSlot:
			m.one(piece.Part)
		case content.Text:
		}
	}
}

func (m *mentions) exprs(list []expr.Expr) {
	for _, e := range list {
		m.expr(e)
	}
}

func (m *mentions) expr(e expr.Expr) {
	expr.Walk(e, func(e expr.Expr) bool {
		m.node(e)
		for _, s := range expr.Sources(e) {
			m.source(s)
		}
		return true
	})
}

// node is what e itself names; its children and sources are walked elsewhere.
func (m *mentions) node(e expr.Expr) {
	switch e := e.(type) {
	case expr.Record:
		m.one(e.Consent)
		m.one(e.Channel)
	case expr.Member:
		m.one(e.Segment)
	case expr.Reachable:
		m.one(e.Purpose)
		m.one(e.Channel)
	case expr.Suppressed:
		m.one(e.Channel)
	case expr.Excluded:
		m.one(e.Exclusion)
	case expr.Aggregate:
		m.window(e.Window)
	case expr.Did:
		m.window(e.Window)
	case expr.FollowedBy:
		m.window(e.Window)
	case expr.Literal, expr.Attribute, expr.Field, expr.Compare, expr.And, expr.Or, expr.Not, expr.Is, expr.OneOf,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Call, expr.Any:
	}
}

func (m *mentions) source(s expr.Source) {
	m.one(s.Event)
	m.one(s.Touchpoint)
	m.one(JourneyOf(s.Step))
}

func (m *mentions) window(w expr.Window) { m.one(JourneyOf(w.Since)) }
