package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// Brake stops and starts what was applied, without looking at the files: they
// may be wrong when it burns. Everything that it needs is in the state.
type Brake struct {
	Options
	State   *state.State
	Notices []state.Notice

	targets map[string]targets.Target // by name of platform; opened when needed
}

// OpenBrake reads the state of a folder. It fails with state.ErrNone where
// nothing was applied.
func OpenBrake(o Options) (*Brake, error) {
	b, err := o.Place()
	if err != nil {
		return nil, err
	}
	st, notices, err := state.LoadAny(context.Background(), b, o.Env)
	if err == nil && st.ID().Serial == 0 {
		err = state.ErrNone
	}
	if errors.Is(err, state.ErrNone) {
		return nil, fmt.Errorf("%w, says the state in %s; if it was lost, bring it back: trayecto state push FILE, or trayecto state rebuild", err, b.Name())
	}
	if err != nil {
		return nil, err
	}
	return &Brake{Options: o, State: st, Notices: notices, targets: map[string]targets.Target{}}, nil
}

// Close ends the platforms' connections.
func (b *Brake) Close() {
	for _, t := range b.targets {
		_ = t.Close() // what goes wrong then has no effect on what was done
	}
}

// PauseOptions is who stops something, and why.
type PauseOptions struct {
	By          state.Holder
	Why         string
	LockTimeout time.Duration
}

// Stopped is what became of a pause or its end.
type Stopped struct {
	Hold    state.Hold
	Objects []resource.Address // what the hold is on
	Apply   apply.Summary      // of switching
	Left    []string           // what was not switched, in full sentences
}

// Pause puts a journey, a channel or everything on hold and switches off what
// of it is on. The hold is durable before anything is called: whatever happens
// then, no apply switches it on, and the next one switches it off.
func (b *Brake) Pause(ctx context.Context, what string, o PauseOptions) (out Stopped, err error) {
	objects, err := b.stoppable(what)
	if err != nil {
		return out, err
	}
	if err := b.State.LockWithin(ctx, o.By, o.LockTimeout); err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, b.State.Unlock(context.WithoutCancel(ctx))) }()
	out.Hold = state.Hold{What: what, Since: b.Now.UTC(), By: o.By.Who, Why: o.Why}
	for _, before := range b.State.Holds() {
		if before.What == what {
			out.Hold.Objects, out.Hold.Since = before.Objects, before.Since // what it stopped first is to go on in the end
			if o.Why == "" {
				out.Hold.By, out.Hold.Why = before.By, before.Why // a second pull of the brake takes no reason away
			}
		}
	}
	for _, r := range objects {
		out.Objects = append(out.Objects, r.Address)
		if r.Switch == resource.On && !slices.Contains(out.Hold.Objects, r.Address) {
			out.Hold.Objects = append(out.Hold.Objects, r.Address)
		}
	}
	if err := b.State.Hold(ctx, out.Hold); err != nil {
		return out, err
	}
	err = b.turn(ctx, objects, resource.Off, &out)
	return out, err
}

// Resume lifts a hold and switches on again what it stopped, unless another
// hold is on it too or it has changed since.
func (b *Brake) Resume(ctx context.Context, what string, o PauseOptions) (out Stopped, err error) {
	if err := b.State.LockWithin(ctx, o.By, o.LockTimeout); err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, b.State.Unlock(context.WithoutCancel(ctx))) }()
	if out.Hold, err = b.OnHold(what); err != nil {
		return Stopped{}, err
	}
	if err := b.State.Lift(ctx, what); err != nil {
		return out, err
	}
	var back []plan.Record
	for _, a := range out.Hold.Objects {
		r, there := b.State.Record(a)
		switch other, held := b.holder(a.Object); {
		case !there:
			out.Left = append(out.Left, a.String()+" is not there any more.")
		case held:
			out.Left = append(out.Left, fmt.Sprintf("%s stays off: %s is on hold too.", a, other))
		default:
			out.Objects = append(out.Objects, a)
			back = append(back, r)
		}
	}
	err = b.turn(ctx, back, resource.On, &out)
	return out, err
}

// OnHold is the hold on something; an error says what else is on hold.
func (b *Brake) OnHold(what string) (state.Hold, error) {
	holds := b.State.Holds()
	at := slices.IndexFunc(holds, func(h state.Hold) bool { return h.What == what })
	if at < 0 {
		return state.Hold{}, fmt.Errorf("%s is not on hold%s", what, otherHolds(holds))
	}
	return holds[at], nil
}

func otherHolds(holds []state.Hold) string {
	if len(holds) == 0 {
		return ""
	}
	var names []string
	for _, h := range holds {
		names = append(names, h.What)
	}
	return "; on hold: " + strings.Join(names, ", ")
}

// holder is a hold on a declaration.
func (b *Brake) holder(object string) (what string, held bool) {
	for _, h := range b.State.Holds() {
		if holdsBack(h.What, object, b.program(object)) {
			return h.What, true
		}
	}
	return "", false
}

// program is what was deployed with a declaration; nil where that cannot be read.
func (b *Brake) program(object string) *ir.Program {
	p, err := assemble(b.State, deployed(b.State, nil).of(object), nil)
	if err != nil {
		return nil // then only its name counts
	}
	return p
}

// stoppable lists the objects that can reach people and are of what is to be
// stopped.
func (b *Brake) stoppable(what string) ([]plan.Record, error) {
	var out []plan.Record
	var all []string
	for _, r := range b.State.Records() {
		if r.Switch == resource.NoSwitch {
			continue
		}
		all = append(all, r.Address.Object)
		if holdsBack(what, r.Address.Object, b.program(r.Address.Object)) {
			out = append(out, r)
		}
	}
	if len(out) > 0 || what == state.Everything {
		return out, nil
	}
	if all = slices.Compact(all); len(all) == 0 {
		return nil, fmt.Errorf("nothing of %s was applied that could be stopped, and nothing else that can reach people; there is %s, which keeps off what is applied from now on",
			what, state.Everything)
	}
	return nil, fmt.Errorf("nothing of %s was applied that could be stopped; there is %s, a channel, or %s",
		what, strings.Join(all, ", "), state.Everything)
}

// turn switches objects, journaled and read back like every apply. What somebody
// changed on the platform is switched off all the same, and not switched on.
func (b *Brake) turn(ctx context.Context, records []plan.Record, to resource.Switch, out *Stopped) error {
	project, env := b.State.Of()
	p := &plan.Plan{Tool: b.Tool, Project: project, Env: env, Now: b.Now, State: b.State.ID()}
	for _, r := range records {
		now, why, err := b.seen(ctx, r)
		if err != nil {
			out.Left = append(out.Left, fmt.Sprintf("%s could not be reached: %v.", r.Address, err))
			continue
		}
		if to == resource.On && why == "" && plan.HashObserved(now, r.Key) != r.Resolved {
			why = " was changed on the platform meanwhile; trayecto plan shows how."
		}
		if why != "" {
			out.Left = append(out.Left, r.Address.String()+why)
			continue
		}
		if now.Switch != to {
			p.Changes = append(p.Changes, switching(r, now, to, b.State.ID()))
		}
	}
	var err error
	out.Apply, err = apply.Run(ctx, apply.Options{Plan: p, State: b.State, Targets: b.targets, Now: b.Now})
	return err
}

// seen is an object as it is on its platform.
func (b *Brake) seen(ctx context.Context, r plan.Record) (now resource.Object, why string, err error) {
	t, err := b.target(ctx, r.Address.Platform)
	if err != nil {
		return now, "", err
	}
	found, err := t.Get(ctx, r.Kind, []string{r.ID})
	if err != nil {
		return now, "", err
	}
	if len(found) == 0 {
		return now, " is gone from the platform.", nil
	}
	return found[0], "", nil
}

// target is a platform as it was when it was last applied to.
func (b *Brake) target(ctx context.Context, name string) (targets.Target, error) {
	if t := b.targets[name]; t != nil {
		return t, nil
	}
	raw, there := b.State.Settings(name)
	if !there {
		return nil, fmt.Errorf("state does not know how platform.%s is reached; apply once with this version", name)
	}
	var p ir.Platform
	if err := ir.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("reading how platform.%s is reached: %w", name, err)
	}
	factories, err := b.known(&ir.Program{Platforms: []ir.Platform{p}})
	if err != nil {
		return nil, err
	}
	if factories[p.Target] == nil {
		return nil, fmt.Errorf("platform.%s needs the target %q, which is not here", name, p.Target)
	}
	t := factories[p.Target]()
	if err := t.Configure(ctx, targets.Config{Platform: p, Dir: b.Dir, Env: b.LookupEnv, Now: b.Now}); err != nil {
		return nil, fmt.Errorf("configuring platform.%s: %w", name, err)
	}
	b.targets[name] = t
	return t, nil
}

// switching is the change that turns an object on or off.
func switching(r plan.Record, now resource.Object, to resource.Switch, at plan.StateID) plan.Change {
	c := plan.Change{
		Action: plan.SwitchOff, Address: r.Address, Kind: r.Kind, ID: r.ID, NaturalKey: r.Key, Mark: r.Mark, Switch: to,
		From: plan.From{ID: r.ID, Written: r.Hash, Resolved: r.Resolved, Observed: plan.HashObserved(now, r.Key), Switch: now.Switch},
	}
	if to == resource.On {
		c.Action = plan.SwitchOn
	}
	c.Key = resource.Hash(resource.Strings("switch", string(c.Action), at.Lineage, fmt.Sprint(at.Serial), r.Address.String(), r.ID))
	return c
}
