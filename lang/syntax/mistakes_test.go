package syntax

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/lang/diag"
)

var update = flag.Bool("update", false, "write what is printed into testdata/mistakes.txtar")

// Each file x.hcl of the archive is followed by x.txt: exactly what is said
// about it, which is nothing when it is fine.
func TestMistakes(t *testing.T) {
	const path = "testdata/mistakes.txtar"
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	var renewed []txtar.File
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	for _, f := range archive.Files {
		name, isInput := strings.CutSuffix(f.Name, ".hcl")
		if !isInput {
			continue
		}
		got := rendered(f.Name, string(f.Data))
		renewed = append(renewed, f, txtar.File{Name: name + ".txt", Data: []byte(got)})
		if *update {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want[name+".txt"], got); diff != "" {
				t.Errorf("-want +got (go test -update rewrites)\n%s", diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: renewed}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// rendered is what a person reads about a file.
func rendered(name, text string) string {
	_, list := Parse(name, text)
	lines := strings.Split(text, "\n")
	return diag.Format(list, func(_ string, n int) string {
		if n > len(lines) {
			return ""
		}
		return strings.TrimSuffix(lines[n-1], "\r")
	})
}
