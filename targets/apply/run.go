package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
	remembered map[object]plan.Record // what state knew at the beginning, in today's schemas
	renamed    int                    // objects that moved in the state
	letGo      int
	budgets    map[string]*budget // by platform

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

// work makes the changes whose needs are done, until none is left that can be
// made: one batch at a time on each platform, all platforms beside each other. A
// platform that is slow or waits for its limits holds up nobody else.
func (r *run) work(ctx context.Context) error {
	busy := map[string]int{} // the phase of the batch that a platform is at
	ended := make(chan string)
	for {
		var begun []batch
		if !r.stopped(ctx) {
			begun = r.ready(busy)
		}
		for _, b := range begun {
			busy[b.platform] = b.phase
			go func() {
				r.batch(ctx, b.platform, b.changes)
				ended <- b.platform
			}()
		}
		if len(begun) == 0 {
			r.flush(ctx)
		}
		if len(busy) == 0 {
			break
		}
		delete(busy, <-ended)
	}
	switch {
	case r.broken != nil:
		r.giveUp(errors.New("the state could not be written"))
		return r.broken
	case ctx.Err() != nil:
		r.interrupted = true
		r.giveUp(errors.New("the run was interrupted"))
	}
	return nil
}

// batch is changes of one platform and phase that do not need each other.
type batch struct {
	platform string
	phase    int
	changes  []int
}

// ready ends the changes that cannot be tried any more, and gathers for each
// platform that is free those of the lowest phase among the ones that can be
// made now. What reaches people is switched on when nothing else is going on.
func (r *run) ready(busy map[string]int) []batch {
	byPlatform := map[string]*batch{}
	var names []string
	for i, c := range r.Plan.Changes {
		_, working := busy[c.Address.Platform]
		if working || r.outcome(i) != "" || !r.mayGo(i, c) {
			continue
		}
		b := byPlatform[c.Address.Platform]
		if b == nil {
			names = append(names, c.Address.Platform)
		}
		if b == nil || c.Phase() < b.phase {
			b = &batch{platform: c.Address.Platform, phase: c.Phase()}
			byPlatform[b.platform] = b
		}
		if c.Phase() == b.phase && len(b.changes) < batchSize {
			b.changes = append(b.changes, i)
		}
	}
	lowest := slices.Min(append(slices.Collect(maps.Values(busy)), plan.LastPhase))
	for _, name := range names {
		lowest = min(lowest, byPlatform[name].phase)
	}
	var out []batch
	for _, name := range names {
		if b := byPlatform[name]; b.phase < plan.LastPhase || lowest == plan.LastPhase {
			out = append(out, *b)
		}
	}
	return out
}

// mayGo tells whether a change can be made now, and ends it where it never can.
func (r *run) mayGo(i int, c plan.Change) bool {
	if r.heldBack(c) {
		r.end(i, HeldBack, nil)
		return false
	}
	free, outcome, err := r.freeToGo(c)
	if outcome != "" {
		r.end(i, outcome, err)
	}
	return free && outcome == ""
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
