package apply_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
)

// limited applies by a clock that moves only by waiting.
func (w *world) limited() (apply.Summary, error) {
	return w.applyWith(context.Background(), w.plan(), apply.Options{Clock: func() time.Time { return now.Add(w.waited) }})
}

// What a platform allows in a minute is waited for; what it allows only
// tomorrow is left to a later run, which goes on.
func TestApplyKeepsToTheLimits(t *testing.T) {
	w := newWorld(t)
	w.platform.rates = []targets.Rate{
		{Class: "write", Calls: 2, Per: types.Span{Amount: 1, Unit: types.Minute}},
		{Class: "write", Calls: 5, Per: types.Span{Amount: 1, Unit: types.Day}},
	}
	for _, name := range letters {
		w.desired = append(w.desired, thing(name, resource.NoSwitch, "red"))
	}
	s, err := w.limited()
	if err != nil || s.Count(apply.Made) != 5 || s.Count(apply.NotTried) != 2 || s.Complete() {
		t.Fatalf("%v\n%s", err, tell(s))
	}
	if w.waited != 2*time.Minute {
		t.Errorf("waited %s for 5 calls, 2 a minute", w.waited)
	}
	for _, e := range s.Events {
		if e.Outcome == apply.NotTried && !strings.Contains(e.Err.Error(), "limits of platform.p allow it in 23h58m0s") {
			t.Errorf("not tried: %v", e.Err)
		}
	}
	if n := len(w.platform.calls); n != 5 {
		t.Errorf("%d calls were made", n)
	}
	w.waited += 24 * time.Hour
	if s, err := w.limited(); err != nil || !s.Complete() || s.Count(apply.Made) != 2 {
		t.Fatalf("the next day: %v\n%s", err, tell(s))
	}
	w.settled()
}

// A platform that asks to come back tomorrow is not waited for.
func TestNobodyWaitsForever(t *testing.T) {
	w := newWorld(t)
	w.desired = []resource.Resource{thing("a", resource.NoSwitch, "red"), thing("b", resource.NoSwitch, "red")}
	w.platform.retryAfter = 5 * time.Hour
	w.platform.fault = func(n int, _ targets.Change) fault {
		if n == 0 {
			return busy
		}
		return fine
	}
	s, err := w.apply(w.plan())
	if err != nil || s.Count(apply.Failed) != 1 || s.Count(apply.Made) != 1 || w.waited > 0 {
		t.Fatalf("%v, waited %s\n%s", err, w.waited, tell(s))
	}
	if !strings.Contains(tell(s), "it asks to wait 5h0m0s: apply again then") {
		t.Errorf("got\n%s", tell(s))
	}
	w.converge()
}
