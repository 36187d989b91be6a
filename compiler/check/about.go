package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var otherEntry = &diag.Rule{Code: "CHK104", Summary: "A message tells about something else than what started the journey"}

// checkAbout compares what gives entry its type in a touchpoint with what
// gives it in the journeys that send it: entry would be empty otherwise.
func checkAbout(p *Pass) {
	for _, j := range p.Program.Journeys {
		ir.Walk(j.Steps, func(s ir.Step) {
			if send, ok := s.(ir.Send); ok {
				p.compareEntry(j, send)
			}
		})
	}
}

func (p *Pass) compareEntry(j ir.Journey, send ir.Send) {
	t, ok := p.touchpoints[send.Touchpoint]
	if !ok || t.About == "" {
		return
	}
	started := p.startedBy(j)
	if p.derives(started, t.About) {
		return
	}
	d := diag.Diagnostic{
		At: send.At, Mark: fmt.Sprintf("sends %s, which is about %s", t.Address, t.About),
		Related: []diag.Label{{At: p.at(t, "about"), Text: "gives entry its fields"}, {At: j.Enter.At, Text: "starts the journey"}},
		Detail:  fmt.Sprintf("The texts of %s may use entry as %s, but no event starts %s.", t.Address, t.About, j.Address),
		Help:    fmt.Sprintf("send another touchpoint, or let %s enter on a moment that %s detects", j.Address, t.About),
	}
	if started != "" {
		d.Detail = fmt.Sprintf("The texts of %s may use entry as %s, but %s starts %s.", t.Address, t.About, started, j.Address)
	}
	p.say(d)
}

// startedBy is the event that entry is in a journey, or "".
func (p *Pass) startedBy(j ir.Journey) string {
	m := p.moments[j.Enter.Moment]
	switch d := m.Detect.(type) {
	case ir.OnEvent:
		return d.Event
	case ir.Absence:
		return d.On
	case ir.OnOutcome, ir.OnDate, ir.Enters, ir.Leaves, nil:
	}
	return ""
}

// derives tells whether event is base or is derived from it.
func (p *Pass) derives(event, base string) bool {
	for range len(p.Program.Events) + 1 {
		if event == base {
			return true
		}
		e := p.events[event]
		if e.From == "" {
			return false
		}
		event = e.From
	}
	return false
}
