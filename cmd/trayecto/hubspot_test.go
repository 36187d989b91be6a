package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/hubspot/fake"
)

// portal is a stand-in for HubSpot and the example, with one journey more that
// a workflow can hold.
type portal struct {
	*fake.Account
	dir string
}

const greeting = `journey "greeting" {
  enter {
    on    = moment.signed_up
    if    = person.country == "ES"
    again = "never"
  }
  leave_if  = segment.lapsed_vip
  on_change = "stop"

  send "first" { touchpoint = touchpoint.welcome_mail }
  wait "rest" { for = "3d" }
  send "offer" { touchpoint = touchpoint.discount_mail }
}
`

func newPortal(t *testing.T) *portal {
	t.Helper()
	a := &portal{Account: fake.Serve(t, 4711, "pat_made_up", nil), dir: filepath.Join(t.TempDir(), "lumen")}
	for _, event := range []string{"order_placed", "product_viewed", "signed_up", "parcel_delayed", "news_confirmed", "address_confirmed", "rights_request"} {
		a.AddEvent(event)
	}
	a.Properties = append(a.Properties, "customer_id", "country", "tier", "birth_date", "favourite", "news_granted_at", "news_confirmed_at", "robinson_checked")
	a.AddSubscription("news")
	a.AddSubscription("Account")
	a.Add("Robinson", "MANUAL", nil)
	if err := os.CopyFS(a.dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		t.Fatal(err)
	}
	a.write(t, "journeys/greeting.hcl", greeting)
	raw, err := os.ReadFile(filepath.Join(a.dir, "env", "hubspot.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte("  approximate"), []byte("  endpoint = \""+a.URL+"\"\n  approximate"), 1)
	raw = bytes.Replace(raw, []byte("[journey,"), []byte("[journey.welcome, journey.fix_address, journey.late_parcel, journey.win_back,"), 1)
	a.write(t, "env/hubspot.hcl", string(raw))
	return a
}

func (a *portal) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run is a command with an exit code, and what it said.
func (a *portal) run(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := &world{
		stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: time.Now,
		env: func(name string) (string, bool) { return "pat_made_up", name == "HUBSPOT_TOKEN" },
	}
	if code := execute(w, append(args, "-C", a.dir, "--env", "hubspot")); code != want {
		t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
	}
	if strings.Contains(out.String(), "pat_made_up") {
		t.Errorf("the token stands in what %v says", args)
	}
	return out.String()
}

// settled fails unless nothing is left to do, and everything is there once.
func (a *portal) settled(t *testing.T) {
	t.Helper()
	says(t, a.run(t, exitFine, "plan"), "No changes.")
	a.Do(func() {
		if len(a.Flows) != 1 || a.Flows[0].Body["isEnabled"] != true {
			t.Errorf("want one workflow that is on, got %d", len(a.Flows))
		}
	})
}

// The example goes to an account; what somebody does there by hand is seen and
// put right, and nothing is made twice.
func TestStoryOnHubSpot(t *testing.T) {
	t.Parallel()
	a := newPortal(t)
	says(t, a.run(t, exitFine, "plan"), "segment.lapsed_vip", "journey.greeting", "switch on", "CAP432")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.settled(t)
	a.Do(func() {
		for _, l := range a.Lists {
			if strings.HasPrefix(l.Name, "segment.lapsed_vip") {
				l.Name = "Mine now" + l.Name[strings.Index(l.Name, " ["):]
				l.Version++
			}
		}
		a.Flows[0].Body["isEnabled"] = false
		a.Flows[0].Revision++
	})
	says(t, a.run(t, exitFine, "plan"), "natural_key", "switch on")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.settled(t)
	a.write(t, "journeys/greeting.hcl", strings.Replace(greeting, `"3d"`, `"4d"`, 1))
	says(t, a.run(t, exitFine, "plan"), "replace")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.settled(t)
	a.Do(func() { a.Subscriptions[0].Name = "Newsletter" })
	says(t, a.run(t, exitFiles, "plan"), "consent.hcl", "platform.sandbox has no subscription news")
	a.Do(func() { a.Subscriptions[0].Name = "news"; a.Expired = true })
	says(t, a.run(t, exitWorld, "plan"), "platform.sandbox", "does not accept the token")
	a.Do(func() { a.Expired, a.ID = false, 12 })
	says(t, a.run(t, exitWorld, "plan"), "sandbox", "4711", "12")
}
