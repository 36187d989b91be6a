package project

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/source"
)

var update = flag.Bool("update", false, "rewrite the expected messages")

// Each archive is a project with something wrong, and what is said about it in
// the file want. A file *.hcl is a project of its own, project.hcl being added;
// a folder is the files of one project.
func TestArchives(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files := []source.File{{Path: "project.hcl", Text: head}}
			want := -1
			for i, f := range archive.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				files = append(files, source.File{Path: f.Name, Text: string(f.Data)})
			}
			set := source.Of(files...)
			_, list := From(set, Options{})
			got := diag.Format(list, set.Line) + "\n"
			if *update {
				archive.Files[want].Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archive.Files[want].Data), got); diff != "" {
				t.Errorf("-want +got (go test -update rewrites)\n%s", diff)
			}
		})
	}
}
