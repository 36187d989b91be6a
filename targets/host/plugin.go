package host

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire"
)

// plugin is a program and, while it runs, its process.
type plugin struct {
	host    *Host
	name    string
	program string
	sum     string

	mu          sync.Mutex
	process     *process
	generation  int // how often it was started
	description targets.Description
	sessions    int
	failed      error // why it is not started any more
}

// starts is how often a program is started: once, and once after a crash.
const starts = 2

// running is the process, started if it does not run, and its number.
func (p *plugin) running(ctx context.Context) (*process, int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return nil, p.generation, p.failed
	}
	if p.process != nil {
		return p.process, p.generation, nil
	}
	if p.generation >= starts {
		p.failed = fmt.Errorf("the plugin %s ended in the middle of a call, was started again and ended again", p.program)
		return nil, p.generation, p.failed
	}
	if ctx.Err() != nil {
		return nil, p.generation, context.Cause(ctx)
	}
	p.generation++
	started, err := p.start()
	if err != nil {
		p.failed = err
		return nil, p.generation, err
	}
	p.process = started
	return started, p.generation, nil
}

// start starts the process and asks it what it is. The call that needs it may
// be cancelled: the next one finds the process.
func (p *plugin) start() (*process, error) {
	started, err := start(p)
	if err != nil {
		return nil, err
	}
	ctx, _, done := p.watch(p.host.ctx)
	defer done()
	started.asked = wire.NewClient(started.calls, "")
	d, err := started.asked.Describe(ctx)
	if err == nil && d.Name != p.name {
		err = fmt.Errorf("it is a plugin for %q", d.Name)
	}
	if err != nil {
		started.end()
		// Only its words: a crash while starting is not one in a call, to be repeated.
		return nil, fmt.Errorf("asking the plugin %s what it is: %v%s", p.program, err, started.words())
	}
	p.description = d
	return started, nil
}

// target is a new session.
func (p *plugin) target() targets.Target {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions++
	return &target{plugin: p, session: strconv.Itoa(p.sessions)}
}

// lost takes note of what a call to the process of a number ended with, and
// tells whether to make it again.
func (p *plugin) lost(generation int, err error) bool {
	_, broken := errors.AsType[*wire.Lost](err)
	silent := errors.Is(err, errSilent)
	if !broken && !silent {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.process != nil && p.generation == generation {
		words := p.process.words()
		p.process.end()
		p.process = nil
		if p.generation >= starts && p.failed == nil {
			p.failed = fmt.Errorf("the plugin %s ended in the middle of a call, was started again and ended again%s", p.program, words)
		}
	}
	return broken
}

// stop ends the process for good.
func (p *plugin) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.process != nil {
		p.process.end()
		p.process = nil
	}
	p.failed = errClosed
}
