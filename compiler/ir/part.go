package ir

import "github.com/trayecto/trayecto/lang/expr"

// Part is the program made only of the declaration with an address and of all
// that it mentions, directly or not, with Project and Person: enough to
// evaluate it alone, for instance as it was when it was last deployed. Where
// something asks whether a person is reachable, the whole of the consent rules
// belongs to it. Platforms are left out, for they change nothing that a
// declaration means. An address that is not declared gives Project and Person.
func (p *Program) Part(address string) *Program {
	x := p.Index()
	kept := map[string]bool{}
	queue := append([]string{address}, x.known(&x.person).uses...)
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if kept[next] {
			continue
		}
		kept[next] = true
		queue = append(queue, x.Uses(next)...)
	}
	part := p.only(kept)
	for _, d := range part.Declarations() {
		if asksReachable(d) {
			part.Touchpoints = p.withdrawals(kept)
			break
		}
	}
	return part
}

// withdrawals is the touchpoints that are kept and, bare, all others: an
// unsubscribe withdraws what its touchpoint was for, so the consent rules know
// the purpose and channels of each and nothing else.
func (p *Program) withdrawals(kept map[string]bool) []Touchpoint {
	out := make([]Touchpoint, len(p.Touchpoints))
	for i, t := range p.Touchpoints {
		out[i] = t
		if !kept[t.Address] {
			out[i] = bare(t)
		}
	}
	return out
}

// bare is what the consent rules know of a touchpoint.
func bare(t Touchpoint) Touchpoint {
	return Touchpoint{Head: Head{Address: t.Address}, Purpose: t.Purpose, Channels: t.Channels}
}

// consentRules lists what the meaning of reachable depends on.
func (p *Program) consentRules() []string {
	var rules []Declaration
	rules = add(rules, p.Purposes)
	rules = add(rules, p.Channels)
	rules = add(rules, p.Consents)
	rules = add(rules, p.Regimes)
	rules = add(rules, p.Exclusions)
	out := make([]string, len(rules))
	for i, d := range rules {
		out[i] = d.Header().Address
	}
	return out
}

// asksReachable tells whether a condition of d asks who may be written to.
func asksReachable(d Declaration) bool {
	asks := false
	for _, e := range Conditions(d) {
		expr.Walk(e, func(e expr.Expr) bool {
			_, reachable := e.(expr.Reachable)
			asks = asks || reachable
			return !asks
		})
	}
	return asks
}

// Conditions lists the expressions of a declaration that decide something:
// who, when and which way. The values inside texts are not among them.
func Conditions(d Declaration) []expr.Expr {
	var out []expr.Expr
	some := func(list ...expr.Expr) {
		for _, e := range list {
			if e != nil {
				out = append(out, e)
			}
		}
	}
	switch d := d.(type) {
	case Person:
		for _, a := range d.Attributes {
			some(a.Value)
		}
	case Event:
		some(d.Where)
	case Segment:
		some(d.Where)
	case Consent:
		for _, c := range d.Captures {
			some(c.If)
		}
	case Regime:
		some(d.AppliesWhen)
		for _, r := range d.Rules {
			some(r.Requires)
		}
	case Exclusion:
		some(d.Match...)
	case Touchpoint:
		some(d.Prefer)
	case Moment:
		some(conditionOf(d.Detect))
	case Journey:
		some(d.Enter.If, d.Goal, d.LeaveIf)
		some(stepConditions(d.Steps)...)
	case Guard:
		some(d.RefuseIf)
	}
	return out
}

func conditionOf(d Detect) expr.Expr {
	switch d := d.(type) {
	case OnEvent:
		return d.If
	case OnOutcome:
		return d.If
	case Absence:
		return d.If
	case OnDate:
		return d.Date
	case Enters, Leaves, nil:
	}
	return nil
}

func stepConditions(steps []Step) []expr.Expr {
	var out []expr.Expr
	Walk(steps, func(s Step) {
		switch s := s.(type) {
		case Wait:
			out = append(out, s.Until)
		case Choose:
			for _, branch := range s.When {
				out = append(out, branch.If)
			}
		case Send, Do, Split:
		}
	})
	return out
}

// only is the program without the declarations that are not kept, and without
// platforms and tests.
func (p *Program) only(kept map[string]bool) *Program {
	return &Program{
		Project: p.Project, Person: p.Person,
		Objects: keep(p.Objects, kept), Events: keep(p.Events, kept), Purposes: keep(p.Purposes, kept),
		Channels: keep(p.Channels, kept), Consents: keep(p.Consents, kept), Regimes: keep(p.Regimes, kept),
		Exclusions: keep(p.Exclusions, kept), Calendars: keep(p.Calendars, kept), Pressures: keep(p.Pressures, kept),
		Controls: keep(p.Controls, kept), Segments: keep(p.Segments, kept), Links: keep(p.Links, kept),
		Parts: keep(p.Parts, kept), Touchpoints: keep(p.Touchpoints, kept), Actions: keep(p.Actions, kept),
		Phases: keep(p.Phases, kept), Personas: keep(p.Personas, kept), Moments: keep(p.Moments, kept),
		Journeys: keep(p.Journeys, kept), Guards: keep(p.Guards, kept), Tests: keep(p.Tests, kept),
		Resources: keep(p.Resources, kept),
	}
}

func keep[D Declaration](list []D, kept map[string]bool) []D {
	var out []D
	for _, d := range list {
		if kept[d.Header().Address] {
			out = append(out, d)
		}
	}
	return out
}
