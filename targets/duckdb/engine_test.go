package duckdb_test

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/duckdb"
	"github.com/trayecto/trayecto/targets/kit"
	lowered "github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse/suite"
)

// database is a file in a folder, with a session of the test's own. Only one
// may have the file open, so the session leaves it before the target is called.
type database struct {
	dir     string
	factory targets.Factory
	desk    *sync.Map // every database of the engine by folder, and every target

	mu      sync.Mutex
	db      *sql.DB
	setting []string // what a new session has to set
}

const name = "warehouse.duckdb"

func (d *database) session(t testing.TB) *sql.DB {
	t.Helper()
	if d.db != nil {
		return d.db
	}
	d.desk.Range(func(target, _ any) bool {
		if p, ok := target.(*polite); ok && p.test == d {
			if err := p.Target.Close(); err != nil {
				t.Error(err)
			}
		}
		return true
	})
	db, err := sql.Open("duckdb", filepath.Join(d.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	d.db = db
	for _, s := range d.setting {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
	}
	return db
}

func (d *database) leave() error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.db == nil {
		return nil
	}
	err := d.db.Close()
	d.db = nil
	return err
}

func (d *database) Run(t testing.TB, statements ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range statements {
		if _, err := d.session(t).Exec(s); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
	}
}

func (d *database) Texts(t testing.TB, query string) (out []string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	rows, err := d.session(t).Query(query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	for rows.Next() {
		var text sql.NullString
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		if !text.Valid {
			text.String = "null"
		}
		out = append(out, text.String)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	slices.Sort(out)
	return out
}

// set sets something in this session and in those after it.
func (d *database) set(t testing.TB, statement string) {
	t.Helper()
	d.Run(t, statement)
	d.mu.Lock()
	d.setting = append(d.setting, statement)
	d.mu.Unlock()
}

func (d *database) Clock(t testing.TB, at types.Instant) {
	t.Helper()
	d.set(t, "SET VARIABLE "+lowered.DuckClock+" = '"+types.Spell(at)+"'")
}

func (d *database) Secrets() []string { return nil }

func (d *database) Config(p ir.Platform) targets.Config {
	return targets.Config{Platform: p, Dir: d.dir, Env: os.LookupEnv, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
}

func (d *database) Factory() targets.Target { return &polite{Target: d.factory(), desk: d.desk} }

func (d *database) Printings(t testing.TB, schema string, z *time.Location, at types.Instant) map[string]suite.Printer {
	t.Helper()
	d.Run(t, "CREATE SCHEMA "+lowered.Quote(schema))
	d.Run(t, lowered.DuckSupport(schema, z)...)
	d.Clock(t, at)
	return map[string]suite.Printer{"counting": lowered.DuckDB{Zone: z, At: &at}, "deployed": lowered.DuckDB{Schema: schema, Zone: z}}
}

// Session gives no printing the zone of the project: none needs it.
func (d *database) Session(t testing.TB, _ string, _ *time.Location) {
	t.Helper()
	d.set(t, "SET TimeZone = 'Pacific/Apia'")
}

func (d *database) Tables() string { return "main" }

// polite is a target before whose calls the test leaves the file, and that
// leaves it before the test enters.
type polite struct {
	targets.Target
	desk *sync.Map
	test *database
}

func (p *polite) Raise(r targets.RaiseRequest) []targets.Raised {
	raiser, ok := p.Target.(targets.Raiser)
	if !ok {
		return nil
	}
	return raiser.Raise(r)
}

func (p *polite) Foresee(ctx context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	foreseer, ok := p.Target.(targets.Foreseer)
	if !ok {
		return nil, errors.New("what is tested foresees nothing")
	}
	return foreseer.Foresee(ctx, r)
}

func (p *polite) Configure(ctx context.Context, c targets.Config) error {
	if d, ok := p.desk.Load(c.Dir); ok {
		p.test, _ = d.(*database)
		p.desk.Store(p, nil)
	}
	return p.Target.Configure(ctx, c)
}

func (p *polite) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	return errors.Join(p.test.leave(), p.Target.List(ctx, r, page))
}

func (p *polite) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	return errors.Join(p.test.leave(), p.Target.Apply(ctx, changes, result))
}

func (p *polite) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	if err := p.test.leave(); err != nil {
		return nil, err
	}
	return p.Target.Get(ctx, kind, ids)
}

func (p *polite) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	if err := p.test.leave(); err != nil {
		return nil, err
	}
	return p.Target.Find(ctx, r)
}

func (p *polite) Lookup(ctx context.Context, l []resource.Lookup) ([]targets.LookupAnswer, error) {
	if err := p.test.leave(); err != nil {
		return nil, err
	}
	return p.Target.Lookup(ctx, l)
}

func (p *polite) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	if err := p.test.leave(); err != nil {
		return nil, err
	}
	return p.Target.Count(ctx, r)
}

func engine(factory targets.Factory) suite.Engine {
	desk := &sync.Map{}
	return suite.Engine{
		Target: "duckdb", Light: true, Worlds: 2,
		Fresh: func(t testing.TB) suite.Database {
			d := &database{dir: t.TempDir(), factory: factory, desk: desk, setting: []string{"SET threads = 1"}} // so few rows need no more
			desk.Store(d.dir, d)
			d.Run(t, "SELECT 1")
			t.Cleanup(func() {
				if err := d.leave(); err != nil {
					t.Error(err)
				}
			})
			return d
		},
		Column:   column,
		Settings: []ir.Setting{{Name: "path", Value: types.Text(name)}},
		Digits:   lowered.DuckDigits,
	}
}

func column(t types.Type, foreign bool) string {
	switch {
	case t == types.Number && foreign:
		return "DOUBLE"
	case t == types.Number || t == types.Money:
		return "DECIMAL(38, 12)"
	case t == types.Bool && !foreign:
		return "BOOLEAN"
	case t == types.DateType:
		return "DATE"
	case t == types.Timestamp && foreign:
		return "VARCHAR"
	case t == types.Timestamp:
		return "TIMESTAMPTZ"
	case foreign:
		return "VARCHAR COLLATE NOCASE"
	}
	return "VARCHAR"
}

// The test's own program serves the target as a plugin too: another program with
// the same main function would take longer to link than the tests take.
func TestMain(m *testing.M) { kit.Main(m, duckdb.Factory()) }

func TestDialect(t *testing.T) {
	t.Parallel()
	suite.Dialect(t, engine(duckdb.Factory()))
}

// What is shipped is a program that serves the target as a plugin, so that way
// everything is asked; and it says what the same target says in this process.
func TestTarget(t *testing.T) {
	t.Parallel()
	factory := kit.Through(t, "duckdb")
	lockedOut(t, factory)
	suite.Target(t, engine(factory))
}

func TestContract(t *testing.T) {
	t.Parallel()
	suite.Shipped(t, engine(kit.Through(t, "duckdb")), duckdb.Factory(), byHand)
}

// byHand is what somebody does who should not: a view without rows, a gate
// that lets everybody through, a clock that stands still.
func byHand(t testing.TB, db suite.Database, schema string, o resource.Object) {
	object := lowered.Name{Schema: schema, Object: o.Key}
	switch o.Kind {
	case "view":
		db.Run(t, "CREATE OR REPLACE VIEW "+object.Quoted()+" AS SELECT 'nobody' AS person WHERE false")
	case "macro":
		db.Run(t, "CREATE OR REPLACE MACRO "+object.Quoted()+"(person, purpose, channel) AS true")
	default:
		db.Run(t, "CREATE OR REPLACE MACRO "+lowered.Name{Schema: schema, Object: "now"}.Quoted()+"() AS TIMESTAMPTZ '2000-01-01 00:00:00+00'")
	}
}
