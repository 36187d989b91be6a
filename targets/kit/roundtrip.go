package kit

import (
	"context"
	"encoding/json"
	"sort"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

func startsEmpty(t testing.TB, h Harness) {
	p := h.Fresh(t)
	target := open(t, h, p)
	if got := listed(t, target, false); len(got) > 0 {
		t.Errorf("a new platform lists %d managed objects", len(got))
	}
	for _, k := range target.Describe().Kinds {
		got, err := target.Get(context.Background(), k.Name, []string{"no-such-id", k.Name + "-1"})
		if err != nil || len(got) > 0 {
			t.Errorf("a new platform has objects of kind %s: %v, %v", k.Name, got, err)
		}
		found, err := target.Find(context.Background(), targets.FindRequest{Kind: k.Name, Key: "no such key", Mark: "no such mark", Once: "no such change"})
		if err != nil || len(found) > 0 {
			t.Errorf("a new platform finds objects of kind %s: %v, %v", k.Name, found, err)
		}
	}
	wanted := []resource.Lookup{{Kind: "no such kind", Key: "a"}, {Kind: "no such kind", Key: "b"}}
	answers, err := target.Lookup(context.Background(), wanted)
	if err != nil || len(answers) != len(wanted) || answers[0].Found || answers[1].Found {
		t.Errorf("looking up what does not exist: %+v, %v", answers, err)
	}
}

func appliesWhatIsDesired(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	want := h.wanted(t, before, p.Config.Platform)
	d := deploy(t, target, want)
	d.holds(want)

	calls := len(d.made)
	d.held = byAddress(want, listed(t, target, false))
	d.reach(want)
	if len(d.made) > calls {
		t.Errorf("a second deployment of the same made %d changes, the first: %s %s", len(d.made)-calls, d.made[calls].Action, d.made[calls].Resource.Address)
	}
	for address, o := range d.held {
		got, err := target.Get(context.Background(), o.Kind, []string{o.ID, "no-such-id"})
		if err != nil {
			t.Fatalf("reading %s: %v", address, err)
		}
		if diff := difference([]resource.Object{o}, got); diff != "" {
			t.Errorf("%s is read otherwise than it is listed (-listed +read):\n%s", address, diff)
		}
	}
	listsWhatIsKnown(t, target)
}

// listsWhatIsKnown has a target leave out no attributes but those of which the
// caller says that it has them, and name these by their hash.
func listsWhatIsKnown(t testing.TB, target targets.Target) {
	type object struct{ kind, id string }
	want := listed(t, target, false)
	hashes := map[object]string{}
	for i, o := range want {
		if i%2 == 0 { // the others are not known
			hashes[object{o.Kind, o.ID}] = resource.HashObject(o.Kind, o.Key, o.Attributes)
		}
	}
	var got []resource.Object
	r := targets.ListRequest{Known: func(kind, id, hash string) bool { return hashes[object{kind, id}] == hash }}
	err := target.List(context.Background(), r, func(page []resource.Object) error {
		got = append(got, page...)
		return nil
	})
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d objects are listed to who knows some, %d to who does not: %v", len(got), len(want), err)
	}
	for i := range got {
		o := &got[i]
		if o.Hash != "" && o.Attributes == nil && o.Hash == hashes[object{o.Kind, o.ID}] {
			o.Hash, o.Attributes = "", want[i].Attributes
		}
	}
	if diff := difference(want, got); diff != "" {
		t.Errorf("who knows some objects is listed others (-want +got):\n%s", diff)
	}
}

func edits(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, after := h.programs(p)
	target := open(t, h, p)
	first, second := h.wanted(t, before, p.Config.Platform), h.wanted(t, after, p.Config.Platform)
	d := deploy(t, target, first)
	calls := len(d.made)
	d.reach(second)
	d.holds(second)
	if len(d.made) == calls {
		t.Fatal("the second program changed nothing; the law was not asked")
	}
	for _, c := range d.made[calls:] {
		if c.Action == targets.Update && resource.Equal(c.Prior.Attributes, c.Resource.Attributes) && c.Prior.Key == c.Resource.Key {
			t.Errorf("%s was updated and did not change", c.Resource.Address)
		}
	}
	d.reach(first)
	d.holds(first)
}

func removes(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	d := deploy(t, target, h.wanted(t, before, p.Config.Platform))
	gone := d.held
	d.held = map[resource.Address]resource.Object{}
	for address, o := range gone {
		d.held[address] = o
	}
	d.reach(nil)
	d.holds(nil)
	for address, o := range gone {
		got, err := target.Get(context.Background(), o.Kind, []string{o.ID})
		if err != nil || len(got) > 0 {
			t.Errorf("%s was deleted and is read: %v, %v", address, got, err)
		}
	}
}

// switches: creation leaves an object off, only a change of its own turns it
// on, and an edit does not.
func switches(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	want := h.wanted(t, before, p.Config.Platform)
	d := deploying(t, target)
	for _, r := range ordered(t, want) {
		d.write(r)
		now := d.held[r.Address].Switch
		if r.Switch == resource.NoSwitch && now != resource.NoSwitch || r.Switch != resource.NoSwitch && now != resource.Off {
			t.Errorf("%s, which is wanted %q, was made %q", r.Address, r.Switch, now)
		}
	}
	for _, r := range want {
		if r.Switch == resource.NoSwitch {
			continue
		}
		for _, to := range []resource.Switch{resource.On, resource.Off, resource.On} {
			d.turn(r, to)
			if got := d.held[r.Address]; got.Switch != to || !same(d.filled(r), got) {
				t.Errorf("%s was switched %s and is %+v", r.Address, to, got)
			}
		}
	}
	d.holds(want)
}

func seesDrift(t testing.TB, h Harness) {
	if h.Damage == nil {
		t.Fatal("the harness has no Damage")
	}
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	want := h.wanted(t, before, p.Config.Platform)
	d := deploy(t, target, want)
	seen := map[string]bool{}
	for _, r := range want {
		o := d.held[r.Address]
		if seen[r.Kind] {
			continue
		}
		seen[r.Kind] = true
		h.Damage(t, p, o)
		now := byAddress(want, listed(t, target, false))
		if got := now[r.Address]; resource.Equal(o.Attributes, got.Attributes) {
			t.Errorf("%s was changed by hand and is listed as before", r.Address)
		}
		d.held = now
		d.reach(want)
		d.holds(want)
	}
}

// holds checks that the platform lists what is wanted, references filled in,
// each object once and with its mark and switch, and nothing else.
func (d *deployment) holds(want []resource.Resource) {
	d.t.Helper()
	now := listed(d.t, d.target, false)
	var got, expected []string
	ids := map[[2]string]bool{}
	for _, o := range now {
		if o.ID == "" || ids[[2]string{o.Kind, o.ID}] {
			d.t.Errorf("the id %q of kind %s is empty or listed twice", o.ID, o.Kind)
		}
		ids[[2]string{o.Kind, o.ID}] = true
		got = append(got, line(d.t, o.Kind, o.Key, o.Switch, o.Attributes))
	}
	held := byAddress(want, now)
	for _, r := range want {
		if kindOf(d.t, d.target.Describe(), r.Kind).Manual != "" {
			continue // what people make carries no mark and is not listed
		}
		o, there := held[r.Address]
		if there && d.held[r.Address].ID != o.ID {
			d.t.Errorf("%s has the id %q, and the platform had answered %q", r.Address, o.ID, d.held[r.Address].ID)
		}
		if mark := Mark(r.Address); there && o.Mark != mark && kindOf(d.t, d.target.Describe(), r.Kind).Marks != targets.NoMark {
			d.t.Errorf("%s carries the mark %q instead of %q", r.Address, o.Mark, mark)
		}
		expected = append(expected, line(d.t, r.Kind, r.Key, r.Switch, d.filled(r).Attributes))
	}
	sort.Strings(got)
	sort.Strings(expected)
	if diff := difference(expected, got); diff != "" {
		d.t.Errorf("the platform does not hold what is wanted (-want +got):\n%s", diff)
	}
}

// line is an object as one text, so that differences can be read.
func line(t testing.TB, kind, key string, s resource.Switch, a resource.Map) string {
	t.Helper()
	raw, err := json.Marshal(a)
	if err != nil {
		t.Fatalf("attributes of %s %s cannot be written: %v", kind, key, err)
	}
	return kind + " " + key + " " + string(s) + " " + string(raw)
}

// byAddress finds the objects of resources by mark or natural key.
func byAddress(want []resource.Resource, objects []resource.Object) map[resource.Address]resource.Object {
	byMark, byKey := map[string]resource.Object{}, map[[2]string]resource.Object{}
	for _, o := range objects {
		if o.Mark != "" {
			byMark[o.Mark] = o
		}
		byKey[[2]string{o.Kind, o.Key}] = o
	}
	out := map[resource.Address]resource.Object{}
	for _, r := range want {
		if o, there := byMark[Mark(r.Address)]; there {
			out[r.Address] = o
		} else if o, there := byKey[[2]string{r.Kind, r.Key}]; there && r.Key != "" {
			out[r.Address] = o
		}
	}
	return out
}
