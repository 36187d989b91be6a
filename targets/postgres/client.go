// Package postgres is a PostgreSQL warehouse as a platform: segments as views,
// the consent record, and a function that says who may be written to.
//
// Everything that it makes stands in one schema of its own and rests on the
// customer's tables as the platform block maps them. Of each object a row in
// <schema>.objects keeps the ownership mark, the idempotency key of the last
// change, the attributes and a hash of the definition as the database itself
// writes it. The row is written in the transaction that makes the object, so a
// lost answer is resolved exactly: the key is there or nothing was done. On
// reading, an object whose definition is no longer the one that was written
// shows the present one as its sql, which is drift.
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
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
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
func New() targets.Target { return &Target{schema: defaultSchema} }

var _ targets.Factory = New

// Configure reads the address of the database. It does not connect.
func (t *Target) Configure(_ context.Context, c targets.Config) error {
	dsn, err := address(c)
	if err != nil {
		return err
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // pgx's own text may repeat parts of the address
		return fmt.Errorf("configuring %s: its dsn is not an address of a PostgreSQL database", c.Platform.Address)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	t.config, t.schema, t.now = config, schemaOf(c.Platform), c.Now
	return nil
}

// address is the dsn, from the environment where the block says so.
func address(c targets.Config) (string, error) {
	s, there := c.Platform.Config.Get("dsn")
	if !there {
		return "", fmt.Errorf("configuring %s: it has no dsn", c.Platform.Address)
	}
	if s.Env == "" {
		text, _ := s.Value.(types.Text)
		return string(text), nil
	}
	value, set := c.Env(s.Env)
	if !set || value == "" {
		return "", fmt.Errorf("configuring %s: the environment variable %s is not set", c.Platform.Address, s.Env)
	}
	return value, nil
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

// Plan says how each change would be made. A view is renamed; another object
// whose name changes is another object.
func (t *Target) Plan(_ context.Context, requests []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out := make([]targets.PlanAnswer, len(requests))
	for i, r := range requests {
		out[i].Cost = []targets.Cost{{Class: "transaction", Calls: 1}}
		if r.Prior != nil && r.Desired != nil && r.Prior.Key != r.Desired.Key && r.Desired.Kind != kindView {
			out[i].Replace = []string{"name"}
		}
	}
	return out, nil
}

// Upgrade brings attributes to the present version, which is the first.
func (t *Target) Upgrade(kind string, attributes resource.Map, from int) (resource.Map, error) {
	known := slices.ContainsFunc(kinds, func(k targets.Kind) bool { return k.Name == kind && k.Version == from })
	if !known {
		return nil, fmt.Errorf("a %s of version %d is not known to postgres %s", kind, from, Version)
	}
	return attributes, nil
}

// Explain says that nobody is written to from here. The gate function is for
// whoever sends: its answer is as fresh as the tables under it.
func (t *Target) Explain(*ir.Program, ir.Platform) ir.Enforcement {
	return ir.Enforcement{Sends: false}
}

// object is the full name of something in our schema.
func (t *Target) object(name string) sql.Name { return sql.Name{Schema: t.schema, Object: name} }

// asError is the platform's answer in an error.
func asError(err error) *targets.Error {
	var answer *targets.Error
	if errors.As(err, &answer) {
		return answer
	}
	return &targets.Error{Kind: targets.Permanent, Message: "applying the change", Err: err}
}
