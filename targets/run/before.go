package run

import (
	"fmt"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/state"
)

// deployed says, per declaration, by which hash state remembers what was
// applied last. A declaration that is an object of its own is taken from that
// object; what is only mentioned (events, the person) from the objects that
// mention it, those of segment winning. It is empty when nothing was applied.
func deployed(st *state.State, segment string) map[string]string {
	hashes := map[string]string{}
	var own []plan.Record
	for _, r := range st.Records() {
		for address, hash := range r.Meaning {
			if _, there := hashes[address]; !there || address == r.Address.Object {
				hashes[address] = hash
			}
		}
		if r.Address.Object == segment {
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

// assemble puts a program together from the forms that state keeps.
func assemble(st *state.State, hashes map[string]string) (*ir.Program, error) {
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

// touched lists the segments whose members a plan may change, sorted: those it
// creates, changes or removes, and those of which something they mention
// changed.
func touched(p *plan.Plan, in plan.Input) []string {
	seen := map[string]bool{}
	for _, c := range p.Changes {
		if c.Action.Writes() && isSegment(c.Address.Object) {
			seen[c.Address.Object] = true
		}
	}
	for _, r := range in.Prior {
		if now, there := in.Meaning[r.Address]; there && isSegment(r.Address.Object) && differ(r.Meaning, now) {
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

func isSegment(address string) bool { return kindOf(address) == "segment" }

// kindOf is the kind in an address: segment in module.m.segment.vip.
func kindOf(address string) string {
	parts := strings.Split(address, ".")
	if len(parts) < 2 {
		return address
	}
	return parts[len(parts)-2]
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
