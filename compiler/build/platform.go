package build

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
)

func (b *builder) platform(from *block.Block) {
	r := b.read(from)
	scope := *r.scope
	scope.Secrets = true
	r.scope = &scope
	b.program.Platforms = append(b.program.Platforms, ir.Platform{
		Head: r.head(), Target: from.Label(0), Name: from.Label(1), Config: r.config(),
	})
}

// config is a block whose arguments only the target knows.
func (r *reader) config() ir.Config {
	c := ir.Config{Settings: r.settings(), At: r.block.At}
	for _, child := range r.block.Blocks {
		nested := ir.ConfigBlock{Type: child.Type.Name, Config: r.in(child).config()}
		for _, label := range child.Labels {
			nested.Labels = append(nested.Labels, label.Text)
		}
		c.Blocks = append(c.Blocks, nested)
	}
	return c
}

func (b *builder) history(from *block.Block) {
	r := b.read(from)
	b.program.History = ir.History{
		People: r.text("people"), Objects: r.text("objects"), Events: r.text("events"), Consents: r.text("consents"),
		Outcomes: r.text("outcomes"), Changes: r.text("changes"), At: from.At,
	}
}
