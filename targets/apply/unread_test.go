package apply_test

import (
	"context"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// mute is a platform that shows nothing once something was done, or that keeps
// what it deleted.
type mute struct {
	*fake
	keeps bool
}

func (m mute) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	switch {
	case len(m.calls) == 0:
		return m.fake.Get(ctx, kind, ids)
	case m.keeps:
		return []resource.Object{{Kind: kind, ID: ids[0], Key: "a"}}, nil
	}
	return nil, &targets.Error{Kind: targets.Permanent, Message: "not today"}
}

// What cannot be read back is not said to be as planned, and is not switched on;
// nor is what was deleted and is still there.
func TestWhatCannotBeReadBack(t *testing.T) {
	run := func(w *world, keeps bool) apply.Summary {
		p := w.plan()
		w.platform.calls = nil
		st := w.open()
		if err := st.Lock(t.Context(), state.Holder{Who: "test", Since: now}); err != nil {
			t.Fatal(err)
		}
		on := map[string]targets.Target{"p": mute{w.platform, keeps}}
		s, err := apply.Run(t.Context(), apply.Options{Plan: p, State: st, Targets: on, Now: now, Wait: w.wait})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	w := newWorld(t)
	w.desired = []resource.Resource{thing("a", resource.On, "red")}
	s := run(w, false)
	expect(t, s, "create thing.a made", "switch_on thing.a not tried")
	if s.Complete() || len(s.NotAsPlanned) != 1 || s.NotAsPlanned[0].Unread == nil {
		t.Errorf("unread: %+v", s.NotAsPlanned)
	}
	w = newWorld(t)
	w.desired = []resource.Resource{thing("a", "", "red")}
	w.converge()
	w.desired = nil
	if s := run(w, true); s.Complete() || len(s.NotAsPlanned) != 1 || !s.NotAsPlanned[0].Still {
		t.Errorf("still there: %+v", s.NotAsPlanned)
	}
}
