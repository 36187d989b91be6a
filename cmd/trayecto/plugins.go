package main

import (
	"context"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/host"
)

// plugin finds the target of a platform that is not built in. The plugins run
// until the command is done, also when it is interrupted: calls in flight are
// finished.
func (c *common) plugin(w *world) func(name string) (targets.Factory, error) {
	return func(name string) (targets.Factory, error) {
		if w.plugins == nil {
			path, _ := w.env("PATH")
			w.plugins = host.New(context.Background(), host.Options{
				Dir: c.dir, Path: path, Locked: c.locked || w.sealed(), Log: w.stderr, Env: w.env,
			})
		}
		return w.plugins.Target(name)
	}
}

// sealed tells whether the environment says that the lock file is only read.
func (w *world) sealed() bool {
	said, _ := w.env("TRAYECTO_LOCKED")
	return said != "" && said != "0" && said != "false"
}

// stopPlugins ends what was started.
func (w *world) stopPlugins() error {
	if w.plugins == nil {
		return nil
	}
	return w.plugins.Close()
}
