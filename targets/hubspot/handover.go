package hubspot

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
)

// handOver puts the contact onto the list of who waits, for so long; another
// workflow goes on with those for whom the condition comes to hold.
func (f *flow) handOver(s ir.Wait, sig signal, next further) resource.Value {
	if f.again() {
		f.refuse(place(s.Until.Range(), s.At), "write again = \"never\", or wait for an event", "Another workflow takes over where this wait ends, and while somebody is there this one could take them in again.")
	}
	w := f.waits[s.Name]
	if w == nil {
		w = &handed{step: s, signal: sig, next: next, knows: f.knows.lasting()}
		f.waits[s.Name] = w
		f.static(roleWaiting(f.journey.First(s.Name)))
		f.dynamic(roleMet(f.journey.First(s.Name)), f.holding(s, sig))
	}
	w.from = append(w.from, f.part)
	knows := f.knows.lasting()
	for _, e := range sig.events {
		knows = knows.with(expr.Print(e), false)
	}
	return f.put(roleWaiting(f.journey.First(s.Name)), true, func() resource.Value {
		return f.delay(s.For, s.At, func() resource.Value {
			return f.put(roleWaiting(f.journey.First(s.Name)), false, func() resource.Value { return f.knowing(knows, next) })
		})
	})
}

// holding is the filters of who waits and for whom the condition holds.
func (f *flow) holding(s ir.Wait, sig signal) resource.Map {
	return also(f.asked(sig.person, s.At), listed(f.ref(roleWaiting(f.journey.First(s.Name))), true))
}

// takeOver makes the workflows that go on where waits have ended. Making one may
// come to further waits.
func (f *flow) takeOver() {
	done := map[string]bool{}
	for again := true; again; {
		again = false
		for _, s := range f.named() {
			if w := f.waits[s]; w != nil && !done[s] {
				done[s], again = true, true
				f.takes(w)
			}
		}
	}
}

// named lists the waits of the journey in their order.
func (f *flow) named() []string {
	var out []string
	ir.Walk(f.journey.Steps, func(s ir.Step) {
		if _, ok := s.(ir.Wait); ok {
			out = append(out, s.StepName())
		}
	})
	return out
}

// takes makes the workflow that goes on where a wait has ended.
func (f *flow) takes(w *handed) {
	p := f.begin(roleAfter(f.journey.First(w.step.Name)))
	p.ends = w.from
	p.criteria = f.events(false)
	waits := listed(f.ref(roleWaiting(f.journey.First(w.step.Name))), true)
	p.criteria["listMembershipFilterBranches"] = resource.List{group(nil, resource.List{listed(f.ref(roleMet(f.journey.First(w.step.Name))), true)})}
	if len(w.signal.events) > 0 {
		p.criteria["eventFilterBranches"] = f.listened(w.signal.events, w.step.At)
		p.criteria["refinementCriteria"] = anyOf(group(nil, resource.List{waits}))
	}
	f.step = w.step.Name
	p.start = f.put(roleWaiting(f.journey.First(w.step.Name)), false, func() resource.Value {
		return f.unlessLeft(func() resource.Value { return f.knowing(w.knows.with(expr.Print(w.step.Until), true), w.next) })
	})
	f.step = ""
}
