package check

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// textsOnly is about the subject and body of what goes to phones alone.
func (p *Pass) textsOnly(t ir.Touchpoint) {
	b := p.blocks()[t.Address]
	for _, name := range t.Channels {
		if channel, ok := p.channels[name]; !ok || p.addressType(channel) != types.Phone {
			return
		}
	}
	if b == nil || len(t.Channels) == 0 {
		return
	}
	if channels, _ := b.Get("channels"); !listedOut(channels.Expr) {
		return
	}
	for _, content := range b.Of("content") {
		for _, name := range []string{"subject", "body"} {
			a, written := content.Get(name)
			if _, text := content.Get("text"); !written || !text {
				continue // that the text is missing is said elsewhere
			}
			p.say(diag.Diagnostic{
				At: a.NameAt, Mark: "never used", Related: []diag.Label{{At: t.ChannelsAt, Text: "goes to phones alone"}},
				Detail: fmt.Sprintf("An SMS is its text. Nothing of the %s of %s is sent.", name, t.Address), Help: "remove " + name,
			})
		}
	}
}

// listedOut tells whether an expression is a list and no prefer(...), which may be
// wrong in itself.
func listedOut(e hclsyntax.Expression) bool {
	_, list := e.(*hclsyntax.TupleConsExpr)
	return list
}
