package build

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
)

// kept is what a place of the state takes. Secrets are env(...) alone.
type kept struct {
	name             string
	required, secret bool
}

// keptIn has the arguments of each backend.
var keptIn = map[string][]kept{
	"file":         {{name: "path"}},
	"postgres":     {{name: "dsn", required: true, secret: true}, {name: "schema"}},
	"http":         {{name: "address", required: true}, {name: "lock_address"}, {name: "unlock_address"}, {name: "username"}, {name: "password", secret: true}},
	"object store": {{name: "url", required: true}, {name: "prefix"}},
}

func (b *builder) state(from *block.Block) {
	r := b.read(from)
	state := ir.State{Backend: from.Label(0), Config: r.config()}
	b.program.State = state
	known, ok := keptIn[state.Backend]
	if !ok {
		return // package block has said so
	}
	strange := r.knownSettings(known)
	for _, k := range known {
		a, written := from.Get(k.name)
		if k.required && !written && !strange {
			r.say(diag.Diagnostic{
				Rule: StatePlace, At: from.At, Mark: "lacks " + k.name, Help: "add " + example(k),
			})
		}
		if set, there := state.Config.Get(k.name); there && k.secret && set.Env == "" {
			r.say(diag.Diagnostic{
				Rule: StateSecret, At: a.At, Mark: k.name + " is a secret",
				Detail: "What is written in a file is read by everyone who reads the repository.", Help: "write " + example(k),
			})
		}
	}
}

// knownSettings complains about arguments and blocks that the place of the
// state does not have, and tells whether there are any: what seems to be
// missing may be what was misspelt.
func (r *reader) knownSettings(known []kept) bool {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.name
	}
	strange := false
	for _, a := range r.block.Args {
		if !slices.Contains(names, a.Name) {
			r.strangeSetting(a.Name, a.NameAt, names)
			strange = true
		}
	}
	for _, child := range r.block.Blocks {
		r.strangeSetting(child.Type.Name, child.At, nil)
	}
	return strange
}

func (r *reader) strangeSetting(name string, at diag.Range, names []string) {
	d := diag.Diagnostic{Rule: StatePlace, At: at, Mark: fmt.Sprintf("state %q does not take this", r.block.Label(0)), Help: "remove it"}
	if len(names) > 0 {
		d.Detail = "It takes " + listed(names) + "."
	}
	if near := diag.Nearest(name, names); near != "" {
		d.Help = "write " + near
	}
	r.say(d)
}

// example is an argument as an author writes it.
func example(k kept) string {
	if k.secret {
		return k.name + ` = env("NAME_OF_A_VARIABLE")`
	}
	return k.name + ` = "..."`
}
