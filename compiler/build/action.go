package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
)

func (b *builder) action(from *block.Block) {
	r := b.read(from)
	b.program.Actions = append(b.program.Actions, ir.Action{
		Head: r.head(), Kind: from.Label(0), Platform: r.ref("platform"), Title: r.template("title"), Due: r.span("due"),
		To: r.text("to"), URL: r.called("url"), Attribute: r.attribute("attribute"), Value: r.value("value"), Channel: r.ref("channel"),
	})
}
