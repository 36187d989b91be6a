package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// account is a stand-in for Klaviyo and the example, with one journey more that
// a flow can hold. Its one-off begins three days after the present of each run.
type account struct {
	*fake.Account
	dir string
}

const hello = `journey "hello" {
  enter {
    on    = moment.signed_up
    if    = person.country == "ES"
    again = "never"
  }
  goal      = did(event.order_placed, run)
  on_change = "stop"

  send "first" { touchpoint = touchpoint.welcome_mail }
  wait "rest" { for = "3d" }
  send "offer" { touchpoint = touchpoint.discount_mail }
}
`

func newAccount(t *testing.T) *account {
	t.Helper()
	a := &account{Account: fake.Serve(t, "acme", "pk_made_up", nil), dir: filepath.Join(t.TempDir(), "lumen")}
	for _, metric := range []string{"Placed Order", "Viewed Product", "signed_up", "parcel_delayed", "news_confirmed", "address_confirmed", "rights_request"} {
		a.AddMetric(metric, "API")
	}
	a.Add("list", map[string]any{"name": "Robinson", "opt_in_process": "single_opt_in"})
	if err := os.CopyFS(a.dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		t.Fatal(err)
	}
	a.write(t, "journeys/hello.hcl", hello)
	env := filepath.Join(a.dir, "env", "klaviyo.hcl")
	raw, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte("  approximate"), []byte("  endpoint = \""+a.URL+"\"\n  approximate"), 1)
	a.write(t, "env/klaviyo.hcl", string(raw))
	return a
}

func (a *account) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// present is when the commands run.
var present = time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)

// hours is a clock that stands still unless somebody waits.
type hours struct {
	mu   sync.Mutex
	at   time.Time
	with func(d time.Duration) // waits too; nil for nobody
}

func (h *hours) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hours) pass(ctx context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
	if h.with != nil {
		h.with(d)
	}
	return ctx.Err()
}

// run is a command with an exit code, and what it said.
func (a *account) run(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	h := &hours{at: present, with: func(d time.Duration) { a.Do(func() { a.Now = a.Now.Add(d) }) }}
	w := &world{
		stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: h.now, wait: h.pass,
		env: func(name string) (string, bool) { return "pk_made_up", name == "KLAVIYO_API_KEY" },
	}
	if code := execute(w, append(args, "-C", a.dir, "--env", "klaviyo")); code != want {
		t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
	}
	if strings.Contains(out.String(), "pk_made_up") {
		t.Errorf("the key stands in what %v says", args)
	}
	return out.String()
}

// says fails unless a text has each of some words.
func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in\n%s", w, text)
		}
	}
}

// The example goes to an account; what somebody does there by hand is seen and
// put right, and nothing is made twice.
func TestStoryOnKlaviyo(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	says(t, a.run(t, exitFine, "plan"), "segment.lapsed_vip", "journey.hello", "journey.win_back", "switch on", "CAP442")
	a.run(t, exitFine, "apply", "--auto-approve")
	a.Do(func() {
		if len(a.Objects["campaign"]) != 1 || a.Objects["campaign"][0].Attributes["status"] != "Scheduled" || len(a.Mails) > 0 {
			t.Errorf("the one-off: %v, %v", a.Objects["campaign"], a.Mails)
		}
	})
	says(t, a.run(t, exitFine, "plan"), "No changes.")
	count := func() (segments, flows int, live bool) {
		a.Do(func() {
			segments, flows = len(a.Objects["segment"]), len(a.Objects["flow"])
			live = flows == 1 && a.Objects["flow"][0].Attributes["status"] == "live"
		})
		return segments, flows, live
	}
	if segments, flows, live := count(); segments != 5 || flows != 1 || !live {
		t.Fatalf("%d segments, %d flows, live %v", segments, flows, live)
	}
	a.Do(func() {
		a.Objects["segment"][0].Attributes["name"], a.Objects["segment"][0].Attributes["updated"] = "Mine now", "2026-12-02T09:00:00Z"
		a.Objects["flow"][0].Attributes["status"] = "draft"
	})
	says(t, a.run(t, exitFine, "plan"), "natural_key", "switch on")
	a.run(t, exitFine, "apply", "--auto-approve")
	says(t, a.run(t, exitFine, "plan"), "No changes.")
	if segments, flows, live := count(); segments != 5 || flows != 1 || !live {
		t.Errorf("after putting it right: %d segments, %d flows, live %v", segments, flows, live)
	}
	a.write(t, "journeys/hello.hcl", strings.Replace(hello, `"3d"`, `"4d"`, 1))
	says(t, a.run(t, exitFine, "plan"), "replace")
	a.run(t, exitFine, "apply", "--auto-approve")
	says(t, a.run(t, exitFine, "plan"), "No changes.")
	if segments, flows, live := count(); segments != 5 || flows != 1 || !live {
		t.Errorf("after the edit: %d segments, %d flows, live %v", segments, flows, live)
	}
	a.Do(func() { a.Key = "another" })
	says(t, a.run(t, exitWorld, "plan"), "platform.sandbox", "does not accept the key")
	a.Do(func() { a.Key, a.ID = "pk_made_up", "other" })
	want := "1 warning: trayecto validate says more\ntrayecto: platform.sandbox is the account other now and was acme when it was last applied, and nothing was done; " +
		"set the credentials of acme and run trayecto plan again; where other is to take its place, run trayecto state rm platform.sandbox first, " +
		"which leaves what acme holds as it is and forgets it\n"
	if got := a.run(t, exitWorld, "plan"); got != want {
		t.Errorf("another account: want %q, got %q", want, got)
	}
	says(t, a.run(t, exitFine, "state", "rm", "platform.sandbox"), "segment.lapsed_vip (sandbox) is not managed any more; it stays on the platform.")
	says(t, a.run(t, exitFine, "plan"), "segment.lapsed_vip", "to create")
}

// What a platform block lacks is said once, with the platform's name.
func TestConfiguringIsSaidOnce(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	var out bytes.Buffer
	w := &world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: func() time.Time { return present }, env: func(string) (string, bool) { return "", false }}
	code := execute(w, []string{"plan", "-C", a.dir, "--env", "klaviyo"})
	want := "1 warning: trayecto validate says more\ntrayecto: configuring platform.sandbox: the environment variable KLAVIYO_API_KEY is not set\n"
	if code != exitWorld || out.String() != want {
		t.Errorf("want %q, got %d %q", want, code, out.String())
	}
}

// A flow that is edited is made anew, also in a plan without a look at the account.
func TestReplacementIsForeseen(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	a.run(t, exitFine, "apply", "--auto-approve")
	a.write(t, "journeys/hello.hcl", strings.Replace(hello, `for = "3d"`, `for = "4d"`, 1))
	seen := a.run(t, exitFine, "plan")
	says(t, seen, "1 to replace", "journey.hello")
	says(t, a.run(t, exitFine, "plan", "--refresh=false"), "1 to replace", "journey.hello", "what somebody changed there is not seen.")
}
