package postgres_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/corpus"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/sql"
)

// PostgreSQL's answer to every case of the meaning corpus is the one derived
// by hand, in both printings; what SQL cannot say it refuses as the case says.
func TestPostgresAnswersTheCorpus(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/meaning/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	conn := connect(t, cluster.New(t))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := corpus.Read(strings.TrimSuffix(filepath.Base(path), ".txtar"), text)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(a.Name, func(t *testing.T) { askArchive(t, conn, a) })
	}
}

func askArchive(t *testing.T, conn *pgx.Conn, a *corpus.Archive) {
	house := warehouse{schema: a.Name}
	house.load(t, conn, a.Program, a.People, a.Lists)
	zone, err := time.LoadLocation(a.Program.Project.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	lowering := sql.Lowering{Program: a.Program, Mapping: house.straight(a)}
	for printing, p := range printings(t, conn, "ours_"+a.Name, zone, a.Now) {
		session(t, conn, printing, zone)
		for _, c := range a.Cases {
			askCase(t, conn, a, lowering, p, c)
		}
	}
}

// straight is the mapping of the tables that load makes.
func (w warehouse) straight(a *corpus.Archive) sql.Mapping {
	m := sql.Straight(a.Program, w.schema)
	for address, e := range m.Events {
		e.Table = w.table(address)
		m.Events[address] = e
	}
	for address, c := range m.Consents {
		c.Table, c.ExpiresAt.Column = w.table(address), "ends"
		m.Consents[address] = c
	}
	for address, x := range m.Exclusions {
		x.Table = w.table(address)
		m.Exclusions[address] = x
		if a.Lists[address] == nil {
			delete(m.Exclusions, address)
		}
	}
	return m
}

func askCase(t *testing.T, conn *pgx.Conn, a *corpus.Archive, lowering sql.Lowering, p sql.Postgres, c corpus.Case) {
	segment, _ := ir.Find(a.Program.Segments, c.Segment)
	lowered := lowering.Members(segment)
	refused := refusals(lowered.Diagnostics)
	if diff := cmp.Diff(c.Refused, refused, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: %s is refused with other codes (-by hand +sql):\n%s", c.Name, c.Where, diff)
	}
	if len(refused) > 0 {
		return
	}
	query := p.Query(lowered.Query)
	if diff := cmp.Diff(c.Members, ids(t, conn, query), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: %s (-by hand +postgres):\n%s\n%s", c.Name, c.Where, diff, query)
	}
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
