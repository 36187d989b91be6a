package compiler_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

var update = flag.Bool("update", false, "rewrite what the bad projects should be told")

// TestBadProjects compiles the projects of testdata/bad and compares every
// word of what they are told. -update rewrites the archives.
func TestBadProjects(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := told(archive)
			want := &archive.Files[len(archive.Files)-1]
			if want.Name != "want" {
				t.Fatal("the last file of the archive is want")
			}
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// told is what the author of an archive's project reads.
func told(archive *txtar.Archive) string {
	var files []source.File
	for _, f := range archive.Files {
		if f.Name != "want" {
			files = append(files, source.File{Path: f.Name, Text: string(f.Data)})
		}
	}
	p, found := project.From(source.Of(files...), project.Options{})
	_, problems := compiler.Compile(p)
	return diag.Format(append(found, problems...), p.Sources.Line)
}
