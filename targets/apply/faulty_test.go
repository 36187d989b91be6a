package apply_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	stand "github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/fake/shelf"
	"github.com/trayecto/trayecto/targets/state"
)

// share is how many of a hundred calls each fault hits.
const share = 20

// trouble is what goes wrong between the tool and a platform.
type trouble struct {
	name   string
	faults []stand.Fault // each hits its share of the writes
	deaf   bool          // of so many calls no answer comes in time; half of them were carried out
	late   bool          // every write shows within the declared delay and not at once
	cut    bool          // the run's power fails at a write to the state, the calls made so far stand
}

var troubles = []trouble{
	{name: "nothing"},
	{name: "times out", deaf: true},
	{name: "resets", faults: []stand.Fault{stand.HangUp}},
	{name: "answers 429", faults: []stand.Fault{stand.Busy}},
	{name: "answers 500", faults: []stand.Fault{stand.Broken}},
	{name: "a proxy answers", faults: []stand.Fault{stand.Page}},
	{name: "applies and the answer is lost", faults: []stand.Fault{stand.Lost}},
	{name: "applies and a proxy answers", faults: []stand.Fault{stand.LostPage}},
	{name: "applies later", late: true},
	{name: "applies later and the answer is lost", faults: []stand.Fault{stand.Lost}, late: true},
	{name: "everything", faults: []stand.Fault{stand.HangUp, stand.Broken, stand.Busy, stand.Lost}, late: true, deaf: true},
	{name: "power cuts", cut: true},
	{name: "power cuts and late", cut: true, late: true},
	{name: "power cuts and everything", faults: []stand.Fault{stand.HangUp, stand.Broken, stand.Busy, stand.LostPage}, late: true, cut: true},
}

// means is the ways in which what a lost answer has made can be found again.
var means = []struct {
	name string
	shelf.Can
}{
	{"marks", shelf.Can{Marks: true}},
	{"keys", shelf.Can{Keys: true}},
	{"names", shelf.Can{Unique: true}},
	{"marks and keys", shelf.Can{Marks: true, Keys: true}},
	{"nothing", shelf.Can{}},
}

// delay is how long a late platform may take to show what it was told.
const delay = 20 * time.Second

// Whatever a platform does to a fifth of all calls: after the next applies each
// object is there exactly once, as the platform counts, and nothing is left to
// do; or the run stops and says of which calls nobody can tell what became of
// them, and even then nothing is there twice. TRAYECTO_SOAK makes more rounds.
func TestFaultyPlatform(t *testing.T) {
	t.Parallel()
	rounds := 1
	if raw := os.Getenv("TRAYECTO_SOAK"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil {
			t.Fatalf("TRAYECTO_SOAK is a number, not %q", raw)
		}
		rounds = max(1, n/20)
	}
	for _, m := range means {
		for _, what := range troubles {
			t.Run(m.name+"/"+what.name, func(t *testing.T) {
				t.Parallel()
				for seed := range rounds {
					newStorm(t, m.Can, what, uint64(seed)).pass()
				}
			})
		}
	}
}

// storm is a project and a platform that fails.
type storm struct {
	t        *testing.T
	can      shelf.Can
	what     trouble
	platform *shelf.Platform
	target   targets.Target
	disk     *disk
	desired  []resource.Resource

	mu     sync.Mutex
	clock  time.Time
	chance *rand.Rand
	open   map[resource.Address]bool // what somebody had to be asked about
}

func newStorm(t *testing.T, can shelf.Can, what trouble, seed uint64) *storm {
	s := &storm{t: t, can: can, what: what, disk: &disk{}, clock: now, chance: rand.New(rand.NewPCG(seed, 6)), open: map[resource.Address]bool{}}
	o := shelf.Options{Can: can, Now: s.now}
	if what.late {
		s.can.Delay, o.Delay = delay, delay
		o.Late = func() time.Duration { return time.Duration(s.draw(int(delay))) }
	}
	s.platform = shelf.Serve(t, o)
	s.target = shelf.Factory(s.can, shelf.Line{Wait: s.wait, Through: s})()
	config := ir.Config{Settings: []ir.Setting{{Name: "endpoint", Value: types.Text(s.platform.URL)}}}
	if err := s.target.Configure(t.Context(), targets.Config{Platform: ir.Platform{Name: "p", Config: config}}); err != nil {
		t.Fatal(err)
	}
	s.platform.Break(s.fault)
	return s
}

func (s *storm) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *storm) draw(n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chance.IntN(n)
}

// wait passes time for everybody.
func (s *storm) wait(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(d)
	return ctx.Err()
}

// fault is each one for its share of the writes, so that of five at once none
// would pass; of the reads a share has one of them.
func (s *storm) fault(r *http.Request) stand.Fault {
	n := s.draw(100) / share
	if r.Method == http.MethodGet && n == 0 && len(s.what.faults) > 0 {
		return s.what.faults[s.draw(len(s.what.faults))]
	}
	if r.Method != http.MethodGet && n < len(s.what.faults) {
		return s.what.faults[n]
	}
	return stand.None
}

// RoundTrip makes a call, whose answer may come too late for whoever made it.
func (s *storm) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.what.deaf || s.draw(100) >= share {
		return http.DefaultTransport.RoundTrip(r)
	}
	if s.draw(2) == 0 {
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_ = answer.Body.Close() // nobody waits for it any more
	}
	return nil, context.DeadlineExceeded
}

// step is what the files ask for: things that use each other, some of which are
// switched on. Another step edits all of them.
func step(objects, n int) []resource.Resource {
	var out []resource.Resource
	for i := range objects {
		is, kind := resource.NoSwitch, shelf.Segment
		if i%4 == 3 {
			is, kind = resource.On, shelf.Flow
		}
		r := thing(fmt.Sprintf("s%02d", i), is, fmt.Sprint("step ", n))
		if i > 2 {
			r.Attributes["uses"] = resource.List{resource.Ref{Address: address(fmt.Sprintf("s%02d", i/2)), Output: "id"}}
		}
		r.Kind = kind
		out = append(out, r)
	}
	return out
}

// pass makes everything, edits everything and takes all but a third away.
func (s *storm) pass() {
	s.t.Helper()
	const objects = 12
	for n, desired := range [][]resource.Resource{step(objects, 1), step(objects, 2), step(objects/3, 2)} {
		s.desired = desired
		if !s.converge() {
			return // it stops here, and said why
		}
		s.holds(n)
	}
}

// converge applies until the plan is empty, or until nobody can tell what became
// of a call.
func (s *storm) converge() bool {
	s.t.Helper()
	var last string
	for range 60 {
		p, err := s.plan()
		if err == nil && p.Empty() && len(s.state().Pending()) == 0 {
			return true
		}
		var summary apply.Summary
		if err == nil {
			last = show(p)
			summary, err = s.apply(p)
			last += tell(summary)
		}
		s.once()
		if s.stopped(summary, err) {
			return false
		}
	}
	s.t.Fatalf("it does not come to an end; the last plan:\n%s", last)
	return false
}

// stopped tells whether the run stopped because nobody can tell what became of a
// call, which may only be where the platform offers no way to find out. Other
// failures are of the kind that the next run may not meet.
func (s *storm) stopped(summary apply.Summary, err error) bool {
	s.t.Helper()
	var open *apply.OpenError
	var stale *apply.StaleError
	var answer *targets.Error
	switch {
	case errors.As(err, &open):
		for _, o := range open.Open {
			s.open[o.Address] = true
		}
		if s.can.Marks || s.can.Keys || s.can.Unique {
			if s.knowable(open) {
				s.t.Fatalf("the platform can tell, and the run stops: %v", err)
			}
			return false
		}
		return true
	case err != nil && !errors.As(err, &answer) && !errors.As(err, &stale) && !errors.Is(err, errPower):
		s.t.Fatalf("the run ends with %v\n%s", err, tell(summary))
	}
	return false
}

// knowable tells whether a run that stops did so although the platform did
// answer: that it could not be asked this time is no reason to stop for good.
func (s *storm) knowable(open *apply.OpenError) bool {
	for _, o := range open.Open {
		if len(s.what.faults) == 0 && !s.what.deaf || o.Why == "" {
			return true
		}
	}
	return false
}

// once wants no name to be there twice, as the platform counts.
func (s *storm) once() {
	s.t.Helper()
	seen := map[string]bool{}
	for _, t := range s.platform.Things() {
		if seen[t.Name] {
			s.t.Fatalf("%s is there twice", t.Name)
		}
		seen[t.Name] = true
	}
}

// holds wants exactly the things of a step, as the platform counts.
func (s *storm) holds(n int) {
	s.t.Helper()
	want, got, ids := map[string]string{}, map[string]string{}, map[resource.Address]string{}
	for _, t := range s.platform.Things() {
		ids[address(t.Name)] = t.ID
		got[t.Name] = fmt.Sprint(resource.Hash(t.Attributes), t.On != nil && *t.On)
	}
	for _, d := range s.desired {
		filled := resource.Fill(d.Attributes, func(v resource.Value) resource.Value {
			return resource.String(ids[v.(resource.Ref).Address])
		})
		want[d.Key] = fmt.Sprint(resource.Hash(filled), d.Switch == resource.On)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Fatalf("after step %d the platform is not as desired (-want +got):\n%s", n, diff)
	}
}

func (s *storm) state() *state.State {
	s.t.Helper()
	st, _, err := state.Load(context.Background(), s.disk, "lumen", "test")
	if err != nil {
		s.t.Fatalf("opening the state: %v", err)
	}
	return st
}

func (s *storm) targets() map[string]targets.Target { return map[string]targets.Target{"p": s.target} }

// plan is what the command plan does.
func (s *storm) plan() (*plan.Plan, error) {
	s.t.Helper()
	ctx := context.Background()
	st := s.state().Copy()
	if _, err := apply.Resolve(ctx, apply.Options{State: st, Targets: s.targets(), Wait: s.wait}); err != nil {
		return nil, err
	}
	in := plan.Input{
		Tool: "test", Project: "lumen", Env: "test", Now: now, State: st.ID(), Desired: s.desired,
		Prior: st.Records(), Deposed: st.Deposed(), Answers: map[resource.Address]plan.Answer{},
		Platforms: []plan.PlatformInfo{s.target.Describe().Info("p")},
	}
	identity, err := s.target.Identity(ctx)
	if err != nil {
		return nil, err
	}
	in.Platforms[0].Identity = identity
	var listed []resource.Object
	if err := s.target.List(ctx, targets.ListRequest{}, func(page []resource.Object) error {
		listed = append(listed, page...)
		return nil
	}); err != nil {
		return nil, err
	}
	if listed, err = apply.Late(ctx, apply.Options{State: st, Targets: s.targets(), Wait: s.wait}, "p", in.Prior, listed); err != nil {
		return nil, err
	}
	in.Match("p", nil, listed)
	edits, err := plan.Edits(in)
	if err != nil {
		s.t.Fatalf("planning: %v", err)
	}
	for _, e := range edits {
		in.Answers[e.Address] = plan.Answer{}
	}
	p, diags, err := plan.Make(in)
	if err != nil || len(diags) > 0 {
		s.t.Fatalf("planning: %v %v", err, diags)
	}
	return p, nil
}

// apply is what the command apply does with a plan, on a computer whose power
// may fail.
func (s *storm) apply(p *plan.Plan) (apply.Summary, error) {
	s.t.Helper()
	ctx := context.Background()
	s.disk = s.disk.repaired()
	if s.what.cut && s.draw(2) == 0 {
		s.disk.failAt, s.disk.partly = 1+s.draw(6), s.draw(3000)
	}
	st, _, err := state.Load(ctx, s.disk, "lumen", "test")
	if err != nil {
		s.t.Fatalf("opening the state: %v", err)
	}
	if err := st.Lock(ctx, state.Holder{Who: "test", Since: now}); err != nil {
		return apply.Summary{}, err
	}
	summary, err := apply.Run(ctx, apply.Options{Plan: p, State: st, Targets: s.targets(), Now: now, Wait: s.wait, Clock: s.now})
	if unlockErr := st.Unlock(ctx); unlockErr != nil && !s.disk.dead {
		s.t.Fatalf("unlocking: %v", unlockErr)
	}
	return summary, err
}
