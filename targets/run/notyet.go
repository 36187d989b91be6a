package run

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

// notYet is the blocks that this version understands and does not carry out.
// A plan that passed over one would promise something else than the files say:
// state would be kept where nobody looks for it.
func notYet(p *ir.Program) diag.List {
	var diags diag.List
	refuse := func(word string, at diag.Range, help string) {
		diags = append(diags, diag.Diagnostic{
			Rule: ruleNotYet, At: at, Mark: "this version understands " + word + " and does not carry it out yet", Help: help,
		})
	}
	if s := p.State; s.Backend != "" && (s.Backend != "file" || len(s.Config.Settings) > 0) {
		refuse("state "+quote(s.Backend)+elsewhere(s), s.Config.At, "remove it: the state is then a file in the project's folder")
	}
	return diags.Sorted()
}

// elsewhere tells a file in a place of its own from the one that is used.
func elsewhere(s ir.State) string {
	if s.Backend == "file" {
		return " with a path"
	}
	return ""
}
