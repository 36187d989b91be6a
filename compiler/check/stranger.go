package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var stranger = &diag.Rule{Code: "CHK144", Summary: "A test speaks of a channel or a step that does not belong there"}

// checkStrangers is about what tests say of a consent or a message beside its
// name: the consent covers the channel, the message goes by it, the step sends
// it. Without, a test that expects nothing would pass and say nothing.
func checkStrangers(p *Pass) {
	senders := map[string]string{} // the touchpoint that a step sends
	for _, j := range p.Program.Journeys {
		for _, e := range j.Table().Entries {
			if send, is := e.Step.(ir.Send); is {
				senders[e.Address] = send.Touchpoint
			}
		}
	}
	for _, t := range p.Program.Tests {
		for _, h := range slices.Concat(t.Before, t.Happens) {
			p.strangeAct(h)
		}
		for _, e := range t.Expects {
			p.strangeSend(e, senders)
		}
	}
}

func (p *Pass) strangeAct(h ir.Happening) {
	if h.Act == nil || h.Act.Channel == "" {
		return
	}
	if c, ok := ir.Find(p.Program.Consents, h.Act.Consent); ok && !slices.Contains(c.Channels, h.Act.Channel) {
		p.say(diag.Diagnostic{
			At: h.At, Mark: fmt.Sprintf("%s does not cover %s", c.Address, h.Act.Channel), Related: []diag.Label{{At: c.At, Text: "covers " + listed(c.Channels)}},
			Detail: "Nothing would be recorded by it.", Help: "name a channel of the consent, or leave channel out: then it is said for all of them",
		})
	}
}

func (p *Pass) strangeSend(e ir.Expectation, senders map[string]string) {
	address := e.Sent
	if address == "" {
		address = e.NotSent
	}
	message, known := p.touchpoints[address]
	if !known {
		return
	}
	if e.By != "" && !slices.Contains(message.Channels, e.By) {
		p.say(diag.Diagnostic{
			At: e.At, Mark: fmt.Sprintf("%s does not go by %s", address, e.By), Related: []diag.Label{{At: message.At, Text: "goes by " + listed(message.Channels)}},
			Detail: "It is never sent so, whatever happens.", Help: "name one of its channels, or leave by out",
		})
	}
	if sends, is := senders[e.Step]; e.Step != "" && sends != address {
		d := diag.Diagnostic{
			At: e.At, Mark: fmt.Sprintf("%s does not send %s", e.Step, address),
			Detail: "It is never sent so, whatever happens.", Help: "name a step that sends it, or leave step out",
		}
		if is {
			d.Mark = fmt.Sprintf("%s sends %s", e.Step, sends)
		}
		p.say(d)
	}
}
