package klaviyo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// How a wait that ends with something becomes Klaviyo's.
//
// A flow waits for a time and for nothing else. But a flow can begin with what
// happens, and can write into a profile. So whoever comes to such a wait has
// written into their profile that they wait there; a second flow begins with
// what is waited for, asks whether the profile says so, writes that the wait is
// over, and goes on with what follows. When the time is over the first flow asks
// the same: it goes on if they still wait, and ends if the other one took over.
//
// What is written is a word for the wait and for this very version of the
// journey. After an edit, which makes other flows, nobody is taken over who came
// to the wait in the old ones.
//
// The profile has room for one wait of a journey, so nobody may be in it twice.
// Klaviyo says nothing of which of two flows goes first where one event concerns
// both; what would depend on it is refused.

// handed is a flow that takes over, or that sees that none does.
type handed struct {
	role    string
	trigger resource.Map
	body    func() string
	knows   facts // for certain, where it begins
	ends    bool  // the runs of others, and is no part of one itself
}

// facts are conditions that are known to hold, as they are printed. What has
// happened since a run began has happened from then on.
type facts map[string]bool

func (k facts) with(of ...string) facts {
	out := facts{}
	for name := range k {
		out[name] = true
	}
	for _, name := range of {
		out[name] = true
	}
	return out
}

// part is one flow of a journey.
type part struct {
	role       string
	definition resource.Map
}

// mark stands where the word for this version of the journey will be.
const mark = "\x00version"

// parts makes the flows of the journey.
func (f *flow) parts() []part {
	out := []part{{"", f.definition()}}
	if len(f.handed) > 0 {
		f.guard()
	}
	for i := 0; i < len(f.handed); i++ { // making one may hand over to others
		out = append(out, f.part(f.handed[i]))
	}
	var all resource.List
	for _, p := range out {
		all = append(all, p.definition)
	}
	version := resource.Hash(all)[:8]
	for i := range out {
		out[i].definition = ordered(marked(out[i].definition, version).(resource.Map))
	}
	return out
}

// marked is a definition with the word for the version in it.
func marked(v resource.Value, version string) resource.Value {
	switch v := v.(type) {
	case resource.Map:
		out := resource.Map{}
		for name, item := range v {
			out[name] = marked(item, version)
		}
		return out
	case resource.List:
		out := make(resource.List, len(v))
		for i, item := range v {
			out[i] = marked(item, version)
		}
		return out
	case resource.String:
		return resource.String(strings.ReplaceAll(string(v), mark, version))
	case resource.Null, resource.Bool, resource.Number, resource.Ref, resource.Lookup, nil:
	}
	return v
}

// part makes one flow that begins with what happens.
func (f *flow) part(h handed) part {
	f.actions, f.late, f.knows, f.sent = nil, true, h.knows, ""
	first := h.body()
	if len(f.actions) > longest {
		f.refuse(f.journey.At, "make two journeys of it", "A flow does not come together again after a branch, so what follows is there once for each way. That makes %d actions, and %d are the most.", len(f.actions), longest)
	}
	out := resource.Map{
		"triggers": resource.List{h.trigger}, "actions": f.actions, "entry_action_id": resource.String(first),
		"reentry_criteria": resource.Map{"unit": resource.String("alltime"), "duration": resource.Number("0")},
	}
	if !h.ends {
		f.late = false // what ended a run before this flow began, the flows that end runs have seen
		if filter := f.stays(); filter != nil {
			out["profile_filter"] = filter
		}
		f.late = true
	}
	return part{h.role, out}
}

// once tells whether somebody is in the journey once at most.
func (f *flow) once() bool { return f.journey.Enter.Again == "never" || f.journey.Enter.Again == "" }

// property is where a profile says where it waits in the journey.
func (f *flow) property() string { return "trayecto " + f.journey.Address }

// waitsAt is the word for a wait.
func (f *flow) waitsAt(s ir.Wait) string {
	return ir.StepAddress(f.journey.Address, s.Name) + " " + mark
}

// writes makes an action that writes into the profile.
func (f *flow) writes(word string, after func() string) string {
	return f.then("update-profile", resource.Map{"profile_operations": resource.List{resource.Map{
		"operator": resource.String("update"), "property_type": resource.String("string"), "property_key": resource.String(f.property()), "property_value": resource.String(word),
	}}}, after)
}

// waiting makes a branch by whether the profile says one of some words.
func (f *flow) waiting(words []string, yes func() string) string {
	var conditions []resource.Map
	for _, word := range words {
		conditions = append(conditions, property(f.property(), filter("string", "equals", resource.String(word))))
	}
	return f.fork("conditional-split", resource.Map{"profile_filter": resource.Map{"condition_groups": resource.List{group(conditions...)}}}, yes, end)
}

// The words of a profile that waits for nothing.
const (
	passed = "passed"
	left   = "left"
)

// until waits for a time or for what happens, whichever comes first.
func (f *flow) until(s ir.Wait, delay resource.Map, after func() string) string {
	dids, ok := f.happenings(s)
	if !ok {
		return f.then("time-delay", delay, after)
	}
	said := expr.Print(s.Until)
	for i, did := range dids {
		f.hand(s, i, did, f.knows.with(said, expr.Print(did)), after)
	}
	before := f.knows
	waits := func() string {
		return f.writes(f.waitsAt(s), func() string {
			return f.then("time-delay", delay, func() string {
				return f.waiting([]string{f.waitsAt(s)}, func() string { return f.writes(passed, after) })
			})
		})
	}
	fresh := f.fresh(dids)
	if f.sent = ""; fresh {
		return waits()
	}
	return f.fork("conditional-split", resource.Map{"profile_filter": f.filter(s.Until, s.At)}, func() string {
		f.knows = before.with(said)
		return after()
	}, waits)
}

// fresh tells whether nothing of what is waited for can have happened yet: it is
// about the message that was sent right before.
func (f *flow) fresh(dids []expr.Did) bool {
	return f.sent != "" && !slices.ContainsFunc(dids, func(d expr.Did) bool { return d.Of.Step != f.sent })
}

// hand has another flow take over from a wait. What follows is the same from
// wherever somebody comes to it, what is known there is not.
func (f *flow) hand(s ir.Wait, n int, did expr.Did, knows facts, after func() string) {
	role := strings.TrimSuffix(fmt.Sprintf("after_%s_%d", s.Name, n+1), "_1")
	for i, h := range f.handed {
		if h.role == role {
			for name := range h.knows {
				if !knows[name] {
					f.handed[i].knows = knows
				}
			}
			return
		}
	}
	trigger, ok := f.heardBy(did, s.At)
	if !ok {
		return
	}
	f.handed = append(f.handed, handed{role: role, trigger: trigger, knows: knows, body: func() string {
		return f.waiting([]string{f.waitsAt(s)}, func() string { return f.writes(passed, after) })
	}})
}

// happenings is what a wait can end with: one of some events since the run began.
func (f *flow) happenings(s ir.Wait) ([]expr.Did, bool) {
	before := len(f.found)
	if !f.once() {
		f.refuse(s.Until.Range(), "write again = \"never\"", "Where somebody waits is written into their profile, which has room for one run at a time.")
	}
	dids, rest := happened(s.Until)
	if len(rest) > 0 {
		f.refuse(rest[0].Range(), "wait for an event or for what becomes of a message: did(..., run); or wait the whole time, and choose after it",
			"What ends a wait is a flow that begins with something that happens, and not with what becomes true of a person.")
	}
	for _, did := range dids {
		if did.Window.Since != "run" {
			f.refuse(did.Range(), "ask since the run began: run", "Klaviyo counts since a flow began, and not since one of its steps.")
		}
		if event := f.base(did); event != "" && event == f.begins() {
			f.refuse(did.Range(), "wait for another event", "%s begins the journey too, and Klaviyo does not say which of two flows goes first.", event)
		}
	}
	return dids, len(f.found) == before
}

// happened takes a condition apart: what has happened, and the rest.
func happened(e expr.Expr) (dids []expr.Did, rest []expr.Expr) {
	switch e := e.(type) {
	case expr.Or:
		for _, term := range e.Terms {
			more, others := happened(term)
			dids, rest = append(dids, more...), append(rest, others...)
		}
		return dids, rest
	case expr.Is:
		if e.Verdict == expr.True {
			return happened(e.Term)
		}
	case expr.Did:
		return []expr.Did{e}, nil
	case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.FollowedBy, expr.Compare, expr.And, expr.Not, expr.OneOf,
		expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
	}
	return nil, []expr.Expr{e}
}

// base is the event that something is about, however it is derived; "" for none.
func (f *flow) base(did expr.Did) string {
	if base, _, ok := f.l.Program.Base(did.Of.Event); ok {
		return base.Address
	}
	return did.Of.Event
}

// begins is the event that begins the journey; "" for none.
func (f *flow) begins() string {
	moment, _ := ir.Find(f.l.Program.Moments, f.journey.Enter.Moment)
	on, is := moment.Detect.(ir.OnEvent)
	if !is {
		return ""
	}
	return f.base(expr.Did{Of: expr.Source{Event: on.Event}})
}

// heardBy is the trigger of a flow that begins when something happens.
func (f *flow) heardBy(did expr.Did, at diag.Range) (resource.Map, bool) {
	c := f.clause(at)
	defer func() { f.found = append(f.found, c.Found...) }()
	if did.Of.Event == "" {
		noticed, err := c.noticed(did)
		switch {
		case err != nil:
			c.Refuse(did, err)
			return nil, false
		case len(noticed) != 1:
			f.refuse(did.Range(), "wait for what becomes of a message by one channel", "A flow has one trigger, and this is %d of Klaviyo's metrics.", len(noticed))
			return nil, false
		}
		return f.became(outcomes[noticed[0]][did.Of.Outcome], did.Of, at), true
	}
	trigger := resource.Map{"type": resource.String("metric")}
	base, where, _ := f.l.Program.Base(did.Of.Event)
	trigger["id"] = f.l.metric(base.Address)
	all := both(where, did.Of.Where)
	if all == nil {
		return trigger, true
	}
	carried, person := f.sorted(c, all)
	if len(person) > 0 {
		f.refuse(all.Range(), "ask for what the event carries only", "A flow that takes over begins with what an event carries, and not with whom it happens to.")
		return nil, false
	}
	trigger["trigger_filter"] = resource.Map{"condition_groups": f.carrying(c, base.Address, carried)}
	return trigger, true
}

// guard has the runs of those who wait end with what ends a run: the flow that
// would take over afterwards began too late to know.
func (f *flow) guard() {
	words, events := f.waitings()
	n := 0
	for _, e := range []expr.Expr{f.journey.Goal, f.journey.LeaveIf} {
		if e == nil {
			continue
		}
		dids, rest := happened(e)
		for _, other := range rest {
			if sinceRun(other) {
				f.refuse(other.Range(), "say it with || between what has happened", "What ends a run while somebody waits is one thing that happens, and this is more.")
			}
		}
		for _, did := range dids {
			if did.Window.Since != "run" {
				continue
			}
			if event := f.base(did); event != "" && (events[event] || event == f.begins()) {
				f.refuse(did.Range(), "end it with another event", "%s ends the run and begins it or a wait in it, and Klaviyo does not say which of two flows goes first.", event)
				continue
			}
			trigger, ok := f.heardBy(did, f.journey.At)
			if n++; ok {
				f.handed = append(f.handed, handed{role: fmt.Sprintf("ends_%d", n), trigger: trigger, ends: true, body: func() string {
					return f.waiting(words, func() string { return f.writes(left, end) })
				}})
			}
		}
	}
}

// waitings is the words of all waits that end with what happens, and the events
// that end one.
func (f *flow) waitings() (words []string, events map[string]bool) {
	events = map[string]bool{}
	ir.Walk(f.journey.Steps, func(s ir.Step) {
		w, ok := s.(ir.Wait)
		if !ok || w.Until == nil {
			return
		}
		words = append(words, f.waitsAt(w))
		dids, _ := happened(w.Until)
		for _, did := range dids {
			events[f.base(did)] = true
		}
	})
	return words, events
}

// sinceRun tells whether a condition asks what has happened since the run began.
func sinceRun(e expr.Expr) bool {
	found := false
	expr.Walk(e, func(e expr.Expr) bool {
		switch e := e.(type) {
		case expr.Did:
			found = found || e.Window.Since == "run"
		case expr.Aggregate:
			found = found || e.Window.Since == "run"
		case expr.FollowedBy:
			found = found || e.Window.Since == "run"
		default:
		}
		return true
	})
	return found
}
