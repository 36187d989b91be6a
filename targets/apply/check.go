package apply

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// accounts refuses a platform that is another account than before.
func (r *run) accounts(ctx context.Context) error {
	r.identities = map[string]string{}
	planned := map[string]string{}
	for _, p := range r.Plan.Platforms {
		planned[p.Name] = p.Identity
	}
	for _, platform := range r.platforms() {
		found, err := retry(ctx, r.Wait, func() (string, error) { return r.Targets[platform].Identity(ctx) })
		if err != nil {
			return fmt.Errorf("asking which account platform.%s is: %w", platform, err)
		}
		if before := r.State.Identity(platform); before != "" && before != found {
			return &AccountError{Platform: platform, Remembered: before, Found: found}
		}
		if before := planned[platform]; before != "" && before != found {
			return &AccountError{Platform: platform, Remembered: before, Found: found, Planned: true}
		}
		r.identities[platform] = found
	}
	return nil
}

// platforms lists those that the run talks to, sorted.
func (r *run) platforms() []string {
	var all []string
	for _, c := range r.Plan.Changes {
		all = append(all, c.Address.Platform)
	}
	for _, i := range r.State.Pending() {
		if r.Targets[i.Address.Platform] != nil {
			all = append(all, i.Address.Platform)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// check reads every object that the plan touches and refuses all of it when
// one is neither as the plan knew it nor as an earlier run of the same plan
// has left it.
func (r *run) check(ctx context.Context) error {
	if err := r.remember(); err != nil {
		return err
	}
	if err := r.readTouched(ctx); err != nil {
		return err
	}
	var stale StaleError
	for _, steps := range r.byAddress() {
		if why := r.moved(steps); why != "" {
			stale.Moved = append(stale.Moved, Moved{r.Plan.Changes[steps[0]].Address, why})
		}
	}
	stale.Moved = append(stale.Moved, r.heldOtherwise()...)
	if len(stale.Moved) > 0 {
		return &stale
	}
	return nil
}

// byAddress lists the steps of each object, in order.
func (r *run) byAddress() [][]int {
	at := map[object]int{}
	var groups [][]int
	for i, c := range r.Plan.Changes {
		o := objectOf(c)
		n, there := at[o]
		if !there {
			n = len(groups)
			at[o] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], i)
	}
	return groups
}

func (r *run) readTouched(ctx context.Context) error {
	wanted := map[place]bool{}
	for _, c := range r.Plan.Changes {
		if id := c.From.ID; id != "" {
			wanted[place{c.Address.Platform, r.kindBefore(c), id}] = true
		}
		if c.ID != "" {
			wanted[place{c.Address.Platform, r.kindBefore(c), c.ID}] = true
		}
		if now, there := r.recordAt(c.Address); there {
			wanted[place{c.Address.Platform, now.Kind, now.ID}] = true
		}
	}
	return r.read(ctx, wanted)
}

// kindBefore is the kind of the object that a change finds; only a replacement
// may change it.
func (r *run) kindBefore(c plan.Change) string {
	if now, there := r.recordAt(c.Address); there && now.ID == c.From.ID {
		return now.Kind
	}
	return c.Kind
}

// read reads objects by platform and kind; those that are gone are unseen.
func (r *run) read(ctx context.Context, wanted map[place]bool) error {
	all := slices.SortedFunc(maps.Keys(wanted), func(a, b place) int {
		return cmp.Or(strings.Compare(a.platform, b.platform), strings.Compare(a.kind, b.kind), strings.Compare(a.id, b.id))
	})
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(p place) bool { return p.platform != all[0].platform || p.kind != all[0].kind })
		if n < 0 {
			n = len(all)
		}
		if err := r.readKind(ctx, all[:n]); err != nil {
			return fmt.Errorf("reading from platform.%s: %w", all[0].platform, err)
		}
		all = all[n:]
	}
	return nil
}

// readKind reads objects of one platform and kind.
func (r *run) readKind(ctx context.Context, places []place) error {
	platform, kind := places[0].platform, places[0].kind
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.id
	}
	found, err := retry(ctx, r.Wait, func() ([]resource.Object, error) {
		return r.Targets[platform].Get(ctx, kind, ids)
	})
	if err != nil {
		return err
	}
	for _, p := range places {
		r.unsee(p)
	}
	for _, o := range found {
		r.see(platform, o)
	}
	return nil
}

// moved says why the steps of one object cannot be made as planned, and ends
// those that an earlier run of this plan has made.
func (r *run) moved(steps []int) string {
	first := r.Plan.Changes[steps[0]]
	last := r.Plan.Changes[steps[len(steps)-1]]
	now, there := r.record(first)
	switch {
	case !there && last.Action == plan.Delete:
		r.already(steps)
		return ""
	case !there && first.From.ID != "":
		return "it is not in the state any more"
	case there:
		if n := slices.IndexFunc(steps, func(i int) bool { return r.Plan.Changes[i].Key == now.By }); n >= 0 {
			r.already(steps[:n+1])
			return r.movedSince(now)
		}
	}
	return r.movedFrom(first, last, now, there)
}

func (r *run) already(steps []int) {
	for _, i := range steps {
		r.end(i, Already, nil)
	}
}

// record is what state knows of the object of a change, in today's schema.
func (r *run) record(c plan.Change) (plan.Record, bool) {
	known, there := r.inState(c)
	if before := r.remembered[objectOf(c)]; there && before.ID == known.ID && before.By == known.By {
		return before, true
	}
	return known, there
}

// movedSince compares an object with what this plan left when it was cut off.
func (r *run) movedSince(now plan.Record) string {
	o, there := r.seen(place{now.Address.Platform, now.Kind, now.ID})
	switch {
	case !there:
		return "it is gone from the platform"
	case plan.HashObserved(o, now.Key) != now.Resolved || o.Switch != now.Switch:
		return "it has changed on the platform since this plan was begun"
	}
	return ""
}

// movedFrom compares an object with what the plan was computed from.
func (r *run) movedFrom(first, last plan.Change, now plan.Record, there bool) string {
	from := first.From
	switch {
	case from.ID == "" && there:
		return "it is in the state already"
	case there && (now.ID != from.ID || now.Hash != from.Written || now.Resolved != from.Resolved):
		return "another run has changed it"
	}
	id, key := first.ID, now.Key
	if id == "" {
		id = from.ID
	}
	if id == "" {
		return ""
	}
	if !there {
		key = first.NaturalKey
	}
	o, seen := r.seen(place{first.Address.Platform, r.kindBefore(first), id})
	wasGone := first.Action == plan.Create
	expected := from.Observed
	if expected == "" {
		expected = from.Resolved
	}
	switch {
	case wasGone && seen:
		return "it was gone from the platform and is there again"
	case wasGone:
		return ""
	case !seen && last.Action == plan.Delete:
		return ""
	case !seen:
		return "it is gone from the platform"
	case plan.HashObserved(o, key) != expected:
		return "it has changed on the platform"
	case o.Switch != from.Switch:
		return "someone has switched it on the platform"
	}
	return ""
}
