package notifuse

import (
	"fmt"
	"strconv"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Journeys as automations.
//
// An automation is a graph of nodes that a trigger leads into. It is built from
// its end: each step is told where the rest begins. Before that the steps are
// walked from the start to know how long a run has lasted at each, because the
// platform has no window that begins with the run.
//
// What a journey asks all the time (goal, leave_if) is asked where it matters:
// before everything that does something. A wait that may end early becomes
// shorter waits with a question between them.

// automation builds the nodes of one journey.
type automation struct {
	*lowering
	journey ir.Journey
	nodes   resource.Map
	about   resource.Value    // the list that the automation is about; nil: none yet
	arrive  map[string]lasted // by step: how long the run has lasted on arrival
	ends    bool              // some node needs a place that ends the run
}

// The ids of nodes that are no steps.
const (
	nodeStart   = "start"
	nodeFor     = "enter_for"
	nodeWithout = "enter_without"
	nodeWhich   = "enter_which"
	nodeIf      = "enter_if"
	nodeOnce    = "enter_once"
	nodeMark    = "enter_mark"
	nodeEnd     = "end"
)

func (l *lowering) journey(j ir.Journey) {
	a := &automation{
		lowering: l, journey: j, nodes: resource.Map{}, arrive: map[string]lasted{},
	}
	a.walk(j.Steps, lasted{steps: map[string]lasted{}})
	begins, ok := a.trigger()
	if !ok {
		return
	}
	a.enter(begins, a.build(j.Steps, ""))
	if a.ends {
		a.nodes[nodeEnd] = filterNode(constant(true), "", "").value()
	}
	if a.about == nil && a.sends() {
		a.about = id(l.serviceList())
	}
	attributes := resource.Map{
		"name": resource.String(l.title(j.Address)), "trigger": begins.trigger, "root": resource.String(nodeStart), "nodes": a.nodes,
		"on_change": resource.String(j.OnChange),
	}
	if a.about != nil {
		attributes["list"] = a.about
	}
	if a.sends() {
		attributes["provider"] = a.needs(kindProvider)
	}
	l.add(j.Address, "", kindAutomation, attributes, j.At, map[string]diag.Range{"trigger": j.Enter.At})
}

// sends tells whether the platform itself writes in this journey.
func (a *automation) sends() bool {
	sends := false
	ir.Walk(a.journey.Steps, func(s ir.Step) {
		send, is := s.(ir.Send)
		t, _ := ir.Find(a.Program.Touchpoints, send.Touchpoint)
		sends = sends || is && a.mailed(t)
	})
	return sends
}

// put adds a node and returns its id.
func (a *automation) put(id string, n node) string {
	a.nodes[id] = n.value()
	return id
}

// end is a place that ends the run, for nodes that need one.
func (a *automation) end(next string) string {
	if next != "" {
		return next
	}
	a.ends = true
	return nodeEnd
}

// here is the condition as it stands before a step.
func (a *automation) here(step string, at diag.Range) condition {
	ran := a.arrive[step]
	return condition{lowering: a.lowering, at: at, ran: &ran}
}

// walk notes how long a run has lasted at each step.
func (a *automation) walk(steps []ir.Step, now lasted) lasted {
	for _, s := range steps {
		a.arrive[s.StepName()] = now
		switch s := s.(type) {
		case ir.Send:
			now = now.passed("step."+ir.Short(a.journey.Address)+"."+s.Name, now)
		case ir.Wait:
			d := s.For.Exact()
			later := now.plus(d)
			if s.Until != nil {
				later.least = now.least
			}
			now = later
		case ir.Choose:
			ways := [][]ir.Step{s.Otherwise}
			for _, b := range s.When {
				ways = append(ways, b.Steps)
			}
			now = a.ways(ways, now)
		case ir.Split:
			var ways [][]ir.Step
			for _, v := range s.Variants {
				if !v.Control {
					ways = append(ways, v.Steps)
				}
			}
			now = a.ways(ways, now)
		case ir.Do:
		}
	}
	return now
}

// ways is how long a run has lasted after any of several ways.
func (a *automation) ways(ways [][]ir.Step, now lasted) lasted {
	if len(ways) == 0 {
		return now
	}
	out := a.walk(ways[0], now)
	for _, way := range ways[1:] {
		other := a.walk(way, now)
		out.least, out.most = min(out.least, other.least), max(out.most, other.most)
		kept := map[string]lasted{}
		for name, at := range out.steps {
			if then, both := other.steps[name]; both && then.least == at.least && then.most == at.most {
				kept[name] = at
			}
		}
		out.steps = kept
	}
	return out
}

// passed is the same after a step that was at some time.
func (l lasted) passed(step string, then lasted) lasted {
	steps := map[string]lasted{step: {least: then.least, most: then.most}}
	for name, at := range l.steps {
		steps[name] = at
	}
	l.steps = steps
	return l
}

// build makes the nodes of steps that lead on to next, and returns where they begin.
func (a *automation) build(steps []ir.Step, next string) string {
	for i := len(steps) - 1; i >= 0; i-- {
		next = a.step(steps[i], next)
	}
	return next
}

func (a *automation) step(s ir.Step, next string) string {
	switch s := s.(type) {
	case ir.Send:
		return a.stay(s.Name, a.send(s, next))
	case ir.Do:
		return a.stay(s.Name, a.do(s, next))
	case ir.Wait:
		return a.wait(s, next)
	case ir.Choose:
		return a.choose(s, next)
	case ir.Split:
		return a.split(s, next)
	}
	return next
}

// stay asks before a step does something whether the run is over: whoever has
// reached the goal or must leave goes no further.
func (a *automation) stay(step, next string) string {
	if a.journey.Goal == nil && a.journey.LeaveIf == nil {
		return next
	}
	c, terms := a.here(step, a.journey.At), []tree{}
	for _, over := range []expr.Expr{a.journey.Goal, a.journey.LeaveIf} {
		if over != nil {
			terms = append(terms, c.without(over))
		}
	}
	stays := all(terms...)
	if stays == constant(true) {
		return next
	}
	return a.put(a.nodeID(step, "stay"), filterNode(stays, next, ""))
}

// send is the gate, and the message behind it.
func (a *automation) send(s ir.Send, next string) string {
	t, ok := ir.Find(a.Program.Touchpoints, s.Touchpoint)
	switch {
	case !ok:
		return next
	case !a.placed[t.Address]:
		a.cannot(s.At, fmt.Sprintf("%s is not deployed to %s.", t.Address, a.Platform.Address), fmt.Sprintf("leave out %s as well, or take %s out of leave_out", a.journey.Address, t.Address))
		return next
	}
	to, handed := a.handed(t)
	if !handed && !a.mailed(t) {
		return next // said at the touchpoint
	}
	g, ok := a.here(s.Name, s.At).gate(t.Purpose, t.Channels[0])
	if !ok || !handed && !a.unsubscribes(t, s) {
		return next
	}
	if handed {
		return a.gated(s.Name, g, a.calls(to, t, next), nil)
	}
	template := id(resource.Address{Object: t.Address, Platform: a.Platform.Name})
	return a.gated(s.Name, g, node{kind: nodeEmail, config: resource.Map{"template_id": template}, next: next}, a.note(t))
}

// note is the list on which it is noted to whom a touchpoint was sent; nil for none.
func (a *automation) note(t ir.Touchpoint) resource.Value {
	if !a.noted(t) {
		return nil
	}
	return id(a.sentList(t))
}

// gated is a message with the gate before it; only the way on, where the rules
// allow it to nobody. Whoever passes is put on the list sent, where there is one.
func (a *automation) gated(step string, g gate, message node, sent resource.Value) string {
	next, mail := message.next, a.nodeID(step, "")
	if sent != nil {
		mail = a.nodeID(step, "sent")
	}
	write := func() {
		a.put(a.nodeID(step, ""), message)
		if sent != nil {
			a.put(mail, node{kind: nodeAddToList, next: a.nodeID(step, ""), config: resource.Map{"list_id": sent, "status": resource.String("active")}})
		}
	}
	active := a.guard(step, "active", g.active, mail, next)
	if g.list == nil {
		if active != next {
			write()
		}
		return active
	}
	absent, pending := a.guard(step, "absent", g.absent, mail, next), a.guard(step, "pending", g.pending, mail, next)
	if active == next && absent == next && pending == next {
		return next
	}
	write()
	ways := resource.Map{"list_id": g.list}
	put(ways, "active_node_id", active)
	put(ways, "not_in_list_node_id", absent)
	put(ways, "non_active_node_id", pending)
	return a.put(a.nodeID(step, "list"), node{kind: nodeListStatus, config: ways})
}

// guard leads to pass who fulfils a condition, and the others on.
func (a *automation) guard(step, part string, t tree, pass, next string) string {
	switch t {
	case constant(true):
		return pass
	case constant(false):
		return next
	}
	return a.put(a.nodeID(step, part), filterNode(t, pass, next))
}

// unsubscribes notes the list of a marketing message: an unsubscribe is about
// the list of the automation, so there can be only one.
func (a *automation) unsubscribes(t ir.Touchpoint, s ir.Send) bool {
	consent, covered := a.Program.ConsentFor(t.Purpose, t.Channels[0])
	purpose, _ := ir.Find(a.Program.Purposes, t.Purpose)
	if !covered || purpose.Class != ir.Marketing {
		return true
	}
	list, ok := a.list(consent.Address, s.At)
	if ok && a.about != nil && !resource.Equal(a.about, list) {
		a.cannot(s.At, "An automation of Notifuse is about one list, which is what people unsubscribe from, and this journey writes for two consents.", "make a journey for each consent")
		return false
	}
	if ok {
		a.about = list
	}
	return ok
}

// do is a call of ours: the platform tells an address who has come here.
func (a *automation) do(s ir.Do, next string) string {
	action, ok := ir.Find(a.Program.Actions, s.Action)
	if !ok {
		return next
	}
	url := types.Spell(a.names.webhooks[action.Address].Value)
	if url == "" && action.Kind == "webhook" {
		fixed, constant := words(action.URL)
		if !constant {
			a.cannot(action.At, fmt.Sprintf("Notifuse calls one fixed address, and the one of %s is filled in for each person.", action.Address), "call a fixed address: it is told which contact has come")
			return next
		}
		url = fixed
	}
	if url == "" {
		a.cannot(s.At, fmt.Sprintf("Notifuse has no %s of its own; it can call an address when somebody comes to this step.", action.Kind),
			fmt.Sprintf("say which address carries it out: webhooks = { %s = \"https://…\" }", ir.Short(action.Address)))
		return next
	}
	return a.put(a.nodeID(s.Name, ""), node{kind: nodeWebhook, config: resource.Map{"url": resource.String(url)}, next: next})
}

// wait is a delay, or delays with a question before each and after none.
func (a *automation) wait(s ir.Wait, next string) string {
	if !a.waits(s.For, s.At) {
		return next
	}
	if s.Until == nil {
		return a.put(a.nodeID(s.Name, ""), delay(s.For.Exact(), a.end(next)))
	}
	tick := ticks(s.For.Exact())
	n := int(s.For.Exact() / tick)
	after := next
	for k := n - 1; k >= 0; k-- {
		c := a.here(s.Name, s.At)
		ran := c.ran.plus(time.Duration(k) * tick)
		c.ran = &ran
		pause := a.put(a.nodeID(s.Name, "wait"+strconv.Itoa(k+1)), delay(tick, a.end(after)))
		after = a.put(a.nodeID(s.Name, "until"+strconv.Itoa(k+1)), filterNode(c.tree(s.Until), a.end(next), pause))
	}
	return after
}

// waits tells whether a length is one that a delay can have. A delay of nothing
// is accepted by the platform, switched on, and fails for everybody.
func (a *automation) waits(d types.Span, at diag.Range) bool {
	switch {
	case d.Calendar():
		a.cannot(at, fmt.Sprintf("Notifuse waits for minutes, hours or days, and %s is a different number of days each time.", d), "write it in days: 30d")
	case d.Exact() < time.Minute || d.Exact()%time.Minute != 0:
		a.cannot(at, fmt.Sprintf("Notifuse waits for whole minutes, one at least, and not for %s. It would accept a wait of 0 and then fail for everybody who comes to it.", d), "wait for a whole number of minutes, or leave the wait out")
	default:
		return true
	}
	return false
}

// delay is a wait in the largest unit that is exact.
func delay(d time.Duration, next string) node {
	unit, n := "minutes", d/time.Minute
	switch {
	case d%day == 0:
		unit, n = "days", d/day
	case d%time.Hour == 0:
		unit, n = "hours", d/time.Hour
	}
	return node{kind: nodeDelay, next: next, config: resource.Map{"duration": resource.Number(strconv.FormatInt(int64(n), 10)), "unit": resource.String(unit)}}
}

// mostTicks is into how many waits one that may end early is cut.
const mostTicks = 12

// ticks is how long to wait between two questions: the shortest that divides
// the wait and makes not too many of them.
func ticks(d time.Duration) time.Duration {
	for _, tick := range []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day, 14 * day, 30 * day} {
		if d%tick == 0 && d/tick <= mostTicks {
			return tick
		}
	}
	return d
}
