package hubspot

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
)

// How a run ends before its last step. HubSpot has a goal for a workflow, but
// whoever has reached it is not taken in at all, and would be the next time,
// though they have entered by then. So a workflow of its own takes in whoever
// reaches the goal or is to leave, and ends their runs in the others
// (unEnrollmentSetting). Of whom it is so from the beginning the first action of
// the others asks.

// leaving is what ends a run.
func (f *flow) leaving() signal {
	e := either(f.journey.Goal, f.journey.LeaveIf)
	if e == nil {
		return signal{}
	}
	out := f.signal(e, f.journey.At)
	for _, d := range out.events {
		if d.Window.Since != "run" {
			f.refuse(place(d.Range(), f.journey.At), "ask since the run began: did("+d.Of.Event+", run)", "A run ends with what happens in it, and HubSpot does not know since when it has been at %s.", d.Window.Since)
		}
		if f.base(d.Of.Event) == f.begins() {
			f.refuse(place(d.Range(), f.journey.At), "end it with another event", "%s begins the run and ends it, and HubSpot does not say which of two workflows goes first.", d.Of.Event)
		}
	}
	return out
}

// either is one of two conditions, each of which may be missing.
func either(a, b expr.Expr) expr.Expr {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return expr.Or{Place: expr.Place{At: a.Range()}, Terms: []expr.Expr{
		expr.Is{Term: a, Verdict: expr.True}, expr.Is{Term: b, Verdict: expr.True},
	}}
}

// unlessLeft makes steps behind a branch that asks whether the run is to end at
// once.
func (f *flow) unlessLeft(body further) resource.Value {
	person := f.leaving().person
	if person == nil {
		return body()
	}
	return f.branches([]way{{"leaves", f.asked(person, f.journey.At), end}}, body)
}

// leave makes the workflow that ends runs.
func (f *flow) leave() {
	sig := f.leaving()
	if sig.person == nil && len(sig.events) == 0 {
		return
	}
	others := f.parts
	p := f.begin(roleEnds)
	p.ends = others
	p.criteria = f.events(true)
	if sig.person != nil {
		f.dynamic(roleLeaves, f.asked(sig.person, f.journey.At))
		p.criteria["listMembershipFilterBranches"] = resource.List{group(nil, resource.List{listed(f.ref(roleLeaves), true)})}
	}
	if len(sig.events) > 0 {
		p.criteria["eventFilterBranches"] = f.listened(sig.events, f.journey.At)
	}
	if f.clocked() { // who is only waited for has no run that could end
		p.criteria["refinementCriteria"] = anyOf(group(nil, resource.List{listed(f.ref(roleEntered), true)}))
	}
	var waits []string
	for _, s := range f.named() {
		if f.waits[s] != nil {
			waits = append(waits, s)
		}
	}
	p.start = f.release(waits)
}

// release takes the contact off the lists of who waits.
func (f *flow) release(waits []string) resource.Value {
	if len(waits) == 0 {
		return f.nothing()
	}
	f.step = waits[0]
	defer func() { f.step = "" }()
	return f.put(roleWaiting(f.journey.First(waits[0])), false, func() resource.Value {
		if len(waits) == 1 {
			return nil
		}
		return f.release(waits[1:])
	})
}
