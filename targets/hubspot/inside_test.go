package hubspot_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/hubspot"
	"github.com/trayecto/trayecto/targets/hubspot/fake"
)

// running are the journeys of a program as the account holds them.
func (w *played) running(t *testing.T) targets.InsideRequest {
	t.Helper()
	var out targets.InsideRequest
	for _, j := range w.program.Journeys {
		one := targets.Running{Journey: j.Address}
		for _, kind := range []string{"workflow", "list"} {
			var ids []string
			for a, id := range w.ids {
				if a.Object == j.Address {
					ids = append(ids, id)
				}
			}
			slices.Sort(ids)
			found, err := w.target.Get(t.Context(), kind, ids)
			if err != nil {
				t.Fatal(err)
			}
			one.Objects = append(one.Objects, found...)
		}
		if slices.ContainsFunc(one.Objects, func(o resource.Object) bool { return o.Kind == "workflow" }) {
			out.Journeys = append(out.Journeys, one)
		}
	}
	return out
}

// Law: who is inside a journey by HubSpot's counters is who is inside it by the
// interpreter; where the target says "at most", nobody is left out.
func TestInsideIsTheInterpreters(t *testing.T) {
	t.Parallel()
	asked, inside, atMost := 0, 0, 0
	for seed := range uint64(16) {
		src := rand.New(rand.NewPCG(seed, 23))
		w, ok := play(t, src, seed%2 == 1)
		if !ok {
			continue
		}
		request := w.running(t)
		p, c := w.people[0], w.Contacts[0]
		way := src.IntN(3)
		w.Draw = func(int) int { return way }
		life := w.machine.With(w.chance(way)).Begin(p, sample.Now)
		w.Now, w.Contacts = sample.Now.Time(), []*fake.Contact{c}
		at := sample.Now.Time()
		for range 25 {
			at = at.Add(time.Duration(1+src.IntN(6*60)) * time.Minute).Truncate(time.Minute).Add(time.Duration(1+src.IntN(50)) * time.Second)
			if err := life.Advance(types.NewInstant(at)); err != nil {
				t.Fatal(err)
			}
			w.Advance(at)
			w.happens(t, src, life, c, at)
			answers, err := w.target.(targets.Insider).Inside(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range answers {
				want := 0
				if life.Inside(a.Journey) {
					want, inside = 1, inside+1
				}
				if asked++; a.AtMost {
					atMost++
				}
				if a.Unknown != "" || a.People != want && !(a.AtMost && a.People > want) {
					t.Fatalf("seed %d, %s: want %d inside, got %+v\n%s", seed, at, want, a, strings.Join(told(w.program), "\n"))
				}
			}
		}
	}
	t.Logf("asked %d times, %d times inside, %d times \"at most\"", asked, inside, atMost)
	if inside < 40 || 5*atMost > 2*asked {
		t.Errorf("too little was asked: %d times inside and %d times \"at most\" of %d", inside, atMost, asked)
	}
}

// Counters that are not understood are no answer.
func TestCountersThatAreNotKnown(t *testing.T) {
	var w *played
	for seed := uint64(0); w == nil; seed++ {
		if made, ok := play(t, rand.New(rand.NewPCG(seed, 23)), false); ok && len(made.Flows) > 0 {
			w = made
		}
	}
	request := w.running(t)
	request.Journeys = request.Journeys[:1]
	for series, want := range map[string]string{"FAILED": `HubSpot counts "FAILED" for the workflow`, "COMPLETED": "HubSpot counts more contacts out of the workflow"} {
		w.Counted = map[string]int{series: 3}
		got, err := w.target.(targets.Insider).Inside(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(0, got[0].People); diff != "" || !strings.HasPrefix(got[0].Unknown, want) {
			t.Errorf("want %q, got %+v", want, got[0])
		}
	}
	w.Lacks = []string{"automation"}
	if _, err := w.target.(targets.Insider).Inside(t.Context(), request); err == nil || !strings.Contains(err.Error(), "lacks a right") {
		t.Errorf("without the right: %v", err)
	}
}

// The plan of an edit says who is inside, by HubSpot's counters.
func TestInsideInAPlan(t *testing.T) {
	t.Parallel()
	a := account(t, 9)
	a.AddSubscription("news")
	a.Owners = []fake.Owner{{ID: "5", Email: "ana@team.example.test", User: 55}}
	people := func(n int) plan.Inside { return plan.Inside{People: &n, OnChange: "stop", Fate: plan.Edited} }
	suite.Inside(t, suite.Crowd{
		Offer: suite.Offer{
			Target: hubspot.New, Env: map[string]string{"HUBSPOT_TOKEN": secret}, Now: a.Now,
			Platform: "platform \"hubspot\" \"crm\" {\n  token       = env(\"HUBSPOT_TOKEN\")\n  endpoint    = \"" + a.URL + "\"\n  approximate = \"1d\"\n  service     = \"Account\"\n}\n",
		},
		Journey: `
moment "signed_up" {
  detect { on = event.signed_up }
}
purpose "account" {
  class   = "service"
  because = "Confirms what the person just did."
}
touchpoint "hello" {
  purpose  = purpose.account
  channels = [channel.email]
  content {
    subject = "Hello"
    body    = "<p>Hello</p>"
  }
}
action "task" "call" {
  to    = "ana@team.example.test"
  title = "SUBJECT"
}
journey "welcome" {
  enter { on = moment.signed_up }
  on_change = "stop"
  send "hello" { touchpoint = touchpoint.hello }
  wait "rest" { for = "3d" }
  do "call" { action = action.call }
}
`,
		Enter: func() {
			a.Do(func() {
				ana := &fake.Contact{ID: "ana", Properties: map[string]any{"hs_object_id": "ana", "email": "ana@example.test"}, Lists: map[string]bool{}, Subscriptions: map[string]string{}}
				a.Contacts = append(a.Contacts, ana)
				a.Happen(ana, fake.Event{Type: a.Events[0].ID})
			})
		},
		Before: people(0), Edited: people(1),
	})
}
