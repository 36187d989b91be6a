package apply

import (
	"context"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// Late is what a platform holds, as it was listed, with what it shows late. A run
// that ends reads back what it has written and waits until the platform shows it.
// One that was killed may have been told "made" a moment before: the state
// remembers an object that the list lacks or has as it was before, and a plan
// would make it a second time, or take it for somebody's edit. So after such a
// run what is not as it was left is read again, by id, once the platform must
// show it.
func Late(ctx context.Context, o Options, platform string, remembered []plan.Record, listed []resource.Object) ([]resource.Object, error) {
	if !o.State.CutOff() {
		return listed, nil
	}
	r := &run{Options: o, objects: map[place]resource.Object{}}
	for _, object := range listed {
		r.see(platform, object)
	}
	odd, lag := r.odd(platform, remembered)
	if len(odd) == 0 {
		return listed, nil
	}
	if err := r.wait(ctx, lag); err != nil {
		return nil, err
	}
	if err := r.read(ctx, odd); err != nil {
		return nil, err
	}
	out := make([]resource.Object, 0, len(listed))
	for _, object := range listed {
		if at := (place{platform, object.Kind, object.ID}); !odd[at] {
			out = append(out, object)
		}
	}
	for _, record := range remembered {
		at := place{platform, record.Kind, record.ID}
		if object, there := r.seen(at); there && odd[at] {
			out = append(out, object)
		}
	}
	return out, nil
}

// odd is the places of objects that are not as the state remembers them, of
// kinds that show late, and how late they may.
func (r *run) odd(platform string, remembered []plan.Record) (odd map[place]bool, lag time.Duration) {
	odd = map[place]bool{}
	for _, record := range remembered {
		late := r.kind(platform, record.Kind).Visible.Exact()
		if record.Address.Platform != platform || record.ID == "" || late <= 0 {
			continue
		}
		at := place{platform, record.Kind, record.ID}
		object, there := r.seen(at)
		if !there || plan.HashObserved(object, record.Key) != record.Resolved || object.Switch != record.Switch {
			odd[at], lag = true, max(lag, late)
		}
	}
	return odd, lag
}
