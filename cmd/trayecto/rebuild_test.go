package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/mautic/fake"
)

// A state that is lost is rebuilt from the marks that are on each platform, and
// nothing of it is planned to be made again. Before that nothing is planned at all.
func TestRebuildFromMarks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		at   func(t *testing.T) (dir string, run func(t *testing.T, want int, args ...string) string)
	}{
		{"klaviyo", func(t *testing.T) (string, func(*testing.T, int, ...string) string) {
			a := newAccount(t)
			return a.dir, a.run
		}},
		{"hubspot", func(t *testing.T) (string, func(*testing.T, int, ...string) string) {
			a := newPortal(t)
			return a.dir, a.run
		}},
		{"segment", func(t *testing.T) (string, func(*testing.T, int, ...string) string) {
			a := newCDP(t)
			return a.dir, a.run
		}},
		{"notifuse", func(t *testing.T) (string, func(*testing.T, int, ...string) string) {
			a := newDesk(t)
			return a.dir, a.run
		}},
		{"mautic", onMautic},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir, run := c.at(t)
			rebuilds(t, dir, run)
		})
	}
}

func rebuilds(t *testing.T, dir string, run func(t *testing.T, want int, args ...string) string) {
	run(t, exitFine, "apply", "--auto-approve")
	says(t, run(t, exitFine, "plan", "--refresh=false"), "No changes.")
	before := run(t, exitFine, "state", "list")
	if err := os.RemoveAll(filepath.Join(dir, ".trayecto", "state")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"plan"}, {"apply", "--auto-approve"}, {"destroy", "--auto-approve"}} {
		says(t, run(t, exitRefused, args...), "there is no state in", "trayecto state rebuild")
	}
	run(t, exitFine, "state", "rebuild", "--auto-approve")
	if after := run(t, exitFine, "state", "list"); after != before {
		t.Errorf("the state was\n%s\nand is\n%s", before, after)
	}
	says(t, run(t, exitFine, "plan"), "No changes.")
	says(t, run(t, exitFine, "plan", "--refresh=false"), "No changes.")
	says(t, run(t, exitFine, "state", "rebuild", "--auto-approve"), "knows all that carries the marks of this project")
}

// onMautic is the example with what Mautic can hold of it.
func onMautic(t *testing.T) (string, func(t *testing.T, want int, args ...string) string) {
	i := fake.Serve(t, "robot", "made_up_password")
	dir := filepath.Join(t.TempDir(), "lumen")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "examples", "lumen"))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "env", "mautic.hcl")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), "https://mautic.example.test", i.URL, 1)
	text = strings.Replace(text, "[segment, journey,", "[segment.lapsed_vip, segment.whales, segment.browsers, segment.reachable_spaniards, journey,", 1)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, func(t *testing.T, want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		w := &world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: time.Now, env: func(name string) (string, bool) {
			v, ok := map[string]string{"MAUTIC_USER": "robot", "MAUTIC_PASSWORD": "made_up_password"}[name]
			return v, ok
		}}
		if code := execute(w, append(args, "-C", dir, "--env", "mautic")); code != want {
			t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
		}
		return out.String()
	}
}
