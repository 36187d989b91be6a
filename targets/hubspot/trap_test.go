package hubspot_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/hubspot"
	hubspotfake "github.com/trayecto/trayecto/targets/hubspot/fake"
	"github.com/trayecto/trayecto/targets/kit"
)

// open is a configured target for an account.
func open(t *testing.T, a *hubspotfake.Account) targets.Target {
	t.Helper()
	target := hubspot.New()
	if err := target.Configure(t.Context(), configured(a)); err != nil {
		t.Fatal(err)
	}
	return target
}

// carry makes one change.
func carry(t *testing.T, target targets.Target, c targets.Change) (o *resource.Object, failed *targets.Error) {
	t.Helper()
	if err := target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(r targets.Result) { o, failed = r.Object, r.Err }); err != nil {
		t.Fatal(err)
	}
	return o, failed
}

func str(s string) resource.Value { return resource.String(s) }

// tier is filters for those of a tier.
func tier(operator, word string) resource.Map {
	filter := resource.Map{"filterType": str("PROPERTY"), "property": str("tier"), "operation": resource.Map{
		"operationType": str("ENUMERATION"), "operator": str(operator), "values": resource.List{str(word)}}}
	group := resource.Map{"filterBranchType": str("AND"), "filterBranchOperator": str("AND"), "filters": resource.List{filter}}
	return resource.Map{"filterBranch": resource.Map{"filterBranchType": str("OR"), "filterBranchOperator": str("OR"), "filterBranches": resource.List{group}}}
}

// list makes a list.
func list(name string, attributes resource.Map) targets.Change {
	key := "segment." + name
	return targets.Change{Action: targets.Create, Key: "create " + name, Mark: "trayecto-" + name, Resource: resource.Resource{
		Address: resource.Address{Object: key, Platform: "crm"}, Kind: "list", Key: key, Attributes: attributes}}
}

// workflow makes a workflow of one delay that begins at start.
func workflow(a *hubspotfake.Account, start, next string) targets.Change {
	delay := resource.Map{"type": str("SINGLE_CONNECTION"), "actionId": str("1"), "actionTypeId": str("0-1"), "actionTypeVersion": resource.Number("0"),
		"fields": resource.Map{"delta": str("60"), "time_unit": str("MINUTES")}}
	if next != "" {
		delay["connection"] = resource.Map{"edgeType": str("STANDARD"), "nextActionId": str(next)}
	}
	trigger := resource.Map{"filterBranchType": str("UNIFIED_EVENTS"), "filterBranchOperator": str("AND"), "eventTypeId": str(a.Events[0].ID), "operator": str("HAS_COMPLETED")}
	return targets.Change{Action: targets.Create, Key: "w", Mark: "trayecto-w", Resource: resource.Resource{
		Address: resource.Address{Object: "journey.w", Platform: "crm"}, Kind: "workflow", Key: "journey.w", Attributes: resource.Map{
			"startActionId": str(start), "actions": resource.List{delay},
			"enrollmentCriteria": resource.Map{"type": str("EVENT_BASED"), "shouldReEnroll": resource.Bool(false), "eventFilterBranches": resource.List{trigger}},
		}}}
}

// The contract takes any text as an operator; ours are held against the schema
// of the fake, and each says what becomes of whoever has no value: the negative
// ones would let them in.
func TestNegativeFiltersLeaveOutWhoeverHasNoValue(t *testing.T) {
	a := account(t, 1)
	o, failed := carry(t, open(t, a), list("others", tier("IS_NONE_OF", "gold")))
	if failed != nil {
		t.Fatal(failed)
	}
	a.Contacts = []*hubspotfake.Contact{
		{ID: "gold", Properties: map[string]any{"tier": "gold"}}, {ID: "silver", Properties: map[string]any{"tier": "silver"}}, {ID: "unknown", Properties: map[string]any{}},
	}
	if got := a.Members(o.ID); !slices.Equal(got, []string{"silver"}) {
		t.Errorf("want silver alone, got %v", got)
	}
	if _, failed = carry(t, open(t, a), list("wrong", tier("IS_AMONG", "gold"))); failed == nil {
		t.Error("an operator that there is not was written")
	}
}

// A workflow that leads nowhere passes HubSpot's contract, and is not written.
func TestDanglingWaysAreNotWritten(t *testing.T) {
	a := account(t, 1)
	target := open(t, a)
	for name, c := range map[string]targets.Change{"start": workflow(a, "9", ""), "next": workflow(a, "1", "8")} {
		if _, failed := carry(t, target, c); failed == nil || !strings.Contains(failed.Message, "which it does not have") {
			t.Errorf("%s: want a refusal, got %v", name, failed)
		}
	}
	if len(a.Flows) != 0 {
		t.Error("it was written all the same")
	}
}

// PUT clears what a body leaves out and needs the revision: switching on sends
// the whole of it, and what was made is off until then.
func TestSwitchingSendsTheWhole(t *testing.T) {
	a := account(t, 1)
	target := open(t, a)
	made, failed := carry(t, target, workflow(a, "1", ""))
	if failed != nil || made.Switch != resource.Off {
		t.Fatalf("want it made and off: %+v, %v", made, failed)
	}
	on := workflow(a, "1", "")
	on.Action, on.Prior = targets.SwitchOn, made
	now, failed := carry(t, target, on)
	if failed != nil || now.Switch != resource.On || !resource.Equal(now.Attributes, made.Attributes) || now.Key != made.Key || now.Mark != made.Mark {
		t.Errorf("switching on changed something: %+v, %v", now, failed)
	}
	if a.Flows[0].Body["suppressionListIds"] == nil || a.Flows[0].Body["timeWindows"] == nil {
		t.Errorf("parts were cleared: %v", a.Flows[0].Body)
	}
	a.Do(func() { a.Flows[0].Body["timeWindows"] = []any{map[string]any{"day": "MONDAY"}}; a.Flows[0].Revision++ })
	on.Prior = made
	if _, failed := carry(t, target, on); failed == nil || failed.Kind != targets.Conflict {
		t.Errorf("somebody edited it meanwhile: want a conflict, got %v", failed)
	}
}

// An answer of success that changed nothing is noticed.
func TestSwitchedOnAndIsNot(t *testing.T) {
	a := account(t, 1)
	target := open(t, a)
	on := workflow(a, "1", "")
	made, failed := carry(t, target, on)
	if failed != nil {
		t.Fatal(failed)
	}
	a.Do(func() { a.Deaf = true })
	on.Action, on.Prior = targets.SwitchOn, made
	if _, failed := carry(t, target, on); failed == nil || !strings.Contains(failed.Message, "and it is not") {
		t.Errorf("want to be told, got %v", failed)
	}
}

// Each message stands behind a branch that asks the subscription, and ways come
// together again instead of doubling what follows.
func TestMessagesStandBehindTheirRules(t *testing.T) {
	p := held(kit.Before(block("https://a.example.test")))
	lowered := hubspot.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.crm")})
	if lowered.Diagnostics.HasErrors() {
		t.Fatalf("%+v", lowered.Diagnostics)
	}
	at := slices.IndexFunc(lowered.Resources, func(r resource.Resource) bool { return r.Kind == "workflow" })
	raw, err := json.Marshal(lowered.Resources[at].Attributes)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"COMMUNICATION_SUBSCRIPTION", "OPT_IN", "hs_email_hard_bounce_reason_enum", "GOTO"} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the workflow has no %s: %s", want, raw)
		}
	}
	gates := 0
	for _, g := range hubspot.New().Explain(p, p.Platforms[0]).Gates {
		if g.Inserted && g.Send != "" {
			gates++
		}
	}
	if gates != 2 {
		t.Errorf("want a gate for each of the two messages, got %d", gates)
	}
}

// What a workflow cannot do is refused where it stands, with what it can.
func TestRefusalsOfJourneys(t *testing.T) {
	for want, change := range map[string]func(*ir.Program, *ir.Journey){
		"stop":      func(_ *ir.Program, j *ir.Journey) { j.OnChange = "finish" },
		"\"never\"": func(_ *ir.Program, j *ir.Journey) { j.Enter.Again = "30d" },
		"whole minutes": func(_ *ir.Program, j *ir.Journey) {
			j.Steps = []ir.Step{ir.Wait{Name: "w", For: types.Span{Amount: 30, Unit: types.Second}}}
		},
		"granted_at": func(p *ir.Program, _ *ir.Journey) { p.Platforms[0].Config.Blocks = nil },
		"service =": func(p *ir.Program, _ *ir.Journey) {
			p.Platforms[0].Config.Settings = slices.DeleteFunc(p.Platforms[0].Config.Settings, func(s ir.Setting) bool { return s.Name == "service" })
		},
		"each channel": func(p *ir.Program, _ *ir.Journey) {
			p.Touchpoints[0].Channels = []string{"channel.email", "channel.sms"}
		},
		"another platform": func(p *ir.Program, _ *ir.Journey) { p.Touchpoints[0].Channels = []string{"channel.sms"} },
	} {
		p := held(kit.Before(block("https://a.example.test")))
		p.Regimes[0].Rules[0].DoubleOptIn = false
		change(p, &p.Journeys[0])
		lowered := hubspot.New().Lower(targets.LowerRequest{Program: p, Platform: p.Platforms[0], Placed: p.Placed("platform.crm")})
		if !slices.ContainsFunc(lowered.Diagnostics, func(d diag.Diagnostic) bool {
			return strings.Contains(d.Help, want) && !d.At.IsZero() && d.Detail != ""
		}) {
			t.Errorf("want a finding that helps with %q, got %+v", want, lowered.Diagnostics)
		}
	}
}

// What goes wrong with a call is said in words that name what to do.
func TestBadAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*hubspotfake.Account)
		want   string
		kind   targets.ErrorKind
	}{
		"wrong token":   {func(a *hubspotfake.Account) { a.Token = "another" }, "does not accept the token", targets.Permanent},
		"expired token": {func(a *hubspotfake.Account) { a.Expired = true }, "expired", targets.Permanent},
		"missing scope": {func(a *hubspotfake.Account) { a.Lacks = []string{"crm.lists.write"} }, "trayecto platform scopes", targets.Permanent},
		"a page":        {func(a *hubspotfake.Account) { a.Break(always(fake.Page)) }, "web page", targets.UnknownOutcome},
		"busy":          {func(a *hubspotfake.Account) { a.Break(always(fake.Busy)) }, "too many", targets.Retryable},
		"broken":        {func(a *hubspotfake.Account) { a.Break(always(fake.Broken)) }, "internal error", targets.UnknownOutcome},
		"lost":          {func(a *hubspotfake.Account) { a.Break(always(fake.Lost)) }, "broke before the answer", targets.UnknownOutcome},
		"its number":    {func(a *hubspotfake.Account) { a.Lacks = []string{"crm.lists.write"} }, "3c5f", targets.Permanent},
	} {
		a := account(t, 1)
		target := open(t, a)
		c.change(a)
		_, err := carry(t, target, list("gold", tier("IS_ANY_OF", "gold")))
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

// What somebody does in the account's pages is seen, and not written over.
func TestByHand(t *testing.T) {
	for name, c := range map[string]struct {
		hand func(*hubspotfake.Account, *hubspotfake.List)
		want string
	}{
		"renamed": {func(_ *hubspotfake.Account, l *hubspotfake.List) { l.Name = "VIP"; l.Version++ }, "was changed at HubSpot"},
		"edited":  {func(_ *hubspotfake.Account, l *hubspotfake.List) { l.Filters["filterBranches"] = []any{}; l.Version++ }, "was changed at HubSpot"},
		"deleted": {func(a *hubspotfake.Account, _ *hubspotfake.List) { a.Lists = nil }, "was deleted at HubSpot"},
	} {
		a := account(t, 1)
		target := open(t, a)
		update := list("gold", tier("IS_ANY_OF", "gold"))
		made, failed := carry(t, target, update)
		if failed != nil {
			t.Fatal(failed)
		}
		a.Do(func() { c.hand(a, a.Find(made.ID)) })
		update.Action, update.Prior = targets.Update, made
		update.Resource.Attributes = tier("IS_ANY_OF", "silver")
		if _, failed := carry(t, target, update); failed == nil || failed.Kind != targets.Conflict || !strings.Contains(failed.Message, c.want) || !strings.Contains(failed.Message, "plan again") {
			t.Errorf("%s: want a conflict that says %q, got %v", name, c.want, failed)
		}
	}
}

// The name of another team's list is taken, and the finding says which.
func TestNamesOfListsAreUnique(t *testing.T) {
	a := account(t, 1)
	a.Do(func() { a.Add("segment.gold [trayecto-gold]", "MANUAL", nil) })
	_, failed := carry(t, open(t, a), list("gold", tier("IS_ANY_OF", "gold")))
	if failed == nil || failed.Kind != targets.Rejected || failed.Path != "name" || !strings.Contains(failed.Message, "exists already") {
		t.Errorf("want the name refused, got %+v", failed)
	}
}

// Pages are all read, each list once, and a list that never ends is an error.
func TestPages(t *testing.T) {
	a := account(t, 1)
	target := open(t, a)
	for i := range 10 {
		if _, failed := carry(t, target, list(fmt.Sprint("c", i), tier("IS_ANY_OF", "gold"))); failed != nil {
			t.Fatal(failed)
		}
	}
	pages, objects := 0, 0
	err := target.List(t.Context(), targets.ListRequest{Kinds: []string{"list"}}, func(p []resource.Object) error { pages, objects = pages+1, objects+len(p); return nil })
	if err != nil || pages != 4 || objects != 10 {
		t.Errorf("%d objects in %d pages, %v", objects, pages, err)
	}
	a.Do(func() { a.Stuck = true })
	if err := target.List(t.Context(), targets.ListRequest{Kinds: []string{"list"}}, func([]resource.Object) error { return nil }); err == nil || !strings.Contains(err.Error(), "never ends") {
		t.Errorf("a page that repeats: %v", err)
	}
}

// What the project names is found, and what is not there has a name that is near.
func TestLookups(t *testing.T) {
	a := account(t, 1)
	got, err := open(t, a).Lookup(t.Context(), []resource.Lookup{
		{Kind: "event", Key: "order_placed"}, {Kind: "event", Key: "pe1_order_placed"}, {Kind: "event", Key: "order_place"},
		{Kind: "subscription", Key: "newsletter"}, {Kind: "property", Key: "teir"}, {Kind: "property", Key: "tier"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !got[0].Found || got[0] != got[1] || got[2].Nearest != "order_placed" || got[3].Nearest != "Newsletter" || got[3].Found || got[4].Nearest != "tier" || got[5].ID != "tier" {
		t.Errorf("%+v", got)
	}
}

// 190 calls in 10 seconds: what is too much says how long to wait.
func TestRates(t *testing.T) {
	a := hubspotfake.Serve(t, 1, secret, hubspot.New().Describe().Can.Rates)
	target := open(t, a)
	for range 190 {
		if _, err := target.Identity(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, failed := carry(t, target, list("gold", tier("IS_ANY_OF", "gold")))
	if failed == nil || failed.Kind != targets.Retryable || failed.RetryAfter < 9*time.Second || failed.RetryAfter > 12*time.Second {
		t.Errorf("want to be told to wait, got %+v", failed)
	}
}

// Another account has another identity, and what is not an address or a token
// is said when the platform is opened.
func TestConfiguring(t *testing.T) {
	one, other := account(t, 1), account(t, 2)
	first, err := open(t, one).Identity(t.Context())
	second, err2 := open(t, other).Identity(t.Context())
	if errors.Join(err, err2) != nil || first != "1" || second != "2" {
		t.Errorf("%q and %q, %v %v", first, second, err, err2)
	}
	c := configured(one)
	c.Env = func(string) (string, bool) { return "", false }
	if err := hubspot.New().Configure(t.Context(), c); err == nil || !strings.Contains(err.Error(), "HUBSPOT_TOKEN is not set") {
		t.Errorf("without a token: %v", err)
	}
	c = configured(one)
	c.Platform = block("::not an address")
	if err := hubspot.New().Configure(t.Context(), c); err == nil || !strings.Contains(err.Error(), "not an address") {
		t.Errorf("without an address: %v", err)
	}
	for _, call := range one.Calls() {
		if strings.Contains(call.Path, secret) || strings.Contains(call.Body, secret) {
			t.Errorf("the token stands in %s %s", call.Method, call.Path)
		}
	}
}
