package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/hubspot"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/mautic"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/segment"
)

// builtIn lists the targets that this binary knows.
var builtIn = []targets.Factory{
	hubspot.New,
	klaviyo.New,
	listmonk.New,
	local.Factory(rand.Reader),
	mautic.New,
	notifuse.New,
	postgres.New,
	segment.New,
}

// options are the flags as package run wants them.
func (c *common) options(w *world) (run.Options, error) {
	now, err := c.present(w)
	if err != nil {
		return run.Options{}, &exit{exitWorld, err}
	}
	vars, err := c.variables()
	if err != nil {
		return run.Options{}, &exit{exitWorld, err}
	}
	o := run.Options{Dir: c.dir, Env: c.env, Vars: vars, Now: now, Tool: version, LookupEnv: w.env, Targets: builtIn, Plugins: c.plugin(w), Offline: c.offline, Retell: c.retell, Random: rand.Reader, Expect: w.garbage.expect}
	if o.Build = build(); o.Build != "" && !c.uncached {
		o.CacheKey = cacheKey(w)
	}
	return o, nil
}

// load reads and compiles the project. Files that are wrong end the command,
// and it says why; of warnings it says that there are some, once.
func (c *common) load(w *world) (*run.Loaded, run.Options, error) {
	o, err := c.options(w)
	if err != nil {
		return nil, o, err
	}
	loaded, err := run.Load(o)
	if err != nil {
		return nil, o, err
	}
	if n := len(loaded.Diagnostics.Sorted()); n > 0 && !loaded.Diagnostics.HasErrors() {
		_, err := fmt.Fprintf(w.stderr, "%s: trayecto validate says more\n", counted(n, "warning"))
		return loaded, o, err
	}
	return loaded, o, tell(w.stderr, loaded, loaded.Diagnostics)
}

// tell prints findings; errors among them end the command.
func tell(out io.Writer, l *run.Loaded, diags diag.List) error {
	if len(diags) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "%s\n%s\n", diag.Format(diags, l.Project.Sources.Line), diag.Summary(diags))
	if err == nil && diags.HasErrors() {
		err = &exit{code: exitFiles}
	}
	return err
}

// open loads the project and opens its platforms and its state.
func (c *common) open(ctx context.Context, w *world) (*run.Loaded, *run.Line, error) {
	loaded, o, err := c.load(w)
	if err != nil {
		return nil, nil, err
	}
	line, err := run.Open(ctx, loaded, o)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range line.Notices {
		fmt.Fprintln(w.stderr, n)
	}
	return loaded, line, nil
}

// hint prints what to do next, for people who watch.
func (w *world) hint(format string, args ...any) {
	if w.watched {
		fmt.Fprintf(w.stderr, format+"\n", args...)
	}
}
