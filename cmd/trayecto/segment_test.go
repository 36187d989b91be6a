package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/segment/fake"
)

// cdp is a stand-in for Segment and the example.
type cdp struct {
	*fake.Space
	dir string
}

func newCDP(t *testing.T) *cdp {
	t.Helper()
	c := &cdp{Space: fake.Serve(t, "spa1", "sgp_made_up", nil), dir: filepath.Join(t.TempDir(), "lumen")}
	c.AddPlan("Lumen")
	if err := os.CopyFS(c.dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		t.Fatal(err)
	}
	env := filepath.Join(c.dir, "env", "segment.hcl")
	raw, err := os.ReadFile(env)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte("  approximate"), []byte("  endpoint      = \""+c.URL+"\"\n  approximate"), 1)
	if err := os.WriteFile(env, raw, 0o644); err != nil {
		t.Fatal(err)
	}
	return c
}

// run is a command with an exit code, and what it said.
func (c *cdp) run(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	known := map[string]string{"SEGMENT_TOKEN": "sgp_made_up", "SEGMENT_SPACE": "spa1"}
	w := &world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: time.Now, env: func(name string) (string, bool) {
		value, there := known[name]
		return value, there
	}}
	if code := execute(w, append(args, "-C", c.dir, "--env", "segment")); code != want {
		t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
	}
	if strings.Contains(out.String(), "sgp_made_up") {
		t.Errorf("the token stands in what %v says", args)
	}
	return out.String()
}

// The example's segments and events go to a space; what somebody does there by
// hand is seen and put right. Another token, and a tracking plan that is not
// there, are said to be that.
func TestStoryOnSegment(t *testing.T) {
	t.Parallel()
	c := newCDP(t)
	c.run(t, exitFine, "validate")
	says(t, c.run(t, exitFine, "plan"), "segment.lapsed_vip", "event.order_placed", "Not deployed here (leave_out): action, consent, journey")
	c.run(t, exitFine, "apply", "--auto-approve")
	says(t, c.run(t, exitFine, "plan"), "No changes.")
	if len(c.Audiences) != 3 || len(c.Traits) != 1 || len(c.Plans[0].Rules) != 7 {
		t.Fatalf("%d audiences, %d traits and %d rules", len(c.Audiences), len(c.Traits), len(c.Plans[0].Rules))
	}
	c.Do(func() {
		c.Audiences[0].Name, c.Audiences[0].Query, c.Audiences[0].Updated = "Mine now", "trait('tier').exists()", "2026-12-02T00:00:00Z"
		c.Audiences[1].Enabled = false
		c.Traits[0].Query = "event('Order Placed').count()"
		c.Plans[0].Rules = c.Plans[0].Rules[1:]
	})
	says(t, c.run(t, exitFine, "plan"), "natural_key", "enabled", "event.address_confirmed")
	c.run(t, exitFine, "apply", "--auto-approve")
	says(t, c.run(t, exitFine, "plan"), "No changes.")
	if len(c.Audiences) != 3 || len(c.Plans[0].Rules) != 7 {
		t.Errorf("after putting it right: %d audiences and %d rules", len(c.Audiences), len(c.Plans[0].Rules))
	}
	c.Do(func() { c.Token = "another" })
	says(t, c.run(t, exitWorld, "plan"), "platform.sandbox", "does not accept the token")
	c.Do(func() { c.Token, c.Plans[0].Name = "sgp_made_up", "Lumen2" })
	says(t, c.run(t, exitFiles, "plan"), "tracking plan", "Lumen2")
}
