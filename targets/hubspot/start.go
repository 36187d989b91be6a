package hubspot

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
	"github.com/trayecto/trayecto/targets/narrow"
)

// How a workflow takes somebody in. By events (EVENT_BASED) it takes in whoever
// does something, or comes onto a list or off it, from the instant on at which
// it is switched on; what must hold of the contact at that instant is asked
// beside it, so that who is turned away has not entered. By filters
// (LIST_BASED) it takes in whoever fits them, which would be everybody who does
// already: that is used only where a schedule says when.

// The roles of what a journey has beside the workflow that people enter.
const (
	roleEnters  = "enters"  // the list whose joining or leaving begins a run
	roleEntered = "entered" // the list of who has entered
	roleLeaves  = "leaves"  // the list of who is to leave
	roleEnds    = "ends"    // the workflow that ends runs
)

// enrol makes the criteria of the workflow that people enter, and its actions.
func (f *flow) enrol(p *workflow) {
	enter := f.journey.Enter
	moment, _ := ir.Find(f.l.Program.Moments, enter.Moment)
	first := func() resource.Value {
		return f.unlessLeft(func() resource.Value { return f.steps(f.journey.Steps, end) })
	}
	body := func() resource.Value { return f.marked("run", first) }
	switch d := moment.Detect.(type) {
	case ir.OnEvent:
		f.onEvent(p, d.Event, d.If, enter.If)
	case ir.OnOutcome:
		f.onOutcome(p, d)
	case ir.Absence:
		body = f.absence(p, d, first)
	case ir.OnDate:
		f.onDate(p, d)
	case ir.Enters:
		f.onList(p, expr.Member{Place: expr.Place{At: d.At}, Segment: d.Segment}, true)
		if d.Existing {
			f.refuse(place(d.At, enter.At), "leave existing out; HubSpot's own pages can enrol who is in already", "A workflow takes in whoever comes into the segment from then on, and not who is in it.")
		}
	case ir.Leaves:
		f.onList(p, expr.Member{Place: expr.Place{At: d.At}, Segment: d.Segment}, false)
	case nil:
		f.refuse(enter.At, "begin with an event: detect { on = event.<name> }", "Nothing says what the journey begins with.")
	}
	p.start = body()
}

func place(at, otherwise diag.Range) diag.Range {
	if at.IsZero() {
		return otherwise
	}
	return at
}

// events is the criteria of a workflow that begins with what happens.
func (f *flow) events(again bool) resource.Map {
	return resource.Map{"type": resource.String("EVENT_BASED"), "shouldReEnroll": resource.Bool(again)}
}

func (f *flow) again() bool { return f.journey.Enter.Again == "always" }

// onEvent takes in whoever does something that fits, if they fit as well.
func (f *flow) onEvent(p *workflow, event string, must ...expr.Expr) {
	p.criteria = f.events(f.again())
	branches, person := f.happening(event, f.journey.Enter.At, must...)
	p.criteria["eventFilterBranches"] = branches
	if person != nil {
		p.criteria["refinementCriteria"] = f.asked(person, f.journey.Enter.At)
	}
}

// happening is the events that fit a condition, one branch for each way to, and
// what must hold of whoever they happen to.
func (f *flow) happening(event string, at diag.Range, must ...expr.Expr) (branches resource.List, person expr.Expr) {
	base, where, _ := f.l.Program.Base(event)
	var terms []expr.Expr
	for _, e := range append([]expr.Expr{where}, must...) {
		if e != nil {
			terms = append(terms, e)
		}
	}
	source := expr.Source{Event: base.Address, At: at}
	var form narrow.Form = narrow.All{}
	if len(terms) > 0 {
		form = narrow.Condition(f.l.Program, expr.And{Place: expr.Place{At: terms[0].Range()}, Terms: terms})
	}
	ways, apart := f.ways(form, source)
	if !apart {
		f.refuse(at, "make a journey for each way to begin", "A workflow asks the event and the contact, and not the one or the other.")
		return nil, nil
	}
	c := f.l.clause(at)
	for _, way := range ways {
		branch, err := c.happened(narrow.Atom{}, expr.Did{Place: expr.Place{At: at}, Of: way.Source, Window: expr.Ever})
		if err != nil {
			c.Refuse(expr.Did{Of: source}, err)
			continue
		}
		branches = append(branches, branch)
	}
	f.found = append(f.found, c.Found...)
	if len(ways) > 0 && len(ways[0].Person) > 0 {
		person = expr.And{Place: expr.Place{At: at}, Terms: ways[0].Person}
	}
	return branches, person
}

// ways are the ways in which an event can fit, which must ask the same of the
// contact. What asks the contact alone is put aside first.
func (f *flow) ways(form narrow.Form, source expr.Source) (out []narrow.Chosen, ok bool) {
	carried, person := narrow.All{}, []expr.Expr(nil)
	terms, all := form.(narrow.All)
	if !all {
		terms = narrow.All{form}
	}
	for _, term := range terms {
		if aboutEvent(term) {
			carried = append(carried, term)
			continue
		}
		person = append(person, condition(term))
	}
	chosen, err := narrow.Choose(carried, source, most)
	if err != nil {
		return nil, false
	}
	for i := range chosen {
		if len(chosen[i].Person) > 0 {
			return nil, false
		}
		chosen[i].Person = person
	}
	return chosen, true
}

// aboutEvent tells whether a form asks what an event carries.
func aboutEvent(f narrow.Form) bool {
	switch f := f.(type) {
	case narrow.All:
		return slices.ContainsFunc(f, aboutEvent)
	case narrow.Some:
		return slices.ContainsFunc(f, aboutEvent)
	case narrow.Atom:
		return narrow.AboutEvent(f.Of)
	}
	panic("hubspot: a form that is none of the cases")
}

// condition is a form as a condition.
func condition(f narrow.Form) expr.Expr {
	switch f := f.(type) {
	case narrow.All:
		return expr.And{Terms: conditions(f)}
	case narrow.Some:
		return expr.Or{Terms: conditions(f)}
	case narrow.Atom:
		if f.Negated {
			return expr.Not{Place: expr.Place{At: f.Of.Range()}, Term: f.Of}
		}
		return f.Of
	}
	panic("hubspot: a form that is none of the cases")
}

func conditions(list []narrow.Form) []expr.Expr {
	out := make([]expr.Expr, len(list))
	for i, f := range list {
		out[i] = condition(f)
	}
	return out
}

// onList takes in whoever comes onto the list of those who fit a condition, or
// off it. The list is the journey's own: it is made anew where its words
// change, so that who fits because the words changed has not come.
func (f *flow) onList(p *workflow, e expr.Expr, joins bool) {
	enter := f.journey.Enter
	p.criteria = f.events(f.again())
	f.dynamic(roleEnters, f.asked(e, place(e.Range(), enter.At)))
	p.criteria["listMembershipFilterBranches"] = resource.List{group(nil, resource.List{listed(f.ref(roleEnters), joins)})}
	if enter.If != nil {
		p.criteria["refinementCriteria"] = f.asked(enter.If, enter.At)
	}
}

// dynamic makes a list of those who fit.
func (f *flow) dynamic(role string, filters resource.Map) {
	if filters == nil {
		return
	}
	f.lists = append(f.lists, resource.Resource{
		Address: f.l.Address(f.journey.Address, role), Kind: kindList, At: f.journey.At, Places: map[string]diag.Range{"filterBranch": f.journey.At},
		Attributes: resource.Map{"filterBranch": normal(filters)},
	})
}

// static makes a list onto which workflows put contacts.
func (f *flow) static(role string) {
	f.lists = append(f.lists, resource.Resource{
		Address: f.l.Address(f.journey.Address, role), Kind: kindList, At: f.journey.At, Attributes: resource.Map{"processingType": resource.String(manual)},
	})
}

// put puts the contact onto a list of ours, or takes them off.
func (f *flow) put(role string, on bool, after further) resource.Value {
	kind := putOff
	if on {
		kind = putOn
	}
	return f.single(kind, resource.Map{"listId": f.ref(role)}, after)
}

// onOutcome takes in whoever comes onto the list of those of whom a message
// says so, which they do once.
func (f *flow) onOutcome(p *workflow, d ir.OnOutcome) {
	enter := f.journey.Enter
	for _, e := range []expr.Expr{d.If, enter.If} {
		if e != nil {
			f.refuse(place(e.Range(), enter.At), "choose by it as the first step", "A contact comes onto the list of those whose message was %s once, and who is turned away then does not come again.", d.Outcome)
		}
	}
	if f.again() {
		f.refuse(enter.At, "write again = \"never\"", "A contact comes onto the list of those whose message was %s once.", d.Outcome)
	}
	at := place(d.At, enter.At)
	f.onList(p, expr.Did{Place: expr.Place{At: at}, Of: expr.Source{Touchpoint: d.Touchpoint, Outcome: d.Outcome, At: at}, Window: expr.Ever}, true)
}

// absence takes in whoever does the one thing, and goes on if the other has not
// come when the time is over. Who has gone on once is kept on a list, and does
// not come back.
func (f *flow) absence(p *workflow, d ir.Absence, body further) further {
	enter := f.journey.Enter
	at := place(d.At, enter.At)
	if d.Same != "" {
		f.refuse(at, "leave same out, if one of any kind is enough", "HubSpot cannot ask whether two events carry the same %s.", d.Same)
	}
	if f.base(d.On) == f.base(d.Without) {
		f.refuse(at, "wait for another event", "%s would end the waiting for itself and begin it again, and HubSpot does not say what goes first.", d.On)
	}
	if f.again() {
		f.refuse(enter.At, "write again = \"never\"", "A contact is in a workflow once at a time, so what begins while they are waited for begins nothing.")
	}
	if enter.If != nil {
		f.refuse(place(enter.If.Range(), enter.At), "choose by it as the first step", "Who is turned away when the time is over would be asked again for each %s.", d.On)
	}
	base, where, _ := f.l.Program.Base(d.On)
	f.onEvent(p, base.Address, where, d.If)
	p.criteria["shouldReEnroll"] = resource.Bool(true)
	f.static(roleEntered)
	refine, _ := p.criteria["refinementCriteria"].(resource.Map)
	if refine == nil {
		refine = everybody()
	}
	p.criteria["refinementCriteria"] = also(refine, listed(f.ref(roleEntered), false))
	return func() resource.Value {
		without, person := f.happening(d.Without, at)
		if person != nil {
			f.refuse(at, "ask it where the journey goes on", "A workflow that waits for %s asks what it carries, and not whom it happens to.", d.Without)
		}
		return f.await(without, d.For, at, end, func() resource.Value { return f.put(roleEntered, true, body) })
	}
}

// onDate takes in whoever fits, on a day of theirs, at an hour of the account's.
func (f *flow) onDate(p *workflow, d ir.OnDate) {
	enter := f.journey.Enter
	at := place(d.At, enter.At)
	if f.l.Program.Person.Timezone != "" {
		f.refuse(at, "leave timezone out of person, if the project's is fine", "HubSpot's schedules have the hours of the account, and not of each person.")
	}
	zone := f.l.Program.Project.Timezone
	f.l.Look(lookTimezone, mapping.Name{Theirs: zone, At: at})
	yearly := d.Every == (types.Span{Amount: 1, Unit: types.Year}) || d.Every == (types.Span{Amount: 12, Unit: types.Month})
	if !yearly && !d.Every.IsZero() {
		f.refuse(at, "write every = \"1y\", or leave it out", "HubSpot's schedules come once or each year, and not every %s.", d.Every)
	}
	days := int64(d.Before.Exact().Hours()) / 24
	if d.Before.Calendar() || d.Before.Exact() != (types.Span{Amount: days, Unit: types.Day}).Exact() && !d.Before.IsZero() {
		f.refuse(at, "write whole days", "HubSpot's schedules count ahead in days, and not %s.", d.Before)
	}
	c := f.l.clause(at)
	stored, err := c.property(d.Date)
	if err != nil {
		f.refuse(place(d.Date.Range(), at), "keep the date as an attribute", "%s", narrow.Sentence(err.Error()))
	}
	hour, minute := 0, 0
	if _, err := fmt.Sscanf(d.Clock, "%d:%d", &hour, &minute); err != nil && d.Clock != "" {
		f.refuse(at, "write it as \"09:00\"", "%s is not a time of day.", d.Clock)
	}
	p.schedule = resource.Map{
		"type": resource.String("PROPERTY_BASED"), "dateProperty": stored.name, "daysDelta": resource.Number(fmt.Sprint(-days)), "yearly": resource.Bool(yearly),
		"timeOfDay": resource.Map{"hour": resource.Number(fmt.Sprint(hour)), "minute": resource.Number(fmt.Sprint(minute))},
	}
	filters := everybody()
	if enter.If != nil {
		filters = f.asked(enter.If, enter.At)
	}
	p.criteria = resource.Map{"type": resource.String("LIST_BASED"), "shouldReEnroll": resource.Bool(f.again()), "listFilterBranch": filters}
}
