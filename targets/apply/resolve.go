package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

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
	pending := r.State.Pending()
	wait := func(d time.Duration) error { return r.wait(ctx, d) }
	for n, f := range r.lookUp(ctx, pending, wait) {
		i := pending[n]
		if f.verdict == unknowable {
			open.Open = append(open.Open, Open{Address: i.Address, Action: i.Action, Key: i.Key, Why: f.why})
			continue
		}
		known = append(known, Resolution{Address: i.Address, Action: i.Action, Done: f.verdict == done})
		results = append(results, resultOf(i, f))
	}
	if err := r.State.Finish(context.WithoutCancel(ctx), results); err != nil {
		return nil, err
	}
	if len(open.Open) > 0 {
		return known, &open
	}
	return known, nil
}

func resultOf(i state.Intent, f finding) state.Result {
	if f.verdict == undone {
		return state.Result{Key: i.Key, Address: i.Address, Error: "an earlier run was interrupted before this was done"}
	}
	c := call{intent: i, object: f.object}
	c.change.Action = targets.Action(i.Action)
	return c.result()
}

// Settled is what state learns of a call when somebody has looked at the platform:
// whether it was done, and for a creation the id of what it has made.
func Settled(i state.Intent, isDone bool, id string) state.Result {
	out := resultOf(i, finding{verdict: verdictOf(isDone), object: &resource.Object{ID: id}})
	if !isDone {
		out.Error = "somebody looked: it was not done"
	}
	return out
}

// finding is what a platform says about one call.
type finding struct {
	object *resource.Object
	verdict
	why string // of unknowable
}

// lookUp asks the platforms what became of calls. What is not there yet is
// looked for again once its platform must show it, all of it after one wait.
func (r *run) lookUp(ctx context.Context, intents []state.Intent, wait func(time.Duration) error) []finding {
	out := make([]finding, len(intents))
	var late []int
	var longest time.Duration
	for n, i := range intents {
		out[n] = r.look(ctx, i)
		if lag := r.kind(i.Address.Platform, i.Record.Kind).Visible.Exact(); out[n].verdict == undone && lag > 0 {
			late, longest = append(late, n), max(longest, lag)
		}
	}
	if len(late) == 0 {
		return out
	}
	err := wait(longest)
	for _, n := range late {
		if err != nil {
			out[n] = finding{verdict: unknowable, why: "the run was interrupted while it waited for the platform to show it"}
		} else {
			out[n] = r.look(ctx, intents[n])
		}
	}
	return out
}

// look asks a platform once.
func (r *run) look(ctx context.Context, i state.Intent) finding {
	target := r.Targets[i.Address.Platform]
	if target == nil {
		return unknown("platform.%s is not open", i.Address.Platform)
	}
	if i.Action == plan.Create {
		return r.find(ctx, i)
	}
	found, err := retry(ctx, r.Wait, func() ([]resource.Object, error) {
		return target.Get(ctx, i.Record.Kind, []string{i.Record.ID})
	})
	if err != nil {
		return unasked(err)
	}
	if len(found) == 0 {
		return finding{verdict: verdictOf(i.Action == plan.Delete)}
	}
	o := &found[0]
	switch i.Action {
	case plan.Update:
		marked := !r.marks(i.Address.Platform, i.Record.Kind) || o.Mark == i.Record.Mark
		return finding{object: o, verdict: verdictOf(marked && plan.HashObserved(*o, i.Record.Key) == i.Hash)}
	case plan.SwitchOn, plan.SwitchOff:
		return finding{object: o, verdict: verdictOf(o.Switch == i.Record.Switch)}
	case plan.Delete, plan.Create, plan.Replace, plan.Adopt:
	}
	return finding{object: o, verdict: undone}
}

func verdictOf(isDone bool) verdict {
	if isDone {
		return done
	}
	return undone
}

// unknown is that nobody can tell, and why.
func unknown(why string, args ...any) finding {
	return finding{verdict: unknowable, why: fmt.Sprintf(why, args...)}
}

func unasked(err error) finding { return unknown("the platform could not be asked: %v", err) }

// find looks for what a creation may have made.
func (r *run) find(ctx context.Context, i state.Intent) finding {
	target, kind := r.Targets[i.Address.Platform], r.kind(i.Address.Platform, i.Record.Kind)
	marked := r.marks(i.Address.Platform, i.Record.Kind)
	named := kind.Unique && i.Record.Key != ""
	once := target.Describe().Can.Idempotent
	if !marked && !named && !once {
		return unknown("a %s can be found neither by a mark nor by its name", kind.Name)
	}
	found, err := retry(ctx, r.Wait, func() ([]resource.Object, error) {
		return target.Find(ctx, targets.FindRequest{Kind: i.Record.Kind, Key: i.Record.Key, Mark: i.Record.Mark, Once: i.Key})
	})
	if err != nil {
		return unasked(err)
	}
	slices.SortFunc(found, func(a, b resource.Object) int { return strings.Compare(a.ID, b.ID) })
	for n := range found {
		if found[n].Mark == i.Record.Mark {
			return finding{object: &found[n], verdict: done}
		}
	}
	if marked || len(found) == 0 {
		return finding{verdict: undone} // what is found by name alone belongs to someone else
	}
	for n := range found {
		if once && !named || plan.HashObserved(found[n], i.Record.Key) == i.Hash {
			return finding{object: &found[n], verdict: done}
		}
	}
	return unknown("the platform has a %s %q that is not as it would have been made", kind.Name, i.Record.Key)
}
