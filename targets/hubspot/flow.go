package hubspot

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/narrow"
)

// workflows makes the workflows of each placed journey, and a regular e-mail of
// one that begins at an instant.
func (l *lowering) workflows() {
	for _, j := range account.Here(l, l.Program.Journeys) {
		if j.Enter.Moment == "" {
			l.regular(j)
			continue
		}
		f := l.flow(j)
		l.Found = append(l.Found, f.found...)
		if f.found.HasErrors() {
			continue
		}
		for _, r := range f.lists {
			l.Add(r)
		}
		for _, p := range f.parts {
			l.Add(f.resource(p))
		}
	}
}

// flow lowers a journey, once more as long as it is found that more has to be
// written down of its runs.
func (l *lowering) flow(j ir.Journey) *flow {
	defer func() { l.inside, l.remember = nil, nil }()
	memory := remembering()
	for {
		f := &flow{l: l, journey: j, waits: map[string]*handed{}, memory: memory, wants: remembering()}
		l.inside, l.remember = &j, f.remember
		if f.lower(); !memory.grows(f.wants) {
			return f
		}
	}
}

// flow is one journey on its way. It becomes the workflow that people enter, one
// that ends the runs of those who reach the goal or are to leave, and one that
// takes over where a wait ends because something about the contact has changed,
// with the lists that these are about.
//
// What follows a branch is made once: ways come together again by HubSpot's "go
// to".
type flow struct {
	l       *lowering
	journey ir.Journey
	parts   []*workflow
	lists   []resource.Resource
	waits   map[string]*handed // by step
	memory  memory             // what is written down
	wants   memory             // what is found to have to be
	kept    []remembered

	part  *workflow // being made
	step  string    // whose actions are being made
	knows facts     // what is known where they stand
	found diag.List
}

// workflow is one of them.
type workflow struct {
	role     string // "" for the one that people enter
	criteria resource.Map
	schedule resource.Map
	start    resource.Value
	actions  resource.List
	taken    map[string]bool // ids of actions
	ends     []*workflow     // whose runs end for whoever enters this one
}

// facts are conditions that are known to hold or not to hold on the way to a
// step, as they are printed.
type facts map[string]bool

// key names what is known.
func (k facts) key() string {
	var out []string
	for of, holds := range k {
		out = append(out, fmt.Sprint(of, " ", holds))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// with is the facts and one more.
func (k facts) with(of string, holds bool) facts {
	out := facts{of: holds}
	for name, value := range k {
		if name != of {
			out[name] = value
		}
	}
	return out
}

// lasting is what is still known when time has passed: what has happened since
// a run began has happened from then on.
func (k facts) lasting() facts {
	out := facts{}
	for of, holds := range k {
		if holds {
			out[of] = true
		}
	}
	return out
}

// further makes what follows, and is the edge there; nil at the end.
type further func() resource.Value

func end() resource.Value { return nil }

// refuse says what the workflow cannot do, and what would help.
func (f *flow) refuse(at diag.Range, help, why string, args ...any) {
	if at.IsZero() {
		at = f.journey.At
	}
	d := diag.Diagnostic{Rule: noStep, At: at, Mark: f.l.Platform.Address + " cannot do this", Detail: fmt.Sprintf(why, args...), Help: help}
	if !slices.ContainsFunc(f.found, func(o diag.Diagnostic) bool { return o.At == d.At && o.Detail == d.Detail }) {
		f.found = append(f.found, d)
	}
}

// edited are the words of on_change that HubSpot can keep.
var edited = map[string]bool{"stop": true, "migrate": true}

// lower makes the workflows.
func (f *flow) lower() {
	enter := f.journey.Enter
	if !edited[f.journey.OnChange] {
		f.refuse(f.journey.At, "write on_change = \"migrate\", or \"stop\" to end their runs",
			"An edit at HubSpot changes the workflow that people are in, or makes another one and ends their runs, so %q cannot be kept.", f.journey.OnChange)
	}
	if again := enter.Again; again != "always" && again != "never" && again != "" {
		f.refuse(enter.At, "write again = \"never\" or \"always\"", "HubSpot lets a contact enter once or each time, and does not count %s between two.", again)
	}
	f.keyed()
	f.markers()
	main := f.begin("")
	f.enrol(main)
	f.takeOver()
	f.leave()
	f.hear()
}

// keyed sees that runs that have an object of their own do not have to go on
// beside each other.
func (f *flow) keyed() {
	enter := f.journey.Enter
	if len(enter.Per) == 0 {
		return
	}
	if enter.Again != "always" {
		f.refuse(enter.At, "write again = \"always\", which is one run for each event", "HubSpot counts entries by contact and not by %s.", enter.Per[0])
	}
	ir.Walk(f.journey.Steps, func(s ir.Step) {
		if wait, ok := s.(ir.Wait); ok {
			f.refuse(wait.At, "take the wait out, or leave per out", "A contact is in a workflow once at a time, so while they wait here for one %s nothing begins for another.", enter.Per[0])
		}
	})
}

// begin is a new workflow, into which actions go from now on.
func (f *flow) begin(role string) *workflow {
	p := &workflow{role: role, taken: map[string]bool{}, criteria: resource.Map{}}
	f.parts = append(f.parts, p)
	f.part = p
	return p
}

// resource is a workflow as HubSpot takes it, without what it is called and
// whether it is on.
func (f *flow) resource(p *workflow) resource.Resource {
	attributes := resource.Map{"enrollmentCriteria": p.criteria, "actions": p.actions}
	if edge, ok := p.start.(resource.Map); ok {
		attributes["startActionId"] = edge["nextActionId"]
	}
	if p.schedule != nil {
		attributes["enrollmentSchedule"] = p.schedule
	}
	if len(p.ends) > 0 {
		ids := resource.List{}
		for _, other := range p.ends {
			ids = append(ids, f.ref(other.role))
		}
		attributes["unEnrollmentSetting"] = resource.Map{"type": resource.String("SELECTIVE"), "flowIds": ids}
	}
	if f.journey.OnChange == inPlace {
		attributes["customProperties"] = resource.Map{onChange: resource.String(inPlace)}
	}
	return resource.Resource{
		Address: f.l.Address(f.journey.Address, p.role), Kind: kindWorkflow, Switch: resource.On, At: f.journey.At,
		Attributes: normal(attributes).(resource.Map), Places: map[string]diag.Range{"enrollmentCriteria": f.journey.Enter.At, "actions": f.journey.At},
	}
}

// ref is the id of an object of the journey's.
func (f *flow) ref(role string) resource.Value {
	return resource.Ref{Address: f.l.Address(f.journey.Address, role), Output: "id"}
}

// asked is a condition on the contact, asked when they come to it.
func (f *flow) asked(e expr.Expr, at diag.Range) resource.Map {
	if narrow.AboutEvent(e) {
		f.refuse(e.Range(), "ask it where the journey begins", "What the event carried that began a workflow is known at its beginning and not later.")
		return nil
	}
	c := f.l.clause(at)
	branch, _ := c.branch(e)
	f.found = append(f.found, c.Found...)
	return branch
}

// once makes what follows one time for each workflow and what is known there;
// each later edge there is a "go to".
func (f *flow) once(after further) further {
	type place struct {
		part  *workflow
		knows string
	}
	made := map[place]resource.Value{}
	return func() resource.Value {
		at := place{f.part, f.knows.key()}
		first, done := made[at]
		if !done {
			first = after()
			made[at] = first
			return first
		}
		edge, ok := first.(resource.Map)
		if !ok {
			return first
		}
		return resource.Map{"edgeType": resource.String("GOTO"), "nextActionId": edge["nextActionId"]}
	}
}

// knowing makes what follows where something more is known.
func (f *flow) knowing(knows facts, next further) resource.Value {
	before := f.knows
	f.knows = knows
	defer func() { f.knows = before }()
	return next()
}

// id is a number for an action that stays the same whatever its step is called
// later and whatever is put before it: whoever waits there when the workflow is
// edited goes on from there.
func (f *flow) id(piece string) string {
	for n := 0; ; n++ {
		h := fnv.New32a()
		fmt.Fprintf(h, "%s %s %d", f.journey.First(f.step), piece, n)
		id := fmt.Sprint(1 + h.Sum32()%999_999_999)
		if !f.part.taken[id] {
			f.part.taken[id] = true
			return id
		}
	}
}

// add makes an action and is the edge to it.
func (f *flow) add(piece string, action resource.Map) resource.Value {
	id := resource.String(f.id(piece))
	action["actionId"] = id
	f.part.actions = append(f.part.actions, action)
	return resource.Map{"edgeType": resource.String("STANDARD"), "nextActionId": id}
}

// single makes an action that one other follows.
func (f *flow) single(kind string, fields resource.Map, after further) resource.Value {
	action := resource.Map{
		"type": resource.String("SINGLE_CONNECTION"), "actionTypeId": resource.String(kind), "actionTypeVersion": resource.Number("0"), "fields": fields,
	}
	return f.then(kind, action, after)
}

// then makes an action and what follows it.
func (f *flow) then(piece string, action resource.Map, after further) resource.Value {
	edge := f.add(piece, action)
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
	piece := "branch"
	for _, w := range ways {
		piece += " " + w.name
	}
	edge := f.add(piece, action)
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

// nothing is an action that does nothing and that nothing follows: a workflow
// needs one, and a way of a split needs one to lead to.
func (f *flow) nothing() resource.Value {
	return f.branches([]way{{"anybody", everybody(), end}}, end)
}

// everybody is filters that each contact fits.
func everybody() resource.Map { return anyOf(group(nil, resource.List{known("hs_object_id", true)})) }

// anyOf is filters of which one group must fit.
func anyOf(groups ...resource.Value) resource.Map {
	return resource.Map{"filterBranchType": resource.String("OR"), "filterBranchOperator": resource.String("OR"), "filterBranches": resource.List(groups)}
}

// listed is the filter of who is on a list, or is not.
func listed(list resource.Value, is bool) resource.Map {
	operator := "IN_LIST"
	if !is {
		operator = "NOT_IN_LIST"
	}
	return resource.Map{"filterType": resource.String("IN_LIST"), "operator": resource.String(operator), "listId": list}
}

// also is filters each group of which asks for one more.
func also(root resource.Map, filter resource.Map) resource.Map {
	groups, _ := root["filterBranches"].(resource.List)
	var out []resource.Value
	for _, item := range groups {
		old, _ := item.(resource.Map)
		branches, _ := old["filterBranches"].(resource.List)
		filters, _ := old["filters"].(resource.List)
		out = append(out, group(branches, append(slices.Clone(filters), filter)))
	}
	return anyOf(out...)
}

// unkept says what HubSpot does not keep to though it sends.
func (l *lowering) unkept() {
	if len(account.Here(l, l.Program.Journeys)) == 0 {
		return
	}
	warn := func(h ir.Head, why string) {
		l.Found = append(l.Found, diag.Diagnostic{Rule: notKept, At: h.At, Mark: "not on " + l.Platform.Address, Detail: why})
	}
	for _, p := range account.Here(l, l.Program.Pressures) {
		warn(p.Head, "HubSpot does not hold messages of workflows back by these limits and hours.")
	}
	for _, c := range account.Here(l, l.Program.Controls) {
		warn(c.Head, "HubSpot does not know who is in the control group, so workflows write to them too, and effects measured against it come out too small.")
	}
}
