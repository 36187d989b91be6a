package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// Resolution is what became of an interrupted call.
type Resolution struct {
	Address resource.Address
	Action  plan.Action
	Done    bool
}

// verdict is what a platform says about a call without an answer.
type verdict int

const (
	unknowable verdict = iota
	done
	undone
)

// resolve finds out what became of every pending intent.
func (r *run) resolve(ctx context.Context) ([]Resolution, error) {
	var known []Resolution
	var results []state.Result
	var open OpenError
	for _, i := range r.State.Pending() {
		found, what, why := r.lookUp(ctx, i)
		switch what {
		case unknowable:
			open.Open = append(open.Open, Open{Address: i.Address, Action: i.Action, Key: i.Key, Why: why})
			continue
		case done, undone:
		}
		known = append(known, Resolution{Address: i.Address, Action: i.Action, Done: what == done})
		results = append(results, resultOf(i, found, what))
	}
	if err := r.State.Finish(context.WithoutCancel(ctx), results); err != nil {
		return nil, err
	}
	if len(open.Open) > 0 {
		return known, &open
	}
	return known, nil
}

func resultOf(i state.Intent, found *resource.Object, what verdict) state.Result {
	if what == undone {
		return state.Result{Key: i.Key, Address: i.Address, Error: "an earlier run was interrupted before this was done"}
	}
	c := call{intent: i, object: found}
	c.change.Action = targets.Action(i.Action)
	return c.result()
}

// lookUp asks the platform what became of a call. What is not there yet is
// looked for again once the platform must show it.
func (r *run) lookUp(ctx context.Context, i state.Intent) (*resource.Object, verdict, string) {
	platform := i.Address.Platform
	if r.Targets[platform] == nil {
		return nil, unknowable, fmt.Sprintf("platform.%s is not open", platform)
	}
	kind := r.kind(platform, i.Record.Kind)
	found, what, why := r.look(ctx, i, kind)
	if lag := kind.Visible.Exact(); what == undone && lag > 0 {
		if err := waiter(r.Wait)(ctx, lag); err != nil {
			return nil, unknowable, "the run was interrupted while it waited for the platform to show it"
		}
		found, what, why = r.look(ctx, i, kind)
	}
	return found, what, why
}

func (r *run) look(ctx context.Context, i state.Intent, kind targets.Kind) (*resource.Object, verdict, string) {
	if i.Action == plan.Create {
		return r.find(ctx, i, kind)
	}
	target := r.Targets[i.Address.Platform]
	found, err := retry(ctx, r.Wait, func() ([]resource.Object, error) {
		return target.Get(ctx, i.Record.Kind, []string{i.Record.ID})
	})
	if err != nil {
		return nil, unknowable, fmt.Sprintf("the platform could not be asked: %v", err)
	}
	if len(found) == 0 {
		return nil, verdictOf(i.Action == plan.Delete), ""
	}
	o := &found[0]
	switch i.Action {
	case plan.Update:
		marked := !r.marks(i.Address.Platform, i.Record.Kind) || o.Mark == i.Record.Mark
		return o, verdictOf(marked && plan.HashObserved(*o, i.Record.Key) == i.Hash), ""
	case plan.SwitchOn, plan.SwitchOff:
		return o, verdictOf(o.Switch == i.Record.Switch), ""
	case plan.Delete, plan.Create, plan.Replace, plan.Adopt:
	}
	return o, undone, ""
}

func verdictOf(isDone bool) verdict {
	if isDone {
		return done
	}
	return undone
}

// find looks for what a creation may have made.
func (r *run) find(ctx context.Context, i state.Intent, kind targets.Kind) (*resource.Object, verdict, string) {
	target := r.Targets[i.Address.Platform]
	marked := r.marks(i.Address.Platform, i.Record.Kind)
	named := kind.Unique && i.Record.Key != ""
	once := target.Describe().Can.Idempotent
	if !marked && !named && !once {
		return nil, unknowable, fmt.Sprintf("a %s can be found neither by a mark nor by its name", kind.Name)
	}
	found, err := retry(ctx, r.Wait, func() ([]resource.Object, error) {
		return target.Find(ctx, targets.FindRequest{Kind: i.Record.Kind, Key: i.Record.Key, Mark: i.Record.Mark, Once: i.Key})
	})
	if err != nil {
		return nil, unknowable, fmt.Sprintf("the platform could not be asked: %v", err)
	}
	slices.SortFunc(found, func(a, b resource.Object) int { return strings.Compare(a.ID, b.ID) })
	for n := range found {
		if found[n].Mark == i.Record.Mark {
			return &found[n], done, ""
		}
	}
	if marked || len(found) == 0 {
		return nil, undone, "" // what is found by name alone belongs to someone else
	}
	for n := range found {
		if once && !named || plan.HashObserved(found[n], i.Record.Key) == i.Hash {
			return &found[n], done, ""
		}
	}
	return nil, unknowable, fmt.Sprintf("the platform has a %s %q that is not as it would have been made", kind.Name, i.Record.Key)
}
