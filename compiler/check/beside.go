package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

var lacksCompanion = &diag.Rule{Code: "CHK108", Summary: "What is written needs another argument beside it"}

// checkCompanions is about arguments that are needed because of others, or
// because of the block's kind.
func checkCompanions(p *Pass, b *block.Block) {
	m, ok := mannerOf(b)
	if !ok {
		return
	}
	for _, name := range m.needs {
		if _, there := b.Get(name); there || b.Strange {
			continue
		}
		d := diag.Diagnostic{At: b.At, Mark: name + " is missing", Detail: fmt.Sprintf("This is %s, and it needs %s.", m.noun, name)}
		if by, chosen := b.Get(m.by); chosen {
			d.At = by.NameAt
		}
		if arg, known := b.Type.Arg(name); known {
			d.Help = fmt.Sprintf("add %s = ..., %s", name, arg.Form.Spell())
		}
		p.say(d)
		return // the next may depend on it
	}
}
