package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
)

func (b *builder) segment(from *block.Block) {
	r := b.read(from)
	b.program.Segments = append(b.program.Segments, ir.Segment{
		Head: r.head(), Platforms: r.refs("platforms"), Where: r.condition("where"),
	})
	if b.once && from.Home == nil { // what for_each and modules make of one text shares it
		from.LetGo()
	}
}
