package suite

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

	"github.com/trayecto/trayecto/compiler/corpus"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

// Law: the answer to every case of the meaning corpus is the one derived by
// hand, in both printings; what SQL cannot say is refused as the case says.
//
// Numbers that are too long for the database are not loaded, conditions with
// them are refused, and cases that read a column are not asked about the people
// whose number there could not be loaded.
func answersTheCorpus(t *testing.T, e Engine) {
	paths, err := filepath.Glob(filepath.Join(root(t), "testdata", "meaning", "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	db, asked := e.Fresh(t), 0
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a, err := corpus.Read(strings.TrimSuffix(filepath.Base(path), ".txtar"), text)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(a.Name, func(t *testing.T) { asked += askArchive(t, e, db, a) })
	}
	if asked < 600 {
		t.Errorf("%d questions show little", asked)
	}
}

func askArchive(t *testing.T, e Engine, db Database, a *corpus.Archive) (asked int) {
	h := house{engine: e, schema: a.Name}
	h.load(t, db, a.Program, a.People, a.Lists)
	zone, err := time.LoadLocation(a.Program.Project.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	q := questions{engine: e, db: db, lowering: sql.Lowering{Program: a.Program, Mapping: h.straight(a), Digits: e.Digits}, missing: h.missing(a)}
	for printing, p := range db.Printings(t, "ours_"+a.Name, zone, a.Now) {
		db.Session(t, printing, zone)
		for _, c := range a.Cases {
			if q.ask(t, a, p, c) {
				asked++
			}
		}
	}
	return asked
}

// straight is the mapping of the tables that load makes.
func (h house) straight(a *corpus.Archive) sql.Mapping {
	m := sql.Straight(a.Program, h.schema)
	for address, e := range m.Events {
		e.Table = h.table(address)
		m.Events[address] = e
	}
	for address, c := range m.Consents {
		c.Table, c.ExpiresAt.Column = h.table(address), "ends"
		m.Consents[address] = c
	}
	for address, x := range m.Exclusions {
		x.Table = h.table(address)
		m.Exclusions[address] = x
		if a.Lists[address] == nil {
			delete(m.Exclusions, address)
		}
	}
	return m
}

// missing lists the people whose number in a column could not be loaded.
func (h house) missing(a *corpus.Archive) map[sql.Source][]string {
	out := map[sql.Source][]string{}
	note := func(table, column, who string, v types.Value) {
		if d, number := v.(types.Decimal); number && !h.engine.Digits.Hold(d) {
			at := sql.Source{Table: h.table(table), Column: column}
			out[at] = append(out[at], who)
		}
	}
	for _, p := range a.People {
		for name, v := range p.Attributes {
			note("people", name, p.ID, v)
		}
		for _, e := range p.Events {
			for name, v := range e.Fields {
				note(e.Type, name, p.ID, v)
			}
		}
	}
	return out
}

// questions is an archive as one database is asked.
type questions struct {
	engine   Engine
	db       Database
	lowering sql.Lowering
	missing  map[sql.Source][]string
}

// ask asks a case and tells whether there was something to ask.
func (q questions) ask(t *testing.T, a *corpus.Archive, p Printer, c corpus.Case) bool {
	segment, _ := ir.Find(a.Program.Segments, c.Segment)
	lowered := q.lowering.Members(segment)
	refused := refusals(lowered.Diagnostics)
	if q.tooLong(segment.Where) {
		if !slices.Contains(refused, "CAP101") {
			t.Errorf("%s: %s has a number that is too long, and is not refused", c.Name, c.Where)
		}
		return false
	}
	if diff := cmp.Diff(c.Refused, refused, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: %s is refused with other codes (-by hand +sql):\n%s", c.Name, c.Where, diff)
	}
	if len(refused) > 0 {
		return false
	}
	var aside []string
	for _, source := range lowered.Reads {
		source.At = diag.Range{}
		aside = append(aside, q.missing[source]...)
	}
	without := func(people []string) []string {
		return slices.DeleteFunc(slices.Clone(people), func(who string) bool { return slices.Contains(aside, who) })
	}
	query := p.Query(lowered.Query)
	if diff := cmp.Diff(without(c.Members), without(q.db.Texts(t, query)), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: %s (-by hand +%s):\n%s\n%s", c.Name, c.Where, q.engine.Target, diff, query)
	}
	return true
}

// tooLong tells whether a condition has a number that the database cannot hold.
func (q questions) tooLong(e expr.Expr) bool {
	found := false
	look := func(v types.Value) {
		if d, number := v.(types.Decimal); number && !q.engine.Digits.Hold(d) {
			found = true
		}
	}
	expr.Walk(e, func(e expr.Expr) bool {
		if l, ok := e.(expr.Literal); ok {
			look(l.Value)
		}
		if l, ok := e.(expr.OneOf); ok {
			for _, v := range l.Values {
				look(v)
			}
		}
		return true
	})
	return found
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

// Law: whatever the program, the people and the condition, the members are the
// evaluator's, in both printings.
func conditionsAreTheEvaluators(t *testing.T, e Engine) {
	db := e.Fresh(t)
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
		h := house{engine: e, schema: a.Name}
		h.load(t, db, a.Program, a.People, a.Lists)
		lowering := sql.Lowering{Program: a.Program, Mapping: h.straight(a), Digits: e.Digits}
		printings := db.Printings(t, "ours_"+a.Name, world.Zone, a.Now)
		for range 12 {
			condition := sample.Predicate(src, a.Program, o, 2)
			lowered := lowering.Predicate(condition)
			if onlyKnownGaps(t, lowered.Diagnostics) {
				continue
			}
			want := whoever(a, world, condition)
			for printing, p := range printings {
				db.Session(t, printing, world.Zone)
				query := p.Query(lowered.Query)
				if diff := cmp.Diff(want, db.Texts(t, query), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s, %s (-evaluator +%s):\n%s\n%s", expr.Print(condition), printing, e.Target, diff, query)
				}
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
