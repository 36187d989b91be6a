package apply_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/apply"
)

// ids is what state knows each object by.
func (w *world) ids() map[string]string {
	out := map[string]string{}
	for _, r := range w.open().Records() {
		out[strings.TrimPrefix(r.Address.Object, "thing.")] = r.ID
	}
	return out
}

// fixed is the hash of what cannot be changed in place, by name.
func (w *world) fixed() map[string]string {
	out := map[string]string{}
	for _, d := range w.desired {
		out[strings.TrimPrefix(d.Address.Object, "thing.")] = resource.Hash(d.Attributes["fixed"])
	}
	return out
}

// called is resources with some of them under other names.
func called(list []resource.Resource, names map[string]string) []resource.Resource {
	to := func(a resource.Address) resource.Address {
		if name, moved := names[strings.TrimPrefix(a.Object, "thing.")]; moved {
			return address(name)
		}
		return a
	}
	out := slices.Clone(list)
	for i := range out {
		out[i].Address = to(out[i].Address)
		out[i].Attributes = resource.Fill(out[i].Attributes, func(v resource.Value) resource.Value {
			ref := v.(resource.Ref)
			return resource.Ref{Address: to(ref.Address), Output: ref.Output}
		}).(resource.Map)
	}
	return out
}

// handOver draws what is called otherwise and what is let go, next to an edit.
// What is let go uses nothing: what it would use may be on its way out.
func (w *world) handOver(t *rapid.T) (moved map[string]string) {
	before, moved := w.desired, map[string]string{}
	next := project(t)
	w.moves, w.removals, w.kept = nil, nil, map[string]bool{}
	ids := w.ids()
	for _, old := range before {
		stays := slices.ContainsFunc(next, func(r resource.Resource) bool { return r.Key == old.Key })
		switch {
		case stays && rapid.Bool().Draw(t, "moves"):
			moved[old.Key] = "moved_" + old.Key
			w.moves = append(w.moves, ir.Move{From: old.Address.Object, To: "thing.moved_" + old.Key})
		case !stays && old.Attributes["uses"] == nil && rapid.Bool().Draw(t, "let go"):
			w.removals = append(w.removals, ir.Removal{From: old.Address.Object, Keep: true})
			w.kept[ids[old.Key]] = true
		}
	}
	w.desired = called(next, moved)
	return moved
}

// Whatever is moved, let go and edited at once, and wherever the power fails in
// between: afterwards everything is as desired, what moved has the id that it
// had unless the edit replaced it, what was let go is untouched, and there is
// nothing left to do, with the blocks and without them.
func TestHandingOverConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		ids, fixed := w.ids(), w.fixed()
		moved := w.handOver(t)
		untouched := map[string]resource.Object{}
		for id := range w.kept {
			untouched[id] = w.platform.objects[id]
		}
		if rapid.Bool().Draw(t, "crashes") {
			w.disk.appends, w.disk.failAt = 0, rapid.IntRange(1, 8).Draw(t, "at")
			w.disk.partly = rapid.IntRange(0, 2000).Draw(t, "bytes")
			_, _ = w.apply(w.plan()) // the power is gone, or not
			w.disk = w.disk.repaired()
		}
		w.converge()
		for _, blocks := range []string{"with", "without"} {
			if p := w.plan(); !p.Empty() {
				t.Fatalf("%s the blocks the plan is not empty: %v %v\n%s", blocks, p.Moved, p.LetGo, show(p))
			}
			w.moves, w.removals = nil, nil
		}
		for id, o := range untouched {
			if diff := cmp.Diff(o, w.platform.objects[id]); diff != "" {
				t.Fatalf("%s was let go and is not as it was (-before +after):\n%s", id, diff)
			}
		}
		now := w.ids()
		for from, to := range moved {
			if fixed[from] == w.fixed()[to] && now[to] != ids[from] {
				t.Fatalf("%s was %s and is %s as %s, and need not have been replaced", from, ids[from], now[to], to)
			}
		}
	})
}

// What was let go is taken over again by its id, whatever it is wanted to be
// now, and nothing is made.
func TestTakingOverConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.desired = project(t)
		w.converge()
		ids, next := w.ids(), w.platform.next
		w.imports = map[resource.Address]string{}
		for _, d := range w.desired {
			w.removals = append(w.removals, ir.Removal{From: d.Address.Object, Keep: true})
			w.imports[d.Address] = ids[d.Key]
		}
		all := w.desired
		w.desired, w.kept = nil, map[string]bool{}
		for _, id := range ids {
			w.kept[id] = true
		}
		w.converge()
		if rapid.Bool().Draw(t, "by another project") {
			for id, o := range w.platform.objects {
				o.Mark = "theirs " + id
				w.platform.objects[id] = o
			}
		}
		w.removals, w.kept, w.desired = nil, nil, all
		for i := range w.desired {
			if rapid.Bool().Draw(t, "edited") {
				w.desired[i].Attributes["color"] = resource.String("edited")
			}
		}
		if s, err := w.apply(w.plan()); err != nil || !s.Complete() || s.Count(apply.Made) < len(all) {
			t.Fatalf("applying: %v\n%s", err, tell(s))
		}
		w.converge()
		if diff := cmp.Diff(ids, w.ids()); diff != "" || w.platform.next != next {
			t.Fatalf("%d objects were made; ids (-before +after):\n%s", w.platform.next-next, diff)
		}
		for _, r := range w.open().Records() {
			if o := w.platform.objects[r.ID]; o.Mark != r.Mark {
				t.Fatalf("%s carries the mark %q, state says %q", r.Address, o.Mark, r.Mark)
			}
		}
	})
}
