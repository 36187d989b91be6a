package apply

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// NewerError says that state remembers an object in a schema that the target
// does not know yet; nothing was done.
type NewerError struct {
	Address    resource.Address
	Kind       string
	Remembered int         // schema version of the kind
	Known      int         // the newest that the target knows
	By         plan.Plugin // that wrote it
	Here       plan.Plugin
}

// Error says what happened, and what to run with.
func (e *NewerError) Error() string {
	return fmt.Sprintf("%s was applied with %s %s, which describes a %s by schema %d, and %s %s knows schema %d: use %s or a later one; nothing was done",
		e.Address, e.By.Name, e.By.Version, e.Kind, e.Remembered, e.Here.Name, e.Here.Version, e.Known, e.By.Version)
}

// Upgraded is what state remembers of an object, in the schema that its target,
// which describes itself so, has now. What the target wrote under an older one
// it brings here itself.
func Upgraded(t targets.Target, d targets.Description, r plan.Record) (plan.Record, error) {
	known := r.SchemaVersion
	for _, k := range d.Kinds {
		if k.Name == r.Kind {
			known = k.Version
		}
	}
	switch {
	case r.SchemaVersion == known || r.SchemaVersion == 0:
		return r, nil
	case r.SchemaVersion > known:
		return r, &NewerError{Address: r.Address, Kind: r.Kind, Remembered: r.SchemaVersion, Known: known, By: r.Plugin,
			Here: plan.Plugin{Name: d.Name, Version: d.Version}}
	}
	from := r.SchemaVersion
	upgrade := func(attributes resource.Map) (resource.Map, error) {
		now, err := t.Upgrade(r.Kind, attributes, from)
		if err != nil {
			err = fmt.Errorf("bringing what state remembers of %s from schema %d to %d: %w", r.Address, from, known, err)
		}
		return now, err
	}
	applied, err := upgrade(r.AsApplied())
	if err != nil {
		return r, err
	}
	written := applied
	if !r.Filled.None() {
		if written, err = upgrade(r.Attributes.Map()); err != nil {
			return r, err
		}
	}
	r.Attributes, r.Filled = resource.Spell(written), plan.FilledIn(written, applied)
	r.SchemaVersion = known
	r.Hash, r.Resolved = plan.HashOf(r.Kind, r.Key, written), plan.HashOf(r.Kind, r.Key, r.AsApplied())
	return r, nil
}

// remember reads what state knows of the objects that the plan touches.
func (r *run) remember() error {
	r.remembered = map[object]plan.Record{}
	described := map[string]targets.Description{}
	for name, t := range r.Targets {
		described[name] = t.Describe()
	}
	for _, c := range r.Plan.Changes {
		known, there := r.inState(c)
		t := r.Targets[c.Address.Platform]
		if !there || t == nil {
			continue
		}
		known, err := Upgraded(t, described[c.Address.Platform], known)
		if err != nil {
			return err
		}
		r.remembered[objectOf(c)] = known
	}
	return nil
}

// inState is what state knows of the object of a change now, as it was written.
func (r *run) inState(c plan.Change) (plan.Record, bool) {
	if !c.Deposed {
		return r.recordAt(c.Address)
	}
	for _, left := range r.State.Deposed() {
		if left.Address == c.Address && left.ID == c.From.ID {
			return left, true
		}
	}
	return plan.Record{}, false
}

// object is what a change is about; what a replacement left behind is an object
// of its own.
type object struct {
	address resource.Address
	deposed string
}

func objectOf(c plan.Change) object {
	o := object{address: c.Address}
	if c.Deposed {
		o.deposed = c.From.ID
	}
	return o
}
