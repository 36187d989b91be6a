package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
)

// AtWorst says in a line what the limits of a program are up against and what
// none of them counts; "" where there are no limits.
func AtWorst(worst []prove.Worst, none []prove.Uncounted) string {
	if line := worstLine(worst, none); line != "" {
		return line + "\n"
	}
	return ""
}

// mostNamed is how many journeys the line names of those that no limit counts.
const mostNamed = 4

// mostLimits is how many limits the line is about.
const mostLimits = 20

func worstLine(worst []prove.Worst, none []prove.Uncounted) string {
	var parts []string
	for _, w := range worst {
		parts = append(parts, w.Sentence())
	}
	sends := slices.ContainsFunc(worst, func(w prove.Worst) bool { return len(w.Of) > 0 })
	if !sends && len(none) == 0 {
		return ""
	}
	more := ""
	if len(parts) > mostLimits {
		more = fmt.Sprintf(" There are %s more limits.", number(len(parts)-mostLimits))
		parts = parts[:mostLimits]
	}
	line := "Pressure: " + strings.Join(parts, "; ") + "." + more
	for _, u := range none {
		names := strings.Join(u.Journeys[:min(len(u.Journeys), mostNamed)], ", ")
		if more := len(u.Journeys) - mostNamed; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		line += fmt.Sprintf(" No limit counts %s messages (%s).", u.Class, names)
	}
	return line
}

// weighs tells whether a plan is about the whole project and changes something
// that decides how much people get.
func weighs(p *plan.Plan) bool {
	return p.Scope == nil && slices.ContainsFunc(p.Changes, func(c plan.Change) bool {
		switch ir.KindOf(c.Address.Object) {
		case "journey", "touchpoint", "pressure", "calendar", "moment", "purpose":
			return c.Action.Writes()
		}
		return false
	})
}
