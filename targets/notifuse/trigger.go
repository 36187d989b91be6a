package notifuse

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// How a run begins.
//
// An event begins one by its name. The names of what became of messages that a
// trigger may have never come to pass: the timeline calls it otherwise. So does
// nothing begin that is not on the timeline. What is there is that a contact
// joined or left a segment, so a start on an outcome is a segment of ours of
// those to whom it happened, and a start on entering or leaving a segment is a
// copy of that segment. Whoever is in it when it is made is no beginner: the
// automation is switched on when the segment is worked out, and a segment whose
// words change is another one.

// The words of triggers.
const (
	kindOfEvent  = "custom_event"
	kindOfJoined = "segment.joined"
	kindOfLeft   = "segment.left"
)

// beginning is how runs of a journey begin.
type beginning struct {
	trigger resource.Map // without its frequency
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
	return a.journey.Enter.If != nil || b.without != ""
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
		return a.onEnters(d)
	case ir.Leaves:
		return a.onLeaves(d)
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

// onOutcome begins with the first such outcome of each person: a segment can be
// joined once.
func (a *automation) onOutcome(d ir.OnOutcome) (beginning, bool) {
	switch {
	case d.If != nil:
		a.cannot(d.At, "Notifuse notes what became of a message and nothing about it.", "leave the condition out, or ask for it with if where the journey enters")
		return beginning{}, false
	case a.journey.Enter.Again != "never":
		a.cannot(a.journey.Enter.At, fmt.Sprintf("Notifuse begins when somebody joins those whose message was %s, which happens to each person once.", d.Outcome), `write again = "never"`)
		return beginning{}, false
	}
	to := expr.Did{Place: expr.Place{At: d.At}, Of: expr.Source{Touchpoint: d.Touchpoint, Outcome: d.Outcome}, Window: expr.Ever}
	return a.onMembers(to, kindOfJoined, d.At)
}

func (a *automation) onEnters(d ir.Enters) (beginning, bool) {
	switch {
	case d.Existing:
		a.cannot(d.At, "Notifuse begins for those who join a segment, and not for those who are in it already.", "leave existing out, or write to them with a one-off: enter { at = …, who = "+d.Segment+" }")
		return beginning{}, false
	case a.journey.Enter.Again == "always" && a.byTime(d.Segment):
		a.cannot(a.journey.Enter.At, fmt.Sprintf("Who leaves %s because time passes stays in it on Notifuse until something happens to them, so it does not see them come again.", d.Segment), `write again = "never"`)
		return beginning{}, false
	}
	return a.onMembers(expr.Member{Place: expr.Place{At: d.At}, Segment: d.Segment}, kindOfJoined, d.At)
}

func (a *automation) onLeaves(d ir.Leaves) (beginning, bool) {
	if a.byTime(d.Segment) {
		a.cannot(d.At, fmt.Sprintf("Who leaves %s because time passes stays in it on Notifuse until something happens to them.", d.Segment), "start on the event that puts people out")
		return beginning{}, false
	}
	return a.onMembers(expr.Member{Place: expr.Place{At: d.At}, Segment: d.Segment}, kindOfLeft, d.At)
}

// byTime tells whether people come and go as time passes.
func (a *automation) byTime(segment string) bool {
	s, ok := ir.Find(a.Program.Segments, segment)
	if !ok {
		return false
	}
	quiet := *a.lowering // findings are made where the segment itself is lowered
	quiet.found = nil
	return relative(condition{lowering: &quiet, at: s.At}.tree(s.Where))
}

// relative tells whether a tree looks back from now.
func relative(t tree) bool {
	switch t := t.(type) {
	case both:
		for _, term := range t {
			if relative(term) {
				return true
			}
		}
	case either:
		for _, term := range t {
			if relative(term) {
				return true
			}
		}
	case leaf:
		return looksBack(t.body)
	case constant:
	}
	return false
}

func looksBack(body resource.Map) bool {
	if text(body["timeframe_operator"]) == "in_the_last_days" {
		return true
	}
	filters, _ := body["filters"].(resource.List)
	for _, f := range filters {
		if one, _ := f.(resource.Map); text(one["operator"]) == "in_the_last_days" {
			return true
		}
	}
	return false
}

// roleStart is the role of the segment by which a journey's moment is noticed.
const roleStart = "start"

// onMembers begins when people join a segment of ours, or leave it.
func (a *automation) onMembers(who expr.Expr, kind string, at diag.Range) (beginning, bool) {
	before := len(a.found)
	t := condition{lowering: a.lowering, at: at}.tree(who)
	if a.found[before:].HasErrors() {
		return beginning{}, false
	}
	address := resource.Address{Object: a.journey.Address, Platform: a.Platform.Name, Role: roleStart}
	a.add(address.Object, roleStart, kindSegment, resource.Map{
		"name": resource.String(a.title(a.journey.Address) + ", start"), "timezone": resource.String(a.Program.Project.Timezone), "tree": encode(t),
	}, at, map[string]diag.Range{"tree": at})
	return beginning{trigger: resource.Map{"event_kind": resource.String(kind), "segment_id": id(address)}}, true
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
