package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// heard is what the receiver was told: somebody is to get an SMS, or a task is
// to be made.
type heard struct {
	path       string
	query      url.Values
	phone, who string
}

// smsSecret is shown to the receiver, and made up.
const smsSecret = "made-up-secret-of-the-story"

// hears starts the receiver: the small program of a customer's that sends SMS.
func (s *live) hears() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var said struct {
			Email   string
			Contact struct{ Phone string }
		}
		if err := json.NewDecoder(r.Body).Decode(&said); err != nil || r.Header.Get("Authorization") != "Bearer "+smsSecret {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.heard = append(s.heard, heard{r.URL.Path, r.URL.Query(), said.Contact.Phone, said.Email})
	}))
	s.t.Cleanup(server.Close)
	s.receiver = server.URL
}

// lapse is gold customers who stopped buying: whom the one-off is for.
func (s *live) lapse() []*guest {
	people := []*guest{
		{name: "lapsed-yes", first: "Ya", country: "ES", language: "es", status: "active", confirmed: true, want: []string{"10 % para ti"}},
		{name: "lapsed-unconfirmed", first: "Ye", country: "ES", language: "en", status: "active", want: []string{"10 % off for you"}}, // bought, and never refused
		{name: "lapsed-elsewhere", first: "Yi", country: "MX", language: "en", status: "active", want: []string{"10 % off for you"}},
		{name: "lapsed-pending", first: "Yo", country: "ES", language: "es", status: "pending"},
		{name: "lapsed-never", first: "Yu", country: "ES", language: "es"},
		{name: "lapsed-gone", first: "Za", country: "ES", language: "es", status: "unsubscribed", confirmed: true},
		{name: "lapsed-removed", first: "Ze", country: "ES", language: "es", status: "removed", confirmed: true},
		{name: "lapsed-outside", first: "Zi", country: "ES", language: "es", status: "active", confirmed: true, outside: true},
	}
	for _, p := range people {
		p.email = p.name + "@" + s.run + ".example.test"
		s.contact(p)
		for i, days := range []int{100, 150, 200} {
			s.post("customEvents.upsert", map[string]any{"email": p.email, "event_name": "orders.created", "external_id": s.run + p.name + string(rune('a'+i)),
				"properties": map[string]any{}, "occurred_at": time.Now().UTC().AddDate(0, 0, -days).Format(time.RFC3339Nano)}, http.StatusOK, http.StatusCreated)
		}
	}
	return people
}

// until waits for something of a real server.
func (s *live) until(what string, is func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(waited); !is(); time.Sleep(time.Second) {
		if time.Now().After(deadline) {
			s.t.Errorf("after %s: %s", waited, what)
			return
		}
	}
}

// bounces is the example's own story: the welcome comes back, and an SMS asks
// for the right address. A plain SMTP server tells Notifuse of no bounce, so
// another integration of the workspace does: TRAYECTO_NOTIFUSE_BOUNCES is the
// id of one for Postmark, which needs no account there.
func (s *live) bounces(people []*guest) {
	integration := os.Getenv("TRAYECTO_NOTIFUSE_BOUNCES")
	if integration == "" {
		s.t.Log("SKIPPED: that a bounce leads to an SMS needs TRAYECTO_NOTIFUSE_BOUNCES, the id of an integration for Postmark")
		return
	}
	wrong, nobody := people[1], people[4] // one has a number
	s.post("contacts.upsert", map[string]any{"contact": map[string]any{"email": wrong.email, "phone": "+34600000001"}}, http.StatusOK, http.StatusCreated)
	for _, p := range []*guest{wrong, nobody} {
		s.comesBack(integration, p)
	}
	s.until("nobody was asked by SMS", func() bool { return len(s.told()) > 0 })
	time.Sleep(3 * time.Second)
	got := s.told()
	if len(got) != 1 {
		s.t.Fatalf("the receiver heard %+v", got)
	}
	want := heard{path: "/sms", phone: "+34600000001", who: wrong.email, query: url.Values{
		"touchpoint": {"confirm_address_sms"},
		"text_es":    {"No nos llega tu correo. ¿Nos lo confirmas? https://lumen.example/address"},
		"text_en":    {"Our e-mail does not reach you. Could you confirm it? https://lumen.example/address"},
	}}
	if diff := cmp.Diff(want, got[0], cmp.AllowUnexported(heard{})); diff != "" {
		s.t.Errorf("the SMS (-want +got):\n%s", diff)
	}
}

func (s *live) told() []heard {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard)
}

// comesBack has the welcome of somebody bounce, as their provider would tell.
func (s *live) comesBack(integration string, p *guest) {
	s.t.Helper()
	var history struct {
		Messages []struct {
			ID string `json:"id"`
		}
	}
	request, err := http.NewRequest(http.MethodGet, s.url+"/api/messages.list?workspace_id="+s.workspace+"&contact_email="+url.QueryEscape(p.email), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if status := s.call(request, &history); status != http.StatusOK || len(history.Messages) != 1 {
		s.t.Fatalf("%s got %d messages: %d", p.name, len(history.Messages), status)
	}
	body, err := json.Marshal(map[string]any{"RecordType": "Bounce", "Type": "HardBounce", "Email": p.email, "BouncedAt": time.Now().UTC().Format(time.RFC3339),
		"Metadata": map[string]string{"notifuse_message_id": history.Messages[0].ID}})
	if err != nil {
		s.t.Fatal(err)
	}
	request, err = http.NewRequest(http.MethodPost, s.url+"/webhooks/email?provider=postmark&workspace_id="+s.workspace+"&integration_id="+integration, strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	if status := s.call(request, nil); status != http.StatusOK {
		s.t.Fatalf("the bounce was answered with %d", status)
	}
}

// stopsAndGoes: who asks for an offer while the journey is on hold gets none,
// and who asks afterwards does.
func (s *live) stopsAndGoes(dir string, p *guest) {
	before := len(s.subjects(p))
	s.trayecto(exitFine, "pause", "-C", dir, "--env", "notifuse", "journey.offers")
	s.trayecto(exitFine, "pause", "-C", dir, "--env", "notifuse", "journey.win_back")
	s.again(p, "held")
	time.Sleep(5 * time.Second)
	if n := len(s.subjects(p)); n != before {
		s.t.Errorf("%d mails came while the journey was on hold", n-before)
	}
	s.trayecto(exitFine, "resume", "-C", dir, "--env", "notifuse", "--auto-approve", "journey.offers")
	s.trayecto(exitFine, "resume", "-C", dir, "--env", "notifuse", "--auto-approve", "journey.win_back")
	s.again(p, "free")
	s.until("the offer after the hold did not come", func() bool { return len(s.subjects(p)) == before+1 })
}

// again has somebody ask for an offer once more.
func (s *live) again(p *guest, which string) {
	s.post("customEvents.upsert", map[string]any{"email": p.email, "event_name": "offer_asked", "external_id": s.run + p.name + which,
		"properties": map[string]any{}, "occurred_at": time.Now().UTC().Format(time.RFC3339Nano)}, http.StatusOK, http.StatusCreated)
}

// edited: the journey that is on sends something else after an edit, and still
// lets people in.
func (s *live) edited(dir string, p *guest) {
	s.edit(filepath.Join(dir, "offers.hcl"), "touchpoint.discount_mail", "touchpoint.shipping_mail")
	s.trayecto(exitFine, "apply", "-C", dir, "--env", "notifuse", "--auto-approve")
	if said := s.trayecto(exitFine, "plan", "-C", dir, "--env", "notifuse", "--detailed-exitcode"); !strings.Contains(said, "No changes.") {
		s.t.Errorf("a plan after an edit is not empty:\n%s", said)
	}
	s.again(p, "edited")
	s.until("the offer after the edit did not come", func() bool { return slices.Contains(s.subjects(p), "Envío gratis") })
}

// launched: the one-off goes out at its instant to those of the list to whom
// the rules allow it, and to nobody else.
func (s *live) launched(people []*guest) {
	for _, p := range people {
		if got := s.subjects(p); time.Now().Before(s.launch) && len(got) > 0 {
			s.t.Errorf("%s got %v before the instant", p.name, got)
		}
	}
	time.Sleep(time.Until(s.launch))
	s.until("the one-off did not reach everybody whom it should", func() bool {
		return !slices.ContainsFunc(people, func(p *guest) bool { return len(s.subjects(p)) < len(p.want) })
	})
	time.Sleep(5 * time.Second)
	for _, p := range people {
		if diff := cmp.Diff(p.want, s.subjects(p)); diff != "" {
			s.t.Errorf("%s, %s: mail (-want +got):\n%s", p.name, p.status, diff)
		}
	}
}
