package apply

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets"
)

// patience is the longest that a run waits for a platform: until its limits
// allow the next call, or as it asks itself. What would take longer is left to a
// later run.
const patience = 15 * time.Minute

// budget keeps what a platform allows of each rate class: in no stretch of time
// of a limit's length more calls than the limit. It knows of this run alone;
// what others have used up the platform says itself.
type budget struct {
	mu     sync.Mutex
	limits map[string][]*window
}

// window is one limit and when the calls were made that still count.
type window struct {
	calls int
	per   time.Duration
	made  []time.Time // sorted
}

func newBudget(rates []targets.Rate) *budget {
	b := &budget{limits: map[string][]*window{}}
	for _, r := range rates {
		if per := r.Per.Exact(); r.Calls > 0 && per > 0 {
			b.limits[r.Class] = append(b.limits[r.Class], &window{calls: r.Calls, per: per})
		}
	}
	return b
}

// take books the calls at an instant, or, where they are not all allowed yet,
// books none and says how long that takes.
func (b *budget) take(calls []plan.Cost, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range calls {
		for _, w := range b.limits[c.Class] {
			wait = max(wait, w.free(c.Calls, now))
		}
	}
	if wait > 0 {
		return wait
	}
	for _, c := range calls {
		for _, w := range b.limits[c.Class] {
			for range min(c.Calls, w.calls) {
				w.made = append(w.made, now)
			}
		}
	}
	return 0
}

// free is how long it takes until n more calls are allowed. A change that takes
// more than the whole limit is allowed when nothing else counts any more.
func (w *window) free(n int, now time.Time) time.Duration {
	for len(w.made) > 0 && !w.made[0].After(now.Add(-w.per)) {
		w.made = w.made[1:]
	}
	over := len(w.made) + min(n, w.calls) - w.calls
	if over <= 0 {
		return 0
	}
	return w.made[over-1].Add(w.per).Sub(now)
}

// limitError says that a platform's limits allow a call only later than a run
// waits.
type limitError struct {
	platform string
	wait     time.Duration
}

func (e *limitError) Error() string {
	return fmt.Sprintf("the limits of platform.%s allow it in %s; apply again then", e.platform, e.wait.Round(time.Second))
}

// afford waits until the platform's limits allow a call.
func (r *run) afford(ctx context.Context, platform string, c *call, beforeWaiting func()) error {
	if c.change.Action != targets.Create && c.change.Action != targets.Update && c.change.Action != targets.Delete || c.half {
		return nil // what a replacement takes is booked with its second half
	}
	calls := r.Plan.Changes[c.index].Calls
	for len(calls) > 0 {
		wait := r.budgets[platform].take(calls, r.clock())
		switch {
		case wait <= 0:
			return nil
		case wait > patience:
			return &limitError{platform, wait}
		}
		beforeWaiting()
		if r.wait(ctx, wait) != nil {
			return errUnsent
		}
	}
	return nil
}

func (r *run) clock() time.Time {
	if r.Clock != nil {
		return r.Clock()
	}
	return time.Now()
}
