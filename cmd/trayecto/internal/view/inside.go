package view

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/plan"
)

// insideLines is who is inside journeys that a plan meddles with, and what
// becomes of them.
func insideLines(p *plan.Plan) []string {
	var out []string
	for _, i := range p.Inside {
		out = append(out, insideLine(i))
	}
	return out
}

func insideLine(i plan.Inside) string {
	switch {
	case i.People == nil:
		return fmt.Sprintf("Inside %s now: not known, for platform.%s: %s. %s", i.Journey, i.Platform, i.Unknown, become(i))
	case *i.People == 0:
		return fmt.Sprintf("Inside %s now: nobody (counted by platform.%s).", i.Journey, i.Platform)
	}
	most := ""
	if i.AtMost {
		most = "at most "
	}
	return fmt.Sprintf("Inside %s now: %s%s (counted by platform.%s). %s", i.Journey, most, people(*i.People), i.Platform, become(i))
}

// become is what the plan does to who is inside.
func become(i plan.Inside) string {
	switch i.Fate {
	case plan.Removed:
		return "It is removed, and they get nothing more from it."
	case plan.SwitchedOff:
		return "It is switched off, and they get nothing as long as it is."
	case plan.Edited:
	}
	fates := map[string]string{
		"finish":  `on_change = "finish": they finish the version that they are in.`,
		"migrate": `on_change = "migrate": they go on in the new version.`,
		"stop":    `on_change = "stop": they get nothing more from it.`,
	}
	return fates[i.OnChange]
}
