package notifuse_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// desk is one workspace and a target that is open on it.
type desk struct {
	*testing.T
	*house
	config    targets.Config
	workspace *fake.Workspace
	target    targets.Target
	program   *ir.Program
	ids       map[resource.Address]resource.Object
}

func newDesk(t *testing.T) *desk {
	d := &desk{T: t, house: newHouse(t), ids: map[resource.Address]resource.Object{}}
	d.config, d.workspace = d.open("tier", "custom_string_1")
	d.program, _ = programs(d.config.Platform)
	d.target = notifuse.Waiting(atOnce)()
	if err := d.target.Configure(t.Context(), d.config); err != nil {
		t.Fatal(err)
	}
	return d
}

// reopened is another target on the same workspace, as another run has it.
func (d *desk) reopened() targets.Target {
	target := notifuse.Waiting(atOnce)()
	if err := target.Configure(d.Context(), d.config); err != nil {
		d.Fatal(err)
	}
	return target
}

func (d *desk) lower() targets.Lowered {
	return d.target.Lower(targets.LowerRequest{Program: d.program, Platform: d.config.Platform, Placed: d.program.Placed("platform.sandbox")})
}

// journey is one of the program's.
func (d *desk) journey(address string) *ir.Journey {
	i := slices.IndexFunc(d.program.Journeys, func(j ir.Journey) bool { return j.Address == address })
	return &d.program.Journeys[i]
}

// deploy creates everything and switches it on.
func (d *desk) deploy() {
	d.Helper()
	l := d.lower()
	for _, kind := range []string{"list", "template", "segment", "automation", "broadcast"} {
		for _, r := range l.Resources {
			if r.Kind != kind {
				continue
			}
			o, err := d.change(targets.Change{Action: targets.Create, Resource: d.filled(r), Mark: kit.Mark(r.Address), Key: "make " + r.Address.String()})
			if err == nil && r.Switch == resource.On {
				o, err = d.change(targets.Change{Action: targets.SwitchOn, Resource: r, Prior: o, Key: "on " + r.Address.String()})
			}
			if err != nil {
				d.Fatalf("%s: %v", r.Address, err)
			}
			d.ids[r.Address] = *o
		}
	}
}

func (d *desk) filled(r resource.Resource) resource.Resource {
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		if ref, ok := v.(resource.Ref); ok && ref.Address.Role == "provider" {
			return resource.String("provider") // which people chose
		} else if ok {
			return resource.String(d.ids[ref.Address].ID)
		}
		return nil
	}).(resource.Map)
	return r
}

// change makes one change.
func (d *desk) change(c targets.Change) (object *resource.Object, err error) {
	failed := d.target.Apply(context.Background(), slices.Values([]targets.Change{c}), func(r targets.Result) {
		object = r.Object
		if r.Err != nil {
			err = r.Err
		}
	})
	return object, errors.Join(err, failed)
}

func (d *desk) object(address, role string) resource.Object {
	return d.ids[resource.Address{Object: address, Platform: "sandbox", Role: role}]
}

// says checks that an error is of a kind and holds words.
func says(t *testing.T, err error, kind targets.ErrorKind, words ...string) {
	t.Helper()
	var failed *targets.Error
	if !errors.As(err, &failed) || failed.Kind != kind {
		t.Fatalf("want %s, got %v", kind, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in: %v", w, err)
		}
	}
}

// create makes one object and remembers it.
func (d *desk) create(r resource.Resource) {
	d.Helper()
	o, err := d.change(targets.Change{Action: targets.Create, Resource: d.filled(r), Mark: kit.Mark(r.Address), Key: "make " + r.Address.String()})
	if err != nil {
		d.Fatalf("%s: %v", r.Address, err)
	}
	d.ids[r.Address] = *o
}
