package hubspot

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/narrow"
)

// workflows makes the workflow of each placed journey.
func (l *lowering) workflows() {
	for _, j := range here(l, l.Program.Journeys) {
		f := &flow{l: l, journey: j}
		made := f.workflow()
		l.found = append(l.found, f.found...)
		if f.found.HasErrors() {
			continue
		}
		l.add(resource.Resource{
			Address: l.address(j.Address, ""), Kind: kindWorkflow, Switch: resource.On, At: j.At, Attributes: made,
			Places: map[string]diag.Range{"enrollmentCriteria": j.Enter.At, "actions": j.At},
		})
	}
}

// flow is one journey on its way. What follows a branch is made once: ways come
// together again by HubSpot's "go to".
type flow struct {
	l       *lowering
	journey ir.Journey
	actions resource.List
	found   diag.List
}

// further makes what follows, and is the edge there; nil at the end.
type further func() resource.Value

// refuse says what the workflow cannot do, and what would help.
func (f *flow) refuse(at diag.Range, help, why string, args ...any) {
	if at.IsZero() {
		at = f.journey.At
	}
	f.found = append(f.found, diag.Diagnostic{Rule: noStep, At: at, Mark: f.l.Platform.Address + " cannot do this", Detail: fmt.Sprintf(why, args...), Help: help})
}

// workflow is what HubSpot takes, without what it is called and whether it is on.
func (f *flow) workflow() resource.Map {
	if f.journey.OnChange != "stop" {
		f.refuse(f.journey.At, "write on_change = \"stop\"", "An edit makes another workflow at HubSpot, and whoever is inside the old one gets nothing more from it, so %q cannot be kept.", f.journey.OnChange)
	}
	if len(f.journey.Enter.Per) > 0 && f.journey.Enter.Again != "always" {
		f.refuse(f.journey.Enter.At, "write again = \"always\", which is one run for each event", "HubSpot counts entries by contact and not by %s.", f.journey.Enter.Per[0])
	}
	criteria, person := f.enrollment()
	body := func() resource.Value { return f.steps(f.journey.Steps, func() resource.Value { return nil }) }
	var first resource.Value
	if person != nil {
		first = f.branches([]way{{name: "enters", branch: f.asked(person, f.journey.Enter.At), steps: body}}, func() resource.Value { return nil })
	} else {
		first = body()
	}
	out := resource.Map{"enrollmentCriteria": criteria, "actions": f.actions}
	if edge, ok := first.(resource.Map); ok {
		out["startActionId"] = edge["nextActionId"]
	}
	if goal := either(f.journey.Goal, f.journey.LeaveIf); goal != nil {
		out["goalFilterBranch"] = f.asked(goal, f.journey.At)
	}
	return normal(out).(resource.Map)
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

// asked is a condition on the contact, asked when they come to it.
func (f *flow) asked(e expr.Expr, at diag.Range) resource.Value {
	if narrow.AboutEvent(e) {
		f.refuse(e.Range(), "ask it where the journey begins", "What the event carried that began a workflow is known at its beginning and not later.")
		return nil
	}
	c := &clause{l: f.l, at: at}
	branch, _ := c.branch(e)
	f.found = append(f.found, c.found...)
	return branch
}

// enrollment is what begins the workflow, and what else must hold of the contact.
func (f *flow) enrollment() (criteria resource.Map, person expr.Expr) {
	criteria = resource.Map{"type": resource.String("EVENT_BASED"), "shouldReEnroll": resource.Bool(f.journey.Enter.Again == "always")}
	if again := f.journey.Enter.Again; again != "always" && again != "never" && again != "" {
		f.refuse(f.journey.Enter.At, "write again = \"never\" or \"always\"", "HubSpot lets a contact enter once or each time, and does not count %s between two.", again)
	}
	moment, _ := ir.Find(f.l.Program.Moments, f.journey.Enter.Moment)
	on, ok := moment.Detect.(ir.OnEvent)
	if !ok {
		f.refuse(f.journey.Enter.At, "begin with an event: detect { on = event.<name> }", "This version writes workflows that begin with an event.")
		return criteria, nil
	}
	base, where, _ := f.l.Program.Base(on.Event)
	var terms []expr.Expr
	for _, e := range []expr.Expr{where, on.If, f.journey.Enter.If} {
		if e != nil {
			terms = append(terms, e)
		}
	}
	source := expr.Source{Event: base.Address, At: f.journey.Enter.At}
	var form narrow.Form = narrow.All{}
	if len(terms) > 0 {
		form = narrow.Condition(f.l.Program, expr.And{Place: expr.Place{At: terms[0].Range()}, Terms: terms})
	}
	chosen, err := narrow.Choose(form, source, most)
	if err != nil || len(chosen) != 1 {
		f.refuse(f.journey.Enter.At, "make a journey for each way to begin", "A workflow begins with events that fit all of several filters, and not one of several.")
		return criteria, nil
	}
	c := &clause{l: f.l, at: f.journey.Enter.At}
	branch, err := c.happened(narrow.Atom{}, expr.Did{Place: expr.Place{At: f.journey.Enter.At}, Of: chosen[0].Source, Window: expr.Window{Since: "ever"}})
	if err != nil {
		c.refuse(expr.Did{Of: source}, err)
	}
	f.found = append(f.found, c.found...)
	criteria["eventFilterBranches"] = resource.List{branch}
	if len(chosen[0].Person) > 0 {
		person = expr.And{Place: expr.Place{At: f.journey.Enter.At}, Terms: chosen[0].Person}
	}
	return criteria, person
}

// once makes what follows one time; each later edge there is a "go to".
func (f *flow) once(after further) further {
	var made resource.Value
	done := false
	return func() resource.Value {
		if !done {
			done, made = true, after()
			return made
		}
		edge, ok := made.(resource.Map)
		if !ok {
			return made
		}
		return resource.Map{"edgeType": resource.String("GOTO"), "nextActionId": edge["nextActionId"]}
	}
}

// add makes an action and is the edge to it.
func (f *flow) add(action resource.Map) resource.Value {
	id := resource.String(fmt.Sprint(len(f.actions) + 1))
	action["actionId"] = id
	f.actions = append(f.actions, action)
	return resource.Map{"edgeType": resource.String("STANDARD"), "nextActionId": id}
}

// single makes an action that one other follows.
func (f *flow) single(kind string, fields resource.Map, after further) resource.Value {
	action := resource.Map{
		"type": resource.String("SINGLE_CONNECTION"), "actionTypeId": resource.String(kind), "actionTypeVersion": resource.Number("0"), "fields": fields,
	}
	edge := f.add(action)
	if next := after(); next != nil {
		action["connection"] = next
	}
	return edge
}

// way is one way out of a branch.
type way struct {
	name   string
	branch resource.Value
	steps  further
}

// branches makes a branch that takes the first way whose condition holds.
func (f *flow) branches(ways []way, otherwise further) resource.Value {
	list := resource.List{}
	action := resource.Map{"type": resource.String("LIST_BRANCH"), "defaultBranchName": resource.String("otherwise")}
	edge := f.add(action)
	for _, w := range ways {
		out := resource.Map{"branchName": resource.String(w.name), "filterBranch": w.branch}
		if next := w.steps(); next != nil {
			out["connection"] = next
		}
		list = append(list, out)
	}
	action["listBranches"] = list
	if next := otherwise(); next != nil {
		action["defaultBranch"] = next
	}
	return edge
}

// steps makes the actions of steps and of what follows them.
func (f *flow) steps(list []ir.Step, after further) resource.Value {
	if len(list) == 0 {
		return after()
	}
	next := f.once(func() resource.Value { return f.steps(list[1:], after) })
	switch s := list[0].(type) {
	case ir.Send:
		return f.send(s, next)
	case ir.Do:
		f.refuse(s.At, "have another platform do it", "This version writes e-mails, waits and branches into workflows, and no other actions.")
	case ir.Wait:
		return f.wait(s, next)
	case ir.Choose:
		return f.choose(s, next)
	case ir.Split:
		f.refuse(s.At, "choose by what is known of people", "This version writes no random splits into workflows.")
	}
	return nil
}

// wait is a delay, in minutes.
func (f *flow) wait(s ir.Wait, next further) resource.Value {
	minutes := int64(s.For.Exact().Minutes())
	switch {
	case s.Until != nil:
		f.refuse(s.Until.Range(), "wait the whole time, and choose after it", "This version writes delays that do not notice what happens in them.")
	case s.For.Calendar():
		f.refuse(s.At, "write it in days", "A delay is of minutes, and %s is as long as the calendar says.", s.For)
	case minutes == 0 || s.For.Exact() != (types.Span{Amount: minutes, Unit: types.Minute}).Exact():
		f.refuse(s.At, "write whole minutes", "A delay is of minutes, and %s is no whole number of them.", s.For)
	}
	return f.single("0-1", resource.Map{"delta": resource.String(fmt.Sprint(minutes)), "time_unit": resource.String("MINUTES")}, next)
}

func (f *flow) choose(s ir.Choose, next further) resource.Value {
	var ways []way
	for _, b := range s.When {
		ways = append(ways, way{b.Name, f.asked(b.If, s.At), func() resource.Value { return f.steps(b.Steps, next) }})
	}
	return f.branches(ways, func() resource.Value { return f.steps(s.Otherwise, next) })
}

// send is the e-mail in the language of the contact, behind a branch that asks
// whether they may get it. Whom it leaves out goes on with what follows.
func (f *flow) send(s ir.Send, next further) resource.Value {
	t, _ := ir.Find(f.l.Program.Touchpoints, s.Touchpoint)
	switch {
	case !f.l.placed[s.Touchpoint]:
		f.refuse(s.At, "take "+s.Touchpoint+" out of leave_out", "%s is not on %s.", s.Touchpoint, f.l.Platform.Address)
		return nil
	case len(t.Channels) != 1:
		return nil // refused at the touchpoint
	case s.IfCapped == "wait":
		f.refuse(s.At, "write if_capped = \"skip\"", "HubSpot does not hold a message back until somebody has had fewer.")
	}
	gate, ok := f.gate(t, s)
	if !ok {
		return nil
	}
	return f.branches([]way{{"may get it", gate, func() resource.Value { return f.spoken(t, next) }}}, next)
}

// spoken sends in the language of the contact, the project's first one being
// for whoever's is not known.
func (f *flow) spoken(t ir.Touchpoint, next further) resource.Value {
	languages := f.l.Program.Project.Languages
	in := func(language string) further {
		return func() resource.Value {
			id := resource.Ref{Address: f.l.address(t.Address, language), Output: "id"}
			return f.single("0-4", resource.Map{"content_id": id}, next)
		}
	}
	attribute, known := f.l.Program.Person.AttributeNamed(f.l.Program.Person.Language)
	if !known || len(languages) == 1 {
		return in(languages[0])()
	}
	var ways []way
	for _, language := range languages[1:] {
		is := expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{attribute.Name}, Type: attribute.Type},
			Right: expr.Literal{Value: types.Text(language), Type: attribute.Type}}
		ways = append(ways, way{language, f.asked(is, t.At), in(language)})
	}
	return f.branches(ways, in(languages[0]))
}

// gate is the filter at the instant of sending: the rules for the message and,
// where the environment says so, that only testers are written to.
func (f *flow) gate(t ir.Touchpoint, s ir.Send) (resource.Value, bool) {
	c := &clause{l: f.l, at: s.At}
	branch, ok := c.branch(f.l.inserted(t))
	if ok {
		return branch, true
	}
	d := diag.Diagnostic{
		Rule: noGate, At: s.At, Mark: t.Address + " could reach people who must not get it",
		Detail: "HubSpot itself writes to everybody who has not opted out, so the rules for " + t.Purpose + " have to stand before the message, and they cannot.",
		Help:   "send it by another platform",
	}
	if len(c.found) > 0 {
		d.Detail += " " + c.found[0].Detail
		d.Help = c.found[0].Help
		d.Related = []diag.Label{{At: c.found[0].At, Text: "this is what HubSpot cannot ask"}}
	}
	f.found = append(f.found, d)
	return nil, false
}

// inserted is the condition that the lowering puts before a message.
func (l *lowering) inserted(t ir.Touchpoint) expr.Expr {
	allowed, err := l.Program.Allowed(t.Purpose, t.Channels[0])
	if err != nil {
		return expr.Literal{Value: types.Truth(false), Type: types.Bool}
	}
	testers := l.Program.Project.OnlyTo
	if len(testers) == 0 {
		return allowed
	}
	channel, _ := ir.Find(l.Program.Channels, t.Channels[0])
	only := expr.OneOf{Of: expr.Attribute{Path: []string{channel.Key}, Type: types.Email}}
	for _, tester := range testers {
		only.Values = append(only.Values, types.Text(tester))
	}
	return expr.And{Terms: []expr.Expr{allowed, only}}
}

// stepAddress is how a step is spoken of: "step.welcome.hello".
func stepAddress(j ir.Journey, name string) string {
	return "step." + strings.TrimPrefix(j.Address, "journey.") + "." + name
}

// unkept says what HubSpot does not keep to though it sends.
func (l *lowering) unkept() {
	if len(here(l, l.Program.Journeys)) == 0 {
		return
	}
	warn := func(h ir.Head, why string) {
		l.found = append(l.found, diag.Diagnostic{Rule: notKept, At: h.At, Mark: "not on " + l.Platform.Address, Detail: why})
	}
	for _, p := range here(l, l.Program.Pressures) {
		warn(p.Head, "HubSpot does not hold messages of workflows back by these limits and hours.")
	}
	for _, c := range here(l, l.Program.Controls) {
		warn(c.Head, "HubSpot does not know who is in the control group, so workflows write to them too, and effects measured against it come out too small.")
	}
}
