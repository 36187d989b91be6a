package rehearse_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// What tests find when they run: the bad project of an archive is told its
// code, the good one passes.
func TestArchives(t *testing.T) {
	for _, rule := range rehearse.Rules {
		t.Run(rule.Code, func(t *testing.T) {
			text, there := codes.Source(rule.Code)
			if !there {
				t.Fatal("no archive")
			}
			for folder, want := range map[string][]string{"bad/": {rule.Code}, "good/": nil} {
				report, err := rehearse.Run(compiled(t, txtar.Parse([]byte(text)), folder), rehearse.Options{})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, r := range report.Tests {
					for _, d := range r.Found {
						got = append(got, d.Rule.Code)
					}
					if r.Passed != (want == nil) {
						t.Errorf("%s: passed %v: %v", folder, r.Passed, r.Failures)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", folder, diff)
				}
			}
		})
	}
}

// compiled is the project of an archive: the files of a folder, and those
// outside of the other.
func compiled(t testing.TB, archive *txtar.Archive, folder string) *ir.Program {
	t.Helper()
	var files []source.File
	for _, f := range archive.Files {
		name := strings.TrimPrefix(f.Name, folder)
		if strings.HasSuffix(name, ".hcl") && !strings.Contains(name, "/") {
			files = append(files, source.File{Path: name, Text: string(f.Data)})
		}
	}
	set := source.Of(files...)
	p, found := project.From(set, project.Options{})
	program, more := compiler.Compile(p)
	found = slices.DeleteFunc(append(found, more...), func(d diag.Diagnostic) bool { return d.Rule.Severity != diag.Error })
	if len(found) > 0 {
		t.Fatal(diag.Format(found, p.Sources.Line))
	}
	return program
}
