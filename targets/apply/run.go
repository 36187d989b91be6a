package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// place names an object on a platform.
type place struct{ platform, kind, id string }

// run is a plan being carried out.
type run struct {
	Options
	identities map[string]string
	resolved   []Resolution
	renamed    int // objects that moved in the state
	letGo      int

	mu          sync.Mutex
	ends        []Event // by index of the change; no outcome while it is open
	done        int
	objects     map[place]resource.Object // as last read
	deviant     map[int]bool              // changes that are made and not as planned
	deviations  []Deviation
	interrupted bool
	broken      error // the state cannot be written: nothing more is called
}

func (r *run) summary() Summary {
	for i := range r.ends {
		if r.ends[i].Outcome == "" {
			r.ends[i].Outcome = NotTried
		}
	}
	slices.SortFunc(r.deviations, func(a, b Deviation) int { return a.Index - b.Index })
	return Summary{Events: r.ends, NotAsPlanned: r.deviations, Resolved: r.resolved, Interrupted: r.interrupted, Moved: r.renamed, LetGo: r.letGo}
}

// end notes what became of a change.
func (r *run) end(i int, outcome Outcome, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	e := &r.ends[i]
	e.Outcome, e.Err, e.Done = outcome, err, r.done
	if r.Progress != nil {
		r.Progress(*e)
	}
}

func (r *run) outcome(i int) Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ends[i].Outcome
}

// waves makes the changes whose needs are done, again and again, until none is
// left that can be made.
func (r *run) waves(ctx context.Context) error {
	for {
		if ctx.Err() != nil {
			r.interrupted = true
			r.giveUp(errors.New("the run was interrupted"))
			return nil
		}
		ready := r.ready()
		if len(ready) == 0 {
			return nil
		}
		r.wave(ctx, ready)
		if r.broken != nil {
			r.giveUp(errors.New("the state could not be written"))
			return r.broken
		}
	}
}

// ready ends the changes that cannot be tried any more, and lists those of the
// lowest phase among the ones that can be made now.
func (r *run) ready() []int {
	var ready []int
	for i, c := range r.Plan.Changes {
		if r.outcome(i) != "" {
			continue
		}
		if r.heldBack(c) {
			r.end(i, HeldBack, nil)
			continue
		}
		switch free, outcome, err := r.freeToGo(c); {
		case outcome != "":
			r.end(i, outcome, err)
		case free:
			ready = append(ready, i)
		}
	}
	if len(ready) == 0 {
		return nil
	}
	first := slices.Min(phases(r.Plan, ready))
	return slices.DeleteFunc(ready, func(i int) bool { return r.Plan.Changes[i].Phase() != first })
}

func phases(p *plan.Plan, changes []int) []int {
	out := make([]int, len(changes))
	for n, i := range changes {
		out[n] = p.Changes[i].Phase()
	}
	return out
}

func (r *run) heldBack(c plan.Change) bool {
	return r.NoActivate && c.Action == plan.SwitchOn || r.ActivateOnly && c.Action != plan.SwitchOn
}

// freeToGo looks at what a change needs: it can go, it has to wait, or it ends
// untried.
func (r *run) freeToGo(c plan.Change) (free bool, outcome Outcome, err error) {
	free = true
	for _, n := range c.Needs {
		needed := r.Plan.Changes[n]
		switch r.outcome(n) {
		case Made, Already:
			if c.Action == plan.SwitchOn && r.deviant[n] {
				return false, NotTried, fmt.Errorf("%s is not as planned", needed.Address)
			}
		case Failed, NotTried:
			return false, NotTried, fmt.Errorf("it needs %s of %s, which was not done", needed.Action, needed.Address)
		case Unknown:
			return false, NotTried, fmt.Errorf("it needs %s of %s, whose outcome is unknown", needed.Action, needed.Address)
		case HeldBack:
			return false, HeldBack, nil
		default:
			free = false
		}
	}
	return free, "", nil
}

// wave makes changes that do not need each other, all platforms at once.
func (r *run) wave(ctx context.Context, ready []int) {
	byPlatform := map[string][]int{}
	for _, i := range ready {
		platform := r.Plan.Changes[i].Address.Platform
		byPlatform[platform] = append(byPlatform[platform], i)
	}
	var all sync.WaitGroup
	for platform, mine := range byPlatform {
		all.Go(func() {
			for chunk := range slices.Chunk(mine, batchSize) {
				r.batch(ctx, platform, chunk)
			}
		})
	}
	all.Wait()
}

// batchSize bounds the calls between two times that results are made durable.
const batchSize = 200

// giveUp ends everything that is still open.
func (r *run) giveUp(why error) {
	for i := range r.ends {
		if r.outcome(i) == "" {
			r.end(i, NotTried, why)
		}
	}
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken == nil {
		r.broken = err
	}
}

func (r *run) stopped(ctx context.Context) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken != nil || ctx.Err() != nil
}

func (r *run) seen(at place) (resource.Object, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, there := r.objects[at]
	return o, there
}

func (r *run) see(platform string, o resource.Object) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.objects[place{platform, o.Kind, o.ID}] = o
}

func (r *run) unsee(at place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.objects, at)
}

// marks tells whether the platform keeps marks on objects of a kind.
func (r *run) marks(platform, kind string) bool {
	marks := r.kind(platform, kind).Marks
	return marks != targets.NoMark && marks != ""
}

// kind is what the target says about a kind of object.
func (r *run) kind(platform, name string) targets.Kind {
	for _, k := range r.Targets[platform].Describe().Kinds {
		if k.Name == name {
			return k
		}
	}
	return targets.Kind{Name: name}
}
