package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/targets/run"
)

// shown is how the project of an archive is loaded, as its file run says.
type shown struct {
	env     string
	version string            // the running version; "" is not compared
	vars    map[string]string // values from the command line
	by      string            // the package whose own test runs the archive; "" is this one
	plan    bool              // the finding is made by planning
	also    []string          // other codes that the bad project cannot avoid
}

// Every code can be read about: the archive names its rule, explains it, and
// its bad project is told that code while the good one is told nothing.
func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range rules() {
		if seen[rule.Code] {
			t.Errorf("%s is two rules", rule.Code)
		}
		seen[rule.Code] = true
		t.Run(rule.Code, func(t *testing.T) {
			t.Parallel()
			text, there := codes.Source(rule.Code)
			if !there {
				text, there = check.Source(rule.Code)
			}
			if !there {
				t.Fatalf("%s (%s) has no archive: write lang/codes/%s.txtar", rule.Code, rule.Summary, rule.Code)
			}
			archive := txtar.Parse([]byte(text))
			holds(t, rule, string(archive.Comment))
			how := howShown(t, archive)
			if how.by != "" {
				if _, err := os.Stat(filepath.Join("..", "..", how.by, "codes_test.go")); err != nil {
					t.Errorf("run by %s, which has no codes_test.go", how.by)
				}
				return
			}
			want := append(slices.Clone(how.also), rule.Code)
			slices.Sort(want)
			bad := told(t, archive, "bad/", how)
			if diff := cmp.Diff(want, codesOf(bad)); diff != "" {
				t.Errorf("bad project, codes (-want +got):\n%s%s", diff, spell(bad))
			}
			if good := told(t, archive, "good/", how); len(good) > 0 {
				t.Errorf("the good project is not:\n%s", spell(good))
			}
		})
	}
}

// Nothing is explained that is never found.
func TestNoArchiveWithoutCode(t *testing.T) {
	paths, err := filepath.Glob("../../lang/codes/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		code := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if !slices.ContainsFunc(rules(), func(r *diag.Rule) bool { return r.Code == code }) {
			t.Errorf("%s explains a code that no package lists", path)
		}
	}
}

// A code that is retired is found nowhere and says what became of it.
func TestRetiredCodes(t *testing.T) {
	for _, r := range codes.AllRetired {
		if slices.ContainsFunc(rules(), func(rule *diag.Rule) bool { return rule.Code == r.Code }) {
			t.Errorf("%s is retired, and a package finds it", r.Code)
		}
		text, err := explainCode(r.Code)
		if err != nil || !strings.Contains(text, r.Summary) || !strings.Contains(text, r.Since) {
			t.Errorf("%s is explained as %q, %v", r.Code, text, err)
		}
	}
}

// What people read of an archive is its text and its two projects.
func TestExplainShowsTheProjects(t *testing.T) {
	for _, rule := range rules() {
		text, err := explainCode(rule.Code)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{rule.Code + " " + rule.Summary + "\n", "\n-- bad/", "\n-- good/"} {
			if !strings.Contains("\n"+text, want) {
				t.Errorf("%s: %q is not in what is shown", rule.Code, want)
			}
		}
		if strings.Contains(text, "-- run --") {
			t.Errorf("%s shows what is for tests", rule.Code)
		}
	}
}

// holds checks what an archive says before its files.
func holds(t *testing.T, rule *diag.Rule, comment string) {
	t.Helper()
	head, text, _ := strings.Cut(comment, "\n\n")
	if want := rule.Code + " " + rule.Summary; head != want {
		t.Errorf("begins with %q, want %q", head, want)
	}
	if text = strings.TrimSpace(text); len(text) < 80 {
		t.Errorf("explains in %d characters", len(text))
	}
	for _, line := range strings.Split(text, "\n") {
		if len([]rune(line)) > 132 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	for _, word := range []string{"cty", "nil ", "traversal", "unknown value", "illegal", "please", "oops", "simply"} {
		if strings.Contains(strings.ToLower(text), word) {
			t.Errorf("%q is not an author's word", word)
		}
	}
}

// howShown reads the file run: a word and its value on each line.
func howShown(t *testing.T, archive *txtar.Archive) shown {
	t.Helper()
	how := shown{vars: map[string]string{}}
	for _, f := range archive.Files {
		if f.Name != "run" {
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
			switch word, value, _ := strings.Cut(line, " "); word {
			case "env":
				how.env = value
			case "version":
				how.version = value
			case "by":
				how.by = value
			case "plan":
				how.plan = true
			case "also":
				how.also = append(how.also, value)
			case "var":
				name, text, _ := strings.Cut(value, "=")
				how.vars[name] = text
			default:
				t.Errorf("run does not know %q", line)
			}
		}
	}
	return how
}

// told is what the author of an archive's project reads, the past included.
func told(t *testing.T, archive *txtar.Archive, folder string, how shown) diag.List {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		name, mine := strings.CutPrefix(f.Name, folder)
		if f.Name == "run" || !mine && (strings.HasPrefix(name, "bad/") || strings.HasPrefix(name, "good/")) {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := run.Options{Dir: dir, Env: how.env, Vars: how.vars, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Targets: builtIn}
	if how.version != "" {
		_, found, err := project.Load(project.Options{Dir: dir, Env: how.env, Vars: how.vars, Version: how.version})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	loaded, err := run.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	found := loaded.Diagnostics
	if found.HasErrors() {
		return found
	}
	_, more, err := run.Check(loaded, o)
	if err != nil {
		t.Fatal(err)
	}
	found = append(found, more...)
	if how.plan {
		return append(found, planned(t, loaded, o)...)
	}
	past, err := history.Read(history.Options{Dir: dir, Program: loaded.Program})
	if err != nil {
		t.Fatal(err)
	}
	return append(found, past.Findings()...)
}

// planned is what planning finds on platforms that hold nothing yet.
func planned(t *testing.T, loaded *run.Loaded, o run.Options) diag.List {
	t.Helper()
	line, err := run.Open(t.Context(), loaded, o)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	_, found, err := line.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func codesOf(list diag.List) []string {
	var out []string
	for _, d := range list.Sorted() {
		out = append(out, d.Rule.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func spell(list diag.List) string {
	return diag.Format(list, func(string, int) string { return "" })
}
