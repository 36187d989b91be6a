package run

import "github.com/trayecto/trayecto/targets/state"

// Place is where the state is kept.
func (o Options) Place() (state.Backend, error) { return state.File(o.Dir, o.Env) }
