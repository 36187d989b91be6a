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
	out := r.look(ctx, intents)
	var late []int
	var unseen []state.Intent
	var longest time.Duration
	for n, i := range intents {
		if lag := r.kind(i.Address.Platform, i.Record.Kind).Visible.Exact(); out[n].verdict == undone && lag > 0 {
			late, unseen, longest = append(late, n), append(unseen, i), max(longest, lag)
		}
	}
	if len(late) == 0 {
		return out
	}
	if wait(longest) != nil {
		for _, n := range late {
			out[n] = finding{verdict: unknowable, why: "the run was interrupted while it waited for the platform to show it"}
		}
		return out
	}
	for n, f := range r.look(ctx, unseen) {
		out[late[n]] = f
	}
	return out
}

// question is what can be asked of a platform together: which creations were
// done, or what became of objects of one kind.
type question struct {
	platform, kind string // the kind is "" of creations
}

// look asks the platforms once. A platform that has to read everything to find one
// thing reads it once, however many calls got no answer.
func (r *run) look(ctx context.Context, intents []state.Intent) []finding {
	out := make([]finding, len(intents))
	asked := map[question][]int{}
	var order []question
	for n, i := range intents {
		q := question{i.Address.Platform, i.Record.Kind}
		if i.Action == plan.Create {
			q.kind = ""
		}
		if asked[q] == nil {
			order = append(order, q)
		}
		asked[q] = append(asked[q], n)
	}
	for _, q := range order {
		some := make([]state.Intent, len(asked[q]))
		for k, n := range asked[q] {
			some[k] = intents[n]
		}
		for k, f := range r.ask(ctx, q, some) {
			out[asked[q][k]] = f
		}
	}
	return out
}

// ask puts one question. Where the platform refuses it as a whole it is put for
// each call by itself, so that what it holds against one does not hide the others.
func (r *run) ask(ctx context.Context, q question, intents []state.Intent) []finding {
	out := make([]finding, len(intents))
	if r.Targets[q.platform] == nil {
		for n := range out {
			out[n] = unknown("platform.%s is not open", q.platform)
		}
		return out
	}
	put := r.reread
	if q.kind == "" {
		put = r.find
	}
	found, err := put(ctx, q, intents)
	switch {
	case err == nil:
		return found
	case len(intents) > 1 && refusal(err):
		for n, i := range intents {
			out[n] = r.ask(ctx, q, []state.Intent{i})[0]
		}
	default:
		for n := range out {
			out[n] = unasked(err)
		}
	}
	return out
}

// refusal tells whether a platform says that it will not answer.
func refusal(err error) bool {
	switch kindOf(err) {
	case targets.Permanent, targets.Conflict, targets.Rejected:
		return true
	case targets.Retryable, targets.UnknownOutcome:
	}
	return false
}

// reread is what became of objects that were there before.
func (r *run) reread(ctx context.Context, q question, intents []state.Intent) ([]finding, error) {
	ids := make([]string, len(intents))
	for n, i := range intents {
		ids[n] = i.Record.ID
	}
	held, err := retry(ctx, r.Wait, func() ([]resource.Object, error) { return r.Targets[q.platform].Get(ctx, q.kind, ids) })
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*resource.Object, len(held))
	for n := range held {
		byID[held[n].ID] = &held[n]
	}
	out := make([]finding, len(intents))
	for n, i := range intents {
		out[n] = r.became(i, byID[i.Record.ID])
	}
	return out, nil
}

// became is what an object says about a call; nil is one that is not there.
func (r *run) became(i state.Intent, o *resource.Object) finding {
	if o == nil {
		return finding{verdict: verdictOf(i.Action == plan.Delete)}
	}
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

// find looks for what creations may have made.
func (r *run) find(ctx context.Context, q question, intents []state.Intent) ([]finding, error) {
	target, out := r.Targets[q.platform], make([]finding, len(intents))
	var asked []int
	var requests []targets.FindRequest
	for n, i := range intents {
		if !r.findable(i) {
			out[n] = unknown("a %s can be found neither by a mark nor by its name", i.Record.Kind)
			continue
		}
		asked = append(asked, n)
		requests = append(requests, targets.FindRequest{Kind: i.Record.Kind, Key: i.Record.Key, Mark: i.Record.Mark, Once: i.Key})
	}
	if len(asked) == 0 {
		return out, nil
	}
	found, err := retry(ctx, r.Wait, func() ([][]resource.Object, error) { return targets.FindEach(ctx, target, requests) })
	if err == nil && len(found) != len(requests) {
		err = fmt.Errorf("it gave %d answers to %d questions", len(found), len(requests))
	}
	if err != nil {
		return nil, err
	}
	for k, n := range asked {
		out[n] = r.made(intents[n], found[k])
	}
	return out, nil
}

// ways is how what a creation made can be found.
type ways struct{ marked, named, once bool }

func (r *run) ways(i state.Intent) ways {
	platform := i.Address.Platform
	return ways{
		marked: r.marks(platform, i.Record.Kind),
		named:  r.kind(platform, i.Record.Kind).Unique && i.Record.Key != "",
		once:   r.Targets[platform].Describe().Can.Idempotent,
	}
}

// findable tells whether the platform can say what became of a call.
func (r *run) findable(i state.Intent) bool { return i.Action != plan.Create || r.ways(i) != ways{} }

// made is what objects that were found say about a creation.
func (r *run) made(i state.Intent, found []resource.Object) finding {
	w := r.ways(i)
	slices.SortFunc(found, func(a, b resource.Object) int { return strings.Compare(a.ID, b.ID) })
	for n := range found {
		if found[n].Mark == i.Record.Mark {
			return finding{object: &found[n], verdict: done}
		}
	}
	if w.marked || len(found) == 0 {
		return finding{verdict: undone} // what is found by name alone belongs to someone else
	}
	for n := range found {
		if w.once && !w.named || plan.HashObserved(found[n], i.Record.Key) == i.Hash {
			return finding{object: &found[n], verdict: done}
		}
	}
	return unknown("the platform has a %s %q that is not as it would have been made", i.Record.Kind, i.Record.Key)
}
