package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var noText = &diag.Rule{Code: "CHK103", Summary: "A touchpoint lacks a text that its channel needs"}

// checkTexts knows a channel by the type of its address: an e-mail needs a
// subject and a body or text, an SMS a text, anything else some text.
func checkTexts(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		for _, name := range t.Channels {
			channel, ok := p.channels[name]
			if !ok {
				continue
			}
			if lacking := p.lacking(channel, t); lacking != "" {
				p.say(diag.Diagnostic{
					At: p.contentAt(t), Mark: lacking + " is missing",
					Related: []diag.Label{{At: t.ChannelsAt, Text: "goes to " + name}},
					Detail:  fmt.Sprintf("What %s sends on %s needs %s.", t.Address, name, lacking),
					Help:    "add it to content",
				})
			}
		}
	}
}

// lacking is what the content has not that the channel needs, or "". A text
// that is written and wrong has been complained about and is not missing.
func (p *Pass) lacking(channel ir.Channel, t ir.Touchpoint) string {
	written := p.writtenTexts(t)
	if b := p.blocks()[t.Address]; b != nil && strange(b) {
		return "" // the text may be what nobody knew
	}
	switch p.addressType(channel) {
	case types.Email:
		if !written["subject"] {
			return "a subject"
		}
		if !written["body"] && !written["text"] {
			return "a body or a text"
		}
	case types.Phone:
		if !written["text"] {
			return "a text"
		}
	default:
		if !written["text"] && !written["body"] {
			return "a text"
		}
	}
	return ""
}

func (p *Pass) addressType(channel ir.Channel) types.Type {
	if key, ok := p.Program.Person.KeyNamed(channel.Key); ok {
		return key.Type
	}
	attribute, _ := p.Program.Person.AttributeNamed(channel.Key)
	return attribute.Type
}

func (p *Pass) writtenTexts(t ir.Touchpoint) map[string]bool {
	written := map[string]bool{}
	if b := p.blocks()[t.Address]; b != nil {
		for _, c := range b.Of("content") {
			for _, a := range c.Args {
				written[a.Name] = true
			}
		}
	}
	return written
}

func (p *Pass) contentAt(t ir.Touchpoint) diag.Range {
	if b := p.blocks()[t.Address]; b != nil {
		for _, c := range b.Of("content") {
			return c.At
		}
	}
	return t.At
}
