package run

import (
	"fmt"
	"sort"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/state"
)

// deployed says, per declaration, by which hash state remembers what was
// applied last. A declaration that is an object of its own is taken from that
// object; what is only mentioned (events, the person) from the objects that
// mention it, those of object winning. It is empty when nothing was applied.
func deployed(st *state.State, object string) map[string]string {
	hashes := map[string]string{}
	var own []plan.Record
	for _, r := range st.Records() {
		for address, hash := range r.Meaning {
			if _, there := hashes[address]; !there || address == r.Address.Object {
				hashes[address] = hash
			}
		}
		if r.Address.Object == object {
			own = append(own, r)
		}
	}
	for _, r := range own {
		for address, hash := range r.Meaning {
			hashes[address] = hash
		}
	}
	return hashes
}

// assemble puts a program together from the forms that state keeps. It is nil
// when there are none: nothing was applied.
func assemble(st *state.State, hashes map[string]string) (*ir.Program, error) {
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
		if err := p.Add(a, form); err != nil {
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
