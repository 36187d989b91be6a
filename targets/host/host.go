// Package host is plugin processes: start, handshake, supervise, stop.
//
// A Host finds the program of a target that is not built in, holds it against
// the project's lock file, starts it and makes targets of it that behave as
// those in this process do. There is one process for a program; every target is
// a session in it.
//
// # What is trusted
//
// A plugin is a program of the person who runs trayecto, and can do what that
// person can. What a Host guards is that it is the same program that the
// project's authors looked at: its SHA-256 stands in .trayecto.lock.hcl and is
// compared before the program is started. It is given no environment variables
// but those that every program needs; the values of those that the platform's
// block names reach it in Configure, over a connection on which both sides show
// certificates made for this run.
//
// # When it fails
//
// A process that ends, or breaks its connection, in the middle of a call is
// started once again, its sessions are configured again, and reads are repeated.
// Changes that were on their way when it ended are answered UnknownOutcome, so
// that package apply looks for what became of them; those that were not handed
// over yet go to the new process. The second time, and after a call with no sign
// of life for Options.Patience, the calls fail.
package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/trayecto/trayecto/targets"
)

// Options is where plugins come from and how they are run.
type Options struct {
	Dir    string // the project's folder
	Path   string // folders of programs, as in the variable PATH
	Locked bool   // the lock file must know every plugin already and is not written
	Log    io.Writer
	// Env is this process's environment, of which a plugin gets what every
	// program needs: PATH, HOME, the locale, proxies and certificates.
	Env func(name string) (string, bool)
	// Patience is how long a call may last without a sign of life. Zero is ten minutes.
	Patience time.Duration
}

const patience = 10 * time.Minute

// Host runs plugins until it is closed.
type Host struct {
	options Options
	ctx     context.Context
	log     *logbook

	mu      sync.Mutex
	plugins map[string]*plugin
}

// New is a host whose plugins end, at once, when ctx does. Calls that should be
// finished after an interrupt need a context that goes on: close the host instead.
func New(ctx context.Context, o Options) *Host {
	if o.Patience == 0 {
		o.Patience = patience
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Env == nil {
		o.Env = func(string) (string, bool) { return "", false }
	}
	h := &Host{options: o, ctx: ctx, log: &logbook{to: o.Log}, plugins: map[string]*plugin{}}
	context.AfterFunc(ctx, func() { _ = h.Close() }) // Close of an ended process has nothing to report
	return h
}

// Target is the factory of a target that a plugin serves. It is nil when there
// is no such plugin. One that is there but is not the pinned one, or cannot be
// used, is an error.
func (h *Host) Target(name string) (targets.Factory, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, known := h.plugins[name]
	if !known {
		var err error
		if p, err = h.find(name); err != nil || p == nil {
			return nil, err
		}
		h.plugins[name] = p
	}
	return p.target, nil
}

// find looks for a plugin, compares it with the lock file, starts it, and pins
// it when it is new.
func (h *Host) find(name string) (*plugin, error) {
	program, err := find(name, h.options.Dir, h.options.Path)
	if err != nil || program == "" {
		return nil, err
	}
	sum, err := digest(program)
	if err != nil {
		return nil, fmt.Errorf("reading the plugin %s: %w", program, err)
	}
	lock, err := readLock(h.options.Dir)
	if err != nil {
		return nil, err
	}
	found := pin{Name: name, Hash: sum}
	pinned, err := lock.check(found, program, h.options.Locked)
	if err != nil {
		return nil, err
	}
	p := &plugin{host: h, name: name, program: program, sum: sum}
	if _, _, err := p.running(h.ctx); err != nil {
		return nil, err
	}
	found.Version = p.description.Version
	if err = lock.checkVersion(found, program); err == nil && !pinned {
		err = lock.write(found)
	}
	if err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// Close stops all plugins: those that do not end when they are told are ended.
func (h *Host) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all sync.WaitGroup
	for _, p := range h.plugins {
		all.Go(p.stop)
	}
	all.Wait()
	return h.log.flush()
}

// errClosed is what calls after Close answer.
var errClosed = errors.New("the plugin was stopped")
