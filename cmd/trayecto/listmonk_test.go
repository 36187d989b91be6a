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
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
)

// The story of Lumen's one-off on a real listmonk: it is applied, people say
// yes or no or nothing, it is sent, and the mail that was delivered is read.
//
//	TRAYECTO_LISTMONK_URL    the server, which sends soon after an instant has come
//	TRAYECTO_LISTMONK_USER   an API user with the rights that `trayecto platform scopes` lists, tx:send and subscribers:manage
//	TRAYECTO_LISTMONK_TOKEN  its token
//	TRAYECTO_MAILPIT_URL     the Mailpit that the server delivers to
func TestListmonk(t *testing.T) {
	s := realServer(t)
	s.project(t)
	s.run(t, "apply", "--env", "listmonk", "--auto-approve")
	if out := s.run(t, "plan", "--env", "listmonk"); !strings.Contains(out, "No changes.") {
		t.Fatalf("after an apply:\n%s", out)
	}
	list := s.ours(t, "lists", resource.Address{Object: "consent.news", Platform: "sandbox"})
	if diff := cmp.Diff([]any{"double", "public"}, []any{list["optin"], list["type"]}); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
	for _, p := range lapsed {
		s.enrol(t, p, list)
	}
	s.confirms(t, "ana")
	campaign := s.ours(t, "campaigns", resource.Address{Object: "journey.win_back", Platform: "sandbox"})
	s.await(t, campaign["id"])
	for _, p := range lapsed {
		got := []string{}
		for _, m := range s.mails(t, p.name) {
			if subject, _ := m["Subject"].(string); strings.Contains(subject, "10 %") {
				got = append(got, subject)
			}
		}
		if diff := cmp.Diff(p.gets, got); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", p.name, p.why, diff)
		}
	}
	s.unsubscribes(t, "ana", list)
	s.welcomes(t)
	if out := s.run(t, "plan", "--env", "listmonk"); !strings.Contains(out, "No changes.") {
		t.Errorf("after the send:\n%s", out)
	}
}

// lapsedPerson is somebody who may be a lapsed gold customer.
type lapsedPerson struct {
	name, why    string
	status       string // of the person; "" is enabled
	subscription string // to the list of the consent: confirmed, unconfirmed, unsubscribed or ""
	attributes   map[string]any
	gets         []string
}

var (
	spanish = []string{"10 % para ti"}
	english = []string{"10 % off for you"}
	nothing = []string{}
)

// lapsed is people in whom one thing differs from Ana, who gets the mail.
var lapsed = []lapsedPerson{
	{name: "ana", why: "who confirms by the link in a mail", subscription: "unconfirmed", attributes: with(nil), gets: spanish},
	{name: "beth", why: "who lives elsewhere and reads English", subscription: "confirmed", attributes: with(map[string]any{"country": "MX", "lang": "en", "news_since": nil}), gets: english},
	{name: "carla", why: "who said nothing about her language", subscription: "confirmed", attributes: with(map[string]any{"lang": nil}), gets: spanish},
	{name: "dora", why: "whose yes is old, but who is a customer", subscription: "confirmed", attributes: with(map[string]any{"news_since": ago(900)}), gets: spanish},
	{name: "elsa", why: "who did not confirm", subscription: "unconfirmed", attributes: with(nil), gets: nothing},
	{name: "flora", why: "who unsubscribed", subscription: "unsubscribed", attributes: with(nil), gets: nothing},
	{name: "greta", why: "who was never asked", attributes: with(nil), gets: nothing},
	{name: "helga", why: "who is on the blocklist", status: "blocklisted", subscription: "confirmed", attributes: with(nil), gets: nothing},
	{name: "irma", why: "who is disabled", status: "disabled", subscription: "confirmed", attributes: with(nil), gets: nothing},
	{name: "jana", why: "who is not gold", subscription: "confirmed", attributes: with(map[string]any{"tier": "silver"}), gets: nothing},
	{name: "katja", why: "of whom no tier is known", subscription: "confirmed", attributes: with(map[string]any{"tier": nil}), gets: nothing},
	{name: "lena", why: "who bought last week", subscription: "confirmed", attributes: with(map[string]any{"orders": orders(7, 120, 200, 300)}), gets: nothing},
	{name: "maria", why: "who bought only twice", subscription: "confirmed", attributes: with(map[string]any{"orders": orders(120, 200)}), gets: nothing},
}

// with is the attributes of a lapsed gold customer, some of them changed.
func with(changed map[string]any) map[string]any {
	out := map[string]any{"given_name": "Ana", "tier": "GOLD", "country": "ES", "lang": "es", "orders": orders(120, 200, 300), "news_since": ago(100)}
	for name, v := range changed {
		out[name] = v
	}
	return out
}

func ago(days int) string { return time.Now().UTC().AddDate(0, 0, -days).Format(time.RFC3339) }

func orders(days ...int) []any {
	var out []any
	for _, d := range days {
		out = append(out, map[string]any{"at": ago(d), "total": 49.9})
	}
	return out
}

// reality is a real server, and the project of one run.
type reality struct {
	api, user, token, mailpit string
	run_, dir, name           string
}

func realServer(t *testing.T) *reality {
	s := &reality{
		api: os.Getenv("TRAYECTO_LISTMONK_URL"), user: os.Getenv("TRAYECTO_LISTMONK_USER"), token: os.Getenv("TRAYECTO_LISTMONK_TOKEN"),
		mailpit: os.Getenv("TRAYECTO_MAILPIT_URL"), run_: fmt.Sprintf("run%d", time.Now().UnixNano()/1e6),
	}
	if s.api == "" || s.user == "" || s.token == "" || s.mailpit == "" {
		t.Skip("SKIPPED: the story on a real listmonk needs TRAYECTO_LISTMONK_URL, _USER, _TOKEN and TRAYECTO_MAILPIT_URL")
	}
	s.name = "lumen_" + s.run_
	t.Cleanup(func() { s.clean(t) })
	return s
}

// project is the example under a name of its own, its one-off soon.
func (s *reality) project(t *testing.T) {
	t.Helper()
	s.dir = filepath.Join(t.TempDir(), "lumen")
	if err := os.CopyFS(s.dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		t.Fatal(err)
	}
	soon := time.Now().UTC().Add(25 * time.Second).Format("2006-01-02T15:04:05Z")
	for file, words := range map[string][2]string{
		"project.hcl": {`project "lumen"`, `project "` + s.name + `"`}, "journeys/care.hcl": {"2026-12-01 10:00", soon},
		"env/listmonk.hcl": {"http://127.0.0.1:9000", s.api},
	} {
		path := filepath.Join(s.dir, filepath.FromSlash(file))
		raw, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(raw, []byte(words[0])) {
			t.Fatalf("%s does not say %q: %v", file, words[0], err)
		}
		if err := os.WriteFile(path, bytes.ReplaceAll(raw, []byte(words[0]), []byte(words[1])), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	env := filepath.Join(s.dir, "env", "listmonk.hcl")
	raw, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(env, bytes.ReplaceAll(raw, []byte(`"trayecto"`), []byte(fmt.Sprintf("%q", s.user))), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run is a command of the tool; it must work.
func (s *reality) run(t *testing.T, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	w := &world{
		stdin: strings.NewReader(""), stdout: &out, stderr: &problems, clock: time.Now,
		env: func(name string) (string, bool) {
			if name == "LISTMONK_TOKEN" {
				return s.token, true
			}
			return "", false
		},
	}
	if code := execute(w, append(args, "-C", s.dir)); code != exitFine {
		t.Fatalf("%v ended with %d:\n%s%s", args, code, out.String(), problems.String())
	}
	return out.String()
}

// call is a call of listmonk's API, or, with the address of Mailpit, of its.
func (s *reality) call(t *testing.T, method, address string, body any) (int, map[string]any) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if strings.HasPrefix(address, s.api) {
		r.Header.Set("Authorization", "token "+s.user+":"+s.token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		t.Fatalf("%s %s answered %d and no JSON: %v", method, address, answer.StatusCode, err)
	}
	return answer.StatusCode, out
}

// must is the data of a call that must work.
func (s *reality) must(t *testing.T, method, path string, body any) map[string]any {
	t.Helper()
	status, answer := s.call(t, method, s.api+path, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s answered %d: %v", method, path, status, answer)
	}
	data, _ := answer["data"].(map[string]any)
	return data
}

// ours is the list or campaign of an address, found by its mark.
func (s *reality) ours(t *testing.T, what string, a resource.Address) map[string]any {
	t.Helper()
	mark := resource.Mark(s.name, "listmonk", a)
	found, _ := s.must(t, http.MethodGet, "/api/"+what+"?tag="+mark, nil)["results"].([]any)
	if len(found) != 1 {
		t.Fatalf("%d %s carry the mark of %s", len(found), what, a)
	}
	return found[0].(map[string]any)
}

func (s *reality) address(name string) string { return name + "@" + s.run_ + ".example.test" }

// enrol makes a person as a shop's systems would.
func (s *reality) enrol(t *testing.T, p lapsedPerson, list map[string]any) {
	t.Helper()
	lists := []any{}
	if p.subscription != "" {
		lists = append(lists, list["id"])
	}
	status := p.status
	if status == "" {
		status = "enabled"
	}
	made := s.must(t, http.MethodPost, "/api/subscribers", map[string]any{
		"email": s.address(p.name), "name": p.name, "status": status, "attribs": p.attributes, "lists": lists,
		"preconfirm_subscriptions": p.subscription == "confirmed",
	})
	if p.subscription == "unsubscribed" {
		s.must(t, http.MethodPut, "/api/subscribers/lists", map[string]any{"ids": []any{made["id"]}, "action": "unsubscribe", "target_list_ids": lists})
	}
}

// mails is what was delivered to somebody.
func (s *reality) mails(t *testing.T, name string) []map[string]any {
	t.Helper()
	_, found := s.call(t, http.MethodGet, s.mailpit+"/api/v1/search?query="+url.QueryEscape("to:"+s.address(name)), nil)
	var out []map[string]any
	list, _ := found["messages"].([]any)
	for _, m := range list {
		out = append(out, m.(map[string]any))
	}
	return out
}

// mail is the whole of the one mail whose subject holds some words. It waits
// for it a while.
func (s *reality) mail(t *testing.T, name, subject string) map[string]any {
	t.Helper()
	for range 60 {
		for _, m := range s.mails(t, name) {
			if said, _ := m["Subject"].(string); strings.Contains(said, subject) {
				_, whole := s.call(t, http.MethodGet, s.mailpit+"/api/v1/message/"+m["ID"].(string), nil)
				return whole
			}
		}
		time.Sleep(250 * time.Millisecond)
	}
	t.Fatalf("%s got no mail about %q", name, subject)
	return nil
}

var optin = regexp.MustCompile(`/subscription/optin/[0-9a-f-]+\?[^"\s<]+`)

// confirms is the second half of a double opt-in: the link in the mail that
// listmonk sent when the person subscribed.
func (s *reality) confirms(t *testing.T, name string) {
	t.Helper()
	body, _ := s.mail(t, name, "Confirm")["HTML"].(string)
	link := strings.ReplaceAll(optin.FindString(body), "&amp;", "&")
	if link == "" {
		t.Fatalf("the mail has no link to confirm by:\n%s", body)
	}
	path, query, _ := strings.Cut(link, "?")
	form, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	form.Set("confirm", "true")
	s.form(t, s.api+path, form)
}

func (s *reality) form(t *testing.T, address string, form url.Values) {
	t.Helper()
	answer, err := http.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d, %v", address, answer.StatusCode, err)
	}
}

// await waits until a campaign was sent.
func (s *reality) await(t *testing.T, id any) {
	t.Helper()
	for range 240 {
		c := s.must(t, http.MethodGet, fmt.Sprintf("/api/campaigns/%v", id), nil)
		if c["status"] == "finished" {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Fatal("the campaign was not sent in two minutes")
}

// unsubscribes is one click in a mail program (RFC 8058): from then on the
// record of the consent says no.
func (s *reality) unsubscribes(t *testing.T, name string, list map[string]any) {
	t.Helper()
	mail := s.mail(t, name, "10 %")
	body, _ := mail["HTML"].(string)
	if !strings.Contains(body, "Hola, Ana:") || !strings.Contains(body, `href="https://lumen.example/lamps"`) {
		t.Errorf("the text of the mail:\n%s", body)
	}
	_, headers := s.call(t, http.MethodGet, s.mailpit+"/api/v1/message/"+mail["ID"].(string)+"/headers", nil)
	if diff := cmp.Diff([]any{"List-Unsubscribe=One-Click"}, headers["List-Unsubscribe-Post"]); diff != "" {
		t.Fatalf("the header that offers one click (-want +got):\n%s", diff)
	}
	link, _ := headers["List-Unsubscribe"].([]any)
	s.form(t, strings.Trim(fmt.Sprint(link[0]), "<>"), url.Values{"List-Unsubscribe": {"One-Click"}})
	found, _ := s.must(t, http.MethodGet, fmt.Sprintf("/api/subscribers?list_id=%v&subscription_status=unsubscribed&per_page=all", list["id"]), nil)["results"].([]any)
	if !slices.ContainsFunc(found, func(x any) bool { return x.(map[string]any)["email"] == s.address(name) }) {
		t.Errorf("after one click %s is not among who unsubscribed from the list: %v", name, found)
	}
}

// welcomes is a message that the shop's systems send by the template: to
// somebody who is not on any list, and not to who is on the blocklist.
func (s *reality) welcomes(t *testing.T) {
	t.Helper()
	_, answer := s.call(t, http.MethodGet, s.api+"/api/templates", nil)
	mark := resource.Mark(s.name, "listmonk", resource.Address{Object: "touchpoint.welcome_mail", Platform: "sandbox"})
	var id any
	for _, one := range answer["data"].([]any) {
		if found := one.(map[string]any); found["body_source"] == mark {
			id = found["id"]
		}
	}
	status, said := s.call(t, http.MethodPost, s.api+"/api/tx", map[string]any{"subscriber_email": s.address("greta"), "template_id": id})
	if status != http.StatusOK {
		t.Fatalf("sending a welcome answered %d: %v", status, said)
	}
	if body, _ := s.mail(t, "greta", "Hola, Ana")["HTML"].(string); !strings.Contains(body, "Ya formas parte de Lumen") {
		t.Errorf("the text of the welcome:\n%s", body)
	}
	if status, said := s.call(t, http.MethodPost, s.api+"/api/tx", map[string]any{"subscriber_email": s.address("helga"), "template_id": id}); status == http.StatusOK {
		t.Errorf("a welcome for who is on the blocklist answered %d: %v", status, said)
	}
}

// clean takes away what the run made.
func (s *reality) clean(t *testing.T) {
	if s.dir == "" {
		return
	}
	t.Logf("%s is cleaned up", s.name)
	delete := func(path string) {
		r, err := http.NewRequest(http.MethodDelete, s.api+path, nil)
		if err != nil {
			t.Error(err)
			return
		}
		r.Header.Set("Authorization", "token "+s.user+":"+s.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			return
		}
		answer.Body.Close()
	}
	get := func(path string) []any {
		r, err := http.NewRequest(http.MethodGet, s.api+path, nil)
		if err != nil {
			t.Error(err)
			return nil
		}
		r.Header.Set("Authorization", "token "+s.user+":"+s.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			return nil
		}
		defer answer.Body.Close()
		var out struct{ Data any }
		if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
			t.Error(err)
		}
		if page, is := out.Data.(map[string]any); is {
			out.Data = page["results"]
		}
		list, _ := out.Data.([]any)
		return list
	}
	marks := []string{}
	for _, object := range []string{"consent.news", "journey.win_back", "touchpoint.welcome_mail", "touchpoint.late_parcel"} {
		marks = append(marks, resource.Mark(s.name, "listmonk", resource.Address{Object: object, Platform: "sandbox"}))
	}
	marks = append(marks, resource.Mark(s.name, "listmonk", resource.Address{Object: "platform.sandbox", Platform: "sandbox", Role: "frame"}))
	for _, what := range []string{"campaigns", "templates", "lists"} {
		for _, one := range get("/api/" + what + "?per_page=all") {
			o := one.(map[string]any)
			tags, _ := o["tags"].([]any)
			ours := slices.ContainsFunc(tags, func(tag any) bool { return slices.Contains(marks, fmt.Sprint(tag)) }) || slices.Contains(marks, fmt.Sprint(o["body_source"]))
			if ours {
				delete(fmt.Sprintf("/api/%s/%v", what, o["id"]))
			}
		}
	}
	for _, one := range get("/api/subscribers?per_page=all&search=" + s.run_) {
		delete(fmt.Sprintf("/api/subscribers/%v", one.(map[string]any)["id"]))
	}
}
