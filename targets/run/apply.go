package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
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
	// Wait passes time until a platform's limits allow a call, and Clock is the
	// time that they are kept by; nil is the computer's.
	Wait  func(ctx context.Context, d time.Duration) error
	Clock func() time.Time
}

// Apply carries a plan out under the lease of the state. Half-done is normal:
// the summary says what became of each change, also when there is an error.
func (l *Line) Apply(ctx context.Context, p *plan.Plan, o ApplyOptions) (summary apply.Summary, err error) {
	if err := l.owns(p); err != nil {
		return summary, err
	}
	if err := unsure(p); err != nil {
		return summary, err
	}
	if err := l.unmade(ctx, p); err != nil {
		return summary, err
	}
	if err := l.noteWhereabouts(l.Program); err != nil {
		return summary, err
	}
	if err := l.State.LockWithin(ctx, o.By, o.LockTimeout); err != nil {
		return summary, err
	}
	defer func() { err = errors.Join(err, l.State.Unlock(context.WithoutCancel(ctx))) }()
	if err := l.keepSettings(ctx); err != nil {
		return summary, err
	}
	if held := l.heldSince(p); len(held) > 0 {
		return summary, fmt.Errorf("%s was put on hold after the plan was made; make the plan again", strings.Join(held, ", "))
	}
	return apply.Run(ctx, apply.Options{
		Plan: p, State: l.State, Targets: l.targetsByName(), Now: l.Now,
		NoActivate: o.NoActivate, ActivateOnly: o.ActivateOnly, Progress: o.Progress, Wait: o.Wait, Clock: o.Clock,
	})
}

// keepSettings remembers how the platforms are reached, for when the files
// cannot be read. Secrets stand in no program.
func (l *Line) keepSettings(ctx context.Context) error {
	settings := map[string]json.RawMessage{}
	for _, p := range l.Platforms {
		raw, err := ir.Canonical(p.Platform)
		if err != nil {
			return fmt.Errorf("remembering %s: %w", p.Address, err)
		}
		settings[p.Name] = raw
	}
	return l.State.KeepSettings(ctx, settings)
}

// heldSince lists what a plan would switch on and is on hold.
func (l *Line) heldSince(p *plan.Plan) []string {
	var held []string
	for _, h := range l.State.Holds() {
		for _, c := range p.Changes {
			if c.Action == plan.SwitchOn && holdsBack(h.What, c.Address.Object, l.Program) {
				held = append(held, c.Address.Object)
			}
		}
	}
	slices.Sort(held)
	return slices.Compact(held)
}

// owns refuses a plan of another project or environment.
func (l *Line) owns(p *plan.Plan) error {
	if p.Project == l.Program.Project.Name && p.Env == l.Env {
		return nil
	}
	return fmt.Errorf("the plan is of project %q, environment %q, and this is project %q, environment %q",
		p.Project, p.Env, l.Program.Project.Name, l.Env)
}
