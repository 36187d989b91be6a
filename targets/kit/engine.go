package kit

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

// engine is the real line from resources to a changed platform: plan.Make and
// apply.Run over a state in a folder.
type engine struct {
	t        testing.TB
	h        Harness
	platform Platform
	target   targets.Target
	folder   string
	project  string                      // of the state
	moves    []ir.Move                   // that the next plans make
	imports  map[resource.Address]string // ids that the next plans take over
	time     passing
}

func newEngine(t testing.TB, h Harness) *engine {
	p := h.Fresh(t)
	return &engine{t: t, h: h, platform: p, target: open(t, h, p), folder: t.TempDir(), project: "kit"}
}

// random is the program of a seed.
func (e *engine) random(seed uint64) *ir.Program {
	src := rand.New(rand.NewPCG(seed, seed))
	var p *ir.Program
	if e.h.Random != nil {
		p = e.h.Random(src, e.platform.Config.Platform)
	} else {
		p = sample.Program(src, sample.Options{Messages: true, Places: []ir.Platform{e.platform.Config.Platform}})
	}
	p.Sort()
	return p
}

// plan is what brings the platform to what is wanted.
func (e *engine) plan(st *state.State, want []resource.Resource) *plan.Plan {
	e.t.Helper()
	ctx, d, name := context.Background(), e.target.Describe(), e.platform.Config.Platform.Name
	identity, err := e.target.Identity(ctx)
	if err != nil {
		e.t.Fatalf("asking for the identity: %v", err)
	}
	info := d.Info(name)
	info.Identity = identity
	var kinds []string
	for _, k := range d.Kinds {
		kinds = append(kinds, k.Name)
	}
	project, env := st.Of()
	in := plan.Input{
		Tool: "kit", Project: project, Env: env, Now: e.platform.Config.Now, Timezone: "Europe/Madrid", State: st.ID(),
		Platforms: []plan.PlatformInfo{info}, Desired: want, Prior: st.Records(), Deposed: st.Deposed(), Lookups: e.lookups(want),
	}
	if found := in.HandOver(e.moves, nil); len(found) > 0 {
		e.t.Fatalf("moving: %+v", found)
	}
	in.Match(name, kinds, append(listed(e.t, e.target, false), made(e.t, e.target)...))
	e.takeOver(&in)
	edits, err := plan.Edits(in)
	if err != nil {
		e.t.Fatalf("listing edits: %v", err)
	}
	in.Answers = e.answers(edits)
	out, found, err := plan.Make(in)
	if err != nil || found.HasErrors() {
		e.t.Fatalf("planning: %v, %+v", err, found)
	}
	return out
}

// answers asks the target how it would make each edit.
func (e *engine) answers(edits []plan.Edit) map[resource.Address]plan.Answer {
	e.t.Helper()
	out := map[resource.Address]plan.Answer{}
	if len(edits) == 0 {
		return out
	}
	requests := make([]targets.PlanRequest, len(edits))
	for i, edit := range edits {
		requests[i] = targets.PlanRequest{Prior: edit.Prior, Desired: edit.Desired}
	}
	answers, err := e.target.Plan(context.Background(), requests)
	if err != nil || len(answers) != len(edits) {
		e.t.Fatalf("asking for %d edits gave %d answers, %v", len(edits), len(answers), err)
	}
	for i, a := range answers {
		answer := plan.Answer{Replace: a.Replace}
		for _, c := range a.Cost {
			answer.Costs = append(answer.Costs, plan.Cost{Platform: e.platform.Config.Platform.Name, Class: c.Class, Calls: c.Calls})
		}
		out[edits[i].Address] = answer
	}
	return out
}

// lookups resolves what the resources look up, all of which must be there.
func (e *engine) lookups(want []resource.Resource) []plan.LookupID {
	e.t.Helper()
	list := resource.List{}
	for _, r := range want {
		list = append(list, r.Attributes)
	}
	asked := resource.Lookups(list)
	answers, err := e.target.Lookup(context.Background(), asked)
	if err != nil || len(answers) != len(asked) {
		e.t.Fatalf("looking up: %d answers for %d look-ups, %v", len(answers), len(asked), err)
	}
	var out []plan.LookupID
	for i, a := range answers {
		if !a.Found {
			e.t.Fatalf("the platform does not have the %s %s", asked[i].Kind, asked[i].Key)
		}
		out = append(out, plan.LookupID{Platform: e.platform.Config.Platform.Name, Kind: asked[i].Kind, Key: asked[i].Key, ID: a.ID})
	}
	return out
}

// run plans and applies once, through a target that may be broken, in a state
// that is opened anew as by another process. It tells whether all was done.
func (e *engine) run(want []resource.Resource, through targets.Target) bool {
	e.t.Helper()
	ctx := context.Background()
	st, _, err := state.Open(e.folder, e.project, "")
	if err != nil {
		e.t.Fatal(err)
	}
	if err := st.Lock(ctx, state.Holder{Who: "kit", Since: e.platform.Config.Now}); err != nil {
		e.t.Fatal(err)
	}
	defer func() {
		if err := st.Unlock(ctx); err != nil {
			e.t.Errorf("unlocking: %v", err)
		}
	}()
	on := map[string]targets.Target{e.platform.Config.Platform.Name: e.target}
	options := apply.Options{State: st, Targets: on, Now: e.platform.Config.Now, Wait: e.time.wait, Clock: e.time.now}
	if _, err := apply.Resolve(ctx, options); err != nil {
		e.t.Fatalf("finding out what became of earlier calls: %v", err)
	}
	on[e.platform.Config.Platform.Name] = through
	options.Plan = e.plan(st, want)
	summary, err := apply.Run(ctx, options)
	return err == nil && summary.Complete()
}

// passing is time that passes only while somebody waits for it, so that keeping
// to the limits of a platform takes none.
type passing struct{ passed atomic.Int64 }

func (p *passing) now() time.Time { return time.Unix(0, p.passed.Load()) }

func (p *passing) wait(ctx context.Context, d time.Duration) error {
	p.passed.Add(int64(d))
	return ctx.Err()
}

// settled checks that the platform holds what is wanted and that there is
// nothing left to do.
func (e *engine) settled(want []resource.Resource) {
	e.t.Helper()
	st, _, err := state.Open(e.folder, e.project, "")
	if err != nil {
		e.t.Fatal(err)
	}
	if p := e.plan(st, want); !p.Empty() {
		c := p.Changes[0]
		e.t.Errorf("after an apply there are %d changes to do, the first: %s %s\n%s", len(p.Changes), c.Action, c.Address, cmp.Diff(c.Before, c.After))
	}
	d := deploying(e.t, e.target)
	for _, r := range st.Records() {
		d.held[r.Address] = resource.Object{ID: r.ID, Kind: r.Kind, Key: r.Key}
	}
	d.holds(want)
	if len(st.Pending()) > 0 {
		e.t.Errorf("%d calls are still without an answer", len(st.Pending()))
	}
}

// rounds is how many programs follow one another on a platform.
const rounds = 3

// enginePlansNothing: apply, then plan, is empty, whatever stood there before.
func enginePlansNothing(t testing.TB, h Harness) {
	e := newEngine(t, h)
	for seed := range uint64(rounds) {
		want := h.lower(t, e.random(seed), e.platform.Config.Platform)
		if !e.run(want, e.target) {
			t.Fatalf("seed %d: not everything was done", seed)
		}
		e.settled(want)
	}
	if !e.run(nil, e.target) {
		t.Fatal("not everything was taken back")
	}
	e.settled(nil)
}

// engineRecovers: an apply that fails in every second call ends with what was
// wanted, each object once, when it is run again.
func engineRecovers(t testing.TB, h Harness) {
	e := newEngine(t, h)
	for seed := range uint64(rounds) {
		want := h.lower(t, e.random(seed), e.platform.Config.Platform)
		src := rand.New(rand.NewPCG(seed, 1))
		broken := Break(e.target, func(c Call) Fault {
			if c.Change == nil || src.IntN(2) == 0 {
				return NoFault
			}
			return Faults[src.IntN(len(Faults))]
		})
		for range 2 {
			e.run(want, broken)
		}
		for range 3 {
			if e.run(want, e.target) {
				break
			}
		}
		e.settled(want)
	}
}
