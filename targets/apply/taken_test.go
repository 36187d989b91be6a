package apply_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// leased is a disk whose lease another run can take over at any time, so that it
// is asked for again before each call.
type leased struct {
	*disk
	taken atomic.Bool
}

func (l *leased) Can() state.Abilities {
	return state.Abilities{Append: true, Lease: true, Expires: true, Fences: true, Renew: 1}
}

func (l *leased) Lease(context.Context, state.Holder) (state.Lease, error) { return l, nil }

func (l *leased) Renew(context.Context) error { return l.fence() }

func (l *leased) Append(ctx context.Context, lines []byte) error {
	return errors.Join(l.fence(), l.disk.Append(ctx, lines))
}

func (l *leased) fence() error {
	if l.taken.Load() {
		return &state.FencedError{}
	}
	return nil
}

// Once another run has the state, nothing more is called: of a batch that is on
// its way the rest stays undone.
func TestNothingIsCalledAfterATakeover(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"a", "b", "c"} {
		w.desired = append(w.desired, thing(name, resource.NoSwitch, "red"))
	}
	p, l := w.plan(), &leased{disk: w.disk}
	st, _, err := state.Load(t.Context(), l, "lumen", "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Lock(t.Context(), state.Holder{Who: "test", Since: now}); err != nil {
		t.Fatal(err)
	}
	w.platform.fault = func(int, targets.Change) fault {
		l.taken.Store(true)
		return fine
	}
	_, err = apply.Run(t.Context(), apply.Options{Plan: p, State: st, Targets: w.targets(), Now: now, Wait: w.wait})
	var fenced *state.FencedError
	if !errors.As(err, &fenced) || len(w.platform.calls) != 1 {
		t.Errorf("%d calls, and it ended with %v", len(w.platform.calls), err)
	}
}
