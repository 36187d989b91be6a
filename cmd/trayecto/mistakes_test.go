package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/run"
)

// Mistakes that people make who write this language for the first time: what
// they said, what they are told, word for word, and what they write then, about
// which nothing is said. UPDATE_SCRIPTS=1 rewrites what is told.
func TestMistakesOfBeginners(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/mistakes/*.txtar")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d mistakes, want at least 50: %v", len(paths), err)
	}
	shop, err := os.ReadFile("../../testdata/mistakes/shop.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Comment) == 0 || len(archive.Files) != 3 || archive.Files[0].Name != "said.hcl" || archive.Files[1].Name != "fixed.hcl" {
				t.Fatal("an archive says what was wanted and has said.hcl, fixed.hcl and want")
			}
			want := &archive.Files[2]
			got := answer(t, shop, archive.Files[0])
			if os.Getenv("UPDATE_SCRIPTS") == "1" {
				want.Data = []byte(got)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want.Data), got); diff != "" || got == "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if rest := answer(t, shop, archive.Files[1]); rest != "" {
				t.Errorf("what is put right is told:\n%s", rest)
			}
		})
	}
}

// answer is what is said about a file beside the shop's.
func answer(t *testing.T, shop []byte, f txtar.File) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string][]byte{"shop.hcl": shop, f.Name: f.Data} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := run.Options{Dir: dir, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Targets: builtIn}
	loaded, err := run.Load(o)
	if err != nil {
		t.Fatal(err)
	}
	found := loaded.Diagnostics
	if !found.HasErrors() {
		_, more, err := run.Check(loaded, o)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, more...)
	}
	return diag.Format(found, loaded.Project.Sources.Line)
}
