package sqlite_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/corpus"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/sql/sqlite"
)

// SQLite's answer to every case of the meaning corpus is the one derived by
// hand; what SQL cannot say it refuses as the case says.
func TestSQLiteAnswersTheCorpus(t *testing.T) {
	paths, err := filepath.Glob("../../../testdata/meaning/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := corpus.Read(strings.TrimSuffix(filepath.Base(path), ".txtar"), text)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(a.Name, func(t *testing.T) { askArchive(t, a) })
	}
}

func askArchive(t *testing.T, a *corpus.Archive) {
	zone, err := time.LoadLocation(a.Program.Project.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), a.Program, a.People, a.Lists)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	lowering := sql.Lowering{Program: a.Program, Mapping: sqlite.Mapping(a.Program, a.Lists)}
	for _, c := range a.Cases {
		segment, _ := ir.Find(a.Program.Segments, c.Segment)
		lowered := lowering.Members(segment)
		refused := refusals(lowered.Diagnostics)
		if diff := cmp.Diff(c.Refused, refused, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s is refused with other codes (-by hand +sql):\n%s", c.Name, c.Where, diff)
		}
		if len(refused) > 0 {
			continue
		}
		got := members(t, db, sql.SQLite{Zone: zone, At: a.Now}.Query(lowered.Query))
		if diff := cmp.Diff(c.Members, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s (-by hand +sqlite):\n%s", c.Name, c.Where, diff)
		}
	}
}

func members(t *testing.T, db *sqlite.Database, query string) []string {
	t.Helper()
	out, err := db.Texts(t.Context(), query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	slices.Sort(out)
	return out
}

// refusals are the codes of errors, sorted, each once.
func refusals(found diag.List) []string {
	var out []string
	for _, d := range found {
		if d.Rule.Severity == diag.Error && !slices.Contains(out, d.Rule.Code) {
			out = append(out, d.Rule.Code)
		}
	}
	slices.Sort(out)
	return out
}
