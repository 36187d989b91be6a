package plan

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/resource"
)

type objectID struct{ kind, id string }

// Match finds the objects of Prior, and the adoptable ones, among what a
// platform listed of the given kinds (all kinds when empty), and notes them in
// Observed and Adoptable. A record whose id is gone while another object
// carries its mark is taken to be that object.
func (in *Input) Match(platform string, kinds []string, listed []resource.Object) {
	if in.Observed == nil {
		in.Observed = map[resource.Address]*resource.Object{}
	}
	if in.Adoptable == nil {
		in.Adoptable = map[resource.Address]resource.Object{}
	}
	byID, byMark := index(listed)
	byHand := in.byHand(platform, listed)
	managed := map[resource.Address]bool{}
	taken := map[objectID]bool{}
	for _, list := range [][]Record{in.Prior, in.Deposed} {
		for i := range list {
			if r := &list[i]; r.Address.Platform == platform {
				taken[objectID{r.Kind, r.ID}] = true
			}
		}
	}
	for i := range in.Prior {
		r := &in.Prior[i]
		managed[r.Address] = true
		if r.Address.Platform != platform || len(kinds) > 0 && !slices.Contains(kinds, r.Kind) {
			continue
		}
		seen := byID[objectID{r.Kind, r.ID}]
		if seen == nil {
			seen = in.elsewhere(r, byMark, taken)
		}
		if seen != nil && HashObserved(*seen, r.Key) == r.Resolved {
			seen.Attributes, seen.Hash = nil, r.Resolved // what is the same of very many is kept once
		}
		in.Observed[r.Address] = seen
	}
	if len(listed) == 0 {
		return
	}
	var h resource.Hasher
	for i := range in.Desired {
		d := &in.Desired[i]
		if d.Address.Platform != platform || managed[d.Address] {
			continue
		}
		if found := byHand[objectID{d.Kind, d.Key}]; found != nil && d.Key != "" && !taken[objectID{found.Kind, found.ID}] {
			in.Adoptable[d.Address] = *found
			continue
		}
		for _, a := range in.addressesOf(d.Address) {
			found := byMark[h.Mark(in.Project, in.Env, a)]
			if found != nil && found.Kind == d.Kind && !taken[objectID{found.Kind, found.ID}] {
				in.Adoptable[d.Address] = *found
				break
			}
		}
	}
}

// elsewhere is the object that carries a record's mark under another id.
func (in *Input) elsewhere(r *Record, byMark map[string]*resource.Object, taken map[objectID]bool) *resource.Object {
	for _, mark := range []string{r.Mark, resource.Mark(in.Project, in.Env, r.Address)} {
		if moved := byMark[mark]; moved != nil && moved.Kind == r.Kind && !taken[objectID{moved.Kind, moved.ID}] {
			return moved
		}
	}
	return nil
}

// byHand finds what people make by what it is called.
func (in *Input) byHand(platform string, listed []resource.Object) map[objectID]*resource.Object {
	out := map[objectID]*resource.Object{}
	for _, p := range in.Platforms {
		if p.Name != platform || len(p.Manual) == 0 {
			continue
		}
		for i := range listed {
			if o := &listed[i]; p.Manual[o.Kind] != "" && out[objectID{o.Kind, o.Key}] == nil {
				out[objectID{o.Kind, o.Key}] = o
			}
		}
	}
	return out
}

// addressesOf is an address and those that it had, by whose marks its object
// may be found where the state was lost.
func (in *Input) addressesOf(a resource.Address) []resource.Address {
	all := []resource.Address{a}
	for _, m := range in.Moves {
		if rest, ok := covers(m.To, a.Object); ok {
			all = append(all, resource.Address{Object: m.From + rest, Platform: a.Platform, Role: a.Role})
		}
	}
	return all
}

func index(listed []resource.Object) (byID map[objectID]*resource.Object, byMark map[string]*resource.Object) {
	byID = make(map[objectID]*resource.Object, len(listed))
	byMark = make(map[string]*resource.Object, len(listed))
	for i := range listed {
		o := &listed[i]
		byID[objectID{o.Kind, o.ID}] = o
		if o.Mark != "" && byMark[o.Mark] == nil {
			byMark[o.Mark] = o
		}
	}
	return byID, byMark
}
