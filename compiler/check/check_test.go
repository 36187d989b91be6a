package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/build"
	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/resolve"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// TestArchives runs every archive: the bad project gives exactly the code that
// the archive explains, the good one nothing at all.
func TestArchives(t *testing.T) {
	paths, err := filepath.Glob("*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]bool{}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			code, title, explanation := explain(archive)
			explained[code] = true
			rule := ruleOf(t, code)
			if rule.Summary != title {
				t.Errorf("the archive calls %s %q, the rule %q", code, title, rule.Summary)
			}
			if len(explanation) < 80 {
				t.Errorf("explains %s in %d characters", code, len(explanation))
			}
			if diff := cmp.Diff([]string{code}, codes(run(t, archive, "bad/"))); diff != "" {
				t.Errorf("bad project, codes (-want +got):\n%s", diff)
			}
			for _, d := range run(t, archive, "good/") {
				t.Errorf("the good project is not: %s", spell(d))
			}
		})
	}
	for _, rule := range check.Rules {
		if !explained[rule.Code] {
			t.Errorf("%s has no archive", rule.Code)
		}
	}
}

// explain reads "CODE title", an empty line and the explanation.
func explain(archive *txtar.Archive) (code, title, explanation string) {
	head, explanation, _ := strings.Cut(string(archive.Comment), "\n\n")
	code, title, _ = strings.Cut(head, " ")
	return code, title, strings.TrimSpace(explanation)
}

func ruleOf(t *testing.T, code string) *diag.Rule {
	t.Helper()
	for _, rule := range check.Rules {
		if rule.Code == code {
			return rule
		}
	}
	t.Fatalf("no check has the code %s", code)
	return nil
}

// run compiles the files of an archive below a folder.
func run(t *testing.T, archive *txtar.Archive, folder string) diag.List {
	t.Helper()
	var files []source.File
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, folder); ok {
			files = append(files, source.File{Path: name, Text: string(f.Data)})
		}
	}
	if len(files) == 0 {
		t.Fatalf("no files in %s", folder)
	}
	p, found := project.From(source.Of(files...), project.Options{Env: environment(files)})
	scope, problems := resolve.Scope(p)
	found = append(found, problems...)
	texts := check.Read(p)
	program, problems := build.Build(p, scope)
	found = append(found, problems...)
	return append(found, check.Run(program, p, texts)...)
}

// environment is the one environment that the files have, or none.
func environment(files []source.File) string {
	for _, f := range files {
		if name, ok := strings.CutPrefix(f.Path, "env/"); ok {
			return strings.TrimSuffix(name, ".hcl")
		}
	}
	return ""
}

func codes(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.Rule.Code)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func spell(d diag.Diagnostic) string {
	return fmt.Sprintf("%s:%d:%d: %s %s; %s; %s; help: %s", d.At.File, d.At.Start.Line, d.At.Start.Column, d.Rule.Code, d.Rule.Summary, d.Mark, d.Detail, d.Help)
}

// Every archive explains a check that is listed, and its file is named as the
// check's own.
func TestFilesMatch(t *testing.T) {
	paths, err := filepath.Glob("*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		code := strings.TrimSuffix(path, ".txtar") + ".go"
		if _, err := os.Stat(code); err != nil {
			t.Errorf("%s has no %s beside it", path, code)
		}
	}
	if len(paths) != len(check.All) {
		t.Errorf("%d archives for %d checks", len(paths), len(check.All))
	}
	consent := slices.IndexFunc(check.All, func(c check.Check) bool { return c.Rule.Code[:3] != "CON" })
	if !slices.IsSortedFunc(check.All[:consent], byCode) || !slices.IsSortedFunc(check.All[consent:], byCode) {
		t.Error("the checks are not in the order of their codes")
	}
}

func byCode(a, b check.Check) int { return strings.Compare(a.Rule.Code, b.Rule.Code) }
