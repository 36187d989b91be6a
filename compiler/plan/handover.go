package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// Moved is an object whose address has changed. Its id stays.
type Moved struct {
	From resource.Address `json:"from"`
	To   resource.Address `json:"to"`
	ID   string           `json:"id"`
}

// LetGo is an object that stays where it is and is not managed any more.
type LetGo struct {
	Address resource.Address `json:"address"`
	Kind    string           `json:"kind"`
	ID      string           `json:"id"`
	Switch  resource.Switch  `json:"switch,omitempty"`
	Deposed bool             `json:"deposed,omitempty"` // what a replacement left behind
}

// HandOver does to Prior what the files say of the past: an object that moved
// is known by its new address from here on, whatever its role, and one that was
// let go and is to be kept is not known any more. It comes before Match. The
// findings are at the moved and removed blocks.
func (in *Input) HandOver(moves []ir.Move, removals []ir.Removal) diag.List {
	found := in.letGo(removals)
	in.Moves = moves
	return append(found, in.move(moves)...)
}

// covers is what of an address follows one that names it or all its keys:
// "" for the same, ["ES"] of segment.vip["ES"] for segment.vip.
func covers(whole, address string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(address, whole)
	return rest, ok && (rest == "" || rest[0] == '[')
}

func (in *Input) letGo(removals []ir.Removal) diag.List {
	if len(removals) == 0 {
		return nil
	}
	gone := map[string][]Record{} // by platform, where nothing can be deleted any more
	at := map[string]ir.Removal{}
	keep := func(list []Record, deposed bool) []Record {
		var kept []Record
		for _, r := range list {
			removal, said := removalOf(removals, r.Address)
			whole := said && removal.From == "platform."+r.Address.Platform
			switch {
			case said && removal.Keep && (!deposed || whole):
				in.LetGo = append(in.LetGo, LetGo{Address: r.Address, Kind: r.Kind, ID: r.ID, Switch: r.Switch, Deposed: deposed})
				continue
			case whole && !removal.Keep:
				gone[r.Address.Platform] = append(gone[r.Address.Platform], r)
				at[r.Address.Platform] = removal
			}
			kept = append(kept, r)
		}
		return kept
	}
	in.Prior, in.Deposed = keep(in.Prior, false), keep(in.Deposed, true)
	var found diag.List
	for _, platform := range sortedKeys(gone) {
		removal := at[platform]
		found = append(found, diag.Diagnostic{
			Rule: cannotRemove, At: removal.At, Mark: fmt.Sprintf("%s holds %s", removal.From, objects(len(gone[platform]))),
			Detail: "Its block is not in the files any more, so that Trayecto cannot go there to remove anything.",
			Help:   fmt.Sprintf("add keep = true to leave them there, or put the block back and run: trayecto destroy --only %s", removal.From),
		})
	}
	return found
}

func removalOf(removals []ir.Removal, a resource.Address) (ir.Removal, bool) {
	for _, r := range removals {
		if _, ok := covers(r.From, a.Object); ok || r.From == "platform."+a.Platform {
			return r, true
		}
	}
	return ir.Removal{}, false
}

func (in *Input) move(moves []ir.Move) diag.List {
	if len(moves) == 0 {
		return nil
	}
	held := map[resource.Address]Record{}
	for _, r := range in.Prior {
		held[r.Address] = r
	}
	var found diag.List
	for i, r := range in.Prior {
		m, to, moves := moveOf(moves, r.Address)
		if !moves {
			continue
		}
		if m.Keys && to.Object == m.To {
			found = append(found, diag.Diagnostic{
				Rule: whichKey, At: m.At, Mark: fmt.Sprintf("%s has one object for each key", m.To),
				Detail: fmt.Sprintf("%s was made once, as %s.", r.Address, r.ID), Help: fmt.Sprintf("write to = %s[\"KEY\"]", m.To),
			})
			continue
		}
		if there, taken := held[to]; taken {
			found = append(found, diag.Diagnostic{
				Rule: twoObjects, At: m.At, Mark: fmt.Sprintf("%s is there already", to),
				Detail: fmt.Sprintf("%s was made as %s, and %s as %s: one address cannot have both.", to, there.ID, r.Address, r.ID),
				Help:   fmt.Sprintf("remove the moved block, then either remove %s with the next apply, or let one go with: trayecto state rm", r.Address),
			})
			continue
		}
		in.Moved = append(in.Moved, Moved{From: r.Address, To: to, ID: r.ID})
		in.Prior[i].Address = to
	}
	in.rename(moves)
	return found
}

// moveOf is where an address moves. A move that names it goes before one that
// names all its keys.
func moveOf(moves []ir.Move, a resource.Address) (ir.Move, resource.Address, bool) {
	var best ir.Move
	for _, m := range moves {
		if _, ok := covers(m.From, a.Object); ok && len(m.From) > len(best.From) {
			best = m
		}
	}
	if best.From == "" {
		return best, a, false
	}
	rest, _ := covers(best.From, a.Object)
	a.Object = best.To + rest
	return best, a, true
}

// rename lets the records refer to what moved by its new address, also where an
// earlier run moved it and was cut off before it came to those that refer to it.
func (in *Input) rename(moves []ir.Move) {
	held := map[resource.Address]bool{}
	for _, r := range in.Prior {
		held[r.Address] = true
	}
	for _, list := range [][]Record{in.Prior, in.Deposed} {
		for i := range list {
			needs := slices.Clone(list[i].Needs)
			for n, a := range needs {
				if _, to, moved := moveOf(moves, a); moved && !held[a] && held[to] {
					needs[n] = to
				}
			}
			list[i].Needs = needs
		}
	}
}

// Import makes an object that exists on a platform the one of an address that
// state does not have. It comes after Match.
func (in *Input) Import(a resource.Address, o resource.Object) {
	if in.Adoptable == nil {
		in.Adoptable = map[resource.Address]resource.Object{}
	}
	if in.Imported == nil {
		in.Imported = map[resource.Address]bool{}
	}
	in.Adoptable[a], in.Imported[a] = o, true
}

// marked tells whether the platform keeps marks on objects of a kind.
func (w *work) marked(o *object) bool {
	return slices.Contains(w.platforms[o.address.Platform].Marked, o.desired.Kind)
}

// remarks tells whether the object carries another mark than that of its
// address: it has moved, or somebody else made it.
func (w *work) remarks(o *object) bool {
	carries := o.now.object.Mark
	if o.prior != nil {
		carries = o.prior.Mark
	}
	return o.now.exists && w.marked(o) && carries != o.mark
}
