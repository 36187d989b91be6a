package apply

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// However calls come, in no stretch of a limit's length are there more of them
// than the limit, and nobody waits longer than it takes.
func TestLimitsAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rates []targets.Rate
		for range rapid.IntRange(1, 3).Draw(t, "limits") {
			per := types.Span{Amount: int64(rapid.IntRange(1, 90).Draw(t, "per")), Unit: types.Second}
			rates = append(rates, targets.Rate{Class: "write", Calls: rapid.IntRange(1, 8).Draw(t, "calls"), Per: per})
		}
		b, now := newBudget(rates), time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
		var made []time.Time
		for range rapid.IntRange(1, 40).Draw(t, "changes") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "later")) * time.Second)
			for {
				wait := b.take([]plan.Cost{{Class: "write", Calls: 1}, {Class: "other", Calls: 9}}, now)
				if wait <= 0 {
					break
				}
				if early := b.take([]plan.Cost{{Class: "write", Calls: 1}}, now.Add(wait-time.Nanosecond)); early <= 0 {
					t.Fatalf("a wait of %s is longer than it takes", wait)
				}
				now = now.Add(wait)
			}
			made = append(made, now)
		}
		for _, r := range rates {
			for i := range made {
				if j := i + r.Calls; j < len(made) && made[j].Sub(made[i]) < r.Per.Exact() {
					t.Fatalf("%d calls within %s, %d are allowed in %s", r.Calls+1, made[j].Sub(made[i]), r.Calls, r.Per)
				}
			}
		}
	})
}
