package check

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
)

// without is somebody who gets a service message that is marketing, without the
// yes that a marketing purpose asks for, as a text to go on with; "" where
// nobody is found, or something else is wrong with the program, which is said.
func (p *Pass) without(t ir.Touchpoint, purpose string) string {
	if _, err := eval.New(p.Program, nil, 0); err != nil || purpose == "" {
		return ""
	}
	moment, err := prove.Anywhen(p.Program)
	if err != nil {
		return ""
	}
	if s := prove.AsMarketing(p.Program, t.Address, purpose, moment); s != nil {
		return "\n" + s.Told()
	}
	return ""
}

// askedFor is the purpose of the consent that a message asks for.
func (p *Pass) askedFor(t ir.Touchpoint) string {
	c, _ := ir.Find(p.Program.Consents, t.Asks[0])
	return c.Purpose
}

// marketing is a purpose that a message with an offer could have: one with a
// consent for a channel of the message, where there is one.
func (p *Pass) marketing(t ir.Touchpoint) string {
	purpose := ""
	for _, x := range p.Program.Purposes {
		if x.Class != ir.Marketing {
			continue
		}
		if slices.ContainsFunc(t.Channels, func(channel string) bool { _, ok := p.Program.ConsentFor(x.Address, channel); return ok }) {
			return x.Address
		}
		if purpose == "" {
			purpose = x.Address
		}
	}
	return purpose
}
