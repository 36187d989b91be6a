package klaviyo

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/account"
)

// longest is how many actions a flow may have. Klaviyo documents no limit; past
// this one nobody can read it there.
const longest = 200

// flows makes the flow of each placed journey.
func (l *lowering) flows() {
	for _, j := range account.Here(l, l.Program.Journeys) {
		if j.Enter.Moment == "" {
			continue // a campaign
		}
		f := &flow{l: l, journey: j}
		parts := f.parts()
		for _, d := range f.found { // what follows a wait is made more than once
			if !slices.ContainsFunc(l.Found, func(o diag.Diagnostic) bool { return o.Rule == d.Rule && o.At == d.At && o.Detail == d.Detail }) {
				l.Found = append(l.Found, d)
			}
		}
		if f.found.HasErrors() {
			continue
		}
		for _, p := range parts {
			l.Resources = append(l.Resources, resource.Resource{
				Address: l.Address(j.Address, p.role), Kind: kindFlow, Switch: resource.On, At: j.At, Places: map[string]diag.Range{"definition": j.Enter.At},
				Attributes: resource.Map{"definition": p.definition},
			})
		}
	}
}

// flow is one journey on its way: the flow that people enter, and those that take
// over where a wait ends with something that happens (wait.go).
type flow struct {
	l       *lowering
	journey ir.Journey
	actions resource.List // of the flow that is being made
	late    bool          // it begins at something else than the start of the flow
	found   diag.List

	handed []handed // flows that are to be made
	knows  facts    // where the next action stands
	sent   string   // the message that was sent right before there
}

// refuse says what the flow cannot do, and what would help.
func (f *flow) refuse(at diag.Range, help, why string, args ...any) {
	if at.IsZero() {
		at = f.journey.At
	}
	f.found = append(f.found, diag.Diagnostic{Rule: noStep, At: at, Mark: f.l.Platform.Address + " cannot do this", Detail: fmt.Sprintf(why, args...), Help: help})
}

// definition is the flow that people enter as Klaviyo takes it, with temporary ids.
func (f *flow) definition() resource.Map {
	if f.journey.OnChange != "stop" {
		f.refuse(f.journey.At, "write on_change = \"stop\"", "An edit makes another flow at Klaviyo, and whoever is inside the old one gets nothing more from it, so %q cannot be kept.", f.journey.OnChange)
	}
	if len(f.journey.Enter.Per) > 0 && f.journey.Enter.Again != "always" {
		f.refuse(f.journey.Enter.At, "write again = \"always\", which is one run for each event", "Klaviyo counts entries by person and not by %s.", f.journey.Enter.Per[0])
	}
	trigger, body := f.entry()
	first := body()
	if len(f.actions) > longest {
		f.refuse(f.journey.At, "make two journeys of it", "A flow does not come together again after a branch, so what follows is there once for each way. That makes %d actions, and %d are the most.", len(f.actions), longest)
	}
	out := resource.Map{"triggers": resource.List{trigger}, "actions": f.actions, "reentry_criteria": f.again()}
	if first != "" {
		out["entry_action_id"] = resource.String(first)
	}
	if filter := f.stays(); filter != nil {
		out["profile_filter"] = filter
	}
	return out
}

// stays is the filter that is asked on entry and before each action: neither
// the goal is reached nor is there a reason to leave.
func (f *flow) stays() resource.Value {
	var terms []expr.Expr
	for _, e := range []expr.Expr{f.journey.Goal, f.journey.LeaveIf} {
		if e != nil {
			terms = append(terms, expr.Not{Place: expr.Place{At: e.Range()}, Term: expr.Is{Place: expr.Place{At: e.Range()}, Term: e, Verdict: expr.True}})
		}
	}
	if len(terms) == 0 {
		return nil
	}
	return f.filter(expr.And{Place: expr.Place{At: terms[0].Range()}, Terms: terms}, f.journey.At)
}

// filter is a condition as it is asked inside a flow.
func (f *flow) filter(e expr.Expr, at diag.Range) resource.Value {
	c := f.clause(at)
	groups, _ := c.groups(e)
	f.found = append(f.found, c.Found...)
	return resource.Map{"condition_groups": groups}
}

// again is when somebody may enter once more. Klaviyo's words for never and
// always are a duration of 1 and of 0 of all time.
func (f *flow) again() resource.Value {
	criteria := func(unit string, duration int64) resource.Value {
		return resource.Map{"unit": resource.String(unit), "duration": resource.Number(fmt.Sprint(duration))}
	}
	switch f.journey.Enter.Again {
	case "never", "":
		return criteria("alltime", 1)
	case "always":
		return criteria("alltime", 0)
	}
	span, err := types.ParseSpan(f.journey.Enter.Again)
	if err == nil {
		var unit string
		var n int64
		if unit, n, err = steps(span, nil); err == nil {
			return criteria(unit, n)
		}
	}
	f.refuse(f.journey.Enter.At, "write it in days", "Klaviyo counts the time until somebody may enter again in hours, days and weeks, and not as %s.", f.journey.Enter.Again)
	return criteria("alltime", 1)
}

// add makes an action and gives it a temporary id. The links are filled in by
// whoever knows what comes next.
func (f *flow) add(kind string, data resource.Map) (id string, action resource.Map) {
	id = fmt.Sprintf("action-%d", len(f.actions)+1)
	action = resource.Map{"temporary_id": resource.String(id), "type": resource.String(kind)}
	if data != nil {
		action["data"] = data
	}
	f.actions = append(f.actions, action)
	return id, action
}

// then adds an action that one other follows; "" is the end.
func (f *flow) then(kind string, data resource.Map, rest func() string) string {
	id, action := f.add(kind, data)
	if len(f.actions) > longest {
		return id
	}
	if next := rest(); next != "" {
		action["links"] = resource.Map{"next": resource.String(next)}
	}
	return id
}

// fork adds an action with two ways.
func (f *flow) fork(kind string, data resource.Map, yes, no func() string) string {
	id, action := f.add(kind, data)
	if len(f.actions) > longest {
		return id
	}
	knows, sent := f.knows, f.sent
	first := yes()
	f.knows, f.sent = knows, sent
	action["links"] = resource.Map{"next_if_true": link(resource.String(first)), "next_if_false": link(resource.String(no()))}
	f.knows, f.sent = knows, sent
	return id
}

// end is nothing more.
func end() string { return "" }
