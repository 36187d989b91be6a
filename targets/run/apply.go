package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// ApplyOptions says how to carry a plan out.
type ApplyOptions struct {
	By           state.Holder  // who takes the lease
	LockTimeout  time.Duration // how long to wait for somebody else's lease
	NoActivate   bool
	ActivateOnly bool
	Progress     func(apply.Event)
}

// Apply carries a plan out under the lease of the state. Half-done is normal:
// the summary says what became of each change, also when there is an error.
func (l *Line) Apply(ctx context.Context, p *plan.Plan, o ApplyOptions) (summary apply.Summary, err error) {
	if err := l.owns(p); err != nil {
		return summary, err
	}
	if err := l.lock(ctx, o.By, o.LockTimeout); err != nil {
		return summary, err
	}
	defer func() { err = errors.Join(err, l.State.Unlock(context.WithoutCancel(ctx))) }()
	return apply.Run(ctx, apply.Options{
		Plan: p, State: l.State, Targets: l.targetsByName(), Now: l.Now,
		NoActivate: o.NoActivate, ActivateOnly: o.ActivateOnly, Progress: o.Progress,
	})
}

// owns refuses a plan of another project or environment.
func (l *Line) owns(p *plan.Plan) error {
	if p.Project == l.Program.Project.Name && p.Env == l.Env {
		return nil
	}
	return fmt.Errorf("the plan is of project %q, environment %q, and this is project %q, environment %q",
		p.Project, p.Env, l.Program.Project.Name, l.Env)
}

// lockEvery is how often a lease that somebody else holds is asked for again.
const lockEvery = 250 * time.Millisecond

// lock takes the lease of the state, and waits for it as long as it may.
func (l *Line) lock(ctx context.Context, by state.Holder, patience time.Duration) error {
	if patience <= 0 {
		return l.State.Lock(ctx, by)
	}
	late := time.NewTimer(patience)
	defer late.Stop()
	again := time.NewTicker(lockEvery)
	defer again.Stop()
	for {
		err := l.State.Lock(ctx, by)
		var held *state.LockedError
		if err == nil || !errors.As(err, &held) {
			return err
		}
		select {
		case <-late.C:
			return fmt.Errorf("waited %s: %w", patience, err)
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-again.C:
		}
	}
}
