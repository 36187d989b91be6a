package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

func (b *builder) state(from *block.Block) {
	r := b.read(from)
	state := ir.State{Backend: from.Label(0), Config: r.config()}
	b.program.State = state
	known := block.StateOf(state.Backend)
	if known == nil {
		return // package block has said so
	}
	strange := r.knownSettings(known)
	for _, k := range known {
		a, written := from.Get(k.Name)
		if k.Required && !written && !strange {
			r.say(diag.Diagnostic{
				Rule: StatePlace, At: from.At, Mark: "lacks " + k.Name, Help: "add " + example(k),
			})
		}
		set, there := state.Config.Get(k.Name)
		switch {
		case !there || set.Env != "":
		case k.Secret:
			r.say(diag.Diagnostic{
				Rule: StateSecret, At: a.At, Mark: k.Name + " is a secret",
				Detail: "What is written in a file is read by everyone who reads the repository.", Help: "write " + example(k),
			})
		case !fits(k.Form, set):
			r.say(diag.Diagnostic{Rule: StatePlace, At: a.At, Mark: k.Name + " takes " + k.Form.Spell(), Help: "write " + example(k)})
		}
	}
	if set, there := state.Config.Get("recipients"); there {
		r.readable(state.Config, set)
	}
}

// readable refuses a state that could be written and never read again.
func (r *reader) readable(c ir.Config, recipients ir.Setting) {
	if _, there := c.Get("identity"); !there {
		r.say(diag.Diagnostic{
			Rule: StatePlace, At: recipients.At, Mark: "nobody here could read what is kept",
			Detail: "Every run reads the state first, so it needs the identity of one of the recipients.", Help: `add identity = env("NAME_OF_A_VARIABLE")`,
		})
	}
}

// fits tells whether a constant is of a form.
func fits(form block.Form, set ir.Setting) bool {
	if _, several := form.(block.Texts); !several {
		return said(set.Value)
	}
	values, list := set.Value.(types.Values)
	return list && len(values) > 0 && !slices.ContainsFunc(values, func(v types.Value) bool { return !said(v) })
}

// said tells whether a value is a text that says something.
func said(v types.Value) bool {
	text, is := v.(types.Text)
	return is && strings.TrimSpace(string(text)) != ""
}

// knownSettings complains about arguments and blocks that the place of the
// state does not have, and tells whether there are any: what seems to be
// missing may be what was misspelt.
func (r *reader) knownSettings(known []block.Arg) bool {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = k.Name
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
func example(k block.Arg) string {
	if k.Secret {
		return k.Name + ` = env("NAME_OF_A_VARIABLE")`
	}
	if _, several := k.Form.(block.Texts); several {
		return k.Name + ` = ["..."]`
	}
	return k.Name + ` = "..."`
}
