package run

import (
	"context"
	"errors"
	"fmt"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// ApplyOptions says how to carry a plan out.
type ApplyOptions struct {
	By           state.Holder // who takes the lease
	NoActivate   bool
	ActivateOnly bool
	Progress     func(apply.Event)
}

// Apply carries a plan out under the lease of the state. Half-done is normal:
// the summary says what became of each change, also when there is an error.
func (l *Line) Apply(ctx context.Context, p *plan.Plan, o ApplyOptions) (summary apply.Summary, err error) {
	if p.Project != l.Program.Project.Name || p.Env != l.Env {
		return summary, fmt.Errorf("the plan is of project %q, environment %q, and this is project %q, environment %q",
			p.Project, p.Env, l.Program.Project.Name, l.Env)
	}
	if err := l.State.Lock(ctx, o.By); err != nil {
		return summary, err
	}
	defer func() { err = errors.Join(err, l.State.Unlock(context.WithoutCancel(ctx))) }()
	return apply.Run(ctx, apply.Options{
		Plan: p, State: l.State, Targets: l.targetsByName(), Now: l.Now,
		NoActivate: o.NoActivate, ActivateOnly: o.ActivateOnly, Progress: o.Progress,
	})
}
