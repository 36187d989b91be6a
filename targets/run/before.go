package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/state"
)

// renames is what declarations are called now, by what they were called when
// they were applied.
type renames map[string]string

func renamesOf(moved []plan.Moved) renames {
	out := renames{}
	for _, m := range moved {
		out[m.From.Object] = m.To.Object
	}
	return out
}

// now is a declaration's present name.
func (r renames) now(address string) string {
	if to, moved := r[address]; moved {
		return to
	}
	return address
}

// form is a canonical declaration with the present names in it. Names stand in
// it as whole texts.
func (r renames) form(raw []byte) ([]byte, error) {
	for _, from := range slices.Sorted(maps.Keys(r)) {
		was, err := json.Marshal(from)
		if err != nil {
			return nil, err
		}
		is, err := json.Marshal(r[from])
		if err != nil {
			return nil, err
		}
		raw = bytes.ReplaceAll(raw, was, is)
	}
	return raw, nil
}

// deployed says, per declaration, by which hash state remembers what was
// applied last. A declaration that is an object of its own is taken from that
// object; what is only mentioned (events, the person) from the objects that
// mention it, those of object winning. It is empty when nothing was applied.
func deployed(st *state.State, object string, moved renames) map[string]string {
	hashes := map[string]string{}
	var own []plan.Record
	for _, r := range st.Records() {
		for address, hash := range r.Meaning {
			if _, there := hashes[moved.now(address)]; !there || address == r.Address.Object {
				hashes[moved.now(address)] = hash
			}
		}
		if moved.now(r.Address.Object) == object {
			own = append(own, r)
		}
	}
	for _, r := range own {
		for address, hash := range r.Meaning {
			hashes[moved.now(address)] = hash
		}
	}
	return hashes
}

// assemble puts a program together from the forms that state keeps. It is nil
// when there are none: nothing was applied.
func assemble(st *state.State, hashes map[string]string, moved renames) (*ir.Program, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	addresses := make([]string, 0, len(hashes))
	for a := range hashes {
		addresses = append(addresses, a)
	}
	sort.Strings(addresses)
	p := &ir.Program{}
	for _, a := range addresses {
		form, there := st.Blob(hashes[a])
		if !there {
			return nil, fmt.Errorf("state lacks what %s meant when it was applied", a)
		}
		raw, err := moved.form(form)
		if err == nil {
			err = p.Add(a, raw)
		}
		if err != nil {
			return nil, fmt.Errorf("reading what %s meant when it was applied: %w", a, err)
		}
	}
	p.Sort()
	return p, nil
}

// touched lists the declarations of a kind that a plan concerns, sorted: those
// it creates, changes, removes or switches, and those of which something they
// mention changed.
func touched(p *plan.Plan, in plan.Input, kind string) []string {
	seen := map[string]bool{}
	for _, c := range p.Changes {
		if ir.KindOf(c.Address.Object) == kind {
			seen[c.Address.Object] = true
		}
	}
	for _, r := range in.Prior {
		if now, there := in.Meaning[r.Address]; there && ir.KindOf(r.Address.Object) == kind && differ(r.Meaning, now) {
			seen[r.Address.Object] = true
		}
	}
	out := make([]string, 0, len(seen))
	for s := range seen {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

func differ(a, b map[string]string) bool {
	if len(a) != len(b) {
		return true
	}
	for address, hash := range a {
		if address != "project" && b[address] != hash {
			return true
		}
	}
	return false
}
