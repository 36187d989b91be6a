package run_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/run"
)

// copied is examples/lumen without its data in a folder of its own.
func copied(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lumen")
	err := os.CopyFS(dir, os.DirFS("../../examples/lumen"))
	if err == nil { // what somebody who tried the example left in it
		err = os.RemoveAll(filepath.Join(dir, ".trayecto"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// said is everything that loading says about a project.
type said struct {
	Program, Source, Name string
	Languages             []string
	Findings              []string
}

func load(t interface{ Fatal(...any) }, o run.Options) said {
	l, err := run.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	out := said{Source: l.Source, Name: l.Project.Name, Languages: l.Project.Languages}
	if l.Program != nil {
		raw, err := ir.Marshal(l.Program)
		if err != nil {
			t.Fatal(err)
		}
		out.Program = string(raw)
	}
	for _, d := range l.Diagnostics {
		out.Findings = append(out.Findings, diag.Format(diag.List{d}, l.Project.Sources.Line))
	}
	return out
}

func entries(t testing.TB, dir string) []string {
	found, err := filepath.Glob(filepath.Join(dir, ".trayecto", "cache", "program-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var key = []byte("a key of the tests, long enough")

// Whatever is edited, and whatever was kept before, loading with the cache says
// what loading without it says, twice.
func TestLawCachedIsUncached(t *testing.T) {
	dir := copied(t)
	var files []string
	for _, pattern := range []string{"*.hcl", "*/*.hcl", "content/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	whole := map[string][]byte{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		whole[f] = raw
	}
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 3))
		file := files[rng.IntN(len(files))]
		text := edited(rng, whole[file])
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
		o := run.Options{Dir: dir, Tool: "1", Env: []string{"", "notifuse"}[rng.IntN(2)]}
		want := load(t, o)
		o.CacheKey = key
		for _, time := range []string{"first", "second"} {
			if diff := cmp.Diff(want, load(t, o)); diff != "" {
				t.Fatalf("seed %d, %s edited, the %s time: -uncached +cached\n%s", seed, file, time, diff)
			}
		}
		if rng.IntN(2) == 0 {
			if err := os.WriteFile(file, whole[file], 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// edited is a text with a line dropped, doubled, made longer, or as it was.
func edited(rng *rand.Rand, text []byte) []byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	at := rng.IntN(len(lines))
	switch rng.IntN(4) {
	case 0:
		lines[at] = nil
	case 1:
		lines[at] = append(bytes.Clone(lines[at]), lines[at]...)
	case 2:
		lines[at] = append([]byte("# looked at\n"), lines[at]...)
	}
	return bytes.Join(lines, nil)
}

// An entry that is damaged, cut, sealed with another key or written by another
// tool is passed over and written anew.
func TestLawEntriesAreNotTrusted(t *testing.T) {
	dir := copied(t)
	mine := run.Options{Dir: dir, Tool: "1", Build: "a", CacheKey: key}
	want := load(t, run.Options{Dir: dir, Tool: "1"})
	load(t, mine)
	path := entries(t, dir)[0]
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	others := []run.Options{mine, mine, mine}
	others[0].Tool, others[1].Build, others[2].CacheKey = "2", "b", []byte("somebody else's")
	rapid.Check(t, func(t *rapid.T) {
		raw := bytes.Clone(good)
		at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "damage") {
		case 0:
			raw[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		case 1:
			raw = raw[:at]
		case 2:
			load(t, rapid.SampledFrom(others).Draw(t, "other"))
			foreign, err := os.ReadFile(path)
			if err != nil || bytes.Equal(foreign, good) {
				t.Fatalf("another's entry is mine (%v)", err)
			}
			raw = foreign
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, load(t, mine)); diff != "" {
			t.Fatalf("-uncached +cached\n%s", diff)
		}
		if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, good) {
			t.Fatalf("the entry was not written anew (%v)", err)
		}
	})
}

func TestTheCacheIsUsed(t *testing.T) {
	dir := copied(t)
	o := run.Options{Dir: dir, Tool: "1", CacheKey: key}
	for _, cached := range []bool{false, true} {
		l, err := run.Load(o)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(l.Project.Blocks) == 0; got != cached {
			t.Errorf("from the cache: want %v, got %v", cached, got)
		}
	}
}

// A secret is in no entry, and a folder that cannot be written to has none.
func TestWhatIsNotKept(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"sensitive": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "secret.hcl"), []byte("variable \"token\" {\n  default   = \"x\"\n  sensitive = true\n}\n"), 0o644)
		},
		"no folder": func(dir string) error { return os.WriteFile(filepath.Join(dir, ".trayecto"), nil, 0o644) },
	} {
		dir := copied(t)
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		o := run.Options{Dir: dir, Tool: "1"}
		want := load(t, o)
		o.CacheKey = key
		if diff := cmp.Diff(want, load(t, o)); diff != "" {
			t.Errorf("%s: -without +with\n%s", name, diff)
		}
		if found := entries(t, dir); len(found) > 0 {
			t.Errorf("%s: %s was written", name, strings.Join(found, ", "))
		}
	}
}

// Several at once on one folder read whole entries or none.
func TestSeveralAtOnce(t *testing.T) {
	dir := copied(t)
	want := load(t, run.Options{Dir: dir, Tool: "1"})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			o := run.Options{Dir: dir, Tool: "1", Build: string(rune('a' + i%2)), CacheKey: key}
			for range 3 {
				if diff := cmp.Diff(want, load(failing{t}, o)); diff != "" {
					t.Errorf("-alone +together\n%s", diff)
				}
			}
		})
	}
	all.Wait()
	if left, err := filepath.Glob(filepath.Join(dir, ".trayecto", "cache", "new-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

// failing fails a test from another goroutine than its own.
type failing struct{ t *testing.T }

func (f failing) Fatal(args ...any) { f.t.Error(args...) }
