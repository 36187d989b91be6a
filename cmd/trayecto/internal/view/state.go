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
		fmt.Fprintf(&b, "%s\n", r.Address)
		e := json.NewEncoder(&b)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(r); err != nil {
			return "", fmt.Errorf("writing %s: %w", r.Address, err)
		}
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

// Lock says who holds the lock of the state in a place, and how it ends.
func Lock(place string, who *state.Holder, expires bool) string {
	if who == nil {
		return fmt.Sprintf("Nobody is writing the state in %s.\n", place)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The state in %s is held by %s\n  since   %s\n", place, who.Who, who.Since.Format("2 Jan 2006 15:04:05 MST"))
	for _, l := range []struct{ name, value string }{
		{"for", who.For}, {"job", who.Job}, {"process", fmt.Sprintf("%d on %s", who.PID, who.Host)},
	} {
		if l.value != "" {
			fmt.Fprintf(&b, "  %s %s\n", pad(l.name, 7), l.value)
		}
	}
	if expires {
		b.WriteString("The lock ends with that run, however it ends.\n")
	} else {
		b.WriteString("The lock does not end by itself when that run dies: trayecto state unlock\n")
	}
	return b.String()
}

// Unlocked says whose lock was ended by hand.
func Unlocked(was *state.Holder, fences bool) string {
	if was == nil {
		return "It had ended already.\n"
	}
	out := fmt.Sprintf("The lock of %s was ended.\n", was.Who)
	if fences {
		return out + "Should that run still be alive, it writes nothing more to the state; a call already sent may still land.\n"
	}
	return out + "Make sure that this run is no more: nothing here can keep it from writing.\n"
}

// shownLosses is how many losses are listed one by one.
const shownLosses = 20

// Losses lists what a state knows and would not know any more.
func Losses(losses []state.Loss) string {
	var b strings.Builder
	for _, l := range losses[:min(shownLosses, len(losses))] {
		fmt.Fprintf(&b, "  %s\n", l)
	}
	if more := len(losses) - shownLosses; more > 0 {
		fmt.Fprintf(&b, "  and %d more\n", more)
	}
	return b.String()
}

// Open is the calls of which it is not known what became of them.
func Open(pending []state.Intent) string {
	if len(pending) == 0 {
		return "It is known what became of every call.\n"
	}
	var b strings.Builder
	for _, i := range pending {
		fmt.Fprintf(&b, "%-10s %s", i.Action, i.Address)
		if i.Record.Key != "" {
			fmt.Fprintf(&b, ", called %q there", i.Record.Key)
		}
		if i.Record.ID != "" {
			fmt.Fprintf(&b, ", id %s", i.Record.ID)
		}
		b.WriteByte('\n')
	}
	b.WriteString("The next plan asks the platforms what became of them. Where it says that nobody can tell, look there and say what you found:\n" +
		"trayecto state settle ADDRESS --not-done, or --done, of something that was made with --id ID.\n")
	return b.String()
}
