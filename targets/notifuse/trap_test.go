package notifuse_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	stand "github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// A delay of nothing would be accepted, switched on and fail for everybody.
func TestNoDelayOfNothing(t *testing.T) {
	for _, wait := range []types.Span{{Amount: 0, Unit: types.Minute}, {Amount: 30, Unit: types.Second}, {Amount: 1, Unit: types.Month}} {
		d := newDesk(t)
		d.journey("journey.welcome").Steps = []ir.Step{ir.Wait{Name: "no", For: wait, At: diag.Range{File: "j.hcl"}}}
		if l := d.lower(); !l.Diagnostics.HasErrors() || !slices.ContainsFunc(l.Diagnostics, func(x diag.Diagnostic) bool { return x.At.File == "j.hcl" }) {
			t.Errorf("a wait of %s is not refused at its line: %+v", wait, l.Diagnostics)
		}
	}
}

// Pause, update, activate: after an edit people still come in, and no update
// ever said live.
func TestAnEditKeepsLettingPeopleIn(t *testing.T) {
	d := newDesk(t)
	d.deploy()
	j := d.object("journey.welcome", "")
	off, err := d.change(targets.Change{Action: targets.SwitchOff, Resource: resource.Resource{Kind: "automation"}, Prior: &j, Key: "off"})
	if err != nil {
		t.Fatal(err)
	}
	edited := resource.Resource{Kind: "automation", Attributes: maps.Clone(off.Attributes)}
	edited.Attributes["name"] = resource.String("renamed")
	written, err := d.change(targets.Change{Action: targets.Update, Resource: edited, Prior: off, Key: "edit"})
	if err != nil || written.Switch != resource.Off {
		t.Fatalf("after the edit it is %+v, %v", written, err)
	}
	if _, err := d.change(targets.Change{Action: targets.SwitchOn, Resource: edited, Prior: written, Key: "on"}); err != nil {
		t.Fatal(err)
	}
	d.workspace.Happen("ana@example.test", "signed_up")
	d.workspace.Pass(time.Minute)
	if got := d.workspace.To("ana@example.test"); len(got) != 1 {
		t.Errorf("ana got %v", got)
	}
	for _, c := range d.Calls() {
		if strings.Contains(c.Path, "automations.update") && strings.Contains(c.Body, `"live"`) {
			t.Errorf("an update says live: %s", c.Body)
		}
	}
}

// The whole journey as the steps say: no offer to who did not open, leaving
// before the next send, and the list as the way to a second entry.
func TestAJourneyRuns(t *testing.T) {
	d := newDesk(t)
	for i, r := range d.program.Regimes {
		if r.Address == "regime.es" {
			d.program.Regimes = slices.Delete(d.program.Regimes, i, i+1)
			break
		}
	}
	d.deploy()
	list, mail := d.object("consent.news", "").ID, d.object("touchpoint.welcome_mail", "").ID
	for _, name := range []string{"opens", "ignores", "leaves", "refuses"} {
		c := d.workspace.Contact(name + "@example.test")
		if name != "refuses" {
			c.Subscribe(list, "active")
		}
		d.workspace.Happen(c.Email, "signed_up")
	}
	d.workspace.Pass(time.Hour)
	for _, name := range []string{"opens", "leaves", "refuses"} {
		c := d.workspace.Contact(name + "@example.test")
		c.Timeline = append(c.Timeline, fake.Entry{Kind: "open_email", Template: mail, At: d.Clock})
	}
	d.workspace.Contact("leaves@example.test").Fields["custom_string_1"] = "GOLD"
	d.workspace.Pass(7 * time.Hour) // the wait ends at the next look
	for name, want := range map[string]int{"opens": 2, "ignores": 1, "leaves": 1, "refuses": 1} {
		if got := d.workspace.To(name + "@example.test"); len(got) != want {
			t.Errorf("%s got %v, want %d", name, got, want)
		}
	}
	d.workspace.Happen("opens@example.test", "signed_up") // again = "never"
	d.workspace.Pass(30 * 24 * time.Hour)
	if got := d.workspace.To("opens@example.test"); len(got) != 2 {
		t.Errorf("who came again got %v", got)
	}
}

// Conditions of an entry stand behind the trigger; who did not pass may come again.
func TestConditionsStandBehindTheTrigger(t *testing.T) {
	d := newDesk(t)
	j := d.journey("journey.welcome")
	j.Enter.If, j.LeaveIf = d.program.Segments[slices.IndexFunc(d.program.Segments, func(s ir.Segment) bool { return s.Address == "segment.from_spain" })].Where, nil
	d.deploy()
	body := d.workspace.Body("automations", d.object("journey.welcome", "").ID)
	if trigger, _ := body["trigger"].(map[string]any); trigger["conditions"] != nil || trigger["frequency"] != "every_time" {
		t.Errorf("the trigger is %v", trigger)
	}
	c := d.workspace.Contact("ana@example.test")
	for _, country := range []string{"MX", "ES", "ES"} {
		c.Fields["country"] = country
		d.workspace.Happen(c.Email, "signed_up")
		d.workspace.Pass(time.Minute)
	}
	if got := d.workspace.To(c.Email); len(got) != 1 {
		t.Errorf("ana got %v", got)
	}
}

// What never starts, or would start for others, is refused where it is written.
func TestWhatNeverStarts(t *testing.T) {
	for says, start := range map[string]struct {
		detect ir.Detect
		again  string
	}{
		"nothing about it":        {ir.OnOutcome{Touchpoint: "touchpoint.welcome_mail", Outcome: "bounced", If: expr.Literal{Value: types.Truth(true), Type: types.Bool}}, "never"},
		"never starts":            {ir.OnOutcome{Touchpoint: "touchpoint.welcome_mail", Outcome: "opened"}, "never"},
		"as a broadcast":          {ir.OnOutcome{Touchpoint: "touchpoint.offer_mail", Outcome: "bounced"}, "never"},
		"is not sent from":        {ir.OnOutcome{Touchpoint: "touchpoint.nobodys", Outcome: "bounced"}, "never"},
		"joins a segment":         {ir.Enters{Segment: "segment.gold"}, "never"},
		"leaves a segment":        {ir.Leaves{Segment: "segment.gold"}, "never"},
		"had the same sku":        {ir.Absence{On: "event.signed_up", Without: "event.order_placed", Same: "sku", For: types.Span{Amount: 2, Unit: types.Day}}, "never"},
		"would be off by up to":   {ir.Absence{On: "event.signed_up", Without: "event.order_placed", For: types.Span{Amount: 1, Unit: types.Hour}}, "never"},
		"no start on a date":      {ir.OnDate{}, "never"},
		"not again after 3d":      {ir.OnEvent{Event: "event.signed_up"}, "3d"},
		"does not look into them": {ir.OnEvent{Event: "event.signed_up", If: expr.Literal{Value: types.Truth(true), Type: types.Bool}}, "never"},
	} {
		d := newDesk(t)
		nobodys := d.program.Touchpoints[slices.IndexFunc(d.program.Touchpoints, func(x ir.Touchpoint) bool { return x.Address == "touchpoint.welcome_mail" })]
		nobodys.Address = "touchpoint.nobodys"
		d.program.Touchpoints = append(d.program.Touchpoints, nobodys)
		d.program.Sort()
		for i := range d.program.Moments {
			d.program.Moments[i].Detect = start.detect
		}
		d.journey("journey.again").Enter.Again = start.again
		l := d.lower()
		if !slices.ContainsFunc(l.Diagnostics, func(x diag.Diagnostic) bool { return strings.Contains(x.Detail, says) }) {
			t.Errorf("%T: nothing says %q: %+v", start.detect, says, l.Diagnostics)
		}
	}
}

// An id is never free again, and a change that comes again makes nothing twice.
func TestIDsAreNeverFreeAgain(t *testing.T) {
	d := newDesk(t)
	l := d.lower()
	r := l.Resources[slices.IndexFunc(l.Resources, func(r resource.Resource) bool { return r.Kind == "segment" && len(resource.Refs(r.Attributes)) == 0 })]
	create := targets.Change{Action: targets.Create, Resource: r, Mark: kit.Mark(r.Address), Key: "the same"}
	seen := map[string]bool{}
	for range 4 {
		o, err := d.change(create)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := d.change(create); err != nil || again.ID != o.ID {
			t.Errorf("the same change made %v, %v", again, err)
		}
		if seen[o.ID] {
			t.Errorf("%s was used twice", o.ID)
		}
		seen[o.ID] = true
		if _, err := d.change(targets.Change{Action: targets.Delete, Resource: r, Prior: o, Key: "gone"}); err != nil {
			t.Fatal(err)
		}
		for range 5 { // a segment that was being built would come back
			left, err := d.target.Get(t.Context(), "segment", []string{o.ID})
			if err != nil || len(left) > 0 {
				t.Fatalf("it is there again: %v, %v", left, err)
			}
		}
	}
}

// A bare 500 becomes words.
func TestRefusalsHaveWords(t *testing.T) {
	d := newDesk(t)
	var tree resource.Map
	raw := `{"kind": "leaf", "leaf": {"source": "contact_timeline", "contact_timeline": {"kind": "custom_event.x", "count_operator": "at_least", "count_value": 1,
		"filters": [{"field_name": "amount", "field_type": "number", "operator": "gt", "number_values": [3]}]}}}`
	if err := json.Unmarshal([]byte(raw), &tree); err != nil {
		t.Fatal(err)
	}
	r := resource.Resource{Kind: "segment", Attributes: resource.Map{"name": resource.String("x"), "timezone": resource.String("UTC"), "tree": tree}}
	_, err := d.change(targets.Change{Action: targets.Create, Resource: r, Mark: "trayecto-000000000000000000000000", Key: "k"})
	says(t, err, targets.Rejected, "tree", "cannot carry out this condition")
	d.deploy()
	j := d.object("journey.welcome", "")
	d.workspace.Edit("automations", j.ID, func(body map[string]any) {
		body["status"] = "paused"
		body["trigger"].(map[string]any)["conditions"] = map[string]any{"kind": "leaf"}
	})
	_, err = d.change(targets.Change{Action: targets.SwitchOn, Resource: resource.Resource{Kind: "automation"}, Prior: &j, Key: "on"})
	says(t, err, targets.Permanent, "stays off", "Failed to activate")
}

// What somebody did behind our back is a conflict that says what to do.
func TestBehindOurBack(t *testing.T) {
	d := newDesk(t)
	d.deploy()
	j := d.object("journey.welcome", "")
	edit := resource.Resource{Kind: "automation", Attributes: resource.Map{"name": resource.String("new"), "root": j.Attributes["root"], "nodes": j.Attributes["nodes"], "trigger": j.Attributes["trigger"], "on_change": resource.String("migrate"), "list": j.Attributes["list"]}}
	_, err := d.change(targets.Change{Action: targets.Update, Resource: edit, Prior: &j, Key: "e"})
	says(t, err, targets.Conflict, "was switched on", "run trayecto plan again")
	d.workspace.Edit("automations", j.ID, func(body map[string]any) { body["name"] = "theirs"; body["status"] = "paused" })
	_, err = d.change(targets.Change{Action: targets.Update, Resource: edit, Prior: &j, Key: "e"})
	says(t, err, targets.Conflict, "was changed", "run trayecto plan again")
	d.workspace.Drop("automations", j.ID) // the platform would answer 200
	_, err = d.change(targets.Change{Action: targets.Update, Resource: edit, Prior: &j, Key: "e"})
	says(t, err, targets.Conflict, "was deleted", "run trayecto plan again")
}

// People inside a journey whose runs were to finish as they began are not taken along.
func TestPeopleInside(t *testing.T) {
	d := newDesk(t)
	d.deploy()
	d.workspace.Happen("ana@example.test", "signed_up")
	d.workspace.Pass(time.Hour)
	j := d.object("journey.welcome", "")
	asked := targets.InsideRequest{Journeys: []targets.Running{{Journey: "journey.welcome", Objects: []resource.Object{j}}}}
	got, err := d.target.(targets.Insider).Inside(t.Context(), asked)
	if want := (targets.InsideAnswer{Journey: "journey.welcome", People: 1}); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("want %+v, got %+v, %v", want, got, err)
	}
	off, err := d.change(targets.Change{Action: targets.SwitchOff, Resource: resource.Resource{Kind: "automation"}, Prior: &j, Key: "off"})
	if err != nil {
		t.Fatal(err)
	}
	edit := resource.Resource{Kind: "automation", Attributes: maps.Clone(off.Attributes)}
	edit.Attributes["root"] = resource.String("hello")
	_, err = d.change(targets.Change{Action: targets.Update, Resource: edit, Prior: off, Key: "e"})
	says(t, err, targets.Permanent, "1 person is inside", `on_change = "migrate"`)
	edit.Attributes["on_change"] = resource.String("stop")
	answers, err := d.target.Plan(t.Context(), []targets.PlanRequest{{Prior: off, Desired: &edit}})
	if err != nil || len(answers[0].Replace) == 0 {
		t.Errorf("to end runs takes another object: %+v, %v", answers, err)
	}
}

// That it is noted to whom a message went, for another journey that begins when
// it bounces, takes nobody elsewhere.
func TestNotingWhoGotItIsNoDetour(t *testing.T) {
	d := newDesk(t)
	again := slices.IndexFunc(d.program.Journeys, func(j ir.Journey) bool { return j.Address == "journey.again" })
	whole := slices.Clone(d.program.Journeys)
	d.program.Journeys = slices.Delete(slices.Clone(whole), again, again+1)
	d.deploy()
	d.workspace.Happen("ana@example.test", "signed_up")
	d.workspace.Pass(time.Hour)
	d.program.Journeys = whole
	l := d.lower()
	for _, r := range l.Resources {
		if _, made := d.ids[r.Address]; !made && r.Kind == "list" {
			d.create(r)
		}
	}
	r := d.filled(l.Resources[slices.IndexFunc(l.Resources, func(r resource.Resource) bool { return r.Kind == "automation" && r.Address.Object == "journey.welcome" })])
	j := d.object("journey.welcome", "")
	if resource.Equal(r.Attributes, j.Attributes) {
		t.Fatal("nothing notes to whom the welcome goes")
	}
	off, err := d.change(targets.Change{Action: targets.SwitchOff, Resource: resource.Resource{Kind: "automation"}, Prior: &j, Key: "off"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.change(targets.Change{Action: targets.Update, Resource: r, Prior: off, Key: "note"}); err != nil {
		t.Errorf("with somebody inside: %v", err)
	}
}

// Credentials, workspaces, pages: who said what, and what to do.
func TestWrongAccounts(t *testing.T) {
	d := newDesk(t)
	open := func(key, workspace string) targets.Target {
		c := d.house.config(d.URL, key)
		if workspace != "" {
			c.Platform.Config.Settings = append(c.Platform.Config.Settings, ir.Setting{Name: "workspace", Value: types.Text(workspace)})
		}
		target := notifuse.Waiting(atOnce)()
		if err := target.Configure(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return target
	}
	_, err := open("not-a-key", "").Identity(t.Context())
	says(t, err, targets.Permanent, "does not accept the key")
	if strings.Contains(err.Error(), "not-a-key") {
		t.Errorf("the key is repeated: %v", err)
	}
	_, err = open(d.workspace.Key, "other").Identity(t.Context())
	says(t, err, targets.Permanent, "of the workspace "+d.workspace.ID+" and not of other")
	_, theirs := d.open()
	mine, err := open(d.workspace.Key, "").Identity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if other, err := open(theirs.Key, "").Identity(t.Context()); err != nil || other == mine {
		t.Errorf("two workspaces are %q and %q, %v", mine, other, err)
	}
	d.Break(func(*http.Request) stand.Fault { return stand.Page })
	_, err = open(d.workspace.Key, "").Identity(t.Context())
	says(t, err, targets.Retryable, "web page")
}

// A list is found by id and by name; a renamed one is missing under its old name.
func TestListsByName(t *testing.T) {
	d := newDesk(t)
	d.workspace.Make("lists", map[string]any{"id": "l1", "name": "Newsletter", "is_public": true, "is_double_optin": false})
	asked := []resource.Lookup{{Kind: "list", Key: "l1"}, {Kind: "list", Key: "Newsletter"}, {Kind: "list", Key: "Newsleter"}, {Kind: "default language", Key: "es"}, {Kind: "default language", Key: "en"}}
	got, err := d.target.Lookup(t.Context(), asked)
	if err != nil || !got[0].Found || !got[1].Found || got[1].ID != "l1" || got[2].Found || got[2].Nearest != "Newsletter" || !got[3].Found || got[4].Found ||
		got[4].Remedy != "in Notifuse, set the workspace's default language to en (it is es); or name es first in the project's languages" {
		t.Errorf("%+v, %v", got, err)
	}
	d.workspace.Edit("lists", "l1", func(body map[string]any) { body["name"] = "Boletín" })
	got, err = d.target.Lookup(t.Context(), asked[:2])
	if err != nil || !got[0].Found || got[1].Found {
		t.Errorf("after it was renamed: %+v, %v", got, err)
	}
}

// What somebody made in the platform's own pages is taken over with its id, and
// known as ours from then on.
func TestTakingOver(t *testing.T) {
	d := newDesk(t)
	d.deploy()
	for _, ours := range []resource.Object{d.object("consent.news", ""), d.object("segment.gold", ""), d.object("touchpoint.offer_mail", ""), d.object("journey.welcome", "")} {
		body := d.workspace.Body(ours.Kind+"s", ours.ID)
		body["id"], body["status"] = "theirs", "draft"
		d.workspace.Make(ours.Kind+"s", body)
		found, err := d.target.Get(t.Context(), ours.Kind, []string{"theirs"})
		if err != nil || len(found) != 1 || found[0].Mark != "" {
			t.Fatalf("%s: %+v, %v", ours.Kind, found, err)
		}
		mark := "trayecto-0123456789abcdef01234567"
		for _, attributes := range []resource.Map{found[0].Attributes, ours.Attributes} {
			taken, err := d.change(targets.Change{Action: targets.Update, Resource: resource.Resource{Kind: ours.Kind, Attributes: attributes}, Prior: &found[0], Mark: mark, Key: "take"})
			if err != nil || taken.ID != "theirs" || taken.Mark != mark || !resource.Equal(taken.Attributes, attributes) {
				t.Fatalf("%s: %+v, %v", ours.Kind, taken, err)
			}
			found[0] = *taken
		}
		again, err := d.target.Find(t.Context(), targets.FindRequest{Kind: ours.Kind, Mark: mark})
		if err != nil || len(again) != 1 || again[0].ID != "theirs" {
			t.Errorf("%s is found as %+v, %v", ours.Kind, again, err)
		}
	}
}
