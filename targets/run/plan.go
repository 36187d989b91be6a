package run

import (
	"context"
	"errors"
	"fmt"

	"github.com/trayecto/trayecto/compiler/guard"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// PlanOptions is what may be chosen about a plan.
type PlanOptions struct {
	End           bool             // plan the removal of everything that was applied
	Only, Exclude []string         // the part of the project that it is about, as plan.Selects
	Drift         []plan.DriftRule // what is done about objects that are not as they were applied
	ApprovedBy    []string         // who has agreed to what guards refuse
	Shown         bool             // the plan is for readers only: see plan.Plan.Shown
}

// Plan compares what the files say with state and platforms, and counts
// people. It writes nothing anywhere.
func (l *Line) Plan(ctx context.Context) (*plan.Plan, diag.List, error) {
	return l.PlanWith(ctx, PlanOptions{})
}

// PlanEnd is the plan that removes everything that was applied.
func (l *Line) PlanEnd(ctx context.Context) (*plan.Plan, diag.List, error) {
	return l.PlanWith(ctx, PlanOptions{End: true})
}

// PlanWith is Plan with choices.
func (l *Line) PlanWith(ctx context.Context, o PlanOptions) (*plan.Plan, diag.List, error) {
	in := l.input()
	in.Only, in.Exclude, in.Drift, in.Shown = o.Only, o.Exclude, o.Drift, o.Shown
	st, settled, diags, err := l.gather(ctx, &in, o.End)
	if err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	silent := len(diags) == 0
	holds := l.keepOff(&in, st.Holds())
	if err := named(in); err != nil {
		return nil, diags, err
	}
	var proved []plan.Proof
	if !o.End {
		var more diag.List
		if proved, more, err = l.prove(); err != nil {
			return nil, diags, err
		}
		diags = append(diags, more...)
	}
	made, more, err := l.decide(ctx, &in, settled)
	if diags = append(diags, more...); err != nil || diags.HasErrors() {
		return nil, diags, err
	}
	if !settled && silent && len(more) == 0 { // what was said has to be said again
		l.settle(in, o, made, st)
	}
	if diags = append(diags, l.passed(made)...); diags.HasErrors() {
		return nil, diags, nil
	}
	made.End, made.Unread, made.Holds, made.Consent = o.End, l.Offline, holds, proved
	l.summarise(made)
	c := concernedBy(made, in, st)
	if !o.End {
		more, err := l.onPeople(made, c, st)
		if diags = append(diags, more...); err != nil || diags.HasErrors() {
			return nil, diags, err
		}
	}
	if err := l.annotate(ctx, made, in, c); err != nil {
		return nil, diags, err
	}
	made.Guards, err = guard.Judge(l.Program, made, o.ApprovedBy)
	return made, diags, err
}

// decide is what is to be done, of which nothing is asked where it is settled.
func (l *Line) decide(ctx context.Context, in *plan.Input, settled bool) (*plan.Plan, diag.List, error) {
	if settled {
		return plan.Nothing(*in), nil, nil
	}
	return l.make(ctx, in)
}

// annotate says of the changes what readers want to know besides: which of them
// nobody edited, and who is inside of what they change.
func (l *Line) annotate(ctx context.Context, made *plan.Plan, in plan.Input, c concerned) error {
	if err := l.noteLowering(made, in); err != nil {
		return err
	}
	return l.inside(ctx, made, in, c)
}

// onPeople is what the plan does to people: how much they get at worst, whether
// those inside journeys have somewhere to go on, and who is concerned.
func (l *Line) onPeople(p *plan.Plan, c concerned, st *state.State) (diag.List, error) {
	p.Pressure, p.Uncounted = prove.AtWorst(l.Program, nil)
	if found, err := l.migrates(c, st); err != nil || found.HasErrors() {
		return found, err
	}
	return nil, l.measure(p, c, st)
}

// gather fills in what files, state and platforms say. Where it is known to be
// settled, the files ask for what state remembers.
func (l *Line) gather(ctx context.Context, in *plan.Input, end bool) (st *state.State, settled bool, diags diag.List, err error) {
	if st, err = l.remember(ctx, in); err != nil {
		return nil, false, nil, err
	}
	moves := l.Program.Moves
	if end {
		moves = nil // whatever it is called, it goes
	}
	if diags = in.HandOver(moves, l.Program.Removals); diags.HasErrors() {
		return nil, false, diags, nil
	}
	var read *reading
	if !l.Offline {
		read = l.read(ctx, in.Prior)
		defer read.end()
	}
	settled = !end && l.settled(in, st)
	if !end && !settled {
		more, err := l.ask(ctx, in, st, read)
		if diags = append(diags, more...); err != nil || diags.HasErrors() {
			return nil, false, diags, err
		}
	}
	if l.Offline {
		return st, false, diags, l.unreadImports()
	}
	if err := l.observe(ctx, in, read); err != nil {
		return nil, false, diags, err
	}
	if settled && asRemembered(*in) {
		return st, true, diags, nil
	}
	if settled {
		more, err := l.ask(ctx, in, st, read)
		if diags = append(diags, more...); err != nil || diags.HasErrors() {
			return nil, false, diags, err
		}
	}
	more, err := l.claim(ctx, in, end)
	return st, false, append(diags, more...), err
}

// claim is what of what the platforms hold is ours although state does not know.
func (l *Line) claim(ctx context.Context, in *plan.Input, end bool) (diag.List, error) {
	if err := l.unremembered(ctx, *in, end); err != nil || end {
		return nil, err
	}
	return l.takeOver(ctx, in)
}

// ask fills in what the files ask for.
func (l *Line) ask(ctx context.Context, in *plan.Input, st *state.State, read *reading) (diag.List, error) {
	if err := l.formerly(in, st); err != nil {
		return nil, err
	}
	return l.desire(ctx, in, read)
}

// make has the platforms asked how they would make each change, and the plan
// made of what is known then.
func (l *Line) make(ctx context.Context, in *plan.Input) (*plan.Plan, diag.List, error) {
	in.Answers = make(map[resource.Address]plan.Answer, max(0, len(in.Desired)-len(in.Prior)))
	draft, err := plan.Begin(*in)
	if err != nil {
		return nil, nil, err
	}
	if l.Offline {
		return l.foreseen(ctx, in, draft)
	}
	if err := l.askHow(ctx, in, draft); err != nil {
		return nil, nil, err
	}
	return draft.Make()
}

// prove is what is proved about consent on each platform. What is not is an
// error, unless the platform's block accepts it.
func (l *Line) prove() ([]plan.Proof, diag.List, error) {
	var on []bearer
	for _, p := range l.Platforms {
		on = append(on, p.bearer(l.Program))
	}
	return proofs(l.Program, on, l.Options)
}

func (l *Line) input() plan.Input {
	in := plan.Input{
		Tool: l.Tool, Project: l.Program.Project.Name, Env: l.Env, Now: l.Now, Source: l.Source,
		Timezone: l.Program.Project.Timezone,
		LeftOut:  l.Program.Project.LeaveOut, OnlyTo: l.Program.Project.OnlyTo,
	}
	for _, p := range l.Platforms {
		in.Platforms = append(in.Platforms, p.Description.Info(p.Name))
	}
	return in
}

// desire fills in what the files ask for, and asks nothing of platforms that are
// still being read: a nil reading reads none.
func (l *Line) desire(ctx context.Context, in *plan.Input, read *reading) (diag.List, error) {
	resources, lowered, diags := l.Lower()
	if diags.HasErrors() {
		return diags, nil
	}
	in.Desired = resources
	if err := l.mean(in); err != nil {
		return diags, err
	}
	if read != nil {
		if _, err := read.all(); err != nil {
			return diags, err
		}
	}
	lookups, more, err := l.found(ctx, lowered, in.Prior)
	in.Lookups = lookups
	in.Compact()
	return append(diags, more...), err
}

// remember fills in what state knows, after finding out what became of calls
// whose answer was lost. That it does in a copy: planning writes nothing.
func (l *Line) remember(ctx context.Context, in *plan.Input) (*state.State, error) {
	st := l.State
	if len(st.Pending()) > 0 && l.Offline {
		return nil, errors.New("an earlier run was interrupted, and what became of its calls is known only to the platforms; plan without --refresh=false")
	}
	if len(st.Pending()) > 0 {
		st = l.State.Copy()
		_, err := apply.Resolve(ctx, apply.Options{State: st, Targets: l.targetsByName(), Now: l.Now})
		if err != nil {
			return nil, err
		}
	}
	in.State = l.State.ID()
	var err error
	if in.Prior, err = l.upgraded(st.Records()); err != nil {
		return nil, err
	}
	if in.Deposed, err = l.upgraded(st.Deposed()); err != nil {
		return nil, err
	}
	return st, nil
}

// upgraded is records in the schemas that the targets have now. Those of
// platforms that are gone stay as they are; Make says that they are gone.
func (l *Line) upgraded(records []plan.Record) ([]plan.Record, error) {
	byName := map[string]*Platform{}
	for _, p := range l.Platforms {
		byName[p.Name] = p
	}
	for i, r := range records {
		p := byName[r.Address.Platform]
		if p == nil {
			continue
		}
		var err error
		if records[i], err = apply.Upgraded(p.Target, p.Description, r); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// observe notes what the platforms hold and whose accounts they are.
func (l *Line) observe(ctx context.Context, in *plan.Input, read *reading) error {
	held, err := read.all()
	if err != nil {
		return err
	}
	for i, p := range l.Platforms {
		p.Identity, in.Platforms[i].Identity = held[i].identity, held[i].identity
		lost, err := p.lost(ctx, in.Prior, held[i].listed)
		if err != nil {
			return fmt.Errorf("reading what %s holds: %w", p.Address, err)
		}
		shown, err := apply.Late(ctx, apply.Options{State: l.State, Targets: l.targetsByName()}, p.Name, in.Prior, append(held[i].listed, lost...))
		if err != nil {
			return fmt.Errorf("reading what %s holds: %w", p.Address, err)
		}
		in.Match(p.Name, held[i].kinds, shown)
	}
	return nil
}

// recognise asks a platform which account it is. Another one than the state
// remembers is refused, before anything else is asked of it: what it lacks would
// only mislead.
func (l *Line) recognise(ctx context.Context, p *Platform) (string, error) {
	identity, err := p.Target.Identity(ctx)
	if err != nil {
		return "", fmt.Errorf("asking %s which account it is: %w", p.Address, err)
	}
	if known := l.State.Identity(p.Name); known != "" && identity != "" && known != identity {
		return "", &apply.AccountError{Platform: p.Name, Remembered: known, Found: identity}
	}
	return identity, nil
}

// list reads what a platform holds of ours and, of the kinds that people make
// by hand, everything: nobody marks those.
func (p *Platform) list(ctx context.Context, applied hashes) (kinds []string, listed []resource.Object, err error) {
	var made, byHand []string
	for _, k := range p.Description.Kinds {
		kinds = append(kinds, k.Name)
		if k.Manual != "" {
			byHand = append(byHand, k.Name)
		} else {
			made = append(made, k.Name)
		}
	}
	take := func(page []resource.Object) error {
		listed = append(listed, page...)
		return nil
	}
	if len(made) > 0 {
		err = p.Target.List(ctx, targets.ListRequest{Kinds: made, Known: applied.of(p.Name)}, take)
	}
	if len(byHand) > 0 && err == nil {
		err = p.Target.List(ctx, targets.ListRequest{Kinds: byHand, All: true, Known: applied.of(p.Name)}, take)
	}
	return kinds, listed, err
}

// askHow has the platforms say how they would make each change. A replacement
// changes what refers to the object, so they are asked until nothing new comes.
func (l *Line) askHow(ctx context.Context, in *plan.Input, draft *plan.Draft) error {
	for {
		edits, err := draft.Edits()
		if err != nil || len(edits) == 0 {
			return err
		}
		asked := len(in.Answers)
		for _, p := range l.Platforms {
			if err := askOne(ctx, in, p, edits); err != nil {
				return err
			}
		}
		if len(in.Answers) == asked {
			return nil // what is left is of platforms that are gone; Make says so
		}
	}
}

func askOne(ctx context.Context, in *plan.Input, p *Platform, edits []plan.Edit) error {
	mine, requests := questions(p, edits)
	if len(requests) == 0 {
		return nil
	}
	answers, err := p.Target.Plan(ctx, requests)
	if err != nil {
		return fmt.Errorf("asking %s how it would change: %w", p.Address, err)
	}
	if len(answers) != len(requests) {
		return fmt.Errorf("asking %s how it would change: %d answers to %d questions", p.Address, len(answers), len(requests))
	}
	for i, a := range answers {
		in.Answers[mine[i]] = answer(p.Name, a)
	}
	return nil
}

// questions is the edits that a platform is asked about, by their addresses.
func questions(p *Platform, edits []plan.Edit) (mine []resource.Address, requests []targets.PlanRequest) {
	mine, requests = make([]resource.Address, 0, len(edits)), make([]targets.PlanRequest, 0, len(edits))
	for _, e := range edits {
		if e.Address.Platform == p.Name {
			mine = append(mine, e.Address)
			requests = append(requests, targets.PlanRequest{Prior: e.Prior, Desired: e.Desired})
		}
	}
	return mine, requests
}

func answer(platform string, a targets.PlanAnswer) plan.Answer {
	out := plan.Answer{Replace: a.Replace, Over: a.Over}
	for _, c := range a.Cost {
		out.Costs = append(out.Costs, plan.Cost{Platform: platform, Class: c.Class, Calls: c.Calls})
	}
	return out
}
