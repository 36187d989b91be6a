package apply

import (
	"context"
	"errors"
	"fmt"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// call is one call to a platform and what became of it.
type call struct {
	index  int  // of the change
	half   bool // the deletion of a replacement, after which the change goes on
	change targets.Change
	intent state.Intent

	sent   bool
	done   bool // and its result is durable
	object *resource.Object
	err    error
	found  finding // when no answer came
}

// batch makes changes of one platform that do not need each other.
func (r *run) batch(ctx context.Context, platform string, changes []int) {
	var halves, calls []*call
	for _, i := range changes {
		switch c := r.Plan.Changes[i]; {
		case r.stopped(ctx): // ended by giveUp
		case c.Action == plan.Adopt:
			r.adopt(ctx, i)
		case c.Action == plan.Replace:
			halves = r.prepared(halves, i, true)
		default:
			calls = r.prepared(calls, i, false)
		}
	}
	r.perform(ctx, platform, halves)
	for _, half := range halves {
		if half.done {
			calls = r.prepared(calls, half.index, false)
		}
	}
	r.perform(ctx, platform, calls)
	r.verify(ctx, platform, calls)
}

// prepared adds the call of a change to calls, or ends the change if there is
// something in its way.
func (r *run) prepared(calls []*call, i int, half bool) []*call {
	c, err := r.prepare(i, half)
	if err != nil {
		r.end(i, Failed, err)
		return calls
	}
	return append(calls, c)
}

// prepare writes down the call that makes a change, and what state will know
// when it is done.
func (r *run) prepare(i int, half bool) (*call, error) {
	c := r.Plan.Changes[i]
	now, _ := r.record(c)
	at := r.placeOf(c, now)
	out := &call{index: i, half: half, change: targets.Change{Action: actionOf(c.Action, half), Mark: c.Mark, Key: keyOf(c, half)}}
	if prior, there := r.seen(at); there && out.change.Action != targets.Create {
		out.change.Prior = &prior
	}
	record := now
	record.ID = at.id
	switch out.change.Action {
	case targets.Create, targets.Update:
		written, err := r.written(c, record.ID)
		if err != nil {
			return nil, err
		}
		if record = written; out.change.Action == targets.Create {
			record.ID = ""
		}
	case targets.SwitchOn:
		record.Switch = resource.On
	case targets.SwitchOff:
		record.Switch = resource.Off
	case targets.Delete:
	}
	record.By, record.Applied = c.Key, r.Now.UTC()
	out.change.Resource = resource.Resource{
		Address: c.Address, Kind: record.Kind, Key: record.Key, Attributes: record.AsApplied(), Switch: record.Switch, At: c.At,
	}
	out.intent = state.Intent{
		Key: out.change.Key, Address: c.Address, Action: plan.Action(out.change.Action),
		Hash: record.Resolved, Record: record, Depose: half || c.Deposed,
	}
	return out, nil
}

// written is what state will know of an object that is written: what can reach
// people is off.
func (r *run) written(c plan.Change, id string) (plan.Record, error) {
	filled, err := r.fill(c)
	if err != nil {
		return plan.Record{}, err
	}
	is := c.Switch
	if is != resource.NoSwitch {
		is = resource.Off
	}
	return r.Plan.Record(c, id, filled, is), nil
}

// placeOf is where the object of a change is: as state knows it, or, where it
// has come back under another id, as the plan found it.
func (r *run) placeOf(c plan.Change, now plan.Record) place {
	id := now.ID
	if c.ID != "" && now.ID == c.From.ID && now.By != c.Key {
		id = c.ID
	}
	return place{c.Address.Platform, now.Kind, id}
}

func actionOf(a plan.Action, half bool) targets.Action {
	switch {
	case half:
		return targets.Delete
	case a == plan.Replace:
		return targets.Create
	}
	return targets.Action(a)
}

func keyOf(c plan.Change, half bool) string {
	if half {
		return c.Key + "-delete"
	}
	return c.Key
}

// fill puts ids in the place of references and look-ups.
func (r *run) fill(c plan.Change) (resource.Map, error) {
	var missing error
	filled := resource.Fill(c.After, func(v resource.Value) resource.Value {
		found, err := r.valueOf(c.Address.Platform, v)
		if err != nil && missing == nil {
			missing = err
		}
		return found
	})
	if missing != nil {
		return nil, missing
	}
	if m, ok := filled.(resource.Map); ok && m != nil {
		return m, nil
	}
	return resource.Map{}, nil
}

func (r *run) valueOf(platform string, v resource.Value) (resource.Value, error) {
	switch v := v.(type) {
	case resource.Ref:
		record, there := r.State.Record(v.Address)
		if !there {
			return nil, fmt.Errorf("it refers to %s, which is not there", v.Address)
		}
		value, there := record.Output(v.Output)
		if !there {
			return nil, fmt.Errorf("it refers to %q of %s, which it does not have", v.Output, v.Address)
		}
		return value, nil
	case resource.Lookup:
		id, found := r.Plan.Lookup(platform, v)
		if !found {
			return nil, fmt.Errorf("the plan does not know the id of %s %q", v.Kind, v.Key)
		}
		return resource.String(id), nil
	case resource.Null, resource.Bool, resource.Number, resource.String, resource.List, resource.Map:
		return nil, nil
	}
	return nil, nil
}

// adopt takes an object over into the state. Where it is not as the files ask
// for, state remembers it as it is and an update follows, which also leaves our
// mark where it carries none or another's.
func (r *run) adopt(ctx context.Context, i int) {
	c := r.Plan.Changes[i]
	o, there := r.seen(place{c.Address.Platform, c.Kind, c.ID})
	if !there {
		r.end(i, Failed, errors.New("it is gone from the platform"))
		return
	}
	record := plan.Record{
		Address: c.Address, Kind: o.Kind, ID: o.ID, Key: o.Key, Attributes: resource.Spell(o.Attributes), Switch: o.Switch, Mark: o.Mark, By: c.Key,
		Hash: plan.HashOf(o.Kind, o.Key, o.Attributes), Resolved: plan.HashOf(o.Kind, o.Key, o.Attributes),
	}
	if filled, err := r.fill(c); err == nil {
		if wanted := r.Plan.Record(c, o.ID, filled, o.Switch); wanted.Resolved == plan.HashObserved(o, c.NaturalKey) {
			record = wanted
			record.Mark = o.Mark
		}
	}
	if !r.marks(c.Address.Platform, c.Kind) {
		record.Mark = c.Mark
	}
	record.Applied = r.Now.UTC()
	err := r.State.Finish(context.WithoutCancel(ctx), []state.Result{{Address: c.Address, Record: &record}})
	if err != nil {
		r.fail(err)
		r.end(i, Failed, err)
		return
	}
	r.end(i, Made, nil)
}
