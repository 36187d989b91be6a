package apply

import (
	"slices"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/state"
)

// recordAt is what state knows of an address, before or after the plan's moves.
func (r *run) recordAt(a resource.Address) (plan.Record, bool) {
	if now, there := r.State.Record(a); there {
		return now, true
	}
	for _, m := range r.Plan.Moved {
		if m.To == a {
			now, there := r.State.Record(m.From)
			now.Address = a
			return now, there
		}
	}
	return plan.Record{}, false
}

// handedOver is what state learns of objects that moved or were let go. What an
// earlier run of the plan has noted is left out.
func (r *run) handedOver() []state.Result {
	var known []state.Result
	for _, m := range r.Plan.Moved {
		if record, there := r.State.Record(m.From); there && record.ID == m.ID {
			record.Address = m.To
			known = append(known, state.Result{Address: m.To, From: &m.From, Record: &record})
		}
	}
	for _, l := range r.Plan.LetGo {
		if _, there := r.State.Record(l.Address); !there && !l.Deposed {
			continue
		}
		known = append(known, state.Result{Address: l.Address, Gone: true, Deposed: deposedID(l)})
	}
	return known
}

// foundByHand tells whether the plan has found an object that a person made, of
// which state learns for the first time.
func (r *run) foundByHand(a resource.Address) bool {
	return slices.ContainsFunc(r.Plan.Manual, func(m plan.Manual) bool { return m.Address == a && m.ID != "" })
}

// leftPlatforms lists the platforms that are let go as a whole: which account
// they were binds nobody any more.
func (r *run) leftPlatforms() []string {
	var left []string
	for _, l := range r.Plan.LetGo {
		here := slices.ContainsFunc(r.Plan.Platforms, func(p plan.PlatformInfo) bool { return p.Name == l.Address.Platform })
		if !here && !slices.Contains(left, l.Address.Platform) {
			left = append(left, l.Address.Platform)
		}
	}
	return left
}

func deposedID(l plan.LetGo) string {
	if l.Deposed {
		return l.ID
	}
	return ""
}

// heldOtherwise says what another run has done to objects that the plan moves
// or lets go.
func (r *run) heldOtherwise() []Moved {
	var found []Moved
	for _, m := range r.Plan.Moved {
		from, before := r.State.Record(m.From)
		to, after := r.State.Record(m.To)
		switch {
		case before && after:
			found = append(found, Moved{m.To, "another object has this address now"})
		case before && from.ID != m.ID, after && to.ID != m.ID:
			found = append(found, Moved{m.To, "another run has changed it"})
		case !before && !after && !r.deletes(m.To):
			found = append(found, Moved{m.From, "it is not in the state any more"})
		}
	}
	for _, l := range r.Plan.LetGo {
		if now, there := r.State.Record(l.Address); there && !l.Deposed && now.ID != l.ID {
			found = append(found, Moved{l.Address, "another run has changed it"})
		}
	}
	return found
}

// deletes tells whether the plan ends with the deletion of an object.
func (r *run) deletes(a resource.Address) bool {
	for _, c := range r.Plan.Changes {
		if c.Address == a && c.Action == plan.Delete {
			return true
		}
	}
	return false
}
