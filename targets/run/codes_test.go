package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/codes"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/state/place"
)

// answering is a warehouse that has what a list says and nothing else.
type answering struct {
	targets.Target
	has map[string]bool
}

func (a answering) Lookup(_ context.Context, asked []resource.Lookup) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(asked))
	for i, l := range asked {
		out[i] = targets.LookupAnswer{ID: l.Key, Found: a.has[l.Kind+" "+l.Key]}
	}
	return out, nil
}

// The archive of what is not on the platform, asked of one that has the tables
// and columns of asked.txt.
func TestArchiveOfLookups(t *testing.T) {
	text, there := codes.Source(ruleLookup.Code)
	if !there {
		t.Fatalf("%s has no archive", ruleLookup.Code)
	}
	archive := txtar.Parse([]byte(text))
	for folder, want := range map[string][]string{"bad/": {ruleLookup.Code}, "good/": nil} {
		if diff := cmp.Diff(want, asked(t, archive, folder)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", folder, diff)
		}
	}
}

// asked is the codes of what an archive's project mentions and a platform does
// not have.
func asked(t *testing.T, archive *txtar.Archive, folder string) []string {
	t.Helper()
	dir, has := t.TempDir(), map[string]bool{}
	for _, f := range archive.Files {
		name := strings.TrimPrefix(f.Name, folder)
		if f.Name == "asked.txt" {
			for _, line := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
				has[line] = true
			}
		}
		if strings.Contains(name, "/") {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{
		Dir:       dir,
		LookupEnv: func(name string) (string, bool) { return "postgres://db.example.test/crm", name != place.Override },
		Targets:   []targets.Factory{func() targets.Target { return answering{postgres.New(), has} }},
	}
	loaded, err := Load(o)
	if err != nil || loaded.Diagnostics.HasErrors() {
		t.Fatalf("%v %v", err, loaded.Diagnostics)
	}
	line, err := Open(t.Context(), loaded, o)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	_, lowered, found := line.Lower()
	_, more, err := line.lookUp(t.Context(), lowered)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var out []string
	for _, d := range append(found, more...) {
		if !seen[d.Rule.Code] {
			seen[d.Rule.Code] = true
			out = append(out, d.Rule.Code)
		}
	}
	return out
}
