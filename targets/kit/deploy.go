package kit

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// deployment brings one platform to what is desired in the plainest way: one
// change at a time, in the order of references. It is the oracle of the real
// engine and remembers nothing but what a state would: where each object is.
type deployment struct {
	t      testing.TB
	target targets.Target
	// held is the objects by address, as last seen; refs what they were built on.
	held map[resource.Address]resource.Object
	refs map[resource.Address][]resource.Ref
	made []targets.Change // in order
}

func deploying(t testing.TB, target targets.Target) *deployment {
	return &deployment{t: t, target: target, held: map[resource.Address]resource.Object{}, refs: map[resource.Address][]resource.Ref{}}
}

// deploy is a fresh deployment of resources, switched on.
func deploy(t testing.TB, target targets.Target, want []resource.Resource) *deployment {
	t.Helper()
	d := deploying(t, target)
	d.reach(want)
	return d
}

// reach makes the platform hold what is wanted, and no more of what it held.
func (d *deployment) reach(want []resource.Resource) {
	d.t.Helper()
	wanted := map[resource.Address]bool{}
	for _, r := range ordered(d.t, want) {
		wanted[r.Address] = true
		d.write(r)
	}
	for _, address := range d.unwanted(wanted) {
		d.remove(address)
	}
	for _, r := range ordered(d.t, want) {
		if r.Switch != d.held[r.Address].Switch {
			d.turn(r, r.Switch)
		}
	}
}

func (d *deployment) write(r resource.Resource) {
	d.t.Helper()
	filled := d.filled(r)
	prior, there := d.held[r.Address]
	switch {
	case !there:
		d.do(targets.Change{Action: targets.Create, Resource: filled})
	case same(filled, prior):
		d.refs[r.Address] = resource.Refs(r.Attributes)
		return
	default:
		if prior.Switch == resource.On {
			d.turn(r, resource.Off)
			prior = d.held[r.Address]
		}
		answers, err := d.target.Plan(context.Background(), []targets.PlanRequest{{Prior: &prior, Desired: &filled}})
		if err != nil || len(answers) != 1 {
			d.t.Fatalf("planning an edit of %s: %d answers, %v", r.Address, len(answers), err)
		}
		if len(answers[0].Replace) > 0 {
			d.remove(r.Address)
			d.do(targets.Change{Action: targets.Create, Resource: filled})
			break
		}
		d.do(targets.Change{Action: targets.Update, Resource: filled, Prior: &prior})
	}
	d.refs[r.Address] = resource.Refs(r.Attributes)
}

func (d *deployment) turn(r resource.Resource, to resource.Switch) {
	d.t.Helper()
	action := targets.SwitchOn
	if to == resource.Off {
		action = targets.SwitchOff
	}
	prior := d.held[r.Address]
	d.do(targets.Change{Action: action, Resource: resource.Resource{Address: r.Address, Kind: r.Kind, Key: r.Key}, Prior: &prior})
}

func (d *deployment) remove(address resource.Address) {
	d.t.Helper()
	prior := d.held[address]
	d.do(targets.Change{Action: targets.Delete, Prior: &prior, Resource: resource.Resource{Address: address, Kind: prior.Kind, Key: prior.Key}})
}

// do carries one change out, whatever it takes: what is busy is tried again,
// and where the answer was lost the platform is asked what became of it.
func (d *deployment) do(c targets.Change) {
	d.t.Helper()
	c.Mark = Mark(c.Resource.Address)
	c.Key = key(c)
	d.made = append(d.made, c)
	for range 3 {
		object, err := carry(d.target, c)
		if err != nil {
			done := false
			if object, done = d.outcome(c); !done {
				continue
			}
		}
		if c.Action == targets.Delete {
			delete(d.held, c.Resource.Address)
			delete(d.refs, c.Resource.Address)
		} else {
			d.held[c.Resource.Address] = *object
		}
		return
	}
	d.t.Fatalf("%s %s was not done in three tries", c.Action, c.Resource.Address)
}

// carry makes one change out. Without an error the object is as the
// platform answered: nil after a deletion, and only then.
func carry(target targets.Target, c targets.Change) (*resource.Object, error) {
	var results []targets.Result
	err := target.Apply(context.Background(), one(c), func(r targets.Result) { results = append(results, r) })
	switch {
	case err != nil:
		return nil, err
	case len(results) != 1 || results[0].Key != c.Key:
		return nil, fmt.Errorf("%s %s: expected one result for the key %s, got %+v", c.Action, c.Resource.Address, c.Key, results)
	case results[0].Err != nil:
		return nil, results[0].Err
	case (results[0].Object == nil) != (c.Action == targets.Delete):
		return nil, fmt.Errorf("%s %s: an unexpected object in the result: %+v", c.Action, c.Resource.Address, results[0].Object)
	}
	return results[0].Object, nil
}

// outcome finds out whether a change was done although nobody heard so.
func (d *deployment) outcome(c targets.Change) (*resource.Object, bool) {
	d.t.Helper()
	if c.Action == targets.Create {
		found, err := d.target.Find(context.Background(), findable(d.t, d.target, c))
		if err != nil {
			return nil, false
		}
		if len(found) > 1 {
			d.t.Fatalf("%s was made %d times", c.Resource.Address, len(found))
		}
		return first(found), len(found) == 1
	}
	found, err := d.target.Get(context.Background(), c.Prior.Kind, []string{c.Prior.ID})
	if err != nil {
		return nil, false
	}
	now := first(found)
	switch c.Action {
	case targets.Delete:
		return nil, now == nil
	case targets.Update:
		return now, now != nil && same(c.Resource, *now)
	case targets.SwitchOn:
		return now, now != nil && now.Switch == resource.On
	case targets.SwitchOff:
		return now, now != nil && now.Switch == resource.Off
	case targets.Create:
	}
	return nil, false
}

func first(objects []resource.Object) *resource.Object {
	if len(objects) == 0 {
		return nil
	}
	return &objects[0]
}

// findable is a creation in every way in which its kind can be found again.
func findable(t testing.TB, target targets.Target, c targets.Change) targets.FindRequest {
	t.Helper()
	d := target.Describe()
	r := targets.FindRequest{Kind: c.Resource.Kind}
	if d.Can.Idempotent {
		r.Once = c.Key
	}
	k := kindOf(t, d, c.Resource.Kind)
	if k.Unique {
		r.Key = c.Resource.Key
	}
	if k.Marks != targets.NoMark {
		r.Mark = c.Mark
	}
	return r
}

func kindOf(t testing.TB, d targets.Description, name string) targets.Kind {
	t.Helper()
	for _, k := range d.Kinds {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("the kind %q is not in the description", name)
	return targets.Kind{}
}

// Mark is the ownership mark that the laws leave on the object of an address.
func Mark(a resource.Address) string { return resource.Mark("kit", "", a) }

// key is the same for the same change to the same object, and for no other.
func key(c targets.Change) string {
	id, version := "", ""
	if c.Prior != nil {
		id, version = c.Prior.ID, c.Prior.Version
	}
	return resource.Hash(resource.Strings(string(c.Action), c.Mark, resource.Hash(c.Resource.Attributes), id, version))
}

// filled is a resource with its references replaced by what is held.
func (d *deployment) filled(r resource.Resource) resource.Resource {
	d.t.Helper()
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		ref, is := v.(resource.Ref)
		if !is {
			return nil
		}
		o, there := d.held[ref.Address]
		if !there || ref.Output != "id" {
			d.t.Fatalf("%s refers to the %s of %s, which is not there", r.Address, ref.Output, ref.Address)
		}
		return resource.String(o.ID)
	}).(resource.Map)
	return r
}

// same tells whether an object is what a filled resource asks for, the switch aside.
func same(r resource.Resource, o resource.Object) bool {
	return r.Kind == o.Kind && r.Key == o.Key && resource.Equal(r.Attributes, o.Attributes)
}

// unwanted lists what is held and not wanted, what others are built on last.
func (d *deployment) unwanted(wanted map[resource.Address]bool) []resource.Address {
	var all []resource.Resource
	for address := range d.held {
		if !wanted[address] {
			list := resource.List{}
			for _, ref := range d.refs[address] {
				list = append(list, ref)
			}
			all = append(all, resource.Resource{Address: address, Attributes: resource.Map{"refs": list}})
		}
	}
	var out []resource.Address
	for _, r := range ordered(d.t, all) {
		out = append([]resource.Address{r.Address}, out...)
	}
	return out
}

// ordered puts resources behind what they refer to, by address where that is free.
func ordered(t testing.TB, list []resource.Resource) []resource.Resource {
	t.Helper()
	rest := append([]resource.Resource(nil), list...)
	sort.Slice(rest, func(i, j int) bool { return rest[i].Address.Less(rest[j].Address) })
	waiting := map[resource.Address]bool{}
	for _, r := range rest {
		waiting[r.Address] = true
	}
	var out []resource.Resource
	for len(rest) > 0 {
		var later []resource.Resource
		for _, r := range rest {
			if waits(r, waiting) {
				later = append(later, r)
				continue
			}
			delete(waiting, r.Address)
			out = append(out, r)
		}
		if len(later) == len(rest) {
			t.Fatalf("%s and %d more refer to each other in a cycle", rest[0].Address, len(rest)-1)
		}
		rest = later
	}
	return out
}

func waits(r resource.Resource, waiting map[resource.Address]bool) bool {
	for _, ref := range resource.Refs(r.Attributes) {
		if waiting[ref.Address] {
			return true
		}
	}
	return false
}

// listed is everything that carries a mark, or everything.
func listed(t testing.TB, target targets.Target, all bool) []resource.Object {
	t.Helper()
	var out []resource.Object
	err := target.List(context.Background(), targets.ListRequest{All: all}, func(page []resource.Object) error {
		if len(page) == 0 {
			return errors.New("a page without objects")
		}
		out = append(out, page...)
		return nil
	})
	if err != nil {
		t.Fatalf("listing: %v", err)
	}
	return out
}
