package hubspot

import (
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// How a wait that ends with something becomes HubSpot's.
//
// For events there is an action that waits for them, at most so long, and that
// says what it ended with (hs_event_criteria_met).
//
// Nothing waits for a contact to become something: to open a message, to get a
// value. But a workflow can begin with that, and can end the runs of another
// one. So whoever comes to such a wait is put onto a list of who waits there; a
// second list has those of the first for whom the condition holds; and a second
// workflow takes in whoever comes onto that, ends their run in the first one,
// and goes on with what follows the wait. Who comes to the wait with the
// condition holding already comes onto both at once. When the time is over,
// they are taken off the list, and the first workflow goes on.

// handed is a wait that another workflow takes over from.
type handed struct {
	step   ir.Wait
	signal signal
	next   further
	from   []*workflow // where people wait for it
	knows  facts       // on the first way there
}

// The roles of what a wait has.
func roleWaiting(step string) string { return "waits_" + step } // the list of who waits
func roleMet(step string) string     { return "holds_" + step } // the list of who waits and for whom it holds
func roleAfter(step string) string   { return "after_" + step } // the workflow that goes on with them

// signal is a condition as what can bring it about: one of some events since a
// run or a step began, or that something holds of the contact.
type signal struct {
	events []expr.Did
	person expr.Expr // nil: nothing
}

// askable sees that what has happened since a run or a step began is written down
// where a condition asks for it.
func (f *flow) askable(e expr.Expr, at diag.Range) bool {
	ok := true
	expr.Walk(e, func(e expr.Expr) bool {
		var in expr.Window
		var of expr.Source
		switch e := e.(type) {
		case expr.Did:
			if sinceThen(e) && !f.writtenDown(e) {
				ok = f.needs(e, at) && ok
			}
		case expr.Aggregate:
			in, of = e.Window, e.Of
		case expr.FollowedBy:
			in, of = e.Window, e.First
		default:
		}
		if of.Event != "" && in.Since != "" && in.Since != expr.Ever.Since {
			f.refuse(place(e.Range(), at), "ask whether it happened at all: did", "What has happened since a run began is kept as whether, and not as how often.")
			ok = false
		}
		return true
	})
	return ok
}

// signal takes a condition apart.
func (f *flow) signal(e expr.Expr, at diag.Range) signal {
	var out signal
	var terms []expr.Expr
	var take func(e expr.Expr)
	take = func(e expr.Expr) {
		switch e := e.(type) {
		case expr.Or:
			for _, term := range e.Terms {
				take(term)
			}
			return
		case expr.Is:
			if e.Verdict == expr.True {
				take(e.Term)
				return
			}
		case expr.Did:
			if sinceThen(e) && !f.writtenDown(e) {
				out.events = append(out.events, e)
				return
			}
		case expr.Literal, expr.Attribute, expr.Field, expr.Record, expr.Aggregate, expr.FollowedBy, expr.Compare, expr.And, expr.Not, expr.OneOf,
			expr.IsSet, expr.Coalesce, expr.Within, expr.Member, expr.Reachable, expr.Suppressed, expr.Excluded, expr.Call, expr.Any:
		}
		if f.askable(e, at) {
			terms = append(terms, e)
		}
	}
	take(e)
	switch len(terms) {
	case 0:
	case 1:
		out.person = terms[0]
	default:
		out.person = expr.Or{Place: expr.Place{At: e.Range()}, Terms: terms}
	}
	return out
}

// wait lets time pass, until something happens or holds or the time is over.
func (f *flow) wait(s ir.Wait, next further) resource.Value {
	knows := f.knows.lasting()
	if s.Until == nil {
		return f.knowing(knows, func() resource.Value { return f.delay(s.For, s.At, next) })
	}
	sig := f.signal(s.Until, s.At)
	f.fresh(s, sig)
	f.unlike(s, sig)
	if sig.person != nil {
		return f.handOver(s, sig, next)
	}
	branches := f.listened(sig.events, s.At)
	next = f.stillIn(next)
	said := expr.Print(s.Until)
	if !f.matters(said) {
		return f.knowing(knows, func() resource.Value { return f.listen(branches, s.For, s.At, next) })
	}
	return f.await(branches, s.For, s.At,
		func() resource.Value { return f.knowing(knows.with(said, true), next) },
		func() resource.Value {
			for _, e := range sig.events {
				knows = knows.with(expr.Print(e), false)
			}
			return f.knowing(knows.with(said, false), next)
		})
}

// stillIn makes what follows behind a branch that asks whether the run is to end:
// what ended the wait may be a reason to leave as well, and goes first then.
func (f *flow) stillIn(next further) further {
	if f.leaving().person == nil {
		return next
	}
	step := f.step
	return f.once(func() resource.Value {
		before := f.step
		f.step = step
		defer func() { f.step = before }()
		return f.unlessLeft(next)
	})
}

// matters tells whether a branch of the journey asks just this.
func (f *flow) matters(said string) bool {
	found := false
	ir.Walk(f.journey.Steps, func(s ir.Step) {
		if choose, ok := s.(ir.Choose); ok {
			for _, b := range choose.When {
				found = found || expr.Print(b.If) == said
			}
		}
	})
	return found
}

// listened is the events that end a wait.
func (f *flow) listened(events []expr.Did, at diag.Range) resource.List {
	var out resource.List
	for _, e := range events {
		branches, person := f.happening(e.Of.Event, place(e.Range(), at), e.Of.Where)
		if person != nil {
			f.refuse(place(e.Range(), at), "ask it where the journey goes on", "A workflow that waits for %s asks what it carries, and not whom it happens to.", e.Of.Event)
		}
		out = append(out, branches...)
	}
	return out
}

// listen waits for events, at most so long.
func (f *flow) listen(branches resource.List, length types.Span, at diag.Range, next further) resource.Value {
	return f.single(listenTo, resource.Map{"event_filter_branches": branches, "expiration_minutes": f.minutes(length, at)}, next)
}

// await waits for events, and goes on by one way where one has come and by
// another where the time was over first.
func (f *flow) await(branches resource.List, length types.Span, at diag.Range, come, over further) resource.Value {
	var id resource.Value
	action := resource.Map{
		"type": resource.String("SINGLE_CONNECTION"), "actionTypeId": resource.String(listenTo), "actionTypeVersion": resource.Number("0"),
		"fields": resource.Map{"event_filter_branches": branches, "expiration_minutes": f.minutes(length, at)},
	}
	edge := f.add(listenTo, action)
	id = action["actionId"]
	fork := resource.Map{
		"type": resource.String("STATIC_BRANCH"), "defaultBranchName": resource.String("the time was over"),
		"inputValue": resource.Map{"type": resource.String("FIELD_DATA"), "actionId": id, "dataKey": resource.String("hs_event_criteria_met")},
	}
	action["connection"] = f.add("what it ended with", fork)
	met := resource.Map{"branchValue": resource.String("true")}
	if next := come(); next != nil {
		met["connection"] = next
	}
	fork["staticBranches"] = resource.List{met}
	if next := over(); next != nil {
		fork["defaultBranch"] = next
	}
	return edge
}

// fresh sees that what a wait asks for is written down if time passes between the
// instant since which it asks and the wait.
func (f *flow) fresh(s ir.Wait, sig signal) {
	for _, e := range sig.events {
		if f.elapses(e.Window.Since, s.Name) {
			f.needs(e, s.At)
		}
	}
}

// elapses tells whether there is a way on which time passes between a step, or
// the beginning of the run, and another step, or one that does not come by the
// first.
func (f *flow) elapses(since, to string) bool {
	if since == "run" {
		return f.leads(0, ir.Over, to, true)
	}
	entry, ok := f.journey.Table().Named(ir.Short(since))
	return !ok || f.leads(0, entry.Index, to, false) || f.leads(entry.Index, ir.Over, to, true)
}

// leads tells whether there is a way from an entry to a step that does not come
// by another entry, and on which, where that is asked, time passes.
func (f *flow) leads(from, without int, to string, timed bool) bool {
	table := f.journey.Table()
	type at struct {
		index  int
		passed bool
	}
	seen := map[at]bool{}
	found := false
	var walk func(at)
	walk = func(here at) {
		if here.index == ir.Over || here.index == without || seen[here] {
			return
		}
		seen[here] = true
		e := table.Entries[here.index]
		if e.Step.StepName() == to {
			found = found || here.passed || !timed
			return
		}
		next := here.passed || e.Epoch
		for _, w := range e.Ways {
			if !w.Control {
				walk(at{w.Next, next})
			}
		}
		if len(e.Ways) == 0 {
			walk(at{e.Next, next})
		}
	}
	walk(at{from, false})
	return found
}

// unlike sees that one event does not do two things to a run: end it and a wait
// in it, or begin it and end a wait that another workflow takes over from.
// HubSpot does not say which of two workflows goes first.
func (f *flow) unlike(s ir.Wait, sig signal) {
	ends := map[string]bool{}
	for _, other := range f.leaving().events {
		ends[f.base(other.Of.Event)] = true
	}
	for _, e := range sig.events {
		base := f.base(e.Of.Event)
		if ends[base] || sig.person != nil && f.elsewhere(s, base) {
			f.needs(e, s.At)
		}
		if sig.person != nil && base == f.begins() {
			f.clash(s, e.Of.Event)
		}
	}
	if sig.person == nil {
		return
	}
	for _, of := range expr.Sources(sig.person) {
		if ends[f.base(of.Event)] {
			f.needs(expr.Did{Place: expr.Place{At: s.Until.Range()}, Of: of}, s.At)
		}
	}
}

// base is the recorded event that an event is of; "" for none.
func (f *flow) base(event string) string {
	base, _, _ := f.l.Program.Base(event)
	return base.Address
}

// begins is the recorded event with which the workflow begins; "" for none.
func (f *flow) begins() string {
	moment, _ := ir.Find(f.l.Program.Moments, f.journey.Enter.Moment)
	switch d := moment.Detect.(type) {
	case ir.OnEvent:
		return f.base(d.Event)
	case ir.Absence:
		return f.base(d.On)
	case ir.OnOutcome, ir.OnDate, ir.Enters, ir.Leaves, nil:
	}
	return ""
}

// elsewhere tells whether another wait asks for an event.
func (f *flow) elsewhere(s ir.Wait, base string) bool {
	found := false
	ir.Walk(f.journey.Steps, func(other ir.Step) {
		wait, ok := other.(ir.Wait)
		if !ok || wait.Name == s.Name || wait.Until == nil {
			return
		}
		for _, of := range expr.Sources(wait.Until) {
			found = found || f.base(of.Event) == base
		}
	})
	return found
}

func (f *flow) clash(s ir.Wait, event string) {
	f.refuse(place(s.Until.Range(), s.At), "leave it out of until", "%s begins the run and ends the wait, and HubSpot does not say which of two workflows goes first.", event)
}
