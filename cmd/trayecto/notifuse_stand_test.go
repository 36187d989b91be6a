package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// desk is a stand-in for Notifuse with a workspace, and the example.
type desk struct {
	*fake.Workspace
	dir string
}

// morning is when the stories on the stand-in begin.
var morning = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func newDesk(t *testing.T) *desk {
	t.Helper()
	p := fake.New(t, morning)
	d := &desk{p.Workspace("lumen", "es"), filepath.Join(t.TempDir(), "lumen")}
	d.Make("lists", map[string]any{"id": "news", "name": "News", "is_public": true, "is_double_optin": false})
	if err := os.CopyFS(d.dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		t.Fatal(err)
	}
	env := filepath.Join(d.dir, "env", "notifuse.hcl")
	raw, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte("http://127.0.0.1:9020"), []byte(p.URL), 1)
	if err := os.WriteFile(env, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	return d
}

// run is a command with an exit code, and what it said.
func (d *desk) run(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	h := &hours{at: morning}
	w := &world{
		stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: h.now, wait: h.pass,
		env: func(name string) (string, bool) { return d.Key, name == "NOTIFUSE_API_KEY" },
	}
	if code := execute(w, append(args, "-C", d.dir, "--env", "notifuse")); code != want {
		t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
	}
	return out.String()
}

// What people set in a workspace is a step by hand: the plan says it, apply makes
// what does not wait for it, and it is found done by reading.
func TestSettingsOfNotifuseByHand(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Provider, d.Tracking = "", false
	says(t, d.run(t, exitFine, "plan"), "By hand", `open: make the provider "marketing e-mail"`, "journey.welcome, journey.win_back wait for it",
		`open: make the tracking "opens and clicks"`, `open: make the notices "bounces"`, "plain SMTP")
	d.run(t, exitFine, "apply", "--auto-approve")
	for _, id := range d.IDs("automations") { // an SMS needs no provider of e-mail
		if name := d.Body("automations", id)["name"]; name != "fix_address" {
			t.Errorf("%s was made, and nobody can send its mail", name)
		}
	}
	if n := len(d.IDs("broadcasts")); n != 0 {
		t.Errorf("%d broadcasts that nobody can send were made", n)
	}
	if len(d.IDs("templates")) == 0 {
		t.Error("what does not wait was not made")
	}
	d.Provider, d.Tracking = "ses", true
	says(t, d.run(t, exitFine, "plan"), `done: the provider "marketing e-mail"`, `done: the tracking "opens and clicks"`, "+ journey.welcome")
	d.run(t, exitFine, "apply", "--auto-approve")
	if a, b := len(d.IDs("automations")), len(d.IDs("broadcasts")); a != 2 || b != 1 {
		t.Errorf("%d automations and %d broadcasts", a, b)
	}
	says(t, d.run(t, exitFine, "plan", "--detailed-exitcode"), "No changes.")
	d.Provider = "smtp"
	says(t, d.run(t, exitFine, "plan"), `open: make the notices "bounces"`, "No changes.")
}

// What somebody made in the workspace is written as blocks and taken over: a
// list, and a segment of fields and events; what has no words says why.
func TestImportFromNotifuse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := os.Remove(filepath.Join(d.dir, "guards.hcl")); err != nil { // it would have a person decide
		t.Fatal(err)
	}
	leaf := func(source, body string, more map[string]any) map[string]any {
		return map[string]any{"kind": "leaf", "leaf": map[string]any{"source": source, body: more}}
	}
	spain := leaf("contacts", "contact", map[string]any{"filters": []any{map[string]any{"field_name": "country", "field_type": "string", "operator": "equals", "string_values": []any{"ES"}}}})
	new := leaf("contact_timeline", "contact_timeline", map[string]any{"kind": "custom_event.signed_up", "count_operator": "at_least", "count_value": 1.0,
		"timeframe_operator": "in_the_last_days", "timeframe_values": []any{"30"}})
	listed := leaf("contact_lists", "contact_list", map[string]any{"operator": "in", "list_id": "news"})
	for id, tree := range map[string]map[string]any{
		"fresh": {"kind": "branch", "branch": map[string]any{"operator": "and", "leaves": []any{spain, new}}}, "listed": listed,
	} {
		d.Make("segments", map[string]any{"id": id, "name": "The " + id, "color": "#123456", "timezone": "Europe/Madrid", "version": 1.0, "status": "active", "tree": tree})
	}
	d.Make("lists", map[string]any{"id": "partners", "name": "Partner shops", "is_public": true, "is_double_optin": false, "description": "Who sells our lamps"})
	out := filepath.Join(d.dir, "taken.hcl")
	says(t, d.run(t, exitFine, "import", "--out", out), "partners", "segment.the_fresh", "a condition about a list has no words here")
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	says(t, string(raw), `resource "list" "partner_shops"`, `key      = "Partner shops"`, `where = (person.country == "ES" && did(event.signed_up, "30d"))`)
	says(t, d.run(t, exitFine, "plan"), "taken over: fresh", "taken over: partners")
	d.run(t, exitFine, "apply", "--auto-approve")
	says(t, d.run(t, exitFine, "plan", "--detailed-exitcode"), "No changes.")
	if body := d.Body("segments", "fresh"); body == nil || !strings.Contains(body["name"].(string), "the_fresh [trayecto-") {
		t.Errorf("the segment is %v", body)
	}
	if n := len(d.IDs("lists")); n != 6 { // the workspace's own, News, the partners, and three of ours
		t.Errorf("%d lists: %v", n, d.IDs("lists"))
	}
}

// Whether a one-off is sent anew for another instant only the workspace knows: a
// plan without a look at it says so, and is not carried out.
func TestWhatOnlyTheWorkspaceKnows(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.run(t, exitFine, "apply", "--auto-approve")
	path := filepath.Join(d.dir, "journeys", "care.hcl")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(raw, []byte("2026-12-01 10:00"), []byte("2026-12-02 10:00"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "blind.tplan")
	says(t, d.run(t, exitFine, "plan", "--refresh=false", "--out", saved), "only their platforms can say", "journey.win_back")
	says(t, d.run(t, exitWorld, "apply", saved), "how journey.win_back (sandbox", "without a look at it; make it again without --refresh=false")
	d.run(t, exitFine, "apply", "--auto-approve")
	says(t, d.run(t, exitFine, "plan"), "No changes.")
}
