package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/apply"
)

// pastTense says what a change that was made has done.
var pastTense = []struct {
	action plan.Action
	word   string
}{
	{plan.Create, "created"}, {plan.Adopt, "taken over"}, {plan.Update, "changed"}, {plan.Replace, "replaced"},
	{plan.Delete, "removed"}, {plan.SwitchOn, "switched on"}, {plan.SwitchOff, "switched off"},
}

// Applied is the summary of an apply: what was made, and everything that was not.
func Applied(s apply.Summary, took time.Duration) string {
	var b strings.Builder
	for _, r := range s.Resolved {
		outcome := "had not been done"
		if r.Done {
			outcome = "had been done"
		}
		fmt.Fprintf(&b, "An earlier run was interrupted at %s %s; it %s.\n", r.Action, r.Address, outcome)
	}
	writeFailures(&b, s)
	for _, d := range s.NotAsPlanned {
		fmt.Fprintf(&b, "not as planned: %s\n", d.Address)
		writeDiff(&b, d.Diff)
	}
	var made []string
	for _, p := range pastTense {
		if n := count(s, p.action, apply.Made); n > 0 {
			made = append(made, number(n)+" "+p.word)
		}
	}
	if n := s.Count(apply.Already); n > 0 {
		made = append(made, number(n)+" done by an earlier run")
	}
	if n := s.Count(apply.HeldBack); n > 0 {
		made = append(made, number(n)+" held back")
	}
	for _, n := range []struct {
		count int
		word  string
	}{{s.Moved, "renamed"}, {s.LetGo, "let go"}} {
		if n.count > 0 {
			made = append(made, number(n.count)+" "+n.word)
		}
	}
	if len(made) == 0 {
		made = []string{"nothing was changed"}
	}
	if s.Complete() {
		fmt.Fprintf(&b, "Done in %s. %s%s\n", seconds(took), upper(strings.Join(made, ", ")), readBack(s))
		return b.String() + heldBack(s)
	}
	fmt.Fprintf(&b, "Stopped part way after %s. %s, %s, %s, %s.\nWhat was made is recorded; trayecto apply goes on from here.\n",
		seconds(took), upper(strings.Join(made, ", ")), plural(s.Count(apply.Failed), "failure"),
		number(s.Count(apply.NotTried))+" not tried", number(s.Count(apply.Unknown))+" with an unknown outcome")
	return b.String()
}

// heldBack says what reached people before and does not now, and what makes the
// changes that this run was told not to make.
func heldBack(s apply.Summary) string {
	var off []string
	switches, writes := 0, 0
	for _, e := range s.Events {
		switch {
		case e.Outcome != apply.HeldBack:
		case e.Change.Action != plan.SwitchOn:
			writes++
		default:
			switches++
			if e.Change.Live {
				off = append(off, e.Change.Address.Object)
			}
		}
	}
	switch {
	case writes > 0:
		return "What was held back, with what needs it: trayecto apply\n"
	case len(off) > 0:
		return "On before this run, and off now: " + strings.Join(off, ", ") + ". To switch on what was held back: trayecto apply --activate-only\n"
	case switches > 0:
		return "To switch on what was held back: trayecto apply --activate-only\n"
	}
	return ""
}

// readBack says that what was written was compared, where anything was written.
func readBack(s apply.Summary) string {
	for _, e := range s.Events {
		if e.Outcome == apply.Made && e.Change.Action != plan.Adopt {
			return "; each was read back and is as planned."
		}
	}
	return "."
}

func writeFailures(b *strings.Builder, s apply.Summary) {
	untried := map[string]int{}
	for _, e := range s.Events {
		switch e.Outcome {
		case apply.Failed, apply.Unknown:
			fmt.Fprintf(b, "%s: %s %s: %s\n", e.Outcome, e.Change.Action, e.Change.Address, reason(e.Err))
		case apply.NotTried:
			if untried[reason(e.Err)]++; untried[reason(e.Err)] <= untriedMost {
				fmt.Fprintf(b, "not tried: %s %s: %s\n", e.Change.Action, e.Change.Address, reason(e.Err))
			}
		case apply.Made, apply.Already, apply.HeldBack:
		}
	}
	for _, why := range slices.Sorted(maps.Keys(untried)) {
		if more := untried[why] - untriedMost; more > 0 {
			fmt.Fprintf(b, "not tried: %s more: %s\n", number(more), why)
		}
	}
}

// untriedMost is how many changes that were not tried for one reason are named:
// when a run is interrupted it is most of them, and they hide what failed.
const untriedMost = 10

func reason(err error) string {
	if err == nil {
		return "no reason was given"
	}
	return err.Error()
}

func count(s apply.Summary, action plan.Action, o apply.Outcome) int {
	n := 0
	for _, e := range s.Events {
		if e.Outcome == o && e.Change.Action == action && !(e.Change.Live && action == plan.SwitchOff) {
			n++
		}
	}
	return n
}

// Progress is one line for a change that has ended.
func Progress(e apply.Event) string {
	line := fmt.Sprintf("%s %d of %d: %s %s", e.Outcome, e.Done, e.Total, e.Change.Action, e.Change.Address)
	if e.Err != nil {
		line += ": " + e.Err.Error()
	}
	return line
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Stale says which objects of a plan have moved since it was made.
func Stale(e *apply.StaleError) string {
	var b strings.Builder
	b.WriteString("The plan no longer fits; nothing was done.\n")
	for _, m := range e.Moved {
		fmt.Fprintf(&b, "  %s: %s\n", m.Address, m.Why)
	}
	b.WriteString("Make a new plan: trayecto plan\n")
	return b.String()
}
