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
	"github.com/trayecto/trayecto/compiler/resource"
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

// deployment is what state remembers of the meaning of all that was applied
// last, by hash.
type deployment struct {
	st    *state.State
	moved renames
	// hashes has a declaration that is an object of its own from that object, and
	// what is only mentioned (events, the person) from the first that mentions it.
	hashes map[string]string
	own    map[string][]plan.Record // by the present name of the declaration
}

func deployed(st *state.State, moved renames) deployment {
	d := deployment{st: st, moved: moved, hashes: map[string]string{}, own: map[string][]plan.Record{}}
	for _, r := range st.Records() {
		for address, hash := range r.Meaning {
			if _, there := d.hashes[moved.now(address)]; !there || address == r.Address.Object {
				d.hashes[moved.now(address)] = hash
			}
		}
		object := moved.now(r.Address.Object)
		d.own[object] = append(d.own[object], r)
	}
	return d
}

// apart is where what an object was applied with is not what all were: an apply
// stopped part way, or was about a part of the project.
func (d deployment) apart(object string) map[string]string {
	out := map[string]string{}
	for _, r := range d.own[object] {
		for address, hash := range r.Meaning {
			if now := d.moved.now(address); d.hashes[now] != hash {
				out[now] = hash
			}
		}
	}
	return out
}

// of is everything as it was when an object was applied. It is empty when
// nothing was.
func (d deployment) of(object string) map[string]string {
	hashes := maps.Clone(d.hashes)
	maps.Copy(hashes, d.apart(object))
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

// concerned is what of a plan matters to people, by address: segments, journeys
// that are on, journeys that rest, and what was applied last.
type concerned struct {
	segments, running, resting []string
	before                     deployment
}

// concernedBy is the declarations that a plan creates, changes, removes or
// switches, and those of which something they rest on means something else now.
func concernedBy(p *plan.Plan, in plan.Input, st *state.State) concerned {
	touched := make([]string, 0, len(p.Changes))
	for i := range p.Changes {
		touched = append(touched, p.Changes[i].Address.Object)
	}
	touched = slices.AppendSeq(touched, maps.Keys(otherwise(in)))
	slices.Sort(touched)
	var c concerned
	var journeys []string
	for _, object := range slices.Compact(touched) {
		switch ir.KindOf(object) {
		case "segment":
			c.segments = append(c.segments, object)
		case "journey":
			journeys = append(journeys, object)
		}
	}
	if len(c.segments)+len(journeys) == 0 {
		return c
	}
	c.running, c.resting = atRest(journeys, in)
	c.before = deployed(st, renamesOf(in.Moved))
	return c
}

// unstopped leaves out what a plan does nothing to but switch it off: that enters
// nobody any more.
func unstopped(objects []string, p *plan.Plan) []string {
	if len(objects) == 0 {
		return nil
	}
	does := map[string]bool{} // something else
	stops := map[string]bool{}
	for _, c := range p.Changes {
		if c.Action == plan.SwitchOff && !c.Live {
			stops[c.Address.Object] = true
		} else {
			does[c.Address.Object] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(objects), func(o string) bool { return stops[o] && !does[o] })
}

// otherwise is the declarations of objects that are there and mean something
// else now, or rest on one that does.
func otherwise(in plan.Input) map[string]bool {
	var queue []string
	users := map[string][]string{}
	there := map[string]bool{}
	for i := range in.Prior {
		r := &in.Prior[i]
		if now, wanted := in.Meaning[r.Address]; wanted {
			there[r.Address.Object] = true
			if differ(r.Meaning, now) {
				queue = append(queue, r.Address.Object)
			}
		}
	}
	out := map[string]bool{}
	if len(queue) == 0 {
		return out
	}
	for _, used := range uses(in) {
		users[used[1]] = append(users[used[1]], used[0])
	}
	for ; len(queue) > 0; queue = queue[1:] {
		if next := queue[0]; !out[next] && there[next] {
			out[next] = true
			queue = append(queue, users[next]...)
		}
	}
	return out
}

// uses lists who of the declarations refers to whom in what it is to be.
func uses(in plan.Input) (out [][2]string) {
	same := map[resource.Address]bool{} // as state remembers it
	for _, d := range in.Desired {
		if same[d.Address] = d.Hash != ""; same[d.Address] {
			continue
		}
		for _, ref := range resource.Refs(d.Attributes) {
			out = append(out, [2]string{d.Address.Object, ref.Address.Object})
		}
	}
	for i := range in.Prior {
		if r := &in.Prior[i]; same[r.Address] {
			for _, needed := range r.Needs {
				out = append(out, [2]string{r.Address.Object, needed.Object})
			}
		}
	}
	return out
}

// differ compares what two sets of hashes are both about, the project aside.
// Where a declaration mentions more or less than before, it is different itself.
func differ(a, b map[string]string) bool {
	for address, hash := range a {
		if is, both := b[address]; both && address != "project" && is != hash {
			return true
		}
	}
	return false
}
