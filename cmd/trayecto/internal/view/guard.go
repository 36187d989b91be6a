package view

import (
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
)

// guardLines says what the guards say: those that a person must answer one by
// one, those that pass by their number.
func guardLines(p *plan.Plan) []string {
	var lines []string
	pass := 0
	for _, g := range p.Guards {
		about := ""
		if len(g.Because) > 0 {
			about = " (" + strings.Join(g.Because, ", ") + ")"
		}
		if g.Unknown {
			about += " Whether it is so is not known."
		}
		switch {
		case g.Result == plan.Waits:
			lines = append(lines, g.Guard+" waits for "+strings.Join(g.Needs, " or ")+": "+g.Message+about)
		case g.Result == plan.Refuses:
			lines = append(lines, g.Guard+" refuses: "+g.Message+about)
		case len(g.ApprovedBy) > 0:
			lines = append(lines, g.Guard+" would refuse, and "+strings.Join(g.ApprovedBy, ", ")+" agreed: "+g.Message+about)
		default:
			pass++
		}
	}
	if pass > 0 && !p.Empty() {
		lines = append(lines, "Guards: "+number(pass)+" "+passes(pass)+".")
	}
	return lines
}

func passes(n int) string {
	if n == 1 {
		return "passes"
	}
	return "pass"
}
