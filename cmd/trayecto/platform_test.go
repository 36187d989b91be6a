package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/run"
)

// A block that was just written is one that validate takes, and says each
// variable that it reads, whatever the platform.
func TestANewBlockIsRight(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "shop")
	exec := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		w := &world{stdin: strings.NewReader(""), stdout: &out, stderr: &out, clock: time.Now, env: func(string) (string, bool) { return "", false }}
		if code := execute(w, args); code != 0 {
			t.Fatalf("%v ended with %d:\n%s", args, code, out.String())
		}
		return out.String()
	}
	exec("new", dir)
	for _, factory := range builtIn {
		d := factory().Describe()
		said := exec("platform", "add", d.Name, "new_"+d.Name, "-C", dir)
		written, err := os.ReadFile(filepath.Join(dir, "project.hcl"))
		if err != nil {
			t.Fatal(err)
		}
		_, block, _ := strings.Cut(string(written), `"new_`+d.Name+`"`)
		if named := strings.Count(block, " = env("); named != len(run.Variables(d)) {
			t.Errorf("%s: the block reads %d variables, and %v are said", d.Name, named, run.Variables(d))
		}
		for _, name := range run.Variables(d) {
			if !strings.Contains(said, name) {
				t.Errorf("%s: %s is not said in %s", d.Name, name, said)
			}
		}
	}
	exec("fmt", "--check", "-C", dir)
	exec("validate", "-C", dir)
}
