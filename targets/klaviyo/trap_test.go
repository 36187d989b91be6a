package klaviyo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/klaviyo"
	klaviyofake "github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// open is a configured target for an account.
func open(t *testing.T, a *klaviyofake.Account) targets.Target {
	t.Helper()
	target := klaviyo.New()
	if err := target.Configure(t.Context(), configured(a)); err != nil {
		t.Fatal(err)
	}
	return target
}

func lowered(t *testing.T, p *ir.Program) map[resource.Address]resource.Resource {
	t.Helper()
	l := klaviyo.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.crm")})
	if l.Diagnostics.HasErrors() {
		t.Fatalf("%+v", l.Diagnostics)
	}
	out := map[resource.Address]resource.Resource{}
	for _, r := range l.Resources {
		out[r.Address] = r
	}
	return out
}

func at(object string) resource.Address { return resource.Address{Object: object, Platform: "crm"} }

// found is the findings of a program as code and detail.
func found(p *ir.Program) []string {
	var out []string
	for _, d := range klaviyo.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.crm")}).Diagnostics {
		out = append(out, d.Rule.Code+": "+d.Detail+" "+d.Help)
	}
	return out
}

// carry makes one change.
func carry(t *testing.T, target targets.Target, c targets.Change) (*resource.Object, *targets.Error) {
	t.Helper()
	var object *resource.Object
	var failed *targets.Error
	if err := target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(r targets.Result) { object, failed = r.Object, r.Err }); err != nil {
		t.Fatal(err)
	}
	return object, failed
}

func list(name string) targets.Change {
	r := resource.Resource{Address: at("consent." + name), Kind: "list", Key: "consent." + name, Attributes: resource.Map{"opt_in_process": resource.String("single_opt_in")}}
	return targets.Change{Action: targets.Create, Resource: r, Mark: kit.Mark(r.Address), Key: "key " + name}
}

// text is an attribute deep inside.
func deep(v resource.Value, path ...any) resource.Value {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(resource.Map)
			v = m[step]
		case int:
			l, _ := v.(resource.List)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

// messages are what a flow sends, by name.
func messages(flow resource.Resource) map[string]resource.Map {
	out := map[string]resource.Map{}
	actions, _ := deep(flow.Attributes, "definition", "actions").(resource.List)
	for _, a := range actions {
		if m, ok := deep(a, "data", "message").(resource.Map); ok {
			name, _ := m["name"].(resource.String)
			out[string(name)] = m
		}
	}
	return out
}

// Without the revision that the API asks for, nothing is answered.
func TestEveryCallCarriesTheRevision(t *testing.T) {
	a := account(t, "rev")
	request, err := http.NewRequest(http.MethodGet, a.URL+"/api/lists", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Klaviyo-API-Key "+secret)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a call without revision was answered %d", answer.StatusCode)
	}
	if _, err := open(t, a).Identity(t.Context()); err != nil {
		t.Errorf("a call of ours: %v", err)
	}
}

// A negation is written at the operator, and who has no value is asked for where
// not being known counts.
func TestNegations(t *testing.T) {
	p := kit.Before(block("https://a.example.test"))
	gold := expr.Member{Segment: "segment.gold"}
	p.Segments = append(p.Segments, ir.Segment{Head: head("segment.other"), Where: expr.Not{Term: gold}},
		ir.Segment{Head: head("segment.not_gold"), Where: expr.Not{Term: is("tier", "gold")}})
	p.Sort()
	held(p)
	got := lowered(t, p)
	property := func(operator string) resource.Map {
		return resource.Map{"type": resource.String("profile-property"), "property": resource.String("properties['tier']"),
			"filter": resource.Map{"type": resource.String("string"), "operator": resource.String(operator), "value": resource.String("gold")}}
	}
	unset := resource.Map{"type": resource.String("profile-property"), "property": resource.String("properties['tier']"),
		"filter": resource.Map{"type": resource.String("existence"), "operator": resource.String("not-set")}}
	group := func(c ...resource.Value) resource.Value {
		return resource.List{resource.Map{"conditions": resource.List(c)}}
	}
	for name, want := range map[string]resource.Value{
		"segment.gold": group(property("equals")), "segment.not_gold": group(property("not-equals")), "segment.other": group(property("not-equals"), unset),
	} {
		if diff := cmp.Diff(want, deep(got[at(name)].Attributes, "definition", "condition_groups")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Seven pairs of which one must hold are 128 groups of 7.
func TestTooLarge(t *testing.T) {
	p := held(kit.Before(block("https://a.example.test")))
	var pairs []expr.Expr
	for i := range 7 {
		pairs = append(pairs, expr.And{Terms: []expr.Expr{is("first_name", fmt.Sprint("a", i)), is("tier", fmt.Sprint("b", i))}})
	}
	p.Segments = append(p.Segments, ir.Segment{Head: head("segment.pairs"), Where: expr.Or{Terms: pairs}})
	p.Sort()
	got := found(p)
	if len(got) != 1 || !strings.HasPrefix(got[0], "CAP302: In the form that it takes, this is at least ") {
		t.Errorf("want its size, got %v", got)
	}
}

// Marketing says so, carries the consent rules as a filter and may be dropped by
// Smart Sending only where the project asks for limits; service is transactional.
func TestMessages(t *testing.T) {
	p := held(kit.Before(block("https://a.example.test")))
	p.Project.OnlyTo = []string{"ana@example.test"}
	for pressed := range 2 {
		if pressed > 0 {
			p.Pressures = []ir.Pressure{{Head: head("pressure.all"), Limits: []ir.Limit{{Name: "weekly", Max: 3, Per: days(7), Classes: []ir.Class{ir.Marketing}}}}}
		}
		got := messages(lowered(t, p)[at("journey.welcome")])
		service, offer := got["touchpoint.welcome_mail step.welcome.hello"], got["touchpoint.offer_mail step.welcome.offer"]
		if service["transactional"] != resource.Bool(true) || offer["transactional"] != nil {
			t.Errorf("transactional: %v and %v", service["transactional"], offer["transactional"])
		}
		smart := resource.Value(resource.Bool(false)) // on is the default and left out
		if pressed > 0 {
			smart = nil
		}
		if service["smart_sending_enabled"] != resource.Bool(false) || offer["smart_sending_enabled"] != smart {
			t.Errorf("Smart Sending, limits %d: %v and %v", pressed, service["smart_sending_enabled"], offer["smart_sending_enabled"])
		}
		raw, err := json.Marshal(offer)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{`"profile-marketing-consent"`, `"profile-group-membership"`, `"ana@example.test"`} {
			if !strings.Contains(string(raw), part) {
				t.Errorf("the offer has no %s in its filter: %s", part, raw)
			}
		}
		if raw, err := json.Marshal(service); err != nil || !strings.Contains(string(raw), `"ana@example.test"`) || strings.Contains(string(raw), "consent") {
			t.Errorf("the service message: %s, %v", raw, err)
		}
	}
}

// What Explain says is inserted is what the messages carry.
func TestGates(t *testing.T) {
	p := held(kit.Before(block("https://a.example.test")))
	said := klaviyo.New().Explain(p, p.Platforms[0])
	var inserted []string
	for _, g := range said.Gates {
		if g.Inserted {
			inserted = append(inserted, g.Send+" "+g.Channel)
		}
	}
	if diff := cmp.Diff([]string{"step.welcome.offer channel.email"}, inserted); diff != "" {
		t.Errorf("gates (-want +got):\n%s", diff)
	}
	if !said.Sends || said.Caps || said.Hours || said.WindowGrain != days(1) {
		t.Errorf("%+v", said)
	}
}

// A flow cannot be edited: another is made. Segments, lists and templates can.
func TestEdits(t *testing.T) {
	p := held(kit.Before(block("https://a.example.test")))
	before, after := lowered(t, p), lowered(t, held(kit.After(block("https://a.example.test"))))
	var requests []targets.PlanRequest
	for _, address := range []resource.Address{at("journey.welcome"), at("segment.gold"), {Object: "touchpoint.welcome_mail", Platform: "crm", Role: "template"}} {
		prior, desired := before[address], after[address]
		requests = append(requests, targets.PlanRequest{Prior: &resource.Object{Kind: prior.Kind, Attributes: prior.Attributes}, Desired: &desired})
	}
	made := before[at("segment.gold")]
	requests = append(requests, targets.PlanRequest{Desired: &made}, targets.PlanRequest{Prior: requests[0].Prior})
	got, err := klaviyo.New().Plan(t.Context(), requests)
	if err != nil {
		t.Fatal(err)
	}
	want := []targets.PlanAnswer{
		{Replace: []string{"definition"}, Cost: []targets.Cost{{Class: "removal", Calls: 1}, {Class: "flow creation", Calls: 1}}},
		{Cost: []targets.Cost{{Class: "segment writing", Calls: 1}}}, {Cost: []targets.Cost{{Class: "templates", Calls: 1}}},
		{Cost: []targets.Cost{{Class: "segment writing", Calls: 1}}}, {Cost: []targets.Cost{{Class: "removal", Calls: 1}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a flow cannot do is refused with what it can.
func TestFlowRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ir.Journey, *ir.Program)
		want   string
	}{
		"finishing": {func(j *ir.Journey, _ *ir.Program) { j.OnChange = "finish" }, `on_change = "stop"`},
		"waiting for": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Wait{Name: "w", For: days(1), Until: is("tier", "gold")}}
		}, "choose after it"},
		"months": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Wait{Name: "w", For: types.Span{Amount: 1, Unit: types.Month}}}
		}, "write it in days"},
		"per order":  {func(j *ir.Journey, _ *ir.Program) { j.Enter.Per = []string{"order"} }, `again = "always"`},
		"an instant": {func(j *ir.Journey, _ *ir.Program) { j.Enter.Moment, j.Enter.Instant = "", types.Instant(1) }, "campaign"},
		"if capped": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = []ir.Step{ir.Send{Name: "s", Touchpoint: "touchpoint.offer_mail", IfCapped: "wait"}}
		}, `if_capped = "skip"`},
		"next channel": {func(_ *ir.Journey, p *ir.Program) { both(p) }, "a touchpoint for each channel"},
		"leaving":      {func(_ *ir.Journey, p *ir.Program) { p.Moments[1].Detect = ir.Leaves{Segment: "segment.gold"} }, "enter on that"},
		"entering": {func(j *ir.Journey, p *ir.Program) {
			j.LeaveIf = nil
			p.Moments[1].Detect = ir.Enters{Segment: "segment.gold"}
		}, "leave_if = !segment.gold"},
		"existing": {func(_ *ir.Journey, p *ir.Program) {
			p.Moments[1].Detect = ir.Enters{Segment: "segment.gold", Existing: true}
		}, "existing"},
		"the same": {func(_ *ir.Journey, p *ir.Program) {
			p.Moments[1].Detect = ir.Absence{On: "event.signed_up", Without: "event.order_placed", Same: "sku", For: days(1)}
		}, "leave same out"},
		"odd weights": {func(j *ir.Journey, _ *ir.Program) { j.Steps = []ir.Step{split(1, 1, 1)} }, "whole percentages"},
		"tasks":       {func(j *ir.Journey, p *ir.Program) { task(j, p) }, "webhook"},
		"either or":   {func(j *ir.Journey, _ *ir.Program) { j.Enter.If = expr.Or{Terms: []expr.Expr{is("tier", "gold"), box}} }, "two journeys"},
		"too many ways": {func(j *ir.Journey, _ *ir.Program) {
			j.Steps = nil
			for i := range 8 {
				j.Steps = append(j.Steps, fork(i))
			}
		}, "two journeys"},
		"a later step": {func(j *ir.Journey, _ *ir.Program) {
			j.Goal = expr.Did{Of: expr.Source{Event: "event.order_placed"}, Window: expr.Window{Since: "step.welcome.hello"}}
		}, "since the run began"},
		"no date": {func(_ *ir.Journey, p *ir.Program) {
			p.Moments[1].Detect = ir.OnDate{Date: expr.Literal{}, Every: days(1)}
		}, "attribute"},
		"hours to a date": {func(_ *ir.Journey, p *ir.Program) {
			p.Moments[1].Detect = ir.OnDate{Date: attribute("first_name", types.DateType), Before: types.Span{Amount: 5, Unit: types.Hour}}
		}, "whole days"},
	} {
		p := held(kit.Before(block("https://a.example.test")))
		p.Moments = slices.DeleteFunc(p.Moments, func(m ir.Moment) bool { return m.Address == "moment.bounced" })
		p.Moments = append([]ir.Moment{{Head: head("moment.aside"), Detect: ir.OnEvent{Event: "event.signed_up"}}}, p.Moments...)
		p.Journeys = slices.DeleteFunc(p.Journeys, func(j ir.Journey) bool { return j.Address == "journey.again" })
		c.change(&p.Journeys[0], p)
		got := found(p)
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "CAP") && strings.Contains(s, c.want) }) {
			t.Errorf("%s: want %q, got %q", name, c.want, got)
		}
	}
}

var box = expr.Field{Of: expr.Entry, Path: []string{"news_box"}, Type: types.Bool}

func both(p *ir.Program) {
	for i := range p.Touchpoints {
		p.Touchpoints[i].Channels = []string{"channel.email", "channel.sms"}
	}
}

func split(weights ...int) ir.Step {
	s := ir.Split{Name: "split"}
	for i, w := range weights {
		s.Variants = append(s.Variants, ir.Variant{Name: fmt.Sprint("v", i), Weight: w, Steps: []ir.Step{ir.Wait{Name: fmt.Sprint("w", i), For: days(1)}}})
	}
	return s
}

func task(j *ir.Journey, p *ir.Program) {
	p.Actions = []ir.Action{{Head: head("action.call"), Kind: "task", Title: words("Call")}}
	j.Steps = []ir.Step{ir.Do{Name: "call", Action: "action.call"}}
}

func fork(n int) ir.Step {
	return ir.Choose{Name: fmt.Sprint("c", n), When: []ir.Branch{{Name: "yes", If: is("tier", "gold")}}}
}

// Weights are parted one variant from the rest at a time, in whatever order
// gives whole percentages.
func TestSplits(t *testing.T) {
	p := held(kit.Before(block("https://a.example.test")))
	p.Journeys[0].Steps = []ir.Step{split(45, 45, 10)}
	raw, err := json.Marshal(lowered(t, p)[at(p.Journeys[0].Address)].Attributes)
	if err != nil || !strings.Contains(string(raw), `"percentage":10`) || !strings.Contains(string(raw), `"percentage":50`) {
		t.Errorf("%s, %v", raw, err)
	}
}

// 1 a second, 15 a minute and 100 a day: what is too much says how long to wait.
func TestRates(t *testing.T) {
	a := klaviyofake.Serve(t, "rates", secret, klaviyo.New().Describe().Can.Rates)
	target := open(t, a)
	segment := func(n int) *targets.Error {
		r := resource.Resource{Address: at(fmt.Sprint("segment.s", n)), Kind: "segment", Key: fmt.Sprint("segment.s", n), Attributes: resource.Map{"definition": resource.Map{"condition_groups": resource.List{
			resource.Map{"conditions": resource.List{resource.Map{"type": resource.String("profile-property"), "property": resource.String("email"), "filter": resource.Map{"type": resource.String("existence"), "operator": resource.String("is-set")}}}}}}}}
		_, err := carry(t, target, targets.Change{Action: targets.Create, Resource: r, Key: fmt.Sprint(n)})
		return err
	}
	wait := func(err *targets.Error) time.Duration {
		if err == nil || err.Kind != targets.Retryable {
			t.Fatalf("want to be told to wait, got %v", err)
		}
		return err.RetryAfter
	}
	if err := segment(0); err != nil {
		t.Fatal(err)
	}
	if got := wait(segment(1)); got > 2*time.Second {
		t.Errorf("within a second: wait %s", got)
	}
	made := 1
	var last time.Duration
	for made < 100 {
		a.Now = a.Now.Add(4 * time.Second)
		if segment(made) == nil {
			made++
		}
	}
	a.Now = a.Now.Add(time.Hour)
	if last = wait(segment(made)); last < 20*time.Hour {
		t.Errorf("after a hundred a day: wait %s", last)
	}
}

// A JSON:API pointer is a path into the attributes.
func TestRejectedFields(t *testing.T) {
	a := account(t, "ptr")
	target := open(t, a)
	bad := list("news")
	bad.Resource.Attributes = resource.Map{"opt_in_process": resource.String("triple")}
	_, err := carry(t, target, bad)
	if err == nil || err.Kind != targets.Rejected || err.Path != "opt_in_process" {
		t.Errorf("want the field, got %+v", err)
	}
	segment := resource.Resource{Address: at("segment.x"), Kind: "segment", Key: "segment.x", Attributes: resource.Map{"definition": resource.Map{"condition_groups": resource.List{resource.Map{"conditions": resource.List{
		resource.Map{"type": resource.String("profile-group-membership"), "is_member": resource.Bool(true), "group_ids": resource.List{resource.String("nowhere")}}}}}}}}
	_, err = carry(t, target, targets.Change{Action: targets.Create, Resource: segment, Key: "s"})
	if err == nil || err.Kind != targets.Rejected || err.Path != "definition.condition_groups[0].conditions[0].group_ids[0]" {
		t.Errorf("want the place, got %+v", err)
	}
}

// Lists come in pages of 10, all of which are read.
func TestPages(t *testing.T) {
	a := account(t, "pages")
	target := open(t, a)
	for i := range 35 {
		if _, err := carry(t, target, list(fmt.Sprint("c", i))); err != nil {
			t.Fatal(err)
		}
	}
	pages, objects := 0, 0
	err := target.List(t.Context(), targets.ListRequest{Kinds: []string{"list"}}, func(p []resource.Object) error { pages, objects = pages+1, objects+len(p); return nil })
	if err != nil || pages != 4 || objects != 35 {
		t.Errorf("%d objects in %d pages, %v", objects, pages, err)
	}
	a.Do(func() { a.Stuck = true })
	err = target.List(t.Context(), targets.ListRequest{Kinds: []string{"list"}}, func([]resource.Object) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "never ends") {
		t.Errorf("a page that repeats: %v", err)
	}
}

// Metrics are found by name, with the integration where several have one.
func TestLookups(t *testing.T) {
	a := account(t, "look")
	var first string
	a.Do(func() {
		first = a.AddMetric("Placed Order", "WooCommerce")
		a.Add("list", map[string]any{"name": "Newsletter"})
	})
	got, err := open(t, a).Lookup(t.Context(), []resource.Lookup{{Kind: "metric", Key: "Placed Order"}, {Kind: "metric", Key: "Placed Order (WooCommerce)"}, {Kind: "metric", Key: "Opened Emial"}, {Kind: "list", Key: "Newsleter"}, {Kind: "list", Key: "Newsletter"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []targets.LookupAnswer{{Nearest: "Placed Order (Shopify)"}, {ID: first, Found: true}, {Nearest: "Opened Email"}, {Nearest: "Newsletter"}, {ID: got[4].ID, Found: true}}
	if diff := cmp.Diff(want, got); diff != "" || got[4].ID == "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What goes wrong with a call is said in words that name what to do.
func TestBadAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*klaviyofake.Account)
		want   string
		kind   targets.ErrorKind
	}{
		"wrong key":     {func(a *klaviyofake.Account) { a.Key = "another" }, "does not accept the key", targets.Permanent},
		"missing scope": {func(a *klaviyofake.Account) { a.Lacks = []string{"lists:write"} }, "trayecto platform scopes", targets.Permanent},
		"a page":        {func(a *klaviyofake.Account) { a.Break(always(fake.Page)) }, "web page", targets.UnknownOutcome},
		"busy":          {func(a *klaviyofake.Account) { a.Break(always(fake.Busy)) }, "too many", targets.Retryable},
		"broken":        {func(a *klaviyofake.Account) { a.Break(always(fake.Broken)) }, "internal error", targets.UnknownOutcome},
		"lost":          {func(a *klaviyofake.Account) { a.Break(always(fake.Lost)) }, "broke before the answer", targets.UnknownOutcome},
	} {
		a := account(t, "bad")
		target := open(t, a)
		c.change(a)
		_, err := carry(t, target, list("news"))
		if err == nil || err.Kind != c.kind || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: want %s %q, got %v", name, c.kind, c.want, err)
		}
	}
}

func always(f fake.Fault) func(*http.Request) fake.Fault {
	return func(r *http.Request) fake.Fault {
		if r.Method == http.MethodGet {
			return fake.None
		}
		return f
	}
}

// An object whose answer was lost is found by its mark, and not by another's.
func TestLostAnswers(t *testing.T) {
	a := account(t, "lost")
	target := open(t, a)
	a.Break(always(fake.Lost))
	c := list("news")
	if _, err := carry(t, target, c); err == nil || err.Kind != targets.UnknownOutcome {
		t.Fatalf("want an unknown outcome, got %v", err)
	}
	a.Break(nil)
	got, err := target.Find(t.Context(), targets.FindRequest{Kind: "list", Key: c.Resource.Key, Mark: c.Mark, Once: c.Key})
	if err != nil || len(got) != 1 || got[0].Key != "consent.news" || got[0].Mark != c.Mark {
		t.Errorf("%+v, %v", got, err)
	}
}

// What somebody does in the account's pages is seen, and not written over.
func TestByHand(t *testing.T) {
	a := account(t, "hand")
	target := open(t, a)
	object, failed := carry(t, target, list("news"))
	if failed != nil {
		t.Fatal(failed)
	}
	update := list("news")
	update.Action, update.Prior = targets.Update, object
	a.Do(func() {
		o := a.Find("list", object.ID)
		o.Attributes["name"], o.Attributes["updated"] = "Novedades", "2026-12-01T10:00:00Z"
	})
	now, err := target.Get(t.Context(), "list", []string{object.ID})
	if err != nil || len(now) != 1 || now[0].Key != "Novedades" || now[0].Mark != "" {
		t.Errorf("a renamed list: %+v, %v", now, err)
	}
	if _, failed := carry(t, target, update); failed == nil || failed.Kind != targets.Conflict || !strings.Contains(failed.Error(), "changed at Klaviyo") {
		t.Errorf("over a renamed list: %v", failed)
	}
	update.Prior = &now[0]
	if back, failed := carry(t, target, update); failed != nil || back.Key != "consent.news" || back.Mark != update.Mark {
		t.Errorf("putting the name right: %+v, %v", back, failed)
	}
	a.Do(func() { a.Deaf = true })
	update.Resource.Attributes = resource.Map{"opt_in_process": resource.String("double_opt_in")}
	if same, failed := carry(t, target, update); failed != nil && failed.Kind != targets.Conflict || failed == nil && same.Attributes["opt_in_process"] != resource.String("single_opt_in") {
		t.Errorf("a success that changed nothing is answered as it is: %+v, %v", same, failed)
	}
	a.Do(func() { a.Objects["list"] = nil })
	if _, failed := carry(t, target, update); failed == nil || failed.Kind != targets.Conflict || !strings.Contains(failed.Error(), "deleted at Klaviyo") {
		t.Errorf("over a deleted list: %v", failed)
	}
	update.Action = targets.Delete
	if _, failed := carry(t, target, update); failed != nil {
		t.Errorf("deleting what is gone: %v", failed)
	}
}

// A message keeps a copy of its template, so an edited copy is seen, and an edit
// of the template makes another flow.
func TestTextsOfFlows(t *testing.T) {
	w := everyCall(t)
	flows, err := w.target.Get(t.Context(), "flow", ids(w, "flow"))
	if err != nil || len(flows) == 0 {
		t.Fatal(err)
	}
	before := flows[0]
	w.Do(func() {
		for _, o := range w.Objects["template"] {
			if o.Hidden {
				o.Attributes["html"] = "<p>By hand</p>"
			}
		}
	})
	after, err := w.target.Get(t.Context(), "flow", []string{before.ID})
	if err != nil || len(after) != 1 || resource.Equal(before.Attributes, after[0].Attributes) {
		t.Errorf("an e-mail edited inside a flow is not seen: %v", err)
	}
	p := held(kit.Before(block("https://a.example.test")))
	one := lowered(t, p)[at("journey.welcome")]
	p.Touchpoints[0].Content.Body["es"], p.Touchpoints[1].Content.Body["es"] = words("<p>Otra</p>"), words("<p>Otra</p>")
	two := lowered(t, p)[at("journey.welcome")]
	if resource.Equal(one.Attributes, two.Attributes) {
		t.Error("another text does not make another flow")
	}
}

func ids(w *world, kind string) []string {
	var out []string
	for _, o := range w.Objects[kind] {
		out = append(out, o.ID)
	}
	return out
}

// Another account has another identity, and what is not an address or a key is
// said when the platform is opened.
func TestConfiguring(t *testing.T) {
	one, other := account(t, "one"), account(t, "other")
	first, err := open(t, one).Identity(t.Context())
	second, err2 := open(t, other).Identity(t.Context())
	if errors.Join(err, err2) != nil || first == second || first == "" {
		t.Errorf("%q and %q, %v %v", first, second, err, err2)
	}
	c := configured(one)
	c.Env = func(string) (string, bool) { return "", false }
	if err := klaviyo.New().Configure(t.Context(), c); err == nil || !strings.Contains(err.Error(), "KLAVIYO_API_KEY is not set") {
		t.Errorf("without a key: %v", err)
	}
	c = configured(one)
	c.Platform = block("::not an address")
	if err := klaviyo.New().Configure(t.Context(), c); err == nil || !strings.Contains(err.Error(), "not an address") {
		t.Errorf("without an address: %v", err)
	}
}
