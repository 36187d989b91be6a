package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/targets/run"
)

// Holdings is the list of what platforms hold and the project does not manage:
// platform, kind, id, key and what it would be called. Written is the file that
// the blocks went to, or "".
func Holdings(all []run.Holding, written string) string {
	if len(all) == 0 {
		return "The platforms hold nothing that this project does not manage.\n"
	}
	var b strings.Builder
	rows := make([][]string, len(all))
	widths := make([]int, 4)
	said := 0
	for i, h := range all {
		rows[i] = []string{"platform." + h.Platform, h.Object.Kind, h.Object.ID, h.Object.Key}
		for n, cell := range rows[i] {
			widths[n] = max(widths[n], len([]rune(printable(cell))))
		}
		if h.Address != "" {
			said++
		}
	}
	for i, h := range all {
		for n, cell := range rows[i] {
			b.WriteString(pad(printable(cell), widths[n]) + "  ")
		}
		b.WriteString(called(h) + "\n")
	}
	fmt.Fprintf(&b, "\n%s not managed here; %s can be taken over", plural(len(all), "object"), number(said))
	if written != "" {
		fmt.Fprintf(&b, " by the blocks in %s.\n", written)
		return b.String()
	}
	b.WriteString(": trayecto import --out FILE.hcl\n")
	return b.String()
}

// called is what an object would be, or why it cannot be said.
func called(h run.Holding) string {
	switch {
	case h.Address == "":
		return "not said: " + h.Why
	case h.Loses != "":
		return h.Address + ", without " + h.Loses
	}
	return h.Address
}
