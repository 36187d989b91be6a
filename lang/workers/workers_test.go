package workers

import (
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Everything is done once, in its slot, by no more at once than allowed.
func TestEachDoesEverythingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, most := rapid.IntRange(0, 100).Draw(t, "n"), rapid.IntRange(0, 8).Draw(t, "most")
		var now, worst atomic.Int64
		done := make([]int, n)
		Each(n, most, func(i int) {
			for seen, here := worst.Load(), now.Add(1); here > seen && !worst.CompareAndSwap(seen, here); seen = worst.Load() {
			}
			done[i] += i + 1
			now.Add(-1)
		})
		want := make([]int, n)
		for i := range want {
			want[i] = i + 1
		}
		if diff := cmp.Diff(want, done); diff != "" {
			t.Fatalf("-want +got\n%s", diff)
		}
		if most > 0 && worst.Load() > int64(most) {
			t.Fatalf("%d at once, allowed %d", worst.Load(), most)
		}
	})
}

func TestRunsDoEverythingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, length := rapid.IntRange(0, 100).Draw(t, "n"), rapid.IntRange(1, 20).Draw(t, "length")
		done := make([]atomic.Int64, n)
		InRuns(n, length, 0, func(i int) { done[i].Add(1) })
		for i := range done {
			if times := done[i].Load(); times != 1 {
				t.Fatalf("%d of %d, %d in a turn, was done %d times", i, n, length, times)
			}
		}
	})
}

func TestRunsCoverEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, length := rapid.IntRange(0, 100).Draw(t, "n"), rapid.IntRange(1, 20).Draw(t, "length")
		end := 0
		for _, run := range Runs(n, length) {
			if run[0] != end || run[1] <= run[0] || run[1]-run[0] > length {
				t.Fatalf("run %v follows %d", run, end)
			}
			end = run[1]
		}
		if end != n {
			t.Fatalf("the runs end at %d of %d", end, n)
		}
	})
}
