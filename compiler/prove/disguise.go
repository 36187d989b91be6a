package prove

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// AsMarketing is somebody who gets a message that needs no yes, and to whom the
// rules of a marketing purpose would not let it go: who said no to it, if there
// is one. It is nil where nobody is found.
func AsMarketing(p *ir.Program, touchpoint, purpose string, at Moment) *Story {
	program := *p
	program.Touchpoints = slices.Clone(p.Touchpoints)
	var placed []string
	for i := range program.Touchpoints {
		if t := &program.Touchpoints[i]; t.Address == touchpoint {
			t.Purpose = purpose
		}
	}
	for _, j := range p.Journeys {
		placed = append(placed, j.Address)
	}
	channels := []string{}
	if t, ok := ir.Find(p.Touchpoints, touchpoint); ok {
		channels = t.Channels
	}
	for _, gates := range [][]ir.Gate{saidNo(p, purpose, channels), nil} {
		proof := OfConsent(Platform{Program: &program, Placed: placed, Enforcement: ir.Enforcement{Sends: true, Gates: gates}}, at)
		for _, s := range proof.Sends {
			if s.Touchpoint == touchpoint && s.Story != nil {
				return s.Story
			}
		}
	}
	return nil
}

// saidNo is gates that let through only who said no to a purpose.
func saidNo(p *ir.Program, purpose string, channels []string) []ir.Gate {
	var out []ir.Gate
	for _, channel := range channels {
		if c, ok := p.ConsentFor(purpose, channel); ok {
			state := expr.Record{Consent: c.Address, Channel: channel, Fact: expr.State}
			no := expr.OneOf{Of: state, Values: []types.Value{types.Text(eval.Withdrawn), types.Text(eval.Refused)}}
			out = append(out, ir.Gate{Channel: channel, Condition: no})
		}
	}
	return out
}
