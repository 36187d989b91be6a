package apply_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

func words(t *rapid.T, label string) []string {
	var out []string
	for _, name := range letters {
		if rapid.IntRange(0, 3).Draw(t, label) == 0 {
			out = append(out, "thing."+name)
		}
	}
	return out
}

// Whatever part of an edit is carried out first, it can be carried out, touches
// nothing that was left out, is then done, and the rest follows.
func TestPartsConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		w.desired = project(t)
		w.only, w.exclude = words(t, "only"), words(t, "exclude")
		p := w.plan()
		for _, c := range p.Changes {
			if slices.Contains(w.exclude, c.Address.Object) {
				t.Fatalf("%s was left out, and the plan would %s it", c.Address, c.Action)
			}
		}
		if s, err := w.apply(p); err != nil || !s.Complete() || len(w.platform.breach) > 0 {
			t.Fatalf("applying a part: %v %v\n%s", err, w.platform.breach, tell(s))
		}
		if p := w.plan(); !p.Empty() {
			t.Fatalf("the part is not done:\n%s", show(p))
		}
		w.only, w.exclude = nil, nil
		w.converge()
	})
}

// What somebody changed and a person chose to keep stays so, however often the
// plan is made, until something else is wanted of it.
func TestKeptDriftStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		kept := map[string]resource.Object{}
		for _, id := range w.platform.ids() {
			if rapid.Bool().Draw(t, "by hand") {
				o := w.platform.objects[id]
				o.Attributes = resource.Map{"color": resource.String("black")}
				if o.Switch == resource.On && rapid.Bool().Draw(t, "switched off") {
					o.Switch = resource.Off
				}
				w.platform.objects[id], kept[id] = o, o
			}
		}
		w.drift = []plan.DriftRule{{Choice: plan.Keep}}
		if s, err := w.apply(w.plan()); err != nil || !s.Complete() {
			t.Fatalf("applying: %v\n%s", err, tell(s))
		}
		w.drift = nil
		for range 2 {
			if p := w.plan(); !p.Empty() || len(p.Drift) != len(kept) || len(p.Refused()) > 0 {
				t.Fatalf("%d of %d are told, and there is to do:\n%s", len(p.Drift), len(kept), show(p))
			}
			if s, err := w.apply(w.plan()); err != nil || !s.Complete() {
				t.Fatalf("applying nothing: %v\n%s", err, tell(s))
			}
		}
		for id, o := range kept {
			if resource.Hash(w.platform.objects[id].Attributes) != resource.Hash(o.Attributes) || w.platform.objects[id].Switch != o.Switch {
				t.Fatalf("%s was not kept", id)
			}
		}
		w.drift = []plan.DriftRule{{Choice: plan.Overwrite}}
		w.platform.breach = nil
		w.converge()
	})
}
