package duckdb_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/apply"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/run"
	lowered "github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/state"
)

// The example with its own files as tables of a DuckDB file, applied through
// the plugin: each view has the evaluator's members, and then there is nothing
// left to do.
func TestExample(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	if err := os.CopyFS(dir, os.DirFS("../../examples/lumen")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, ".trayecto")); err != nil {
		t.Fatal(err)
	}
	statements, err := os.ReadFile(filepath.Join(dir, "env", "duckdb.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, ".trayecto"), 0o755); err != nil {
		t.Fatal(err)
	}
	db := &database{dir: filepath.Join(dir, ".trayecto"), desk: &sync.Map{}}
	db.Run(t, "SET file_search_path = "+lowered.QuoteText(dir), string(statements))
	t.Cleanup(func() {
		if err := db.leave(); err != nil {
			t.Error(err)
		}
	})
	line := opened(t, dir, now, db)
	plan, diags, err := line.Plan(t.Context())
	if err != nil || diags.HasErrors() || len(plan.Changes) != 8 {
		t.Fatalf("%v, %v, %+v", err, diags, plan)
	}
	summary, err := line.Apply(t.Context(), plan, run.ApplyOptions{By: state.Holder{Who: "test"}, Progress: func(apply.Event) {}})
	if err != nil || !summary.Complete() {
		t.Fatalf("%v, %+v", err, summary)
	}
	if again, _, err := line.Plan(t.Context()); err != nil || !again.Empty() {
		t.Errorf("after an apply there is something to do: %v, %+v", err, again)
	}
	line.Close()
	past, err := history.Read(history.Options{Dir: dir, Program: line.Program})
	if err != nil {
		t.Fatal(err)
	}
	world, err := eval.New(line.Program, past.Lists, types.NewInstant(now))
	if err != nil {
		t.Fatal(err)
	}
	db.Clock(t, types.NewInstant(now))
	for _, s := range line.Program.Segments {
		var want []string
		for _, p := range past.People {
			if world.Member(s.Address, p) {
				want = append(want, p.ID)
			}
		}
		got := db.Texts(t, "SELECT person FROM trayecto.segment_"+strings.TrimPrefix(s.Address, "segment."))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.SortSlices(strings.Compare)); diff != "" || len(want) == 0 {
			t.Errorf("%s, %d members (-evaluator +duckdb):\n%s", s.Address, len(want), diff)
		}
	}
}

func opened(t *testing.T, dir string, now time.Time, db *database) *run.Line {
	t.Helper()
	factory := kit.Through(t, "duckdb")
	if err := db.leave(); err != nil {
		t.Fatal(err)
	}
	o := run.Options{Dir: dir, Env: "duckdb", Now: now, Tool: "test", LookupEnv: os.LookupEnv,
		Plugins: func(string) (targets.Factory, error) { return factory, nil }}
	loaded, err := run.Load(o)
	if err != nil || loaded.Diagnostics.HasErrors() {
		t.Fatalf("%v, %+v", err, loaded)
	}
	line, err := run.Open(context.Background(), loaded, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	return line
}
