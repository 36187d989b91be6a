package suite

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/targets/state"
)

// sleeper is a run that sleeps past the end of its lease with a call on its way.
// The next run is told of that call, as one that may have landed, finds out what
// became of it and goes on. Whoever wakes up then makes no further call, records
// nothing of the one that it had made, and is told that it may have landed.
func sleeper(t *testing.T, p Place) {
	late := load(t, p)
	do(t, late.Lock(ctx, by("ana")))
	do(t, late.Begin(ctx, []state.Intent{creates("a")})) // and calls, and sleeps
	next := load(t, p)
	pass(t, p, next)
	do(t, next.Lock(ctx, by("ben")))
	if got := next.Pending(); len(got) != 1 || got[0].Key != "create-a" {
		t.Fatalf("the next run is told of %+v, and not of the call that was on its way", got)
	}
	if !next.CutOff() {
		t.Error("the next run does not know that the last one did not come to its end")
	}
	do(t, next.Finish(ctx, []state.Result{made("a")}))
	do(t, next.Begin(ctx, []state.Intent{creates("b")}))
	if !p.Open(t).Can().Fences {
		do(t, next.Unlock(ctx))
		return
	}
	told(t, "the next intent", late.Begin(ctx, []state.Intent{creates("c")}))
	told(t, "the result of the call", late.Finish(ctx, []state.Result{made("a")}))
	told(t, "the intent after that", late.Begin(ctx, []state.Intent{creates("c")}))
	if err := late.Still(ctx); err == nil {
		t.Error("a late run is told that it may call on")
	}
	do(t, late.Unlock(ctx))
	ben := by("ben")
	heldBy(t, p.Open(t), &ben)
	do(t, next.Finish(ctx, []state.Result{made("b")}))
	do(t, next.Unlock(ctx))
	after := load(t, p)
	var names []string
	for _, r := range after.Records() {
		names = append(names, r.Address.Object)
	}
	if diff := cmp.Diff([]string{"segment.a", "segment.b"}, names); diff != "" || len(after.Pending()) > 0 || after.ID() != next.ID() {
		t.Errorf("what is kept in the end, with %d open calls (-want +got):\n%s", len(after.Pending()), diff)
	}
}

// pass lets the lease of a run that is asleep end: by time where it does that,
// and where it lasts until its process ends, or for ever, by hand.
func pass(t *testing.T, p Place, s *state.State) {
	t.Helper()
	if p.Sleep != nil {
		p.Sleep(t, p.Lasts+2*time.Second)
		return
	}
	was, err := s.Break(ctx, by("eve"))
	do(t, err)
	if was == nil || was.Who != "ana" {
		t.Fatalf("the lock of %v was ended", was)
	}
}

// told wants a late run to be refused a write, and to be told who has taken over
// and that what it has called may have landed.
func told(t *testing.T, what string, err error) {
	t.Helper()
	var fenced *state.FencedError
	if !errors.As(err, &fenced) {
		t.Fatalf("%s of a late run: %v", what, err)
	}
	for _, words := range []string{"another run took over", "ben (process 7 on desk)", "nothing more is written", "a call already sent may still land"} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%s: it is not told %q: %v", what, words, err)
		}
	}
}
