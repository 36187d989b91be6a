package host

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire"
)

// target is a session of a plugin as a target.
type target struct {
	plugin  *plugin
	session string

	mu         sync.Mutex
	config     *targets.Config // nil before Configure
	configured int             // the number of the process that knows it
	client     *wire.Client    // of the process of the number known
	known      int
}

var (
	_ targets.Target   = (*target)(nil)
	_ targets.Raiser   = (*target)(nil)
	_ targets.Insider  = (*target)(nil)
	_ targets.Foreseer = (*target)(nil)
	_ targets.Finder   = (*target)(nil)
)

// at is the session in the process that runs, configured as this target is.
func (t *target) at(ctx context.Context) (*wire.Client, int, error) {
	process, number, err := t.plugin.running(ctx)
	if err != nil {
		return nil, number, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known != number {
		t.client, t.known = process.asked.In(t.session), number
	}
	if t.config != nil && t.configured != number {
		if err := t.client.Configure(ctx, *t.config); err != nil {
			return nil, number, err
		}
		t.configured = number
	}
	return t.client, number, nil
}

// call makes a call that may be repeated.
func (t *target) call(ctx context.Context, ask func(ctx context.Context, c *wire.Client, alive func()) error) error {
	for {
		watched, alive, done := t.plugin.watch(ctx)
		c, number, err := t.at(watched)
		if err == nil {
			err = ask(watched, c, alive)
		}
		done()
		if !t.plugin.lost(number, err) {
			return t.plugin.host.log.without(err)
		}
	}
}

// ask is call for an answer that comes whole.
func ask[A any](ctx context.Context, t *target, question func(context.Context, *wire.Client) (A, error)) (A, error) {
	var answer A
	err := t.call(ctx, func(ctx context.Context, c *wire.Client, _ func()) (err error) {
		answer, err = question(ctx, c)
		return err
	})
	return answer, err
}

// Describe says what the plugin said when it was started.
func (t *target) Describe() targets.Description { return t.plugin.description }

// Configure passes the arguments on. From now on the values of the variables
// that they name are masked wherever the plugin's words go.
func (t *target) Configure(ctx context.Context, c targets.Config) error {
	for _, value := range wire.Environment(c) {
		t.plugin.host.log.hide(value)
	}
	t.mu.Lock()
	t.config, t.configured = &c, 0
	t.mu.Unlock()
	err := t.call(ctx, func(context.Context, *wire.Client, func()) error { return nil })
	if err != nil {
		t.mu.Lock()
		t.config = nil
		t.mu.Unlock()
	}
	return err
}

// Lower turns declarations into resources. A plugin that fails is a finding at
// the platform's block.
func (t *target) Lower(r targets.LowerRequest) targets.Lowered {
	lowered, err := ask(t.plugin.host.ctx, t, func(ctx context.Context, c *wire.Client) (targets.Lowered, error) { return c.Lower(ctx, r) })
	if err != nil {
		return targets.Lowered{Diagnostics: diag.List{{
			Rule: ruleFailed, At: r.Platform.At, Mark: "compiled by " + Prefix + t.plugin.name,
			Detail: fmt.Sprintf("What goes to %s could not be compiled, and nothing is wrong with the files. The failure: %v.", r.Platform.Address, err),
			Help:   "tell whoever makes " + Prefix + t.plugin.name + ", with what it wrote to its log",
		}}, Lookups: map[resource.Lookup]diag.Range{}}
	}
	return lowered
}

// List passes on pages when all have come, so that it can begin again after a
// crash.
func (t *target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	var pages [][]resource.Object
	err := t.call(ctx, func(ctx context.Context, c *wire.Client, alive func()) error {
		pages = pages[:0]
		return c.List(ctx, r, func(objects []resource.Object) error {
			alive()
			pages = append(pages, objects)
			return nil
		})
	})
	if err != nil {
		return err
	}
	for _, objects := range pages {
		if err := page(objects); err != nil {
			return err
		}
	}
	return nil
}

// Plan says how each change would be made.
func (t *target) Plan(ctx context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([]targets.PlanAnswer, error) { return c.Plan(ctx, r) })
}

// Foresee says it as far as it is known without the platform. Whether the plugin
// has the call stands in its capabilities.
func (t *target) Foresee(ctx context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([]targets.Foreseen, error) { return c.Foresee(ctx, r) })
}

// Apply carries changes out. After a crash those on their way are answered
// UnknownOutcome, and those that were not handed over yet go on.
func (t *target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	next, stop := iter.Pull(changes)
	defer stop()
	for {
		f := flight{open: map[string]bool{}}
		number, err := t.fly(ctx, &f, next, result)
		if !t.plugin.lost(number, err) {
			return t.plugin.host.log.without(err)
		}
		for _, key := range f.keys {
			if f.open[key] {
				result(targets.Result{Key: key, Err: &targets.Error{Kind: targets.UnknownOutcome,
					Message: "the plugin " + Prefix + t.plugin.name + " ended while the change was being made"}})
			}
		}
		if f.all {
			return nil
		}
	}
}

// flight is the changes that one process was given.
type flight struct {
	keys []string
	open map[string]bool // no answer yet
	all  bool            // there are no more changes
}

func (t *target) fly(ctx context.Context, f *flight, next func() (targets.Change, bool), result func(targets.Result)) (int, error) {
	watched, alive, done := t.plugin.watch(ctx)
	defer done()
	c, number, err := t.at(watched)
	if err != nil {
		return number, err
	}
	changes := func(yield func(targets.Change) bool) {
		for {
			change, more := next()
			if !more {
				f.all = true
				return
			}
			f.keys, f.open[change.Key] = append(f.keys, change.Key), true
			alive()
			if !yield(change) {
				return
			}
		}
	}
	return number, c.Apply(watched, changes, func(r targets.Result) {
		alive()
		delete(f.open, r.Key)
		r.Err = t.plugin.host.log.withoutAnswered(r.Err)
		result(r)
	})
}

// Get reads objects by id.
func (t *target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([]resource.Object, error) { return c.Get(ctx, kind, ids) })
}

// Find looks for what a lost answer may have made.
func (t *target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([]resource.Object, error) { return c.Find(ctx, r) })
}

// FindEach looks for what many may have made.
func (t *target) FindEach(ctx context.Context, r []targets.FindRequest) ([][]resource.Object, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([][]resource.Object, error) { return c.FindEach(ctx, r) })
}

// Lookup finds what already exists.
func (t *target) Lookup(ctx context.Context, l []resource.Lookup) ([]targets.LookupAnswer, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([]targets.LookupAnswer, error) { return c.Lookup(ctx, l) })
}

// Identity names the account.
func (t *target) Identity(ctx context.Context) (string, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) (string, error) { return c.Identity(ctx) })
}

// Upgrade brings attributes to the present schema.
func (t *target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return ask(t.plugin.host.ctx, t, func(ctx context.Context, c *wire.Client) (resource.Map, error) {
		return c.Upgrade(ctx, kind, attributes, from)
	})
}

// Raise puts objects into the language of projects. Where the plugin fails,
// that is why none of them can be said.
func (t *target) Raise(r targets.RaiseRequest) []targets.Raised {
	raised, err := ask(t.plugin.host.ctx, t, func(ctx context.Context, c *wire.Client) ([]targets.Raised, error) { return c.Raise(ctx, r) })
	if err == nil {
		return raised
	}
	raised = make([]targets.Raised, len(r.Objects))
	for i := range raised {
		raised[i].Why = fmt.Sprintf("the plugin %s%s failed: %v", Prefix, t.plugin.name, err)
	}
	return raised
}

// Inside asks who is inside journeys.
func (t *target) Inside(ctx context.Context, r targets.InsideRequest) ([]targets.InsideAnswer, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([]targets.InsideAnswer, error) { return c.Inside(ctx, r) })
}

// Count asks for the members of segments.
func (t *target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	return ask(ctx, t, func(ctx context.Context, c *wire.Client) ([]targets.CountAnswer, error) { return c.Count(ctx, r) })
}

// Explain says what the platform enforces. Of a plugin that fails nothing is
// known, and then it is taken to write to everybody and to enforce nothing.
func (t *target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	said, err := ask(t.plugin.host.ctx, t, func(ctx context.Context, c *wire.Client) (ir.Enforcement, error) { return c.Explain(ctx, p, platform) })
	if err != nil {
		return ir.Enforcement{Sends: true}
	}
	return said
}

// Close ends the session, if there is one: of a process that is gone there is
// nothing to end.
func (t *target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.client == nil || !t.plugin.runs(t.known) {
		return nil
	}
	ctx, _, done := t.plugin.watch(context.Background())
	defer done()
	t.configured = 0 // a later call begins anew
	err := t.client.Close(ctx)
	if _, gone := errors.AsType[*wire.Lost](err); gone {
		return nil
	}
	return t.plugin.host.log.without(err)
}

// runs tells whether the process of a number still runs.
func (p *plugin) runs(number int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.process != nil && p.generation == number
}
