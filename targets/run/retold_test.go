package run

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/syntax"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
)

// Each person whom a case of the corpus shows is a test: put into the project it
// is read as it was meant, fails on the platform because the message goes out,
// and passes by the rules.
func TestPeopleOfCasesAreTests(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/consent/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, f := range archive.Files {
			if name, ok := strings.CutPrefix(f.Name, "bad/"); ok {
				if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		o := Options{
			Dir: dir, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC),
			Targets: []targets.Factory{func() targets.Target { return mailer{local.Factory(rand.Reader)()} }},
		}
		loaded, err := Load(o)
		if err != nil {
			t.Fatal(err)
		}
		if loaded.Diagnostics.HasErrors() {
			continue // refused before anybody is asked about
		}
		proofs, _, err := Check(loaded, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range proofs[0].Sends {
			if s.Story != nil {
				told++
				isTest(t, o, s.Story)
			}
		}
	}
	if told < 6 {
		t.Errorf("only %d people", told)
	}
}

// isTest puts a story into the project as a test, and takes it out again.
func isTest(t *testing.T, o Options, s *prove.Story) {
	t.Helper()
	path := filepath.Join(o.Dir, "people.test.hcl")
	if formatted, found := syntax.Format(path, []byte(s.Test)); len(found) > 0 || string(formatted) != s.Test {
		t.Fatalf("not in the layout of fmt: %s\n%s", cmp.Diff(s.Test, string(formatted)), diag.Format(found, nil))
	}
	if err := os.WriteFile(path, []byte(s.Test), 0o644); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	loaded, err := Load(o)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Diagnostics.HasErrors() || len(loaded.Program.Tests) != 1 {
		t.Fatalf("%s\n%s", s.Test, diag.Format(loaded.Diagnostics, loaded.Project.Sources.Line))
	}
	read := loaded.Program.Tests[0]
	noPlace := cmp.Options{cmpopts.IgnoreTypes(diag.Range{}), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(expr.Source{}, "At"), cmpopts.IgnoreFields(ir.Head{}, "At")}
	if diff := cmp.Diff(*s.Retold, read, noPlace); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	platforms := Enforcements(loaded)
	for platform, want := range map[string]bool{read.Platform: false, "": true} {
		program := *loaded.Program
		read.Platform = platform
		program.Tests = []ir.Test{read}
		report, err := rehearse.Run(&program, rehearse.Options{Platforms: platforms})
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Tests[0]; got.Passed != want || len(got.Found) > 0 {
			t.Errorf("on %q: passed %v, %v %v\n%s", platform, got.Passed, got.Failures, got.Found, s.Test)
		}
	}
}
