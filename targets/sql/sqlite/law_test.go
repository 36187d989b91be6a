package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/sql/sqlite"
)

// beyond is what a straight database does not hold: attributes of objects, and
// lengths of time as values.
const beyond = sample.Objects | sample.Spans

// world is one random program with people, in the evaluator and in SQLite.
type world struct {
	program  *ir.Program
	people   []*person.Person
	eval     *eval.World
	db       *sqlite.Database
	lowering sql.Lowering
	printer  sql.SQLite
}

func randomWorld(t *testing.T, src *rand.Rand) world {
	t.Helper()
	o := sample.Options{Without: beyond}
	p := sample.Program(src, o)
	lists := sample.Lists(src, p, o)
	w := world{program: p, people: sample.People(src, p, o, 40), lowering: sql.Lowering{Program: p, Mapping: sqlite.Mapping(p, lists)}}
	zone, err := time.LoadLocation(p.Project.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	w.printer = sql.SQLite{Zone: zone, At: sample.Now}
	if w.eval, err = eval.New(p, lists, sample.Now); err != nil {
		t.Fatal(err)
	}
	if w.db, err = sqlite.Open(t.Context(), p, w.people, lists); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.db.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// tally counts what was compared, so that a law that compares nothing fails.
type tally struct{ asked, members, refused int }

// agrees compares the members of one condition.
func (w world) agrees(t *testing.T, e expr.Expr, n *tally) {
	t.Helper()
	lowered := w.lowering.Predicate(e)
	if refused := refusals(lowered.Diagnostics); len(refused) > 0 {
		n.refused++
		for _, code := range refused {
			if code != "CAP102" && code != "CAP101" {
				t.Fatalf("refused with %v: %s", refused, expr.Print(e))
			}
		}
		return
	}
	var want []string
	for _, p := range w.people {
		if w.eval.Truth(e, p, eval.Context{}) == expr.True {
			want = append(want, p.ID)
		}
	}
	slices.Sort(want)
	query := w.printer.Query(lowered.Query)
	if diff := cmp.Diff(want, members(t, w.db, query), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-evaluator +sqlite):\n%s\n%s", expr.Print(e), diff, query)
	}
	n.asked++
	n.members += len(want)
}

// Law: whatever the program, the people and the condition, SQLite's members
// are the evaluator's.
func TestSQLiteIsTheEvaluator(t *testing.T) {
	var n tally
	for seed := range 14 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			src := rand.New(rand.NewPCG(uint64(seed), 5))
			w := randomWorld(t, src)
			for _, s := range w.program.Segments {
				w.agrees(t, s.Where, &n)
			}
			for range 12 {
				w.agrees(t, sample.Predicate(src, w.program, sample.Options{Without: beyond}, 2), &n)
			}
		})
	}
	if n.asked < 150 || n.members < 5*n.asked || n.refused > n.asked {
		t.Errorf("too little was compared: %+v", n)
	}
	t.Logf("%+v", n)
}

// Law: what may be sent, and what is on record, are the evaluator's on every
// purpose and channel.
func TestSQLiteAllowsWhatTheEvaluatorAllows(t *testing.T) {
	var n tally
	for seed := range 10 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := randomWorld(t, rand.New(rand.NewPCG(uint64(seed), 6)))
			for _, purpose := range w.program.Purposes {
				for _, channel := range w.program.Channels {
					w.agrees(t, expr.Reachable{Purpose: purpose.Address, Channel: channel.Address}, &n)
					w.agrees(t, expr.Reachable{Purpose: purpose.Address, Channel: channel.Address, Consented: true}, &n)
				}
			}
		})
	}
	if n.asked < 50 || n.members < n.asked {
		t.Errorf("too little was compared: %+v", n)
	}
	t.Logf("%+v", n)
}
