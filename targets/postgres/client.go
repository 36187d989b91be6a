// Package postgres is a PostgreSQL warehouse as a platform: segments as views,
// the consent record, and a function that says who may be written to.
//
// A view reads its tables once, whatever their size. The gate asks for one
// person: an index on the column of the person in each mapped table serves it;
// where that column is not a text, an index on its text does.
//
// How consent tables, captures and unsubscribes combine is described in
// record.go of package sql: the customer's table is read as the acts that its
// systems recorded, next to those that captures derive from events; a no
// without date stands above every yes.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Target is one database.
type Target struct {
	config *pgx.ConnConfig
	schema string
	now    time.Time

	mu   sync.Mutex // one connection, one transaction at a time
	conn *pgx.Conn
}

// New makes an unconfigured target.
func New() targets.Target { return &Target{schema: warehouse.Schema(ir.Platform{})} }

var (
	_ targets.Factory = New
	_ targets.Raiser  = (*Target)(nil)
)

// Configure reads the address of the database. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	dsn, err := c.Need("dsn")
	if err != nil {
		return err
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // pgx's own text may repeat parts of the address
		return errors.New("its dsn is not an address of a PostgreSQL database")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	t.config, t.schema, t.now = config, warehouse.Schema(c.Platform), c.Now
	return nil
}

// Close ends the connection.
func (t *Target) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.conn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := t.conn.Close(ctx)
	t.conn = nil
	if err != nil {
		return fmt.Errorf("closing the connection: %w", err)
	}
	return nil
}

// connected is the connection, made when it is missing or has broken.
func (t *Target) connected(ctx context.Context) (*pgx.Conn, error) {
	if t.config == nil {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "the platform is not configured"}
	}
	if t.conn != nil && !t.conn.IsClosed() {
		return t.conn, nil
	}
	conn, err := pgx.ConnectConfig(ctx, t.config)
	if err != nil {
		return nil, classify(err)
	}
	t.conn = conn
	return conn, nil
}

// reading runs work in a transaction that sees one state and changes nothing.
func (t *Target) reading(ctx context.Context, work func(pgx.Tx) error) error {
	return t.transaction(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, work)
}

// writing runs work in a transaction of its own; an error means that nothing
// was done, unless its kind is an unknown outcome.
func (t *Target) writing(ctx context.Context, work func(pgx.Tx) error) error {
	return t.transaction(ctx, pgx.TxOptions{}, work)
}

func (t *Target) transaction(ctx context.Context, options pgx.TxOptions, work func(pgx.Tx) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	conn, err := t.connected(ctx)
	if err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, options)
	if err != nil {
		return classify(err)
	}
	if err := t.work(ctx, tx, work); err != nil {
		_ = tx.Rollback(ctx) // the first error says what happened; a broken connection rolls back by itself
		return err
	}
	return committed(tx.Commit(ctx))
}

// work runs with an empty search path, so that names mean the same in every
// session and definitions are written out in full.
func (t *Target) work(ctx context.Context, tx pgx.Tx, work func(pgx.Tx) error) error {
	if _, err := tx.Exec(ctx, "SET LOCAL search_path = ''"); err != nil {
		return classify(err)
	}
	err := work(tx)
	var answer *targets.Error
	var refused *pgconn.PgError
	if err == nil || errors.As(err, &answer) || errors.As(err, &refused) || tx.Conn().IsClosed() || ctx.Err() != nil {
		return classify(err)
	}
	return &targets.Error{Kind: targets.Permanent, Message: "reading the answer of the database", Err: err}
}

// Identity is the cluster, the database and the schema that is ours.
func (t *Target) Identity(ctx context.Context) (string, error) {
	var cluster, database string
	err := t.reading(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT (SELECT system_identifier::text FROM pg_control_system()), current_database()").Scan(&cluster, &database)
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("postgres cluster %s, database %s, schema %s", cluster, database, t.schema), nil
}

// Describe says what the target is and can.
func (t *Target) Describe() targets.Description { return form.Describe() }

// Lower turns what is placed here into views and functions.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered { return form.Lower(r) }

// Plan says how each change would be made.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	return form.Plan(requests), nil
}

// Foresee implements targets.Foreseer.
func (t *Target) Foresee(_ context.Context, r []targets.PlanRequest) ([]targets.Foreseen, error) {
	return form.Foresee(r)
}

// Upgrade brings attributes to the present version.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	return form.Upgrade(kind, attributes, from)
}

// Raise says views as resource blocks with their query.
func (t *Target) Raise(r targets.RaiseRequest) []targets.Raised { return form.Raise(r) }

// Explain says that nobody is written to from here.
func (t *Target) Explain(p *ir.Program, platform ir.Platform) ir.Enforcement {
	return form.Explain(p, platform)
}

// object is the full name of something in our schema.
func (t *Target) object(name string) sql.Name { return sql.Name{Schema: t.schema, Object: name} }
