package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/resource"
)

// reality is a real server, and the project of one run.
type reality struct {
	api, user, token, mailpit string
	tag, dir, name            string
}

func realServer(t *testing.T) *reality {
	s := &reality{
		api: os.Getenv("TRAYECTO_LISTMONK_URL"), user: os.Getenv("TRAYECTO_LISTMONK_USER"), token: os.Getenv("TRAYECTO_LISTMONK_TOKEN"),
		mailpit: os.Getenv("TRAYECTO_MAILPIT_URL"), tag: fmt.Sprintf("run%d", time.Now().UnixNano()/1e6),
	}
	if s.api == "" || s.user == "" || s.token == "" || s.mailpit == "" {
		t.Skip("SKIPPED: the story on a real listmonk needs TRAYECTO_LISTMONK_URL, _USER, _TOKEN and TRAYECTO_MAILPIT_URL")
	}
	s.name = "lumen_" + s.tag
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
	soon := time.Now().UTC().Add(45 * time.Second).Format("2006-01-02T15:04:05Z")
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
	r, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(raw))
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

func (s *reality) address(name string) string { return name + "@" + s.tag + ".example.test" }

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

// clean takes away what the run made.
func (s *reality) clean(t *testing.T) {
	if s.dir == "" {
		return
	}
	var marks []any
	for _, a := range []resource.Address{
		{Object: "consent.news"}, {Object: "journey.win_back"}, {Object: "touchpoint.welcome_mail"}, {Object: "touchpoint.late_parcel"},
		{Object: "platform.sandbox", Role: "frame"},
	} {
		a.Platform = "sandbox"
		marks = append(marks, resource.Mark(s.name, "listmonk", a))
	}
	for _, what := range []string{"campaigns", "templates", "lists"} {
		for _, one := range s.all(t, "/api/"+what+"?per_page=all") {
			tags, _ := one["tags"].([]any)
			if slices.ContainsFunc(append(tags, one["body_source"]), func(tag any) bool { return slices.Contains(marks, tag) }) {
				s.call(t, http.MethodDelete, fmt.Sprintf("%s/api/%s/%v", s.api, what, one["id"]), nil)
			}
		}
	}
	for _, one := range s.all(t, "/api/subscribers?per_page=all&search="+s.tag) {
		s.call(t, http.MethodDelete, fmt.Sprintf("%s/api/subscribers/%v", s.api, one["id"]), nil)
	}
}

// all is the objects that a call answers, on a page or not.
func (s *reality) all(t *testing.T, path string) []map[string]any {
	t.Helper()
	_, answer := s.call(t, http.MethodGet, s.api+path, nil)
	list, is := answer["data"].([]any)
	if page, paged := answer["data"].(map[string]any); !is && paged {
		list, _ = page["results"].([]any)
	}
	var out []map[string]any
	for _, one := range list {
		if object, is := one.(map[string]any); is {
			out = append(out, object)
		}
	}
	return out
}
