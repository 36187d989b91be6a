package check

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

var heraldCircle = &diag.Rule{Code: "CHK133", Summary: "Moments announce each other in a circle"}

// checkHeralds is about moments that anticipate themselves, by way of others or
// at once.
func checkHeralds(p *Pass) {
	next := map[string]string{}
	var order []string
	for _, m := range p.Program.Moments {
		next[m.Address] = m.Anticipates
		order = append(order, m.Address)
	}
	for _, circle := range circles(order, next) {
		p.say(diag.Diagnostic{
			At: p.at(p.moments[circle[0]], "anticipates"), Mark: "comes back to " + circle[0],
			Detail: strings.Join(append(circle, circle[0]), " announces ") + ".",
			Help:   "write the moment that comes after it, or remove anticipates",
		})
	}
}

// circles is the ways that lead back to where they began, where each address
// leads on to one other or to none. Each is there once, from its first member in
// the order on.
func circles(order []string, next map[string]string) [][]string {
	var out [][]string
	told := map[string]bool{}
	for _, start := range order {
		circle := []string{start}
		for at := next[start]; at != "" && at != start && len(circle) <= len(next); at = next[at] {
			circle = append(circle, at)
		}
		if next[circle[len(circle)-1]] != start || told[start] {
			continue
		}
		for _, address := range circle {
			told[address] = true
		}
		out = append(out, circle)
	}
	return out
}
