package notifuse

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// How a run begins.
//
// An event begins one by its name. The names of what became of messages that a
// trigger may have never come to pass: the timeline calls it otherwise. A contact
// who joins or leaves a segment begins one only by luck: the queue that works
// segments out waits for a lock of its own then, and holds up everybody else's
// segments until it is broken off (measured). What works is that a contact bounces
// on a list, which they do on every list when a message comes back for good. So a
// start on a bounce is a list of ours of those to whom the message went; they are
// put on it when it is sent, and which message it was is asked behind the trigger.

// The words of triggers.
const (
	kindOfEvent  = "custom_event"
	kindOfBounce = "list.bounced"
)

// beginning is how runs of a journey begin.
type beginning struct {
	trigger resource.Map // without its frequency
	asks    expr.Expr    // what must be true besides; nil: nothing
	waits   types.Span   // that long without something, for an absence
	without string       // the event that must not have happened meanwhile
}

// trigger is what starts a run.
func (a *automation) trigger() (beginning, bool) {
	e := a.journey.Enter
	if len(e.Per) > 0 {
		a.cannot(e.At, "Notifuse knows no objects, so it cannot keep one run for each.", "leave per out, or the journey")
		return beginning{}, false
	}
	if e.Again != "never" && e.Again != "always" {
		a.cannot(e.At, fmt.Sprintf("Notifuse lets people in once or each time, and not again after %s.", e.Again), `write again = "never" or again = "always"`)
		return beginning{}, false
	}
	m, ok := ir.Find(a.Program.Moments, e.Moment)
	if !ok {
		return beginning{}, false
	}
	b, ok := a.begins(m)
	if !ok {
		return beginning{}, false
	}
	frequency := "every_time"
	if e.Again == "never" && !a.asksFirst(b) {
		frequency = "once"
	}
	b.trigger["frequency"] = resource.String(frequency)
	return b, true
}

// asksFirst tells whether somebody may be turned away behind the trigger.
func (a *automation) asksFirst(b beginning) bool {
	return a.journey.Enter.If != nil || b.asks != nil || b.without != ""
}

// begins is the trigger by which a moment is noticed.
func (a *automation) begins(m ir.Moment) (beginning, bool) {
	switch d := m.Detect.(type) {
	case ir.OnEvent:
		return a.onEvent(d.Event, d.If, d.At)
	case ir.Absence:
		return a.onAbsence(d)
	case ir.OnOutcome:
		return a.onOutcome(d)
	case ir.Enters:
		a.cannot(d.At, "Notifuse offers to begin when somebody joins a segment, and then holds up the queue that works segments out and mostly does not.", "start on the event that brings people in, and ask for the segment with if")
	case ir.Leaves:
		a.cannot(d.At, "Notifuse offers to begin when somebody leaves a segment, and then holds up the queue that works segments out and mostly does not.", "start on the event that puts people out")
	case ir.OnDate:
		a.cannot(d.At, "Notifuse has no start on a date of the person's.", "record an event on that day, and start on that")
	}
	return beginning{}, false
}

func (a *automation) onEvent(event string, counts expr.Expr, at diag.Range) (beginning, bool) {
	base, where, ok := a.Program.Base(event)
	switch {
	case !ok:
		return beginning{}, false
	case where != nil || counts != nil:
		a.cannot(at, "Notifuse notices events by name and does not look into them.", "record what you mean as an event of its own")
		return beginning{}, false
	}
	return beginning{trigger: resource.Map{
		"event_kind": resource.String(kindOfEvent), "custom_event_name": resource.String(a.event(base.Address, at)),
	}}, true
}

// onAbsence begins with the event, waits, and goes on if the other did not
// happen meanwhile: each event has a wait of its own.
func (a *automation) onAbsence(d ir.Absence) (beginning, bool) {
	if d.Same != "" {
		a.cannot(d.At, fmt.Sprintf("Notifuse does not look into events, so it cannot tell whether %s had the same %s.", d.Without, d.Same), "leave same out, or the journey")
		return beginning{}, false
	}
	b, ok := a.onEvent(d.On, d.If, d.At)
	b.waits, b.without = d.For, d.Without
	return b, ok && a.waits(d.For, d.At)
}

// onOutcome begins when a message comes back for good.
func (a *automation) onOutcome(d ir.OnOutcome) (beginning, bool) {
	t, ok := ir.Find(a.Program.Touchpoints, d.Touchpoint)
	sends := func(atAnInstant bool) int {
		return slices.IndexFunc(a.Program.Journeys, func(j ir.Journey) bool {
			return (j.Enter.Instant != nil) == atAnInstant && a.placed[j.Address] && a.writes(j, d.Touchpoint)
		})
	}
	switch {
	case !ok:
		return beginning{}, false
	case d.If != nil:
		a.cannot(d.At, "Notifuse notes what became of a message and nothing about it.", "leave the condition out, or ask for it with if where the journey enters")
	case d.Outcome != "bounced":
		a.cannot(d.At, fmt.Sprintf("Notifuse offers to start when a message was %s, and then never starts: what it notes on the timeline has another name. It starts when one comes back for good.", d.Outcome),
			"ask for it in the journey that sends the message: wait until, or choose")
	case !a.placed[t.Address] || !a.mailed(t) || sends(false) < 0 && sends(true) < 0:
		a.cannot(d.At, fmt.Sprintf("%s is not sent from %s, so nothing becomes of it there.", t.Address, a.Platform.Address), "")
	case sends(true) >= 0:
		a.cannot(d.At, fmt.Sprintf("%s sends %s as a broadcast, and Notifuse does not note on a list of ours to whom it went.", a.Program.Journeys[sends(true)].Address, t.Address), "give the one-off a touchpoint of its own")
	default:
		to := expr.Did{Place: expr.Place{At: d.At}, Of: expr.Source{Touchpoint: d.Touchpoint, Outcome: d.Outcome}, Window: expr.Ever}
		return beginning{trigger: resource.Map{"event_kind": resource.String(kindOfBounce), "list_id": id(a.sentList(t))}, asks: to}, true
	}
	return beginning{}, false
}

// writes tells whether a journey sends a touchpoint.
func (l *lowering) writes(j ir.Journey, touchpoint string) bool {
	does := false
	ir.Walk(j.Steps, func(s ir.Step) {
		send, is := s.(ir.Send)
		does = does || is && send.Touchpoint == touchpoint
	})
	return does
}

// roleSent is the role of the list of those to whom a touchpoint was sent.
const roleSent = "sent"

// sentList is the list of those to whom a touchpoint was sent.
func (l *lowering) sentList(t ir.Touchpoint) resource.Address {
	address := resource.Address{Object: t.Address, Platform: l.Platform.Name, Role: roleSent}
	if !slices.ContainsFunc(l.resources, func(r resource.Resource) bool { return r.Address == address }) {
		l.add(t.Address, roleSent, kindList, resource.Map{
			"name":   resource.String(l.title(t.Address) + ", sent"),
			"public": resource.Bool(false), "double_opt_in": resource.Bool(false),
		}, t.At, nil)
	}
	return address
}

// noted tells whether it is to be noted to whom a touchpoint was sent: a journey
// here begins when it comes back.
func (l *lowering) noted(t ir.Touchpoint) bool {
	return slices.ContainsFunc(l.Program.Journeys, func(j ir.Journey) bool {
		m, _ := ir.Find(l.Program.Moments, j.Enter.Moment)
		d, is := m.Detect.(ir.OnOutcome)
		return is && l.placed[j.Address] && d.Touchpoint == t.Address && d.Outcome == "bounced"
	})
}

// enter leads from the trigger to the first step. Conditions stand behind the
// trigger and not in it: there the platform accepts them and fails when it is
// switched on. People who did not pass may come again, so where they may enter
// only once it is not the trigger that remembers, but a list of ours.
func (a *automation) enter(b beginning, first string) {
	e := a.journey.Enter
	if a.asksFirst(b) && e.Again == "never" {
		first = a.once(first)
	}
	if b.asks != nil {
		c := condition{lowering: a.lowering, at: e.At}
		first = a.put(nodeWhich, filterNode(c.tree(b.asks), a.end(first), ""))
	}
	if e.If != nil {
		passes := condition{lowering: a.lowering, at: e.At, ran: &lasted{}}.tree(e.If)
		first = a.put(nodeIf, filterNode(passes, a.end(first), ""))
	}
	if b.without != "" {
		first = a.absent(b, first)
	}
	a.put(nodeStart, node{kind: nodeTrigger, config: resource.Map{}, next: first})
}

// absent leads on who has waited, and to whom the event did not happen.
func (a *automation) absent(b beginning, first string) string {
	happened := expr.Did{Place: expr.Place{At: a.journey.Enter.At}, Of: expr.Source{Event: b.without}, Window: expr.Window{Length: b.waits}}
	c := condition{lowering: a.lowering, at: a.journey.Enter.At}
	without := a.put(nodeWithout, filterNode(c.without(happened), a.end(first), ""))
	return a.put(nodeFor, delay(b.waits.Exact(), without))
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
