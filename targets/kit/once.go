package kit

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// finds: an object is found by each of the ways that its kind has, alone, and
// among others that are looked for with it.
func finds(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	d := deploying(t, target)
	var requests []targets.FindRequest
	for _, r := range ordered(t, h.wanted(t, before, p.Config.Platform)) {
		d.write(r)
		c, o := d.made[len(d.made)-1], d.held[r.Address]
		all := findable(t, target, c)
		ways := map[string]targets.FindRequest{
			"natural key":     {Kind: r.Kind, Key: all.Key},
			"mark":            {Kind: r.Kind, Mark: all.Mark},
			"idempotency key": {Kind: r.Kind, Once: all.Once},
			"all of them":     all,
		}
		for way, request := range ways {
			if request == (targets.FindRequest{Kind: r.Kind}) {
				continue // the kind does not have it
			}
			got, err := target.Find(context.Background(), request)
			if err != nil {
				t.Fatalf("finding %s by %s: %v", r.Address, way, err)
			}
			if diff := difference([]resource.Object{o}, got); diff != "" {
				t.Errorf("%s by %s (-want +found):\n%s", r.Address, way, diff)
			}
		}
		nobody := findable(t, target, c)
		nobody.Mark, nobody.Key, nobody.Once = "trayecto-nobodys", "nobody's", "never"
		requests = append(requests, all, nobody)
	}
	together, err := targets.FindEach(context.Background(), target, requests)
	if err != nil || len(together) != len(requests) {
		t.Fatalf("looking for %d: %d answers, %v", len(requests), len(together), err)
	}
	for i, r := range requests {
		alone, err := target.Find(context.Background(), r)
		if diff := cmp.Diff(alone, together[i], cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%+v (%v) (-alone +with others):\n%s", r, err, diff)
		}
	}
}

// doesOnce: a change that comes again with its key has no second effect and
// the same answer, where the target honours keys.
func doesOnce(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, after := h.programs(p)
	target := open(t, h, p)
	if !target.Describe().Can.Idempotent {
		t.Skip("the target does not say that it honours idempotency keys")
	}
	first, second := h.wanted(t, before, p.Config.Platform), h.wanted(t, after, p.Config.Platform)
	d := deploying(t, target)
	for _, step := range [][]resource.Resource{first, second, first, nil} {
		d.target = &twice{Target: target, t: t}
		d.reach(step)
		d.target = target
		d.holds(step)
	}
}

// twice sends every change two times.
type twice struct {
	targets.Target
	t testing.TB
}

// Apply sends every change two times and wants the same answer.
func (w *twice) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	w.t.Helper()
	for c := range changes {
		once, err := carry(w.Target, c)
		if err != nil {
			return err
		}
		again, err := carry(w.Target, c)
		if err != nil {
			w.t.Errorf("%s %s came a second time: %v", c.Action, c.Resource.Address, err)
			return err
		}
		if diff := difference(once, again); diff != "" {
			w.t.Errorf("%s %s had another answer the second time (-first +second):\n%s", c.Action, c.Resource.Address, diff)
		}
		result(targets.Result{Key: c.Key, Object: once})
	}
	return nil
}

// noticesConflicts: where objects have versions, a change that was made for an
// older one is refused and has no effect.
func noticesConflicts(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, after := h.programs(p)
	target := open(t, h, p)
	d := deploy(t, target, h.wanted(t, before, p.Config.Platform))
	old := map[resource.Address]resource.Object{}
	for address, o := range d.held {
		old[address] = o
	}
	d.reach(h.wanted(t, after, p.Config.Platform))
	asked := 0
	for _, c := range d.made {
		prior, there := old[c.Resource.Address]
		now, still := d.held[c.Resource.Address]
		if c.Action != targets.Update || !there || !still || prior.Version == "" || prior.Version == now.Version {
			continue
		}
		asked++
		for _, action := range []targets.Action{targets.Update, targets.Delete} {
			late := targets.Change{Action: action, Resource: c.Resource, Prior: &prior, Mark: c.Mark, Key: "late " + string(action) + " " + c.Key}
			late.Resource.Attributes = prior.Attributes
			_, err := carry(target, late)
			var answer *targets.Error
			if !errors.As(err, &answer) || answer.Kind != targets.Conflict {
				t.Errorf("%s %s for version %s, which is now %s: expected a conflict, got %v", action, c.Resource.Address, prior.Version, now.Version, err)
			}
		}
	}
	d.holds(h.wanted(t, after, p.Config.Platform))
	for _, o := range d.held {
		if o.Version != "" && asked == 0 {
			t.Fatal("objects have versions and no edit was there to ask the law with")
		}
	}
}

// refusesAlone: of the changes of one call, one that cannot be done has an
// error in its result and leaves nothing behind, and the others are done.
func refusesAlone(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	d := deploying(t, target)
	want := ordered(t, h.wanted(t, before, p.Config.Platform))
	free := slices.IndexFunc(want, func(r resource.Resource) bool { return len(resource.Refs(r.Attributes)) > 0 })
	if free < 0 {
		free = len(want)
	}
	bad := targets.Change{Action: targets.Create, Mark: "mark", Key: "bad", Resource: resource.Resource{
		Address: resource.Address{Object: "segment.nowhere", Platform: p.Config.Platform.Name}, Kind: "no such kind", Key: "nowhere", Attributes: resource.Map{"a": resource.String("b")},
	}}
	var changes []targets.Change
	for i, r := range want[:free] {
		if i == free/2 {
			changes = append(changes, bad)
		}
		c := targets.Change{Action: targets.Create, Resource: d.filled(r), Mark: Mark(r.Address)}
		c.Key = key(c)
		changes = append(changes, c)
	}
	answered := map[string]int{}
	err := target.Apply(context.Background(), slices.Values(changes), func(r targets.Result) {
		answered[r.Key]++
		if (r.Err != nil) != (r.Key == "bad") || (r.Object == nil) != (r.Key == "bad") {
			t.Errorf("the result of %s: %+v", r.Key, r)
		}
		for _, c := range changes {
			if c.Key == r.Key && r.Object != nil {
				d.held[c.Resource.Address] = *r.Object
			}
		}
	})
	if err != nil {
		t.Fatalf("applying: %v", err)
	}
	for _, c := range changes {
		if answered[c.Key] != 1 {
			t.Errorf("the change %s %s was answered %d times", c.Action, c.Resource.Address, answered[c.Key])
		}
	}
	d.holds(off(want[:free]))
}

// off is resources as creation leaves them.
func off(list []resource.Resource) []resource.Resource {
	out := slices.Clone(list)
	for i := range out {
		if out[i].Switch == resource.On {
			out[i].Switch = resource.Off
		}
	}
	return out
}
