// Package apply is carrying out a plan: order, batches, retries, read-back.
//
// Run first finds out what an earlier run left without an answer, then looks
// whether anything that the plan touches has moved since it was made, and only
// then starts. Steps whose needs are done go out together, one batch at a
// time for each platform, all platforms beside each other: their intents are
// made durable, the target is called as fast as the platform's limits allow, the
// results are made durable. What was written is read back and compared, since
// platforms answer "done" and do something else. A step that fails keeps what
// needs it from being tried, and nothing else; what is not as planned is not
// switched on.
//
// A call whose answer was lost is never repeated blindly: the platform is
// asked first. Each record in the state says which change left it so, by which
// the same plan carried out again goes on where it had stopped.
package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/state"
)

// Options is what a run needs.
type Options struct {
	Plan    *plan.Plan                // nil for Resolve
	State   *state.State              // locked by the caller, or a copy
	Targets map[string]targets.Target // configured, by name of platform
	Now     time.Time                 // noted in the state as the time of what is done
	// NoActivate leaves out the changes that switch on; ActivateOnly leaves out
	// all others.
	NoActivate   bool
	ActivateOnly bool
	// Progress is told of each change as it ends; nil for nobody. Calls do not overlap.
	Progress func(Event)
	// Wait passes time between two tries and until a platform's limits allow a
	// call; nil waits by the clock. Clock is the time by which limits are kept; nil
	// is the computer's.
	Wait  func(ctx context.Context, d time.Duration) error
	Clock func() time.Time
}

// Outcome is what became of a change.
type Outcome string

// The outcomes.
const (
	Made     Outcome = "made"
	Already  Outcome = "already" // an earlier run had done it
	Failed   Outcome = "failed"
	NotTried Outcome = "not tried" // what it needs failed, or the run was interrupted
	Unknown  Outcome = "unknown"   // the platform did not say; the next run finds out
	HeldBack Outcome = "held back" // by NoActivate or ActivateOnly
)

// Event is the end of one change.
type Event struct {
	Index   int // in Plan.Changes
	Change  plan.Change
	Outcome Outcome
	Err     error // of Failed, NotTried and Unknown
	Done    int   // changes that have ended, this one included
	Total   int
}

// Summary is what became of a plan.
type Summary struct {
	Events       []Event // one per change, in the order of the plan
	NotAsPlanned []Deviation
	Resolved     []Resolution // what an earlier run had left open
	Interrupted  bool
	Moved, LetGo int // objects of which state learned that they are called otherwise, or are not ours
}

// Deviation is an object that the platform says is done and that is not as planned.
type Deviation struct {
	Index   int // in Plan.Changes
	Address resource.Address
	Gone    bool                 // it is not there at all
	Still   bool                 // it was deleted and is still there
	Diff    []plan.AttributeDiff // Before: as planned; After: as it is
	Unread  error                // it could not be read back
}

// Count is how many changes ended in an outcome.
func (s Summary) Count(o Outcome) int {
	n := 0
	for _, e := range s.Events {
		if e.Outcome == o {
			n++
		}
	}
	return n
}

// Complete tells whether everything that was asked was done and is as planned.
func (s Summary) Complete() bool {
	return s.Count(Failed)+s.Count(NotTried)+s.Count(Unknown)+len(s.NotAsPlanned) == 0 && !s.Interrupted
}

// Run carries the plan out. The error says why nothing, or nothing more, could
// be tried: *StaleError, *AccountError, *OpenError, or a failure of a platform
// or of the state. What single changes ended in is in the summary, also when
// there is an error.
func Run(ctx context.Context, o Options) (Summary, error) {
	r, err := newRun(o)
	if err != nil {
		return Summary{}, err
	}
	if err := r.accounts(ctx); err != nil {
		return r.summary(), err
	}
	if r.resolved, err = r.resolve(ctx); err != nil {
		return r.summary(), err
	}
	if err := r.check(ctx); err != nil {
		return r.summary(), err
	}
	if err := r.note(context.WithoutCancel(ctx)); err != nil {
		return r.summary(), err
	}
	err = r.work(ctx)
	return r.summary(), err
}

// Resolve finds out what became of the calls that an earlier run left without
// an answer, by reading the platforms only, and notes it in the state. Give it
// a copy of the state to plan without writing. It fails with *OpenError where
// a platform offers no way of finding out.
func Resolve(ctx context.Context, o Options) ([]Resolution, error) {
	o.Plan = &plan.Plan{}
	r := &run{Options: o}
	return r.resolve(ctx)
}

func newRun(o Options) (*run, error) {
	project, env := o.State.Of()
	if o.Plan.Project != project || o.Plan.Env != env {
		return nil, fmt.Errorf("the plan is of project %q, environment %q, the state of project %q, environment %q", o.Plan.Project, o.Plan.Env, project, env)
	}
	if was, is := o.Plan.State.Lineage, o.State.ID().Lineage; was != "" && was != is {
		return nil, fmt.Errorf("the plan was made against another state of %s; make the plan again", project)
	}
	if o.Plan.Shown {
		return nil, errors.New("carrying out the plan: it was made to be shown only")
	}
	r := &run{Options: o, ends: make([]Event, len(o.Plan.Changes)), objects: map[place]resource.Object{}, deviant: map[int]bool{}, budgets: map[string]*budget{}}
	for i, c := range o.Plan.Changes {
		if o.Targets[c.Address.Platform] == nil {
			return nil, fmt.Errorf("carrying out the plan: platform.%s of %s is not open", c.Address.Platform, c.Address)
		}
		if name := c.Address.Platform; r.budgets[name] == nil {
			r.budgets[name] = newBudget(o.Targets[name].Describe().Can.Rates)
		}
		r.ends[i] = Event{Index: i, Change: c, Total: len(o.Plan.Changes)}
	}
	return r, nil
}

// note brings the state up to date with what needs no call.
func (r *run) note(ctx context.Context) error {
	identities := map[string]string{}
	for platform, identity := range r.identities {
		identities[platform] = identity
	}
	for _, platform := range r.leftPlatforms() {
		identities[platform] = ""
	}
	if err := r.State.Keep(ctx, r.Plan.Blobs, identities); err != nil {
		return err
	}
	known := r.handedOver()
	if err := r.State.Finish(ctx, known); err != nil { // what follows is about the new addresses
		return err
	}
	for _, k := range known {
		if k.From != nil {
			r.renamed++
		} else {
			r.letGo++
		}
	}
	known = nil
	for _, record := range r.Plan.Refresh {
		is, there := r.State.Record(record.Address)
		if there && is.ID == record.ID && is.By == record.By || !there && r.foundByHand(record.Address) {
			known = append(known, state.Result{Address: record.Address, Record: &record})
		}
	}
	for _, a := range r.Plan.Forget {
		known = append(known, state.Result{Address: a, Gone: true})
	}
	return r.State.Finish(ctx, known)
}
