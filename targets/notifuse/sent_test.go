package notifuse_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/notifuse"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// What was sent is history, whatever is edited since. Its message is a template
// that it only uses, so whom it goes to is edited.
func TestSent(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	p := fake.New(t, now)
	w := p.Workspace("shop", "en")
	sent := map[string]bool{} // broadcasts, those that are gone among them
	suite.Sent(t, suite.Offer{
		Target: notifuse.Waiting(atOnce), Env: map[string]string{"NOTIFUSE_API_KEY": w.Key}, Now: now, Objects: 2, Letters: 1, Others: 1,
		Platform: "platform \"notifuse\" \"crm\" {\n  api_key  = env(\"NOTIFUSE_API_KEY\")\n  endpoint = \"" + p.URL + "\"\n}\n",
		Edit:     func(project string) string { return strings.Replace(project, `country == "ES"`, `country == "FR"`, 1) },
		Pass: func(to time.Time) {
			w.Pass(to.Sub(p.Clock))
			for _, id := range w.IDs("broadcasts") {
				sent[id] = sent[id] || w.Body("broadcasts", id)["status"] == "processed"
			}
		},
		Sent: func() int {
			n := 0
			for _, out := range sent {
				if out {
					n++
				}
			}
			return n
		},
	})
}

// A broadcast that anybody has got is history, whatever became of it then; one
// that nobody has got is not.
func TestHistoryIsPlanned(t *testing.T) {
	for status, why := range map[string]string{
		"processed": "was sent", "processing": "is being sent", "paused": "is paused in the middle", "cancelled": "was cancelled in the middle", "failed": "failed in the middle",
		"draft": "", "scheduled": "",
	} {
		d, o := once(t)
		d.workspace.Edit("broadcasts", o.ID, func(body map[string]any) {
			if body["status"] = status; why != "" {
				body["started_at"] = "2026-12-01T08:00:00Z"
			}
		})
		audience := d.object("journey.once", "audience")
		edited := func(of resource.Object, role, name string, v resource.Value) *resource.Resource {
			r := &resource.Resource{Kind: of.Kind, Address: resource.Address{Object: "journey.once", Platform: "sandbox", Role: role},
				Attributes: maps.Clone(of.Attributes)}
			r.Attributes[name] = v
			return r
		}
		later := edited(o, "", "send_at", resource.String("2027-01-01T00:00:00Z"))
		words := edited(audience, "audience", "tree", encodedNone)
		for _, c := range []struct {
			name           string
			ask            []targets.PlanRequest // the first is asked about
			over, replaced bool
		}{
			{"renamed", []targets.PlanRequest{{Prior: &o, Desired: edited(o, "", "name", resource.String("other"))}}, why != "", false},
			{"another instant", []targets.PlanRequest{{Prior: &o, Desired: later}}, why != "", status != "draft"},
			{"an instant that has passed", []targets.PlanRequest{{Prior: &o, Desired: edited(o, "", "send_at", resource.String("2020-01-01T00:00:00Z"))}}, why != "", status == "scheduled"},
			{"removed", []targets.PlanRequest{{Prior: &o}}, why != "", false},
			{"for others", []targets.PlanRequest{{Prior: &audience, Desired: words}}, why != "", why == ""},
			{"for others at another instant", []targets.PlanRequest{{Prior: &audience, Desired: words}, {Prior: &o, Desired: later}}, false, true},
		} {
			answers, err := d.target.Plan(t.Context(), c.ask)
			if err != nil {
				t.Fatal(err)
			}
			a := answers[0]
			if (a.Over != "") != c.over || (len(a.Replace) > 0) != c.replaced || c.over && !strings.Contains(a.Over, "the broadcast "+why) {
				t.Errorf("%s, %s: want over %v, replaced %v, got %+v", status, c.name, c.over, c.replaced, a)
			}
		}
	}
}
