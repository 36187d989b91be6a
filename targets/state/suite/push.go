package suite

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/targets/state"
)

// lumen is whose state the stories are about.
var lumen = state.Owner{Project: "lumen", Env: "prod"}

func pulled(t testing.TB, p Place) (raw []byte, d *state.Document) {
	t.Helper()
	raw, err := load(t, p).Pull()
	do(t, err)
	d, err = state.ReadDocument(raw)
	do(t, err)
	return raw, d
}

func weigh(t testing.TB, p Place, d *state.Document) state.Weighed {
	t.Helper()
	w, err := state.Weigh(ctx, p.Open(t), d, lumen)
	do(t, err)
	return w
}

func push(t testing.TB, p Place, d *state.Document) error {
	t.Helper()
	_, err := state.Push{Document: d, Of: lumen, By: by("ben"), Weighed: weigh(t, p, d)}.Into(ctx, p.Open(t))
	return err
}

func writes(t testing.TB, p Place, name string) {
	t.Helper()
	s := load(t, p)
	do(t, s.Lock(ctx, by("ana")))
	do(t, s.Begin(ctx, []state.Intent{creates(name)}))
	do(t, s.Finish(ctx, []state.Result{made(name)}))
	do(t, s.Unlock(ctx))
}

// What was pulled is put back: into a place where nothing is, over what it
// continues, and over what it loses only by force.
func pushed(t *testing.T, p Place) {
	if _, err := load(t, p).Pull(); !errors.Is(err, state.ErrNone) {
		t.Fatalf("pulling what was never written: %v", err)
	}
	writes(t, p, "a")
	early, older := pulled(t, p)
	writes(t, p, "b")
	late, newer := pulled(t, p)
	if w := weigh(t, p, newer); !w.Same || len(w.Against) > 0 {
		t.Errorf("the same state: %+v", w)
	}
	w := weigh(t, p, older)
	if len(w.Against) != 1 || len(w.Loses) != 1 || w.Loses[0].ID != "id-b" {
		t.Errorf("an older state: %+v", w)
	}
	do(t, push(t, p, older)) // by force
	raw, now := pulled(t, p)
	if got := load(t, p); len(got.Records()) != 1 || now.ID().Lineage != older.ID().Lineage || now.ID().Serial <= newer.ID().Serial {
		t.Errorf("%d records, %+v after %+v", len(got.Records()), now.ID(), newer.ID())
	}
	if bytes.Equal(raw, early) {
		t.Error("two versions of the state have one number")
	}
	if w := weigh(t, p, newer); len(w.Against) != 1 {
		t.Errorf("what was there before it was put back: %+v", w)
	}
	again, err := load(t, p).Pull()
	do(t, err)
	if diff := cmp.Diff(string(raw), string(again)); diff != "" {
		t.Errorf("pulled twice (-want +got):\n%s", diff)
	}
	if bytes.Equal(late, raw) {
		t.Error("nothing was put back")
	}
}

// Who pushes holds the lease, and who has lost it writes nothing over what was
// pushed.
func pushedBeside(t *testing.T, p Place) {
	writes(t, p, "a")
	_, d := pulled(t, p)
	writes(t, p, "b")
	s := load(t, p)
	do(t, s.Lock(ctx, by("ana")))
	agreed := weigh(t, p, d)
	var held *state.LockedError
	if err := push(t, p, d); !errors.As(err, &held) {
		t.Fatalf("pushing while another run writes: %v", err)
	}
	do(t, s.Begin(ctx, []state.Intent{creates("c")}))
	_, err := p.Open(t).Break(ctx, by("eve"))
	do(t, err)
	if _, err := (state.Push{Document: d, Of: lumen, By: by("ben"), Weighed: agreed}).Into(ctx, p.Open(t)); err == nil {
		t.Error("what was written after somebody agreed is lost")
	}
	do(t, push(t, p, d))
	if p.Open(t).Can().Fences { // a result may wait for the next write, see Finish
		refused(t, "result", errors.Join(s.Finish(ctx, []state.Result{made("c")}), s.Unlock(ctx)))
	}
	if got := load(t, p); len(got.Records()) != 1 || len(got.Pending()) != 0 {
		t.Errorf("%d records, %d intents after a push of 1", len(got.Records()), len(got.Pending()))
	}
}
