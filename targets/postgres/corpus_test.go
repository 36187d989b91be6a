package postgres_test

import (
	"fmt"
	"math/rand/v2"
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
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
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

// Law: whatever the program, the people and the condition, PostgreSQL's
// members are the evaluator's.
func TestConditionsAreTheEvaluators(t *testing.T) {
	conn := connect(t, cluster.New(t))
	asked, found := 0, 0
	for seed := range 5 {
		src := rand.New(rand.NewPCG(uint64(seed), 7))
		o := sample.Options{Without: beyond}
		a := &corpus.Archive{Name: fmt.Sprintf("c%d", seed), Program: sample.Program(src, o), Now: sample.Now}
		a.People, a.Lists = sample.People(src, a.Program, o, 40), sample.Lists(src, a.Program, o)
		world, err := eval.New(a.Program, a.Lists, a.Now)
		if err != nil {
			t.Fatal(err)
		}
		house := warehouse{schema: a.Name}
		house.load(t, conn, a.Program, a.People, a.Lists)
		lowering := sql.Lowering{Program: a.Program, Mapping: house.straight(a)}
		run(t, conn, "SET timezone = "+sql.QuoteText(world.Zone.String()))
		for range 12 {
			e := sample.Predicate(src, a.Program, o, 2)
			lowered := lowering.Predicate(e)
			if onlyKnownGaps(t, lowered.Diagnostics) {
				continue
			}
			want := whoever(a, world, e)
			query := sql.Postgres{Zone: world.Zone, At: &a.Now}.Query(lowered.Query)
			if diff := cmp.Diff(want, ids(t, conn, query), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-evaluator +postgres):\n%s\n%s", expr.Print(e), diff, query)
			}
			asked, found = asked+1, found+len(want)
		}
	}
	if asked < 30 || found < 3*asked {
		t.Errorf("%d conditions with %d members in all show little", asked, found)
	}
}

// whoever lists the people for whom a condition is true.
func whoever(a *corpus.Archive, world *eval.World, e expr.Expr) []string {
	var out []string
	for _, p := range a.People {
		if world.Truth(e, p, eval.Context{}) == expr.True {
			out = append(out, p.ID)
		}
	}
	slices.Sort(out)
	return out
}
