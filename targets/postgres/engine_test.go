package postgres_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/postgres/server"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse/suite"
)

// cluster is the server of all tests.
var cluster server.Lazy

func TestMain(m *testing.M) {
	cluster.M = m
	kit.Main(&cluster, postgres.New)
}

func connect(t testing.TB, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return conn
}

func run(t testing.TB, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := conn.PgConn().Exec(t.Context(), s).ReadAll(); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
	}
}

// database is a database of the test server, with a session.
type database struct {
	dsn     string
	conn    *pgx.Conn
	factory targets.Factory
}

func (d database) Run(t testing.TB, statements ...string) {
	t.Helper()
	run(t, d.conn, statements...)
}

func (d database) Texts(t testing.TB, query string) []string {
	t.Helper()
	rows, err := d.conn.Query(t.Context(), query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var text *string
		if err := row.Scan(&text); err != nil || text == nil {
			return "null", err
		}
		return *text, nil
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	slices.Sort(out)
	return out
}

func (d database) Clock(t testing.TB, at types.Instant) {
	t.Helper()
	d.Run(t, "SET trayecto.now = '"+types.Spell(at)+"'")
}

// Config knows the address of the database.
func (d database) Config(p ir.Platform) targets.Config {
	return targets.Config{Platform: p, Env: func(string) (string, bool) { return d.dsn, true }, Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)}
}

func (d database) Factory() targets.Target { return d.factory() }

// Printings are the two ways to print for one instant: a session that counts
// has the project's zone, one that looks at views has any.
func (d database) Printings(t testing.TB, schema string, z *time.Location, at types.Instant) map[string]suite.Printer {
	t.Helper()
	d.Run(t, "CREATE SCHEMA "+sql.Quote(schema))
	d.Run(t, sql.Support(schema, z)...)
	d.Clock(t, at)
	return map[string]suite.Printer{"counting": sql.Postgres{Zone: z, At: &at}, "deployed": sql.Postgres{Schema: schema, Zone: z}}
}

func (d database) Session(t testing.TB, printing string, z *time.Location) {
	t.Helper()
	timezone := "Pacific/Apia"
	if printing == "counting" {
		timezone = z.String()
	}
	d.Run(t, "SET timezone = "+sql.QuoteText(timezone))
}

func (d database) Secrets() []string { return []string{d.dsn} }

func (d database) Tables() string { return "public" }

// engine is PostgreSQL, its target made by a factory.
func engine(factory targets.Factory) suite.Engine {
	return suite.Engine{
		Target: "postgres", Worlds: 6,
		Fresh: func(t testing.TB) suite.Database {
			dsn := cluster.Server(t).New(t)
			return database{dsn: dsn, conn: connect(t, dsn), factory: factory}
		},
		Column:   column,
		Settings: []ir.Setting{{Name: "dsn", Env: "WAREHOUSE_DSN"}},
	}
}

func column(t types.Type, foreign bool) string {
	switch {
	case t == types.Number && foreign:
		return "double precision"
	case t == types.Number || t == types.Money:
		return "numeric"
	case t == types.Bool && !foreign:
		return "boolean"
	case t == types.DateType:
		return "date"
	case t == types.Timestamp && foreign:
		return "text"
	case t == types.Timestamp:
		return "timestamptz"
	case foreign:
		return "varchar(200)"
	}
	return "text"
}

func TestDialect(t *testing.T) {
	t.Parallel()
	suite.Dialect(t, engine(postgres.New))
}

func TestTarget(t *testing.T) {
	t.Parallel()
	suite.Target(t, engine(postgres.New))
}

// The same through a program that serves the target as a plugin.
func TestThroughPlugin(t *testing.T) {
	t.Parallel()
	served := engine(kit.Through(t, "postgres"))
	served.Worlds = 2
	suite.Target(t, served)
	suite.Served(t, served, postgres.New, byHand)
}

// opened is a small warehouse of the suite with a connection to it.
func opened(t *testing.T) (*pgx.Conn, database, suite.World, targets.Target) {
	t.Helper()
	db, w, target := suite.Open(t, engine(postgres.New))
	d, ok := db.(database)
	if !ok {
		t.Fatalf("a %T", db)
	}
	return d.conn, d, w, target
}
