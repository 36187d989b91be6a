package view

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/state"
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

// Record is objects as they were applied last: what the state knows of each, in
// the JSON of schemas/state.schema.json.
func Record(records []plan.Record) (string, error) {
	var b strings.Builder
	for _, r := range records {
		raw, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return "", fmt.Errorf("writing %s: %w", r.Address, err)
		}
		fmt.Fprintf(&b, "%s\n%s\n", r.Address, raw)
	}
	return b.String(), nil
}

// StateChanged says what a repair has done to the state.
func StateChanged(results []state.Result) string {
	var b strings.Builder
	for _, r := range results {
		switch {
		case r.From != nil:
			fmt.Fprintf(&b, "%s is %s now.\n", *r.From, r.Address)
		case r.Gone:
			fmt.Fprintf(&b, "%s is not managed any more; it stays on the platform.\n", r.Address)
		}
	}
	return b.String()
}
