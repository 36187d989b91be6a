package check

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var noSuchWay = &diag.Rule{Code: "CHK141", Summary: "A test puts its person on a way that there is not"}

// checkWays is about assign in tests: its step is a split, the way is one of
// the split's, and it is said once.
func checkWays(p *Pass) {
	steps := map[string]ir.Step{}
	for _, j := range p.Program.Journeys {
		for _, e := range j.Table().Entries {
			steps[e.Address] = e.Step
		}
	}
	for _, t := range p.Program.Tests {
		first := map[string]ir.Assignment{}
		for _, a := range t.Assigns {
			if a.Split == "" || a.To == "" {
				continue
			}
			if earlier, twice := first[a.Split]; twice {
				p.say(diag.Diagnostic{At: a.At, Mark: "said again", Related: []diag.Label{{At: earlier.At, Text: "said here"}},
					Detail: fmt.Sprintf("%s puts the person on one way.", a.Split), Help: "remove one of them"})
				continue
			}
			first[a.Split] = a
			p.way(a, steps[a.Split])
		}
	}
}

func (p *Pass) way(a ir.Assignment, step ir.Step) {
	split, ok := step.(ir.Split)
	if !ok {
		p.say(diag.Diagnostic{At: a.At, Mark: "no split", Detail: fmt.Sprintf("%s is a step of another kind: nothing is left to chance there.", a.Split)})
		return
	}
	var names []string
	for _, v := range split.Variants {
		if v.Name == a.To {
			return
		}
		names = append(names, v.Name)
	}
	d := diag.Diagnostic{At: a.At, Mark: fmt.Sprintf("no way %q", a.To), Detail: fmt.Sprintf("The ways of %s are %s.", a.Split, strings.Join(names, ", "))}
	if near := diag.Nearest(a.To, names); near != "" {
		d.Help = fmt.Sprintf("write %q", near)
	}
	p.say(d)
}
