package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
)

func (b *builder) link(from *block.Block) {
	r := b.read(from)
	b.program.Links = append(b.program.Links, ir.Link{
		Head: r.head(), URL: r.url("url"), Purpose: r.ref("purpose"),
	})
}

func (b *builder) part(from *block.Block) {
	r := b.read(from)
	b.program.Parts = append(b.program.Parts, ir.Part{
		Head: r.head(), Marketing: r.flag("marketing"), Body: r.html("body"),
	})
}

func (b *builder) touchpoint(from *block.Block) {
	r := b.read(from)
	t := ir.Touchpoint{
		Head: r.head(), Platforms: r.refs("platforms"), Purpose: r.ref("purpose"), Phase: r.ref("phase"),
		Benefit: r.word("benefit"), About: r.ref("about"), Unsubscribe: r.word("unsubscribe"), Asks: r.refs("asks"),
	}
	t.Channels, t.Prefer, t.ChannelsAt = r.channels("channels")
	for _, child := range from.Of("content") {
		c := r.in(child)
		c.scope = startedBy(c.scope, b.scope.Event(t.About))
		t.Content = ir.Content{Subject: c.plain("subject"), Body: c.html("body"), Text: c.plain("text")}
	}
	b.program.Touchpoints = append(b.program.Touchpoints, t)
}

// startedBy is the scope in which entry is what started the journey.
func startedBy(s *expr.Scope, entry *expr.Shape) *expr.Scope {
	started := *s
	started.Entry = entry
	return &started
}
