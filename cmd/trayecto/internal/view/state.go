package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
)

// Records is the list of managed objects: address, kind, id, switch.
func Records(records []plan.Record) string {
	if len(records) == 0 {
		return "Nothing has been applied yet.\n"
	}
	width, kinds := 0, 0
	for _, r := range records {
		width, kinds = max(width, len([]rune(r.Address.String()))), max(kinds, len(r.Kind))
	}
	var b strings.Builder
	for _, r := range records {
		line := fmt.Sprintf("%s  %s  %s  %s", pad(r.Address.String(), width), pad(r.Kind, kinds), r.ID, r.Switch)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
