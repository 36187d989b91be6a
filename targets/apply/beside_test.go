package apply_test

import (
	"context"
	"testing"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// A platform that is slow holds up nobody else: what the others have to do is
// done to its end meanwhile, but nothing is switched on before all is written.
func TestPlatformsWorkBesideEachOther(t *testing.T) {
	ctx := context.Background()
	slow, fast := newFake(), newFake()
	in := plan.Input{Tool: "test", Project: "lumen", Env: "test", Now: now, Platforms: []plan.PlatformInfo{slow.Describe().Info("p"), fast.Describe().Info("q")}}
	on := func(platform string, r resource.Resource) resource.Resource {
		r.Address.Platform = platform
		r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
			ref := v.(resource.Ref)
			ref.Address.Platform = platform
			return ref
		}).(resource.Map)
		return r
	}
	in.Desired = []resource.Resource{
		on("p", thing("a", resource.NoSwitch, "red")),
		on("q", thing("b", resource.NoSwitch, "red")), on("q", thing("c", resource.NoSwitch, "red", "b")), on("q", thing("d", resource.On, "red", "c")),
	}
	p, diags, err := plan.Make(in)
	if err != nil || len(diags) > 0 {
		t.Fatalf("%v %v", err, diags)
	}
	st, _, err := state.Load(ctx, &disk{}, "lumen", "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Lock(ctx, state.Holder{Who: "test", Since: now}); err != nil {
		t.Fatal(err)
	}
	written := make(chan struct{}) // q has written everything
	slowDone := false
	slow.fault = func(int, targets.Change) fault { <-written; slowDone = true; return fine }
	fast.fault = func(n int, c targets.Change) fault {
		if c.Action == targets.Create && n == 2 {
			close(written)
		}
		if c.Action == targets.SwitchOn && !slowDone {
			t.Error("something was switched on while another platform was being written")
		}
		return fine
	}
	s, err := apply.Run(ctx, apply.Options{Plan: p, State: st, Targets: map[string]targets.Target{"p": slow, "q": fast}, Now: now})
	if err != nil || !s.Complete() || s.Count(apply.Made) != 5 {
		t.Fatalf("%v\n%s", err, tell(s))
	}
}
