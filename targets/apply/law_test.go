package apply_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
)

// Apply, then plan, is empty; and so after any edit.
func TestApplyThenPlanIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			w.desired = project(t)
			if s, err := w.apply(w.plan()); err != nil || !s.Complete() {
				t.Fatalf("applying: %v\n%s", err, tell(s))
			}
			if p := w.plan(); !p.Empty() {
				t.Fatalf("the second plan is not empty:\n%s", show(p))
			}
			w.settled()
		}
		w.desired = nil
		w.converge()
	})
}

// Whatever happens to a platform behind our back is put right, and told.
func TestDriftIsPutRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		touched := 0
		for _, id := range w.platform.ids() {
			o := w.platform.objects[id]
			switch rapid.IntRange(0, 4).Draw(t, "by hand") {
			case 0:
				delete(w.platform.objects, id)
				touched++
			case 1:
				o.Attributes = resource.Map{"color": resource.String("black")}
				w.platform.objects[id] = o
				touched++
			case 2:
				if o.Switch == resource.On {
					o.Switch = resource.Off
					w.platform.objects[id] = o
					touched++
				}
			}
		}
		if got := len(w.plan().Drift); got != touched {
			t.Fatalf("%d objects drifted, the plan tells of %d", touched, got)
		}
		w.platform.breach = nil
		w.converge()
	})
}

// Any call may fail in any way: what does not need it is done, and applying
// again converges with nothing made twice.
func TestFailuresConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		w.desired = project(t)
		first := len(w.platform.calls)
		at := rapid.IntRange(0, 12).Draw(t, "at")
		what := fault(rapid.IntRange(1, int(numFaults)-1).Draw(t, "fault"))
		again := rapid.IntRange(1, 9).Draw(t, "times")
		w.platform.fault = func(n int, _ targets.Change) fault {
			if n >= first+at && n < first+at+again {
				return what
			}
			return fine
		}
		s, err := w.apply(w.plan())
		if err != nil {
			t.Fatalf("applying: %v", err)
		}
		if n := s.Count(apply.Unknown); n > 0 {
			t.Fatalf("%d outcomes are unknown although the platform can be asked:\n%s", n, tell(s))
		}
		for _, e := range s.Events {
			if e.Outcome == "" || e.Outcome == apply.NotTried && e.Err == nil {
				t.Fatalf("%s of %s ended in %q without a reason", e.Change.Action, e.Change.Address, e.Outcome)
			}
		}
		w.platform.fault = nil
		w.converge()
	})
}

// The power may fail at any write to the journal, in the middle of it too:
// nothing is lost and nothing is made twice.
func TestCrashesConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		w.desired = project(t)
		w.disk.appends, w.disk.failAt = 0, rapid.IntRange(1, 12).Draw(t, "at")
		w.disk.partly = rapid.IntRange(0, 3000).Draw(t, "bytes")
		p := w.plan()
		_, err := w.apply(p)
		if crashed := w.disk.dead; crashed != errors.Is(err, errPower) {
			t.Fatalf("power gone: %v, error: %v", crashed, err)
		}
		w.disk = w.disk.repaired()
		if rapid.Bool().Draw(t, "with the saved plan") {
			var stale *apply.StaleError
			if s, err := w.apply(p); err != nil && !errors.As(err, &stale) || err == nil && !s.Complete() {
				t.Fatalf("applying the same plan again: %v\n%s", err, tell(s))
			}
		}
		w.converge()
	})
}

// A state that was lost comes back from the marks on the platform: nothing is
// made twice, whatever was edited since.
func TestLostStateIsAdopted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		next := w.platform.next
		w.disk = &disk{}
		for i, d := range w.desired {
			if rapid.Bool().Draw(t, "edited") {
				edited := resource.Map{"color": resource.String("edited")}
				for _, name := range []string{"uses", "fixed"} {
					if v, there := d.Attributes[name]; there {
						edited[name] = v
					}
				}
				w.desired[i].Attributes = edited
			}
		}
		if p := w.plan(); p.Counts().Adopt != len(w.desired) || p.Counts().Create > 0 {
			t.Fatalf("%d objects are there, the plan takes over others:\n%s", len(w.desired), show(p))
		}
		w.converge()
		if w.platform.next != next {
			t.Fatalf("%d objects were made again", w.platform.next-next)
		}
	})
}
