package build

import (
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

func (b *builder) platform(from *block.Block) {
	r := b.read(from)
	scope := *r.scope
	scope.Secrets = true
	r.scope = &scope
	p := ir.Platform{Head: r.head(), Target: from.Label(0), Name: from.Label(1), Config: r.config()}
	p.AcceptRisk, p.RiskAt = r.risk(&p.Config)
	b.program.Platforms = append(b.program.Platforms, p)
}

// risk takes accept_risk out of the arguments: it is for us and not for the
// target. It is a reason, in words.
func (r *reader) risk(c *ir.Config) (reason string, at diag.Range) {
	i := slices.IndexFunc(c.Settings, func(s ir.Setting) bool { return s.Name == block.AcceptRisk })
	if i < 0 {
		return "", diag.Range{}
	}
	s := c.Settings[i]
	c.Settings = slices.Delete(slices.Clone(c.Settings), i, i+1)
	text, ok := s.Value.(types.Text)
	if !ok || len(strings.Fields(string(text))) < 3 {
		r.say(diag.Diagnostic{
			Rule: NoConstant, At: s.At, Mark: "why, in a sentence",
			Detail: "Every plan repeats the reason before anything else, so that who approves it knows what was accepted and why.",
			Help:   `write accept_risk = "..." with the reason, and who decided`,
		})
		return "", diag.Range{}
	}
	return string(text), s.At
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
