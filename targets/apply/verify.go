package apply

import (
	"context"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// verify reads back what the calls have done and compares it with the state.
// What a platform shows late is read a second time.
func (r *run) verify(ctx context.Context, platform string, calls []*call) {
	ctx = context.WithoutCancel(ctx)
	var made []*call
	for _, c := range calls {
		if c.done {
			made = append(made, c)
		}
	}
	deviant := r.compare(ctx, platform, made)
	if lag := r.lag(platform, deviant); lag > 0 && r.wait(ctx, lag) == nil {
		late := make([]*call, len(deviant))
		for i, d := range deviant {
			late[i] = d.call
		}
		deviant = r.compare(ctx, platform, late)
	}
	for _, d := range deviant {
		r.deviate(d)
	}
}

// lag is how long the platform may take to show what it was told.
func (r *run) lag(platform string, deviant []difference) time.Duration {
	var longest time.Duration
	for _, d := range deviant {
		longest = max(longest, r.kind(platform, d.call.intent.Record.Kind).Visible.Exact())
	}
	return longest
}

// difference is a call whose object is not as planned.
type difference struct {
	call *call
	Deviation
}

func (r *run) compare(ctx context.Context, platform string, calls []*call) []difference {
	wanted := map[place]bool{}
	for _, c := range calls {
		wanted[c.place()] = true
	}
	unread := r.read(ctx, wanted)
	var out []difference
	for _, c := range calls {
		d := Deviation{Index: c.index, Address: c.intent.Address, Unread: unread}
		if unread != nil || r.differs(c, &d) {
			out = append(out, difference{c, d})
		}
	}
	return out
}

// place is where the call's object is now.
func (c *call) place() place {
	id := c.intent.Record.ID
	if c.object != nil && c.object.ID != "" {
		id = c.object.ID
	}
	return place{c.intent.Address.Platform, c.intent.Record.Kind, id}
}

// differs compares what was read back with what was planned.
func (r *run) differs(c *call, d *Deviation) bool {
	o, there := r.seen(c.place())
	if c.change.Action == targets.Delete {
		d.Still = there
		return there
	}
	if !there {
		d.Gone = true
		return true
	}
	planned := c.intent.Record
	if c.change.Action != targets.SwitchOff { // what is switched off may have drifted, and is written next
		d.Diff = plan.DiffObjects(planned.Object(), o)
	}
	if o.Switch != planned.Switch {
		d.Diff = append(d.Diff, plan.AttributeDiff{Path: "switch", Before: resource.String(planned.Switch), After: resource.String(o.Switch)})
	}
	return len(d.Diff) > 0
}

func (r *run) deviate(d difference) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deviant[d.Index] = true
	r.deviations = append(r.deviations, d.Deviation)
}
