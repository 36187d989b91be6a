package main

import (
	"fmt"
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
	s.stopsAndGoes(t)
	s.edited(t)
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

// status is that of the one-off's campaign.
func (s *reality) status(t *testing.T) string {
	t.Helper()
	said, _ := s.ours(t, "campaigns", resource.Address{Object: "journey.win_back", Platform: "sandbox"})["status"].(string)
	return said
}

// stopsAndGoes: on hold a scheduled campaign is a draft, and afterwards it is
// scheduled again.
func (s *reality) stopsAndGoes(t *testing.T) {
	t.Helper()
	s.run(t, "pause", "--env", "listmonk", "journey.win_back")
	if got := s.status(t); got != "draft" {
		t.Errorf("on hold it is %s", got)
	}
	s.run(t, "resume", "--env", "listmonk", "--auto-approve", "journey.win_back")
	if got := s.status(t); got != "scheduled" {
		t.Errorf("after the hold it is %s", got)
	}
}

// edited: what is scheduled is written anew, and scheduled again.
func (s *reality) edited(t *testing.T) {
	t.Helper()
	path := filepath.Join(s.dir, "content", "discount.es.html")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(raw, "<p>Hasta pronto.</p>\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	s.run(t, "apply", "--env", "listmonk", "--auto-approve")
	if out := s.run(t, "plan", "--env", "listmonk"); !strings.Contains(out, "No changes.") || s.status(t) != "scheduled" {
		t.Errorf("after an edit it is %s:\n%s", s.status(t), out)
	}
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

// unsubscribes is one click in a mail program (RFC 8058): from then on the
// record of the consent says no.
func (s *reality) unsubscribes(t *testing.T, name string, list map[string]any) {
	t.Helper()
	mail := s.mail(t, name, "10 %")
	body, _ := mail["HTML"].(string)
	if !strings.Contains(body, "Hasta pronto.") || !strings.Contains(body, "Hola, Ana:") || !strings.Contains(body, `href="https://lumen.example/lamps"`) {
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
