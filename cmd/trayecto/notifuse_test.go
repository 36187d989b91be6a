package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The story on a real Notifuse: examples/lumen is applied, people sign up, and
// what they got is read from a Mailpit that its SMTP points to. It makes
// objects, contacts and events in the workspace of the key, and takes its
// objects back at the end; see the guide "notifuse".
func TestNotifuseForReal(t *testing.T) {
	s := &live{
		t: t, url: os.Getenv("TRAYECTO_NOTIFUSE_URL"), key: os.Getenv("TRAYECTO_NOTIFUSE_API_KEY"), mailpit: os.Getenv("TRAYECTO_MAILPIT_URL"),
		run: fmt.Sprintf("r%d", time.Now().UnixNano()/1e6),
	}
	if s.url == "" || s.key == "" || s.mailpit == "" {
		t.Skip("SKIPPED: the story on a real Notifuse needs TRAYECTO_NOTIFUSE_URL, TRAYECTO_NOTIFUSE_API_KEY and TRAYECTO_MAILPIT_URL; trayecto docs notifuse says how")
	}
	s.me()
	s.hears()
	people, lapsed := s.enrol(), s.lapse()
	s.launch = time.Now().UTC().Truncate(time.Minute).Add(4 * time.Minute)
	dir := s.project(append(slices.Clone(people), lapsed...))
	t.Cleanup(func() { s.takeBack(dir) })

	s.trayecto(exitFine, "apply", "-C", dir, "--env", "notifuse", "--auto-approve")
	if said := s.trayecto(exitFine, "plan", "-C", dir, "--env", "notifuse", "--detailed-exitcode"); !strings.Contains(said, "No changes.") {
		t.Errorf("a plan after an apply is not empty:\n%s", said)
	}
	for _, p := range people {
		s.happens(p, "signed_up")
		s.happens(p, "offer_asked")
	}
	s.settled(people)
	for _, p := range people {
		if diff := cmp.Diff(p.want, s.subjects(p)); diff != "" {
			t.Errorf("%s, %s: mail (-want +got):\n%s", p.name, p.status, diff)
		}
	}
	s.looks(people[0])
	s.bounces(people)
	s.stopsAndGoes(dir, people[0])
	s.edited(dir, people[0])
	s.launched(lapsed)
}

// guest is somebody in the story, and the subjects of the mail that they get.
type guest struct {
	name, email, first, country, language string
	status                                string // on the list: "" never asked
	confirmed, ordered, outside           bool   // outside: not among only_to
	want                                  []string
}

func (s *live) enrol() []*guest {
	hola, hi := "Hola, ", "Hi "
	people := []*guest{
		{name: "yes", first: `A"<b>&'a`, country: "ES", language: "es", status: "active", confirmed: true, want: []string{"10 % para ti", hola + `A"<b>&'a`}},
		{name: "unconfirmed", first: "Bo", country: "ES", language: "es", status: "active", want: []string{hola + "Bo"}},
		{name: "elsewhere", first: "Cy", country: "MX", language: "en", status: "active", want: []string{"10 % off for you"}},
		{name: "asked", first: "Di", country: "ES", language: "en", status: "pending", want: []string{hi + "Di"}},
		{name: "never", country: "ES", language: "en", want: []string{hi + "there"}},
		{name: "buyer", first: "Ed", country: "ES", language: "es", ordered: true, want: []string{hola + "Ed"}},
		{name: "gone", first: "Fa", country: "ES", language: "es", status: "unsubscribed", confirmed: true, want: []string{hola + "Fa"}},
		{name: "removed", first: "Gi", country: "ES", language: "es", status: "removed", confirmed: true, want: []string{hola + "Gi"}},
		{name: "outside", first: "Ho", country: "ES", language: "es", status: "active", confirmed: true, outside: true},
	}
	s.post("lists.create", map[string]any{"id": "news", "name": "News", "is_double_optin": false, "is_public": true}, http.StatusCreated, http.StatusInternalServerError)
	for _, p := range people {
		p.email = p.name + "@" + s.run + ".example.test"
		s.contact(p)
	}
	return people
}

// contact puts a person there as a customer's systems would.
func (s *live) contact(p *guest) {
	c := map[string]any{"email": p.email, "country": p.country, "language": p.language, "custom_string_1": "GOLD"}
	if p.first != "" {
		c["first_name"] = p.first
	}
	if p.status != "" {
		c["custom_datetime_1"] = time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)
	}
	if p.confirmed {
		c["custom_datetime_2"] = time.Now().UTC().Add(-time.Minute).Format(time.RFC3339)
	}
	s.post("contacts.upsert", map[string]any{"contact": c}, http.StatusOK, http.StatusCreated)
	if p.status != "" {
		s.post("lists.subscribe", map[string]any{"contact": map[string]any{"email": p.email}, "list_ids": []string{"news"}}, http.StatusOK)
	}
	switch p.status {
	case "pending", "unsubscribed":
		s.post("contactLists.updateStatus", map[string]any{"email": p.email, "list_id": "news", "status": p.status}, http.StatusOK)
	case "removed":
		s.post("contactLists.removeContact", map[string]any{"email": p.email, "list_id": "news"}, http.StatusOK)
	}
	if p.ordered {
		s.happens(p, "orders.created")
	}
}

func (s *live) happens(p *guest, event string) {
	s.post("customEvents.upsert", map[string]any{"email": p.email, "event_name": event, "external_id": s.run + p.name + event,
		"properties": map[string]any{}, "occurred_at": time.Now().UTC().Format(time.RFC3339Nano)}, http.StatusOK, http.StatusCreated)
}

// offers is a journey beside those of the example that writes at once.
const offers = `
event "offer_asked" {}
moment "offer_asked" {
  detect { on = event.offer_asked }
}
journey "offers" {
  enter {
    on    = moment.offer_asked
    again = "always"
  }
  send "now" { touchpoint = touchpoint.discount_mail }
}
`

// project is the example with the server of the story, under a name of its own.
func (s *live) project(people []*guest) string {
	dir := s.t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		s.t.Fatal(err)
	}
	var to []string
	for _, p := range people {
		if !p.outside {
			to = append(to, `"`+p.email+`"`)
		}
	}
	s.edit(filepath.Join(dir, "env", "notifuse.hcl"), `"http://127.0.0.1:9020"`, `"`+s.url+`"`)
	s.edit(filepath.Join(dir, "env", "notifuse.hcl"), `  webhooks =`, "  webhook_secret = env(\"SMS_SECRET\")\n  webhooks =")
	s.edit(filepath.Join(dir, "env", "notifuse.hcl"), `"http://127.0.0.1:9041/sms"`, `"`+s.receiver+`/sms"`)
	s.edit(filepath.Join(dir, "env", "notifuse.hcl"), `"http://127.0.0.1:9041/tasks"`, `"`+s.receiver+`/tasks"`)
	s.edit(filepath.Join(dir, "journeys", "care.hcl"), `"2026-12-01 10:00"`, `"`+s.launch.In(madrid(s.t)).Format("2006-01-02 15:04")+`"`)
	s.edit(filepath.Join(dir, "env", "notifuse.hcl"), `"ana@example.test"`, strings.Join(to, ", "))
	s.edit(filepath.Join(dir, "project.hcl"), `project "lumen"`, `project "`+s.run+`"`)
	if err := os.WriteFile(filepath.Join(dir, "offers.hcl"), []byte(offers), 0o644); err != nil {
		s.t.Fatal(err)
	}
	return dir
}

func (s *live) edit(path, before, after string) {
	s.t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(raw, []byte(before)) {
		s.t.Fatalf("%s does not hold %s: %v", path, before, err)
	}
	if err := os.WriteFile(path, bytes.Replace(raw, []byte(before), []byte(after), 1), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// takeBack leaves out everything, so that what the story made is deleted.
func (s *live) takeBack(dir string) {
	path := filepath.Join(dir, "env", "notifuse.hcl")
	raw, err := os.ReadFile(path)
	if err != nil {
		s.t.Error(err)
		return
	}
	head, _, _ := strings.Cut(string(raw), "leave_out")
	if err := os.Remove(filepath.Join(dir, "guards.hcl")); err != nil { // it would have a person decide
		s.t.Error(err)
	}
	if err := os.WriteFile(path, []byte(head+"leave_out = [journey, segment, touchpoint]\n"), 0o644); err != nil {
		s.t.Error(err)
		return
	}
	s.trayecto(exitFine, "apply", "-C", dir, "--env", "notifuse", "--auto-approve")
}

// live is a real Notifuse and where its mail goes.
type live struct {
	t                 *testing.T
	url, key, mailpit string
	run, workspace    string

	receiver string    // the address that sends SMS and takes tasks
	launch   time.Time // of the one-off
	mu       sync.Mutex
	heard    []heard
}

// trayecto runs a command, and returns what it said.
func (s *live) trayecto(want int, args ...string) string {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	env := func(name string) (string, bool) {
		value, set := map[string]string{"NOTIFUSE_API_KEY": s.key, "SMS_SECRET": smsSecret}[name]
		return value, set
	}
	got := execute(&world{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, env: env, clock: time.Now}, args)
	if got != want {
		s.t.Fatalf("trayecto %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, want, stdout.String(), stderr.String())
	}
	if said := stdout.String() + stderr.String(); strings.Contains(said, s.key) {
		s.t.Errorf("trayecto %s repeats the key", strings.Join(args, " "))
	}
	return stdout.String() + stderr.String()
}

func (s *live) call(request *http.Request, into any) int {
	s.t.Helper()
	request.Header.Set("Authorization", "Bearer "+s.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if into != nil && response.StatusCode < 300 {
		if err := json.Unmarshal(raw, into); err != nil {
			s.t.Fatalf("%s: %v\n%s", request.URL, err, raw)
		}
	}
	return response.StatusCode
}

func (s *live) me() {
	request, err := http.NewRequest(http.MethodGet, s.url+"/api/user.me", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	var me struct{ Workspaces []struct{ ID string } }
	if status := s.call(request, &me); status != http.StatusOK || len(me.Workspaces) != 1 {
		s.t.Fatalf("the key is not of one workspace: %d, %+v", status, me)
	}
	s.workspace = me.Workspaces[0].ID
}

func (s *live) post(verb string, body map[string]any, want ...int) {
	s.t.Helper()
	body["workspace_id"] = s.workspace
	raw, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, s.url+"/api/"+verb, bytes.NewReader(raw))
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.call(request, nil); !slices.Contains(want, got) {
		s.t.Fatalf("%s: %d, want %v", verb, got, want)
	}
}

// waited is how long the platform may take to send.
const waited = 2 * time.Minute

// settled waits until everybody has as much mail as they should, and then for
// what should not have come: until the runs of the offers are over.
func (s *live) settled(people []*guest) {
	s.t.Helper()
	deadline := time.Now().Add(waited)
	for !s.through(len(people)) || slices.ContainsFunc(people, func(p *guest) bool { return len(s.subjects(p)) < len(p.want) }) {
		if time.Now().After(deadline) {
			s.t.Errorf("after %s not everything has come", waited)
			return
		}
		time.Sleep(time.Second) // a real server; the suite without one does not come here
	}
	time.Sleep(3 * time.Second)
}

// through tells whether everybody's run of the journey "offers" is over.
func (s *live) through(n int) bool {
	request, err := http.NewRequest(http.MethodGet, s.url+"/api/automations.list?workspace_id="+s.workspace, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	var all struct {
		Automations []struct {
			Name, Status string
			Stats        struct{ Enrolled, Completed, Exited, Failed int }
		}
	}
	s.call(request, &all)
	for _, a := range all.Automations {
		if a.Name == "offers" && a.Status == "live" {
			if a.Stats.Failed > 0 {
				s.t.Errorf("%d runs failed", a.Stats.Failed)
			}
			return a.Stats.Enrolled == n && a.Stats.Completed+a.Stats.Exited+a.Stats.Failed == n
		}
	}
	return false
}

// letter is a mail as Mailpit lists it.
type letter struct{ ID, Subject string }

func madrid(t *testing.T) *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid") // the example's
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func (s *live) letters(p *guest) []letter {
	s.t.Helper()
	request, err := http.NewRequest(http.MethodGet, s.mailpit+"/api/v1/search?query="+url.QueryEscape("to:"+p.email), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	var found struct{ Messages []letter }
	s.call(request, &found)
	return found.Messages
}

func (s *live) subjects(p *guest) []string {
	var out []string
	for _, l := range s.letters(p) {
		out = append(out, l.Subject)
	}
	slices.Sort(out)
	return out
}

// looks reads the mail of somebody whose name would break it.
func (s *live) looks(p *guest) {
	for _, l := range s.letters(p) {
		request, err := http.NewRequest(http.MethodGet, s.mailpit+"/api/v1/message/"+l.ID, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		var mail struct {
			HTML            string
			ListUnsubscribe struct{ Links []string }
		}
		s.call(request, &mail)
		if !strings.Contains(mail.HTML, "Hola, A&#34;&#60;b&#62;&amp;&#x27;a:") {
			s.t.Errorf("%s: the name does not stand there escaped:\n%s", l.Subject, mail.HTML)
		}
		if len(mail.ListUnsubscribe.Links) == 0 {
			s.t.Errorf("%s has no List-Unsubscribe", l.Subject)
		}
	}
}
