package hubspot_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/hubspot"
	hubspotfake "github.com/trayecto/trayecto/targets/hubspot/fake"
	"github.com/trayecto/trayecto/targets/kit"
)

// whole is the kit's program with all of its steps: what is asked since a run
// began, and a journey that begins with a bounce.
func whole(p *ir.Program) *ir.Program {
	p.Journeys = append(p.Journeys, plainly(p))
	for i, rule := range p.Regimes[0].Rules {
		p.Regimes[0].Rules[i].ValidFor = types.Span{Amount: 365 * max(1, rule.ValidFor.Amount/365), Unit: types.Day}
	}
	for i := range p.Journeys {
		if p.Journeys[i].Address != "journey.plain" {
			p.Journeys[i].OnChange = "migrate"
		}
		if p.Journeys[i].Address == "journey.again" {
			p.Journeys[i].Steps = []ir.Step{ir.Send{Name: "again", Touchpoint: "touchpoint.offer_mail", IfCapped: "skip"}}
		}
	}
	p.Journeys = append(p.Journeys, ir.Journey{Head: head("journey.sale"), OnChange: "stop", Enter: ir.Enter{Instant: types.NewInstant(time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)), Who: "segment.gold"},
		Steps: []ir.Step{ir.Send{Name: "sale", Touchpoint: "touchpoint.offer_mail", IfCapped: "skip"}}})
	p.Sort()
	return p
}

// plainly is the welcome with plain steps and one message, the runs of which end
// with an edit.
func plainly(p *ir.Program) ir.Journey {
	other := *p
	other.Journeys = slices.Clone(p.Journeys)
	for i := range other.Journeys {
		other.Journeys[i].Steps = slices.Clone(p.Journeys[i].Steps)
		for k, s := range other.Journeys[i].Steps {
			switch s := s.(type) {
			case ir.Choose:
				s.When = slices.Clone(s.When)
				other.Journeys[i].Steps[k] = s
			case ir.Send:
				s.Touchpoint = "touchpoint.offer_mail"
				other.Journeys[i].Steps[k] = s
			case ir.Wait, ir.Do, ir.Split:
			}
		}
	}
	for _, j := range held(&other).Journeys {
		if j.Address == "journey.welcome" {
			j.Address = "journey.plain"
			return j
		}
	}
	panic("the kit has no journey.welcome")
}

// The contract that every target keeps, for every kind of journey: those that are
// edited in place, and those that are made anew.
func TestContract(t *testing.T) {
	t.Parallel()
	h := harness(t, hubspot.New)
	h.Programs = func(p ir.Platform) (*ir.Program, *ir.Program) { return whole(kit.Before(p)), whole(kit.After(p)) }
	kit.Test(t, h)
}

// lowered is the program of the kit with one change, lowered.
func lowered(change func(*ir.Program, *ir.Journey)) targets.Lowered {
	p := whole(kit.Before(block("https://a.example.test")))
	at := slices.IndexFunc(p.Journeys, func(j ir.Journey) bool { return j.Address == "journey.welcome" })
	change(p, &p.Journeys[at])
	return hubspot.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.crm")})
}

func did(event, since string) expr.Expr {
	return expr.Did{Of: expr.Source{Event: "event." + event}, Window: expr.Window{Since: since}}
}

func hours(n int64) types.Span { return types.Span{Amount: n, Unit: types.Hour} }

// What no workflow can do is refused where it stands, with what it can.
func TestRefusalsOfSteps(t *testing.T) {
	until := func(e expr.Expr) func(*ir.Program, *ir.Journey) {
		return func(_ *ir.Program, j *ir.Journey) {
			j.Steps = append(j.Steps, ir.Wait{Name: "w", For: hours(3), Until: e, At: j.At})
		}
	}
	start := func(d ir.Detect) func(*ir.Program, *ir.Journey) {
		return func(p *ir.Program, j *ir.Journey) {
			p.Moments = append(p.Moments, ir.Moment{Head: head("moment.start"), Detect: d})
			j.Enter = ir.Enter{Moment: "moment.start", Again: "never"}
		}
	}
	do := func(a ir.Action) func(*ir.Program, *ir.Journey) {
		return func(p *ir.Program, j *ir.Journey) {
			a.Head = head("action.x")
			p.Actions = append(p.Actions, a)
			j.Steps = append(j.Steps, ir.Do{Name: "d", Action: "action.x"})
		}
	}
	opened := expr.Did{Of: expr.Source{Touchpoint: "touchpoint.welcome_mail", Outcome: "opened"}, Window: expr.Ever}
	slot := content.Template{Pieces: []content.Piece{content.Slot{Value: attribute("first_name", types.String)}}}
	for name, c := range map[string]struct {
		change func(*ir.Program, *ir.Journey)
		want   string
	}{
		"people finish what was edited": {func(_ *ir.Program, j *ir.Journey) { j.OnChange = "finish" }, "migrate"},
		"a run for each order, with a wait": {func(_ *ir.Program, j *ir.Journey) {
			j.Enter.Per, j.Enter.Again = []string{"order"}, "always"
		}, "leave per out"},
		"a wait from which another takes over, again": {func(_ *ir.Program, j *ir.Journey) { j.Enter.Again = "always" }, "again = \"never\""},
		"how often since the run began": {until(expr.Compare{Op: expr.Greater, Left: expr.Aggregate{Op: expr.Count, Of: expr.Source{Event: "event.order_placed"}, Window: expr.Window{Since: "run"}, Type: types.Number},
			Right: expr.Literal{Value: number("2"), Type: types.Number}}), "whether it happened"},
		"not opened":                             {until(expr.Not{Term: opened}), "otherwise"},
		"what begins the run and is asked in it": {until(expr.Not{Term: did("signed_up", "run")}), "another event"},
		"what begins the run and ends it":        {func(_ *ir.Program, j *ir.Journey) { j.Goal = did("signed_up", "run") }, "another event"},
		"weights of no whole percentage": {func(_ *ir.Program, j *ir.Journey) {
			j.Steps = append(j.Steps, ir.Split{Name: "s", Variants: []ir.Variant{{Name: "a", Weight: 1}, {Name: "b", Weight: 2}}})
		}, "whole percentages"},
		"a split that decides": {func(_ *ir.Program, j *ir.Journey) {
			j.Steps = append(j.Steps, ir.Split{Name: "s", Decide: "3d", Variants: []ir.Variant{{Name: "a", Weight: 1}}})
		}, "by hand"},
		"existing":           {start(ir.Enters{Segment: "segment.gold", Existing: true}), "existing"},
		"the same field":     {start(ir.Absence{On: "event.signed_up", Without: "event.order_placed", Same: "sku", For: hours(3)}), "same"},
		"each month":         {start(ir.OnDate{Date: attribute("birth_date", types.DateType), Every: types.Span{Amount: 1, Unit: types.Month}}), "1y"},
		"hours before a day": {start(ir.OnDate{Date: attribute("birth_date", types.DateType), Before: hours(3)}), "whole days"},
		"a person's own hours": {func(p *ir.Program, j *ir.Journey) {
			p.Person.Timezone = "zone"
			start(ir.OnDate{Date: attribute("birth_date", types.DateType)})(p, j)
		}, "timezone"},
		"a one-off of two messages": {func(_ *ir.Program, j *ir.Journey) {
			j.Enter = ir.Enter{Instant: types.NewInstant(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)), Who: "segment.gold"}
		}, ".sent"},
		"a channel closed":        {do(ir.Action{Kind: "suppress", Channel: "channel.email"}), "webhook"},
		"another's action":        {do(ir.Action{Kind: "task", Platform: "platform.other"}), "webhook"},
		"nobody to tell":          {do(ir.Action{Kind: "notify"}), "to ="},
		"an address put together": {do(ir.Action{Kind: "webhook", URL: slot}), "constant"},
		"since when somebody agrees": {func(p *ir.Program, j *ir.Journey) {
			p.Person.Attributes = append(p.Person.Attributes, ir.Attribute{Name: "news_granted_at", Type: types.Timestamp})
			do(ir.Action{Kind: "set", Attribute: "news_granted_at", Value: expr.Literal{Value: types.Text("x"), Type: types.String}})(p, j)
		}, "people say yes"},
		"what ends the run": {do(ir.Action{Kind: "set", Attribute: "tier", Value: expr.Literal{Value: types.Text("gold"), Type: types.String}}), "another attribute"},
		"an event that ends a wait and the run": {func(p *ir.Program, j *ir.Journey) {
			j.Enter.Again, j.Goal, j.LeaveIf = "never", nil, did("order_placed", "run")
			until(expr.Or{Terms: []expr.Expr{did("order_placed", "step."+name(j.Address)+"."+j.Steps[0].StepName()), opened}})(p, j)
		}, "ask since the same step"},
		"an event asked for in two ways at once": {func(p *ir.Program, j *ir.Journey) {
			j.Enter.Again, j.Goal, j.LeaveIf = "never", nil, nil
			until(expr.Or{Terms: []expr.Expr{did("order_placed", "step."+name(j.Address)+"."+j.Steps[0].StepName()), opened}})(p, j)
			j.Steps = append(j.Steps, ir.Choose{Name: "c", When: []ir.Branch{{Name: "b", If: did("order_placed", "run"), Steps: []ir.Step{ir.Wait{Name: "w2", For: hours(1)}}}}})
		}, "ask since the same step"},
	} {
		l := lowered(c.change)
		if !slices.ContainsFunc(l.Diagnostics, func(d diag.Diagnostic) bool {
			return strings.Contains(d.Help, c.want) && !d.At.IsZero() && d.Detail != "" && (d.Rule.Code == "CAP434" || d.Rule.Code == "CAP301")
		}) {
			t.Errorf("%s: want a finding that helps with %q, got %+v", name, c.want, l.Diagnostics)
		}
	}
}

// The gate stands right before each message, in each workflow that sends it.
func TestEachMessageStandsBehindItsGate(t *testing.T) {
	l := lowered(func(*ir.Program, *ir.Journey) {})
	if l.Diagnostics.HasErrors() {
		t.Fatalf("%+v", l.Diagnostics)
	}
	messages := 0
	for _, r := range l.Resources {
		actions, _ := r.Attributes["actions"].(resource.List)
		behind := map[string]int{}  // edges to an action
		guarded := map[string]int{} // of them, those that leave a gate or the choice of a language behind one
		for _, item := range actions {
			a := item.(resource.Map)
			for _, way := range ways(a) {
				behind[way.to]++
				if way.name == "may get it" || a["type"] == resource.String("LIST_BRANCH") && guarded[string(a["actionId"].(resource.String))] > 0 {
					guarded[way.to]++
				}
			}
		}
		for _, item := range actions {
			a := item.(resource.Map)
			if a["actionTypeId"] == resource.String("0-4") {
				messages++
				if id := string(a["actionId"].(resource.String)); behind[id] == 0 || behind[id] != guarded[id] {
					t.Errorf("%s: %d ways lead to the message %s, and %d of them by a gate", r.Address, behind[id], id, guarded[id])
				}
			}
		}
	}
	if messages < 4 {
		t.Errorf("only %d messages were looked at", messages)
	}
}

type leading struct{ name, to string }

// ways are the ways out of an action.
func ways(a resource.Map) []leading {
	var out []leading
	add := func(name string, edge resource.Value) {
		if m, ok := edge.(resource.Map); ok {
			out = append(out, leading{name, string(m["nextActionId"].(resource.String))})
		}
	}
	add("", a["connection"])
	add("", a["defaultBranch"])
	for _, list := range []string{"listBranches", "staticBranches", "testBranches"} {
		branches, _ := a[list].(resource.List)
		for _, b := range branches {
			name, _ := b.(resource.Map)["branchName"].(resource.String)
			add(string(name), b.(resource.Map)["connection"])
		}
	}
	return out
}

// The list whose joining begins runs is made anew where its words change: who
// fits because they changed must not enter. Other lists are edited in place.
func TestWhoFitsByOtherWordsDoesNotEnter(t *testing.T) {
	plan := func(role string) []string {
		r := resource.Resource{Address: resource.Address{Object: "journey.w", Platform: "crm", Role: role}, Kind: "list", Attributes: tier("IS_ANY_OF", "silver")}
		o := &resource.Object{Kind: "list", ID: "1", Attributes: tier("IS_ANY_OF", "gold")}
		answers, err := hubspot.New().Plan(t.Context(), []targets.PlanRequest{{Prior: o, Desired: &r}})
		if err != nil {
			t.Fatal(err)
		}
		return answers[0].Replace
	}
	if got := plan("enters"); len(got) == 0 {
		t.Error("the list of a door is edited in place")
	}
	if got := plan("leaves"); len(got) > 0 {
		t.Errorf("another list is replaced because of %v", got)
	}
}

// A new list is waited for until HubSpot has worked out who is on it.
func TestNewListsAreWaitedFor(t *testing.T) {
	a := account(t, 1)
	waited := 0
	target := hubspot.Waiting(func(_ context.Context, _ time.Duration) error { waited++; return nil })()
	if err := target.Configure(t.Context(), configured(a)); err != nil {
		t.Fatal(err)
	}
	a.Do(func() { a.Filling = 3 })
	if _, failed := carry(t, target, list("gold", tier("IS_ANY_OF", "gold"))); failed != nil || waited != 2 {
		t.Errorf("want it waited for twice, got %d times, %v", waited, failed)
	}
	a.Do(func() { a.Filling = 1000 })
	if _, failed := carry(t, target, list("silver", tier("IS_ANY_OF", "silver"))); failed == nil || failed.Kind != targets.UnknownOutcome || !strings.Contains(failed.Message, "apply again") {
		t.Errorf("want to be told that it is not worked out, got %v", failed)
	}
}

// sale is a regular e-mail for an instant.
func sale(a *hubspotfake.Account, at time.Time) targets.Change {
	list := a.Add("everybody", "MANUAL", nil)
	return targets.Change{Action: targets.Create, Key: "s", Mark: "trayecto-s", Resource: resource.Resource{
		Address: resource.Address{Object: "journey.sale", Platform: "crm", Role: "en"}, Kind: "regular_email", Key: "journey.sale en", Attributes: resource.Map{
			"subject": str("Sale"), "html": str("<p>Now.</p>"), "language": str("en"), "subscription": str(a.Subscriptions[0].ID), "send_at": str(at.Format(time.RFC3339)), "to": resource.List{str(list.ID)},
		}}}
}

// A regular e-mail is a draft until it is switched on, is not scheduled when its
// instant has passed, which would send it at once, and stays what it was sent as.
func TestRegularEmails(t *testing.T) {
	a := account(t, 1)
	target := open(t, a)
	made, failed := carry(t, target, sale(a, a.Now.Add(time.Hour)))
	if failed != nil || made.Switch != resource.Off || a.Emails[0].Body["state"] != "DRAFT" {
		t.Fatalf("want a draft, got %+v, %v", made, failed)
	}
	turn := sale(a, a.Now.Add(time.Hour))
	turn.Resource.Attributes, turn.Prior = made.Attributes, made
	for _, step := range []struct {
		action targets.Action
		state  string
	}{{targets.SwitchOn, "SCHEDULED"}, {targets.SwitchOff, "DRAFT"}, {targets.SwitchOn, "SCHEDULED"}} {
		turn.Action = step.action
		if turn.Prior, failed = carry(t, target, turn); failed != nil || a.Emails[0].Body["state"] != step.state {
			t.Fatalf("%s: want %s, got %v, %v", step.action, step.state, a.Emails[0].Body["state"], failed)
		}
	}
	a.Contacts = []*hubspotfake.Contact{{ID: "ana", Properties: map[string]any{"email": "ana@example.test"}, Lists: map[string]bool{a.Lists[0].ID: true}}}
	a.Do(func() { a.Advance(a.Now.Add(2 * time.Hour)) })
	if len(a.Sent) != 1 {
		t.Errorf("want it sent to one, got %v", a.Sent)
	}
	update := turn
	update.Action = targets.Update
	update.Resource.Attributes = resource.Map{"subject": str("Another")}
	update.Prior, _ = carry(t, target, turn)
	if _, failed := carry(t, target, update); failed == nil || !strings.Contains(failed.Message, "was scheduled or sent since it was read") {
		t.Errorf("want no edit of what was sent, got %v", failed)
	}
	past, failed := carry(t, target, sale(a, time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)))
	if failed != nil {
		t.Fatal(failed)
	}
	late := targets.Change{Action: targets.SwitchOn, Key: "late", Prior: past, Resource: resource.Resource{Kind: "regular_email", Attributes: past.Attributes}}
	if _, failed := carry(t, target, late); failed == nil || !strings.Contains(failed.Message, "has passed") || len(a.Sent) != 1 {
		t.Errorf("want it not sent, got %v and %d messages", failed, len(a.Sent))
	}
}

// With migrate an edit is made in place, and whoever waits goes on at the action
// of the same step; with stop another workflow is made.
func TestPeopleGoOnInWhatWasEdited(t *testing.T) {
	flow := func(onChange string, steps ...ir.Step) resource.Resource {
		l := lowered(func(p *ir.Program, j *ir.Journey) { j.OnChange, j.LeaveIf, j.Steps = onChange, nil, steps })
		at := slices.IndexFunc(l.Resources, func(r resource.Resource) bool { return r.Address.Object == "journey.welcome" && r.Address.Role == "" })
		if at < 0 {
			t.Fatalf("%+v", l.Diagnostics)
		}
		return l.Resources[at]
	}
	ids := func(r resource.Resource) (out []string) {
		for _, a := range r.Attributes["actions"].(resource.List) {
			if m := a.(resource.Map); m["actionTypeId"] == resource.String("0-1") {
				out = append(out, string(m["actionId"].(resource.String)))
			}
		}
		return out
	}
	rest, first := ir.Wait{Name: "rest", For: hours(3)}, ir.Wait{Name: "first", For: hours(1)}
	for onChange, replaced := range map[string]bool{"migrate": false, "stop": true} {
		before, after := flow(onChange, rest), flow(onChange, first, rest)
		if old, now := ids(before), ids(after); len(old) != 1 || !slices.Contains(now, old[0]) || len(now) != 2 {
			t.Errorf("the wait was action %v and is one of %v", old, now)
		}
		answers, err := hubspot.New().Plan(t.Context(), []targets.PlanRequest{{Prior: &resource.Object{Kind: "workflow", ID: "1", Attributes: before.Attributes}, Desired: &after}})
		if err != nil || (len(answers[0].Replace) > 0) != replaced {
			t.Errorf("%s: want replaced to be %v, got %+v, %v", onChange, replaced, answers, err)
		}
	}
}

// People of the team are found by their addresses, as owners or as users; the
// hours of schedules are the account's.
func TestLookupsOfTheTeam(t *testing.T) {
	a := account(t, 1)
	a.Owners = []hubspotfake.Owner{{ID: "5", Email: "ana@team.example.test", User: 55}, {ID: "6", Email: "ben@team.example.test", User: 66}}
	got, err := open(t, a).Lookup(t.Context(), []resource.Lookup{
		{Kind: "owner", Key: "ben@team.example.test"}, {Kind: "user", Key: "ben@team.example.test"}, {Kind: "user", Key: "bem@team.example.test"},
		{Kind: "timezone", Key: "Europe/Madrid"}, {Kind: "timezone", Key: "Europe/Lisbon"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].ID != "6" || got[1].ID != "66" || got[2].Nearest != "ben@team.example.test" || !got[3].Found || got[4].Found {
		t.Errorf("%+v", got)
	}
}

// What a body leaves out HubSpot clears; each part that we keep is in each body.
func TestBodiesAreWhole(t *testing.T) {
	a := account(t, 1)
	target := open(t, a)
	made, failed := carry(t, target, workflow(a, "1", ""))
	if failed != nil {
		t.Fatal(failed)
	}
	on := workflow(a, "1", "")
	on.Action, on.Prior = targets.SwitchOn, made
	if _, failed := carry(t, target, on); failed != nil {
		t.Fatal(failed)
	}
	calls := a.Calls()
	var body map[string]any
	for _, c := range calls {
		if c.Method == "PUT" {
			if err := json.Unmarshal([]byte(c.Body), &body); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, part := range []string{"revisionId", "actions", "enrollmentCriteria", "startActionId", "suppressionListIds", "timeWindows", "blockedDates", "customProperties", "canEnrollFromSalesforce", "type"} {
		if _, there := body[part]; !there {
			t.Errorf("the body says nothing of %s: %v", part, body)
		}
	}
	criteria, _ := body["enrollmentCriteria"].(map[string]any)
	if _, there := criteria["listMembershipFilterBranches"]; !there {
		t.Errorf("the criteria say nothing of lists: %v", criteria)
	}
}
