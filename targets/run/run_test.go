package run_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// entropy is the same ids in every run of the tests.
type entropy struct{ *rand.ChaCha8 }

func options(dir string) run.Options {
	return run.Options{
		Dir: dir, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Tool: "test",
		LookupEnv: func(string) (string, bool) { return "", false },
		Targets:   []targets.Factory{local.Factory(entropy{rand.NewChaCha8([32]byte{1})}), postgres.New},
	}
}

// folder writes a project: a name and text per file.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const people = `
person {
  key "id" { type = string }
  attribute "tier" { type = enum("gold", "none") }
}
`

// shop is a project with one segment on platforms that the test writes.
func shop(platforms, where string) map[string]string {
	return map[string]string{
		"project.hcl":  "project \"shop\" {\n  timezone  = \"Europe/Madrid\"\n  languages = [\"en\"]\n  platforms = [platform.one]\n}\n" + platforms,
		"people.hcl":   people,
		"segments.hcl": "segment \"gold\" { where = " + where + " }\n",
	}
}

const one = "platform \"local\" \"one\" { path = \".trayecto/one.db\" }\n"

func TestPlatformBlocksAreHeldAgainstTheirTargets(t *testing.T) {
	for _, c := range []struct{ name, platform, mark, help string }{
		{"no such target", `platform "locl" "one" { path = "x" }`, `this version cannot compile to "locl"`, `write platform "local" "one"`},
		{"no such argument", `platform "local" "one" { pat = "x" }`, `platform.one has no argument "pat"`, "write path"},
		{"a required argument", `platform "postgres" "one" { schema = "x" }`, "platform.one needs dsn", "add dsn: "},
		{"a secret", `platform "postgres" "one" { dsn = "host=db" }`, "dsn is a secret", `write dsn = env("NAME_OF_A_VARIABLE")`},
		{"no such block", "platform \"postgres\" \"one\" {\n  dsn = env(\"D\")\n  peple { table = \"a.b\" }\n}", `platform.one has no block "peple"`, "write people"},
	} {
		loaded, err := run.Load(options(folder(t, shop(c.platform, `person.tier == "gold"`))))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, d := range loaded.Diagnostics {
			found = found || strings.Contains(d.Mark, c.mark) && strings.HasPrefix(d.Help, c.help) && !d.At.IsZero()
		}
		if !found {
			t.Errorf("%s: want %q and %q, got %v", c.name, c.mark, c.help, loaded.Diagnostics)
		}
	}
}

// The words of an attribute are the project's, so no target knows their names.
func TestValuesTakeWordsOfTheProject(t *testing.T) {
	platform := "platform \"postgres\" \"one\" {\n  dsn = env(\"D\")\n  people {\n    table = \"a.b\"\n    key = \"id\"\n  }\n  values \"tier\" { gold = \"GOLD\" }\n}"
	loaded, err := run.Load(options(folder(t, shop(platform, `person.tier == "gold"`))))
	if err != nil || len(loaded.Diagnostics) > 0 {
		t.Errorf("%v %v", err, loaded.Diagnostics)
	}
}

// open is a project with its platforms, ready to plan.
func open(t *testing.T, dir string) *run.Line {
	t.Helper()
	return opened(t, options(dir))
}

// opened is open with options of the test's own.
func opened(t *testing.T, o run.Options) *run.Line {
	t.Helper()
	loaded, err := run.Load(o)
	if err != nil || loaded.Diagnostics.HasErrors() {
		t.Fatalf("%v %v", err, loaded.Diagnostics)
	}
	line, err := run.Open(t.Context(), loaded, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	return line
}

func planned(t *testing.T, line *run.Line) *plan.Plan {
	t.Helper()
	p, diags, err := line.Plan(t.Context())
	if err != nil || diags.HasErrors() {
		t.Fatalf("%v %v", err, diags)
	}
	return p
}

func applied(t *testing.T, dir string) *plan.Plan {
	t.Helper()
	line := open(t, dir)
	p := planned(t, line)
	summary, err := line.Apply(context.Background(), p, run.ApplyOptions{By: state.Holder{Who: "a test", PID: os.Getpid()}})
	if err != nil || !summary.Complete() {
		t.Fatalf("%+v %v", summary, err)
	}
	return p
}

func objects(p *plan.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, string(c.Action)+" "+c.Address.String())
	}
	return out
}

func TestPlanApplyPlan(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	dir := folder(t, files)
	if diff := cmp.Diff([]string{"create segment.gold (one)"}, objects(applied(t, dir))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p := planned(t, open(t, dir)); !p.Empty() || p.Unchanged != 1 {
		t.Errorf("the second plan holds %v, %d unchanged", objects(p), p.Unchanged)
	}
	// Nothing was counted: the project says no history. That is not 0.
	if p := planned(t, open(t, dir)); p.History != nil {
		t.Errorf("a past that nobody wrote: %+v", p.History)
	}
}

// What a segment rests on changed, and it did not: its figures are looked at again.
func TestEditsReachWhatMentionsThem(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	files["more.hcl"] = "segment \"all_but_gold\" { where = !segment.gold }\nhistory { people = \"people.csv\" }\n"
	files["people.csv"] = "id,tier\na,gold\nb,none\nc,\n"
	dir := folder(t, files)
	applied(t, dir)
	edited := strings.Replace(files["segments.hcl"], `"gold" }`, `"none" }`, 1)
	if err := os.WriteFile(filepath.Join(dir, "segments.hcl"), []byte(edited), 0o644); err != nil {
		t.Fatal(err)
	}
	p := planned(t, open(t, dir))
	var got []string
	for _, a := range p.Audience {
		got = append(got, a.Segment)
		if a.Join == nil || *a.Join != 1 || a.Leave == nil || *a.Leave != 1 {
			t.Errorf("%s: want 1 to join and 1 to leave, got %+v", a.Segment, a)
		}
	}
	if diff := cmp.Diff([]string{"segment.all_but_gold", "segment.gold"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A platform that still holds objects cannot just disappear from the files.
func TestPlatformThatIsGone(t *testing.T) {
	files := shop(one+"platform \"local\" \"two\" { path = \".trayecto/two.db\" }\n", `person.tier == "gold"`)
	files["segments.hcl"] = "segment \"gold\" {\n  where     = person.tier == \"gold\"\n  platforms = [platform.two]\n}\n"
	dir := folder(t, files)
	applied(t, dir)
	for name, text := range shop(one, `person.tier == "gold"`) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, diags, err := open(t, dir).Plan(t.Context())
	if err != nil || p != nil || !diags.HasErrors() {
		t.Fatalf("want a refusal, got %v %v %v", p, diags, err)
	}
	if d := diags[0]; !strings.Contains(d.Mark+d.Detail, "platform.two") {
		t.Errorf("the platform is not named: %+v", d)
	}
}
