package notifuse

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
)

// trigger is what starts a run: an event, by its name.
func (a *automation) trigger() (resource.Map, bool) {
	e := a.journey.Enter
	if e.Instant != nil {
		a.cannot(e.At, "An automation of Notifuse starts when something happens to a person, and not at an instant for many.", fmt.Sprintf("leave %s out here", a.journey.Address))
		return nil, false
	}
	if len(e.Per) > 0 {
		a.cannot(e.At, "Notifuse knows no objects, so it cannot keep one run for each.", "leave per out, or the journey")
		return nil, false
	}
	if e.Again != "never" && e.Again != "always" {
		a.cannot(e.At, fmt.Sprintf("Notifuse lets people in once or each time, and not again after %s.", e.Again), `write again = "never" or again = "always"`)
		return nil, false
	}
	m, ok := ir.Find(a.Program.Moments, e.Moment)
	if !ok {
		return nil, false
	}
	name, ok := a.noticed(m)
	if !ok {
		return nil, false
	}
	frequency := "every_time"
	if e.Again == "never" && e.If == nil {
		frequency = "once"
	}
	return resource.Map{"event_kind": resource.String("custom_event"), "custom_event_name": resource.String(name), "frequency": resource.String(frequency)}, true
}

// noticed is the name of the event by which a moment is noticed.
func (a *automation) noticed(m ir.Moment) (string, bool) {
	switch d := m.Detect.(type) {
	case ir.OnEvent:
		base, where, ok := a.Program.Base(d.Event)
		if !ok {
			return "", false
		}
		if where != nil || d.If != nil {
			a.cannot(d.At, "Notifuse notices events by name and does not look into them.", "record what you mean as an event of its own")
			return "", false
		}
		return a.event(base.Address, d.At), true
	case ir.OnOutcome:
		a.cannot(d.At, fmt.Sprintf("Notifuse offers to start when a message was %s, and then never starts: what it notes on the timeline has another name.", d.Outcome),
			"record the outcome as an event, and start on that")
	case ir.Enters:
		a.cannot(d.At, "Notifuse starts for everybody whom a change of the segment's words brings in, and not only for people who changed themselves.", "start on the event that brings people in, and ask for the segment with if")
	case ir.Leaves:
		a.cannot(d.At, "Notifuse starts for everybody whom a change of the segment's words puts out, and not only for people who changed themselves.", "start on the event that puts people out")
	case ir.Absence:
		a.cannot(d.At, "Notifuse notices what happens, and not what does not.", "")
	case ir.OnDate:
		a.cannot(d.At, "Notifuse has no start on a date of the person's.", "record an event on that day, and start on that")
	}
	return "", false
}

// enter leads from the trigger to the first step. Conditions stand behind the
// trigger and not in it: there the platform accepts them and fails when it is
// switched on. People who did not pass may come again, so where they may enter
// only once it is not the trigger that remembers, but a list of ours.
func (a *automation) enter(trigger resource.Map, first string) {
	e := a.journey.Enter
	if e.If != nil {
		passes := condition{lowering: a.lowering, at: e.At, ran: &lasted{}}.tree(e.If)
		if e.Again == "never" {
			first = a.once(first)
		}
		first = a.put(nodeIf, filterNode(passes, a.end(first), ""))
	}
	a.put(nodeStart, node{kind: nodeTrigger, config: resource.Map{}, next: first})
}

// once lets each contact through one time: who is on the journey's list was here.
func (a *automation) once(first string) string {
	list := id(a.enteredList())
	mark := a.put(nodeMark, node{kind: nodeAddToList, next: first, config: resource.Map{"list_id": list, "status": resource.String("active")}})
	return a.put(nodeOnce, filterNode(listed("not_in", list, ""), mark, ""))
}

// enteredList is the list of who has entered a journey.
func (a *automation) enteredList() resource.Address {
	address := resource.Address{Object: a.journey.Address, Platform: a.Platform.Name, Role: "entered"}
	a.add(a.journey.Address, address.Role, kindList, resource.Map{
		"name":   resource.String(a.title(a.journey.Address) + ", entered"),
		"public": resource.Bool(false), "double_opt_in": resource.Bool(false),
	}, a.journey.At, nil)
	return address
}

// serviceList is the list of automations that send service messages alone: the
// platform sends nothing from an automation without one, and asks nothing of it.
func (l *lowering) serviceList() resource.Address {
	address := resource.Address{Object: l.Platform.Address, Platform: l.Platform.Name, Role: "service_list"}
	if !l.serviceListed {
		l.serviceListed = true
		l.add(l.Platform.Address, address.Role, kindList, resource.Map{
			"name":   resource.String("Service messages"),
			"public": resource.Bool(false), "double_opt_in": resource.Bool(false),
		}, l.Platform.At, nil)
	}
	return address
}
