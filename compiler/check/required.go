package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var fieldLeftOut = &diag.Rule{Code: "CHK143", Summary: "A test leaves out a field that every such event has"}

// checkRequired is about events in tests: what is true of an event that cannot
// be says nothing about those that come.
func checkRequired(p *Pass) {
	for _, t := range p.Program.Tests {
		for _, h := range slices.Concat(t.Before, t.Happens) {
			base, _, declared := p.Program.Base(h.Event)
			if h.Event == "" || !declared {
				continue
			}
			var missing []string
			for _, f := range base.Fields {
				given := slices.ContainsFunc(h.With, func(g ir.Given) bool { return g.Name == f.Name && !types.IsNull(g.Value) })
				if f.Required && !given {
					missing = append(missing, f.Name)
				}
			}
			if len(missing) > 0 {
				p.leftOut(h, base, missing)
			}
		}
	}
}

func (p *Pass) leftOut(h ir.Happening, base ir.Event, missing []string) {
	values := make([]string, len(missing))
	for i, name := range missing {
		values[i] = name + " = ..."
	}
	d := diag.Diagnostic{
		At: h.At, Mark: listed(missing) + " " + isOrAre(len(missing)) + " missing", Related: []diag.Label{{At: base.At, Text: "has it always"}},
		Detail: fmt.Sprintf("%s never comes without %s, so a test of it without would try what cannot be.", base.Address, listed(missing)),
		Help:   fmt.Sprintf("write with = { %s }, with a value that is usual", strings.Join(values, ", ")),
	}
	if len(h.With) > 0 {
		d.Help = fmt.Sprintf("add %s to with, with a value that is usual", strings.Join(values, ", "))
	}
	p.say(d)
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
