package mautic_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/mautic"
	"github.com/trayecto/trayecto/targets/mautic/fake"
)

// inside asks who is inside journey.all.
func (w *world) inside(t *testing.T, campaign string) targets.InsideAnswer {
	t.Helper()
	objects, err := w.target.Get(t.Context(), "campaign", []string{campaign})
	if err != nil || len(objects) != 1 {
		t.Fatalf("%v %v", objects, err)
	}
	got, err := w.target.(targets.Insider).Inside(t.Context(), targets.InsideRequest{Journeys: []targets.Running{{Journey: "journey.all", Objects: objects}}})
	if err != nil || len(got) != 1 || got[0].Journey != "journey.all" {
		t.Fatalf("%+v, %v", got, err)
	}
	return got[0]
}

// clear leaves out who is near the border of a window, and who said no to
// marketing, which Mautic minds in service messages too.
func (w *world) clear() {
	var people []*person.Person
	var contacts []*fake.Contact
	for n, p := range w.people {
		if said := w.Contacts[n].Barred["email"]; (said == "" || said == "bounced") && !atBorder(w.program, p) {
			people, contacts = append(people, p), append(contacts, w.Contacts[n])
		}
	}
	w.people, w.Contacts = people, contacts
}

// Law: who is inside a campaign by Mautic's tables is who is inside the journey
// by the interpreter, decisions included, while they wait and when they are through.
func TestInsideIsTheInterpreters(t *testing.T) {
	t.Parallel()
	waited, done := 0, 0
	for seed := range uint64(10) {
		src := rand.New(rand.NewPCG(seed, 21))
		w := consenting(t, seed)
		deciding(src, w.program)
		ids := w.built(t)
		w.clear()
		e := w.target.Explain(w.program, w.program.Platforms[0])
		e.WindowGrain, e.DetectionDelay, e.Staleness = types.Span{}, types.Span{}, types.Span{}
		machine, err := eval.NewMachine(w.program, eval.Terms{Enforcement: &e})
		if err != nil {
			t.Fatal(err)
		}
		campaign := ids[resource.Address{Object: "journey.all", Platform: "crm"}]
		lives := map[string]*eval.Life{}
		for n, p := range w.people {
			reads := src.IntN(2) == 0
			w.Contacts[n].Reads = map[string]bool{}
			for a, id := range ids {
				if a.Object == "touchpoint.receipt" && reads {
					w.Contacts[n].Reads["email.open "+id], w.Contacts[n].Reads["email.click "+id] = true, true
				}
			}
			lives[p.ID] = begun(t, machine, p, reads)
		}
		w.Pass(sample.Now.Time())
		for _, after := range []time.Duration{30 * time.Minute, 90 * time.Minute, 150 * time.Minute, 200 * time.Minute, 12 * time.Hour} {
			at := sample.Now.Time().Add(after)
			w.Pass(at)
			want := 0
			for _, life := range lives {
				if err := life.Advance(types.NewInstant(at)); err != nil {
					t.Fatal(err)
				}
				if life.Inside("journey.all") {
					want++
				}
			}
			got := w.inside(t, campaign)
			if got.Unknown != "" || got.People != want && !(got.AtMost && got.People > want) {
				t.Errorf("seed %d, after %s: want %d inside, got %+v", seed, after, want, got)
			}
			if got.AtMost {
				t.Errorf("seed %d, after %s: every decision here is followed by something when the time is over, and it says %+v", seed, after, got)
			}
			if waited += want; want == 0 {
				done++
			}
		}
	}
	if waited < 200 || done < 10 {
		t.Errorf("%d waited and %d times nobody did, which shows little", waited, done)
	}
}

// begun is a life in which somebody reads what they get at once, or not.
func begun(t *testing.T, m *eval.Machine, p *person.Person, reads bool) *eval.Life {
	t.Helper()
	life := m.Begin(p, sample.Now)
	if reads && slices.ContainsFunc(life.Trace(), func(n eval.Note) bool { s, ok := n.(eval.Sent); return ok && s.Touchpoint == "touchpoint.receipt" }) {
		for _, kind := range []person.OutcomeKind{person.Opened, person.Clicked} {
			if err := life.Let(eval.Outcome{Touchpoint: "touchpoint.receipt", Channel: "channel.email", Kind: kind, At: sample.Now + 1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return life
}

// A campaign with very many contacts is not read row by row, and a role that sees
// no contacts gets a reason instead of a figure, though Mautic answers with success.
func TestInsideOfACrowd(t *testing.T) {
	w := consenting(t, 1)
	deciding(rand.New(rand.NewPCG(1, 21)), w.program)
	campaign := w.built(t)[resource.Address{Object: "journey.all", Platform: "crm"}]
	if got := w.inside(t, campaign); got.People != 0 || got.AtMost || got.Unknown != "" {
		t.Errorf("before anybody came in: %+v", got)
	}
	w.Pass(sample.Now.Time())
	in := 0
	for _, s := range w.Stays {
		in += len(s)
	}
	w.Crowd = 10_000
	if got, want := w.inside(t, campaign), 10_000+in; got.People != want || !got.AtMost {
		t.Errorf("want at most %d, got %+v", want, got)
	}
	w.Crowd, w.Blind = 0, true
	if got := w.inside(t, campaign); got.People != 0 || !strings.Contains(got.Unknown, "You do not have the view permission") {
		t.Errorf("want a reason, got %+v", got)
	}
}

// The plan of an edit says who is inside, by Mautic's tables.
func TestInsideInAPlan(t *testing.T) {
	t.Parallel()
	i := installation(t)
	people := func(n int) plan.Inside { return plan.Inside{People: &n, OnChange: "migrate", Fate: plan.Edited} }
	suite.Inside(t, suite.Crowd{
		Offer: suite.Offer{
			Target: mautic.New, Env: map[string]string{"MAUTIC_USER": i.User, "MAUTIC_PASSWORD": secret}, Now: i.Now,
			Platform: "platform \"mautic\" \"crm\" {\n  endpoint    = \"" + i.URL + "\"\n  username    = env(\"MAUTIC_USER\")\n  password    = env(\"MAUTIC_PASSWORD\")\n" +
				"  approximate = \"1d\"\n  ignore_case = true\n  consents    = { news = \"news_consent\" }\n}\n",
		},
		Journey: `
moment "in_spain" {
  detect {
    enters   = segment.spain
    existing = true
  }
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
action "webhook" "call" { url = "https://hook.example.test/SUBJECT" }
journey "welcome" {
  enter { on = moment.in_spain }
  leave_if  = !segment.spain
  on_change = "migrate"
  send "hello" { touchpoint = touchpoint.hello }
  wait "rest" { for = "3d" }
  do "call" { action = action.call }
}
`,
		Enter: func() {
			i.Do(func() {
				i.Contacts = append(i.Contacts, &fake.Contact{ID: "7", Values: map[string]any{"email": "ana@example.test", "country": "ES"}, Barred: map[string]string{}})
				i.Pass(i.Now.Add(time.Hour))
			})
		},
		Before: people(0), Edited: people(1),
	})
}
