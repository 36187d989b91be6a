package kit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// deployment brings one platform to what is desired in the plainest way: in
// the order of references, those that need each other not in one call. It is
// the oracle of the real engine and remembers nothing but what a state would:
// where each object is.
type deployment struct {
	t      testing.TB
	target targets.Target
	// held is the objects by address, as last seen; refs what they were built on.
	held map[resource.Address]resource.Object
	refs map[resource.Address][]resource.Ref
	ids  map[resource.Lookup]string // what was looked up on the platform
	made []targets.Change           // in order
	last error                      // of the latest call that ended with one
}

func deploying(t testing.TB, target targets.Target) *deployment {
	return &deployment{t: t, target: target, held: map[resource.Address]resource.Object{}, refs: map[resource.Address][]resource.Ref{}, ids: map[resource.Lookup]string{}}
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
	for _, level := range levels(d.t, want) {
		for _, r := range level {
			wanted[r.Address] = true
		}
		d.write(level...)
	}
	unwanted := levels(d.t, d.unwanted(wanted))
	for _, level := range slices.Backward(unwanted) {
		d.remove(level...)
	}
	var turns []targets.Change
	for _, r := range ordered(d.t, want) {
		if r.Switch != d.held[r.Address].Switch {
			turns = append(turns, d.turning(r, r.Switch))
		}
	}
	d.do(turns)
}

// write creates or edits resources that do not refer to each other. What is on
// is switched off first.
func (d *deployment) write(list ...resource.Resource) {
	d.t.Helper()
	var off, writes []targets.Change
	for _, r := range list {
		if prior, there := d.held[r.Address]; there && prior.Switch == resource.On && !same(d.filled(r), prior) {
			off = append(off, d.turning(r, resource.Off))
		}
	}
	d.do(off)
	for _, r := range list {
		filled := d.filled(r)
		d.refs[r.Address] = resource.Refs(r.Attributes)
		prior, there := d.held[r.Address]
		switch {
		case there && same(filled, prior):
		case there && !d.replaces(prior, filled):
			writes = append(writes, targets.Change{Action: targets.Update, Resource: filled, Prior: &prior})
		case there:
			d.remove(r)
			d.refs[r.Address] = resource.Refs(r.Attributes)
			writes = append(writes, targets.Change{Action: targets.Create, Resource: filled})
		default:
			writes = append(writes, targets.Change{Action: targets.Create, Resource: filled})
		}
	}
	d.do(writes)
}

// replaces asks whether an edit needs another object.
func (d *deployment) replaces(prior resource.Object, desired resource.Resource) bool {
	d.t.Helper()
	answers, err := d.target.Plan(context.Background(), []targets.PlanRequest{{Prior: &prior, Desired: &desired}})
	if err != nil || len(answers) != 1 {
		d.t.Fatalf("planning an edit of %s: %d answers, %v", desired.Address, len(answers), err)
	}
	return len(answers[0].Replace) > 0
}

func (d *deployment) turn(r resource.Resource, to resource.Switch) {
	d.t.Helper()
	d.do([]targets.Change{d.turning(r, to)})
}

func (d *deployment) turning(r resource.Resource, to resource.Switch) targets.Change {
	action := targets.SwitchOn
	if to == resource.Off {
		action = targets.SwitchOff
	}
	prior := d.held[r.Address]
	return targets.Change{Action: action, Resource: resource.Resource{Address: r.Address, Kind: r.Kind, Key: r.Key}, Prior: &prior}
}

func (d *deployment) remove(list ...resource.Resource) {
	d.t.Helper()
	var removals []targets.Change
	for _, r := range list {
		prior := d.held[r.Address]
		removals = append(removals, targets.Change{Action: targets.Delete, Prior: &prior,
			Resource: resource.Resource{Address: r.Address, Kind: prior.Kind, Key: prior.Key}})
	}
	d.do(removals)
}

// do carries changes out, whatever it takes: what is busy is tried again, and
// where an answer was lost the platform is asked what became of it.
func (d *deployment) do(changes []targets.Change) {
	d.t.Helper()
	for i, c := range changes {
		changes[i].Mark = Mark(c.Resource.Address)
		changes[i].Key = key(changes[i])
	}
	d.made = append(d.made, changes...)
	for try := 0; len(changes) > 0; try++ {
		if try > len(d.made)+3 {
			d.t.Fatalf("%s %s was not done in %d tries: %v", changes[0].Action, changes[0].Resource.Address, try, d.last)
		}
		changes = d.try(changes)
	}
}

// try makes one call, and returns what is not done after it.
func (d *deployment) try(changes []targets.Change) (open []targets.Change) {
	d.t.Helper()
	answers := map[string]targets.Result{}
	err := d.target.Apply(context.Background(), slices.Values(changes), func(r targets.Result) {
		if _, twice := answers[r.Key]; twice {
			d.t.Errorf("the change with the key %s was answered twice", r.Key)
		}
		answers[r.Key] = r
		if r.Err != nil {
			d.last = r.Err
		}
	})
	if err != nil {
		d.last = err // what became of each change is found out below
	}
	for _, c := range changes {
		answer, heard := answers[c.Key]
		object, done := answer.Object, heard && answer.Err == nil
		if !done {
			object, done = d.outcome(c)
		}
		switch {
		case !done:
			open = append(open, c)
		case c.Action == targets.Delete:
			delete(d.held, c.Resource.Address)
			delete(d.refs, c.Resource.Address)
		case object == nil:
			d.t.Fatalf("%s %s was answered without an object", c.Action, c.Resource.Address)
		default:
			d.held[c.Resource.Address] = *object
		}
	}
	return open
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

// filled is a resource with its references replaced by what is held, and its
// look-ups by what the platform has.
func (d *deployment) filled(r resource.Resource) resource.Resource {
	d.t.Helper()
	d.lookups(resource.Lookups(r.Attributes))
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		switch v := v.(type) {
		case resource.Ref:
			o, there := d.held[v.Address]
			if !there || v.Output != "id" {
				d.t.Fatalf("%s refers to the %s of %s, which is not there", r.Address, v.Output, v.Address)
			}
			return resource.String(o.ID)
		case resource.Lookup:
			return resource.String(d.lookup(v))
		case resource.Null, resource.Bool, resource.Number, resource.String, resource.List, resource.Map:
		}
		return nil
	}).(resource.Map)
	return r
}

// same tells whether an object is what a filled resource asks for, the switch aside.
func same(r resource.Resource, o resource.Object) bool {
	return r.Kind == o.Kind && r.Key == o.Key && resource.Equal(r.Attributes, o.Attributes)
}

// unwanted lists what is held and not wanted, with what it is built on.
func (d *deployment) unwanted(wanted map[resource.Address]bool) []resource.Resource {
	var out []resource.Resource
	for address := range d.held {
		if !wanted[address] {
			list := resource.List{}
			for _, ref := range d.refs[address] {
				list = append(list, ref)
			}
			out = append(out, resource.Resource{Address: address, Attributes: resource.Map{"refs": list}})
		}
	}
	return out
}

// ordered puts resources behind what they refer to, by address where that is free.
func ordered(t testing.TB, list []resource.Resource) []resource.Resource {
	t.Helper()
	return slices.Concat(levels(t, list)...)
}

// levels groups resources so that each refers only to those of earlier groups.
func levels(t testing.TB, list []resource.Resource) [][]resource.Resource {
	t.Helper()
	rest := slices.Clone(list)
	slices.SortFunc(rest, func(a, b resource.Resource) int { return a.Address.Compare(b.Address) })
	waiting := map[resource.Address]bool{}
	for _, r := range rest {
		waiting[r.Address] = true
	}
	var out [][]resource.Resource
	for len(rest) > 0 {
		var level, later []resource.Resource
		for _, r := range rest {
			if waits(r, waiting) {
				later = append(later, r)
			} else {
				level = append(level, r)
			}
		}
		if len(level) == 0 {
			t.Fatalf("%s and %d more refer to each other in a cycle", rest[0].Address, len(rest)-1)
		}
		for _, r := range level {
			delete(waiting, r.Address)
		}
		out, rest = append(out, level), later
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
