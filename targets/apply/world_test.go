package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/state"
)

var now = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

// disk is a state backend in memory, and the lease on it, whose power can fail: from the append with
// number failAt on nothing more is written, of that one only the first bytes.
type disk struct {
	snapshot, journal []byte
	appends, failAt   int // failAt 0: never
	partly            int
	dead              bool
	kept              func(lines []byte) // is told what is appended; nil for nobody
}

func (d *disk) Can() state.Abilities                          { return state.Abilities{Append: true, Lease: true} }
func (d *disk) Name() string                                  { return "memory" }
func (d *disk) Token() int64                                  { return 1 }
func (d *disk) Renew(context.Context) error                   { return nil }
func (d *disk) Release(context.Context) error                 { return nil }
func (d *disk) Holder(context.Context) (*state.Holder, error) { return nil, nil }

func (d *disk) Read(context.Context) (state.Stored, error) {
	return state.Stored{Snapshot: string(d.snapshot), Journal: slices.Clone(d.journal)}, nil
}

func (d *disk) Lease(context.Context, state.Holder) (state.Lease, error) { return d, nil }

func (d *disk) Break(context.Context, state.Holder) (*state.Holder, error) { return nil, nil }

var errPower = errors.New("the power is gone")

func (d *disk) Replace(_ context.Context, raw []byte) error {
	if d.dead {
		return errPower
	}
	d.snapshot, d.journal = slices.Clone(raw), nil
	return nil
}

func (d *disk) Append(_ context.Context, lines []byte) error {
	d.appends++
	if d.dead {
		return errPower
	}
	if d.failAt > 0 && d.appends >= d.failAt {
		d.dead = true
		d.journal = append(d.journal, lines[:min(d.partly, len(lines))]...)
		return errPower
	}
	d.journal = append(d.journal, lines...)
	if d.kept != nil {
		d.kept(lines)
	}
	return nil
}

// repaired is the disk after the computer was started again.
func (d *disk) repaired() *disk {
	return &disk{snapshot: d.snapshot, journal: d.journal}
}

// world is a project, its platform and its state.
type world struct {
	t        tester
	platform *fake
	disk     *disk
	desired  []resource.Resource
	moves    []ir.Move
	removals []ir.Removal
	imports  map[resource.Address]string // ids that are taken over
	kept     map[string]bool             // ids that were let go
	only     []string
	exclude  []string
	drift    []plan.DriftRule
	waited   time.Duration
	waits    func(context.Context, time.Duration) error // what else a wait does
	events   []apply.Event
	counted  *counted // the platform, where its reads are counted
}

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

func newWorld(t tester) *world {
	return &world{t: t, platform: newFake(), disk: &disk{}}
}

func (w *world) open() *state.State {
	w.t.Helper()
	st, _, err := state.Load(context.Background(), w.disk, "lumen", "test")
	if err != nil {
		w.t.Fatalf("opening the state: %v", err)
	}
	return st
}

func (w *world) targets() map[string]targets.Target {
	if w.counted != nil {
		w.counted.fake = w.platform
		return map[string]targets.Target{"p": w.counted}
	}
	return map[string]targets.Target{"p": w.platform}
}

func (w *world) wait(ctx context.Context, d time.Duration) error {
	w.waited += d
	if w.waits != nil {
		return w.waits(ctx, d)
	}
	return nil
}

// plan is what the command plan does.
func (w *world) plan() *plan.Plan {
	w.t.Helper()
	st := w.open().Copy()
	if _, err := apply.Resolve(context.Background(), apply.Options{State: st, Targets: w.targets(), Wait: w.wait}); err != nil {
		w.t.Fatalf("resolving for the plan: %v", err)
	}
	in := plan.Input{
		Tool: "test", Project: "lumen", Env: "test", Now: now, State: st.ID(), Desired: w.desired,
		Prior: st.Records(), Deposed: st.Deposed(), Answers: map[resource.Address]plan.Answer{},
		Platforms: []plan.PlatformInfo{w.platform.Describe().Info("p")},
	}
	in.Platforms[0].Identity = w.platform.account
	in.Only, in.Exclude, in.Drift = w.only, w.exclude, w.drift
	if found := in.HandOver(w.moves, w.removals); len(found) > 0 {
		w.t.Fatalf("handing over: %v", found)
	}
	in.Match("p", nil, w.platform.all())
	w.takeOver(&in)
	w.ask(&in)
	p, diags, err := plan.Make(in)
	if err != nil || len(diags) > 0 {
		w.t.Fatalf("planning: %v %v", err, diags)
	}
	return p
}

func (w *world) takeOver(in *plan.Input) {
	for _, d := range in.Desired {
		id, wanted := w.imports[d.Address]
		held := slices.ContainsFunc(in.Prior, func(r plan.Record) bool { return r.Address == d.Address })
		if wanted && !held {
			in.Import(d.Address, w.platform.objects[id])
		}
	}
}

func (w *world) ask(in *plan.Input) {
	for {
		edits, err := plan.Edits(*in)
		if err != nil {
			w.t.Fatalf("planning: %v", err)
		}
		if len(edits) == 0 {
			return
		}
		for _, e := range edits {
			answers, _ := w.platform.Plan(context.Background(), []targets.PlanRequest{{Prior: e.Prior, Desired: e.Desired}})
			answer := plan.Answer{Replace: answers[0].Replace}
			for _, c := range answers[0].Cost {
				answer.Costs = append(answer.Costs, plan.Cost{Platform: "p", Class: c.Class, Calls: c.Calls})
			}
			in.Answers[e.Address] = answer
		}
	}
}

// apply is what the command apply does with a plan.
func (w *world) apply(p *plan.Plan) (apply.Summary, error) {
	return w.applyWith(context.Background(), p, apply.Options{})
}

func (w *world) applyWith(ctx context.Context, p *plan.Plan, o apply.Options) (apply.Summary, error) {
	w.t.Helper()
	st := w.open()
	if err := st.Lock(ctx, state.Holder{Who: "test", Since: now}); err != nil {
		return apply.Summary{}, err
	}
	o.Plan, o.State, o.Targets, o.Now, o.Wait = p, st, w.targets(), now, w.wait
	w.events = nil
	o.Progress = func(e apply.Event) { w.events = append(w.events, e) }
	summary, err := apply.Run(ctx, o)
	if unlockErr := st.Unlock(context.WithoutCancel(ctx)); unlockErr != nil && !w.disk.dead {
		w.t.Fatalf("unlocking: %v", unlockErr)
	}
	return summary, err
}

// converge applies until the plan is empty and has been applied too: state may
// have to learn what became of interrupted calls.
func (w *world) converge() {
	w.t.Helper()
	for range 4 {
		p := w.plan()
		if s, err := w.apply(p); err != nil || !s.Complete() {
			w.t.Fatalf("applying: %v\n%s", err, tell(s))
		}
		if p.Empty() {
			w.settled()
			return
		}
	}
	w.t.Fatalf("the plan does not become empty:\n%s", show(w.plan()))
}

// settled checks that the platform holds exactly what the files ask for, that
// nothing broke its rules and that no call is open.
func (w *world) settled() {
	w.t.Helper()
	want := map[string]string{}
	ids := map[resource.Address]string{}
	st := w.open()
	for _, r := range st.Records() {
		ids[r.Address] = r.ID
	}
	for _, d := range w.desired {
		filled := resource.Fill(d.Attributes, func(v resource.Value) resource.Value {
			return resource.String(ids[v.(resource.Ref).Address])
		}).(resource.Map)
		want[ids[d.Address]] = fmt.Sprint(d.Key, d.Switch, resource.Hash(filled))
	}
	got := map[string]string{}
	for id, o := range w.platform.objects {
		if w.kept[id] {
			continue
		}
		got[id] = fmt.Sprint(o.Key, o.Switch, resource.Hash(o.Attributes))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Fatalf("the platform is not as desired (-want +got):\n%s", diff)
	}
	if len(w.platform.breach) > 0 {
		w.t.Fatalf("the platform complains: %v", w.platform.breach)
	}
	if n := len(st.Pending()) + len(st.Deposed()); n > 0 {
		w.t.Fatalf("%d calls are open", n)
	}
}

func tell(s apply.Summary) string {
	out := ""
	for _, e := range s.Events {
		out += fmt.Sprintf("%s %s: %s %v\n", e.Change.Action, e.Change.Address, e.Outcome, e.Err)
	}
	for _, d := range s.NotAsPlanned {
		out += fmt.Sprintf("not as planned: %+v\n", d)
	}
	return out
}

func show(p *plan.Plan) string {
	out := ""
	for i, c := range p.Changes {
		out += fmt.Sprintf("%d %s %s %v %v\n", i, c.Action, c.Address, c.Needs, c.Diff)
	}
	return out
}

func address(name string) resource.Address {
	return resource.Address{Object: "thing." + name, Platform: "p"}
}

// thing is a desired object that uses others.
func thing(name string, is resource.Switch, color string, uses ...string) resource.Resource {
	attributes := resource.Map{"color": resource.String(color)}
	if len(uses) > 0 {
		list := resource.List{}
		for _, u := range uses {
			list = append(list, resource.Ref{Address: address(u), Output: "id"})
		}
		attributes["uses"] = list
	}
	kind := "thing"
	if is != resource.NoSwitch {
		kind = "flow"
	}
	return resource.Resource{Address: address(name), Kind: kind, Key: name, Attributes: attributes, Switch: is}
}

var (
	switches = rapid.SampledFrom([]resource.Switch{resource.NoSwitch, resource.Off, resource.On})
	colors   = rapid.SampledFrom([]string{"red", "green", "blue"})
	letters  = []string{"a", "b", "c", "d", "e", "f", "g"}
)

// project draws objects that use each other without a cycle. The order in
// which they may use each other is drawn too, so that an edit can turn a
// dependency around.
func project(t *rapid.T) []resource.Resource {
	order := rapid.Permutation(letters).Draw(t, "order")
	var out []resource.Resource
	for i, name := range order {
		if rapid.IntRange(0, 3).Draw(t, "absent") == 0 {
			continue
		}
		var uses []string
		for _, other := range out {
			if rapid.IntRange(0, 2).Draw(t, "uses") == 0 {
				uses = append(uses, other.Key)
			}
		}
		// The kind stays with the name: what can reach people always can.
		is := resource.NoSwitch
		if name > "c" {
			is = switches.Draw(t, "switch")
			if is == resource.NoSwitch {
				is = resource.Off
			}
		}
		r := thing(name, is, colors.Draw(t, "color"), uses...)
		if rapid.IntRange(0, 3).Draw(t, "fixed") == 0 {
			r.Attributes["fixed"] = resource.String(colors.Draw(t, "fixed to"))
		}
		_ = i
		out = append(out, r)
	}
	return out
}

var _ tester = (*testing.T)(nil)
