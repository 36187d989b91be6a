package apply_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
)

// The state takes nothing more while calls are on their way, as of a run that
// slept past the end of its lease. What it called before may have landed, and is
// not said to have been left out: each change ends in what is known of its call.
func TestCallsThatCannotBeRecorded(t *testing.T) {
	faults := map[string]fault{"a": fine, "b": lostBefore, "c": lostAfter, "d": refusing, "e": busy, "f": silent}
	for marks, want := range map[targets.Marks]map[string]apply.Outcome{
		// b was not done, and is not tried again.
		targets.Tag: {"a": apply.Made, "b": apply.NotTried, "c": apply.Unknown, "d": apply.Failed, "e": apply.Failed, "f": apply.Unknown, "g": apply.NotTried},
		// What cannot be found again is recorded at once, or said not to be.
		targets.NoMark: {"a": apply.Unknown, "b": apply.Unknown, "c": apply.Unknown, "d": apply.Failed, "e": apply.Failed, "f": apply.Unknown, "g": apply.NotTried},
	} {
		t.Run(string(marks), func(t *testing.T) {
			w := newWorld(t)
			w.platform.marks = marks
			for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
				w.desired = append(w.desired, thing(name, resource.NoSwitch, "red"))
			}
			w.desired = append(w.desired, thing("g", resource.NoSwitch, "red", "a"))
			p := w.plan()
			w.platform.fault = func(_ int, c targets.Change) fault {
				w.disk.dead = true
				return faults[c.Resource.Key]
			}
			s, err := w.apply(p)
			if err == nil {
				t.Fatal("nothing is said of a state that takes nothing more")
			}
			got := map[string]apply.Outcome{}
			for _, e := range s.Events {
				got[e.Change.NaturalKey] = e.Outcome
				if e.Outcome != apply.Made && e.Err == nil {
					t.Errorf("%s of %s ended as %s without a word", e.Change.Action, e.Change.Address, e.Outcome)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if w.platform.fault, w.disk = nil, w.disk.repaired(); marks != targets.NoMark {
				w.converge()
			}
		})
	}
}
