package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/hubspot/fake"
)

// portal is a stand-in for HubSpot and the example, with one journey more, and
// with its welcome so far as HubSpot can hold it: people go on in what was
// edited, and no message is held back.
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

  send "first" { touchpoint = touchpoint.shipping_mail }
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
	raw = bytes.Replace(raw, []byte("journey.welcome, "), nil, 1)
	a.write(t, "env/hubspot.hcl", string(raw))
	raw, err = os.ReadFile(filepath.Join(a.dir, "journeys", "welcome.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	welcome := strings.NewReplacer(`"finish"`, `"migrate"`, `"wait" # skip | wait`, `"skip"`).Replace(string(raw))
	a.write(t, "journeys/welcome.hcl", welcome)
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
	h := &hours{at: present}
	w := &world{
		stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: h.now, wait: h.pass,
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
		names := map[string]bool{}
		for _, f := range a.Flows {
			if name := fmt.Sprint(f.Body["name"]); names[name] || f.Body["isEnabled"] != true {
				t.Errorf("%s is there twice, or off", name)
			} else {
				names[name] = true
			}
		}
		if len(names) != 5 {
			t.Errorf("want the welcome, what goes on after its wait, and what ends it, and the same of the greeting without a wait, got %v", names)
		}
	})
}

// greeting is the workflow of the journey that this file adds.
func (a *portal) greeting() *fake.Flow {
	return a.Flows[slices.IndexFunc(a.Flows, func(f *fake.Flow) bool { return strings.HasPrefix(fmt.Sprint(f.Body["name"]), "journey.greeting [") })]
}

// A subscription type that there is not is a step by hand: the plan says it and
// what waits for it, apply makes the rest, and the step is found done by reading.
func TestSubscriptionsByHand(t *testing.T) {
	t.Parallel()
	a := newPortal(t)
	a.Do(func() { a.Subscriptions = a.Subscriptions[1:] })
	said := a.run(t, exitFine, "plan")
	says(t, said, "By hand", "open: make the subscription", "news", "Settings, Marketing, Email, Subscription Types", "touchpoint.discount_mail", "segment.reachable_spaniards")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.Do(func() {
		if len(a.Flows) != 0 {
			t.Error("a workflow was made that asks a subscription that there is not")
		}
		for _, e := range a.Emails {
			if name, _ := e.Body["name"].(string); strings.HasPrefix(name, "touchpoint.discount_mail") {
				t.Errorf("%s was made before its subscription", name)
			}
		}
		if len(a.Emails) == 0 {
			t.Error("what does not wait was not made")
		}
	})
	says(t, a.run(t, exitFine, "plan"), "By hand", "open: make the subscription", "No changes.")
	a.Do(func() { a.AddSubscription("news") })
	says(t, a.run(t, exitFine, "plan"), "done: the subscription", "touchpoint.discount_mail", "journey.greeting")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.settled(t)
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
		a.greeting().Body["isEnabled"] = false
		a.greeting().Revision++
	})
	says(t, a.run(t, exitFine, "plan"), "natural_key", "switch on")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.settled(t)
	a.write(t, "journeys/greeting.hcl", strings.Replace(greeting, `"3d"`, `"4d"`, 1))
	says(t, a.run(t, exitFine, "plan"), "replace")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.settled(t)
	a.Do(func() { a.Subscriptions[0].Name = "Newsletter" })
	says(t, a.run(t, exitFine, "plan"), "open: change the subscription", "consent.news", "Newsletter", "No changes.")
	a.Do(func() { a.Subscriptions[0].Name = "news"; a.Expired = true })
	says(t, a.run(t, exitWorld, "plan"), "platform.sandbox", "does not accept the token")
	a.Do(func() { a.Expired, a.ID = false, 12 })
	says(t, a.run(t, exitWorld, "plan"), "sandbox", "4711", "12")
}

// The example's welcome, lived through: who confirmed and reads gets an offer at
// once, who did not agree gets none, and an order ends it.
func TestWelcomeOnHubSpot(t *testing.T) {
	t.Parallel()
	a := newPortal(t)
	a.write(t, "journeys/greeting.hcl", "")
	a.run(t, exitFine, "apply", "--auto-approve")
	id := func(list []fake.Named, name string) string {
		return list[slices.IndexFunc(list, func(n fake.Named) bool { return n.Name == name })].ID
	}
	someone := func(name string) *fake.Contact {
		c := &fake.Contact{ID: name, Lists: map[string]bool{}, Subscriptions: map[string]string{}, Properties: map[string]any{
			"hs_object_id": name, "email": name + "@example.test", "country": "ES", "hs_language": "es", "robinson_checked": a.Now}}
		a.Contacts = append(a.Contacts, c)
		return c
	}
	a.Do(func() {
		reads, silent, buys := someone("reads"), someone("silent"), someone("buys")
		for _, c := range []*fake.Contact{reads, buys} {
			c.Subscriptions[id(a.Subscriptions, "news")] = "OPT_IN"
			c.Properties["news_granted_at"], c.Properties["news_confirmed_at"] = a.Now, a.Now
		}
		a.Settle()
		a.Draw = func(int) int { return 0 } // the discount
		begun := a.Now
		for _, c := range a.Contacts {
			a.Happen(c, fake.Event{Type: id(a.Events, "signed_up")})
		}
		a.Advance(begun.Add(2 * time.Hour))
		for _, c := range []*fake.Contact{reads, silent} {
			a.Became(c, c.Mail[0].Email, "OPENED")
		}
		a.Advance(begun.Add(48 * time.Hour))
		a.Happen(buys, fake.Event{Type: id(a.Events, "order_placed")})
		a.Advance(begun.AddDate(0, 1, 0))
		var got []string
		for _, s := range a.Sent {
			name := ""
			for _, e := range a.Emails {
				if e.ID == s.Email {
					name, _, _ = strings.Cut(fmt.Sprint(e.Body["name"]), " [")
				}
			}
			got = append(got, fmt.Sprint(s.Contact, " ", name, " ", s.At.Sub(begun)))
		}
		want := []string{
			"reads touchpoint.welcome_mail es 0s", "silent touchpoint.welcome_mail es 0s", "buys touchpoint.welcome_mail es 0s",
			"reads touchpoint.discount_mail es 2h0m0s",
		}
		if !slices.Equal(want, got) {
			t.Errorf("want %q, got %q", want, got)
		}
	})
}
