// Package rows is a state in a PostgreSQL database.
//
// Three tables of one schema hold the states of any number of projects and
// environments: the last snapshot, the journal in the order in which it grew, and
// one row for the lease. Each write first renews the lease's row under its own
// number: where that is not the number any more nothing is written, and where it
// is nobody can take over before the write has ended. Time is the server's alone.
package rows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/trayecto/trayecto/targets/state"
)

// lasts is how long a lease does that is not renewed.
const lasts = time.Minute

// Options is where a state is.
type Options struct {
	DSN    string // a secret: it is in no message
	Schema string // "" for trayecto_state
	state.Owner
}

// New is the state of a project in an environment. It connects to nobody yet.
func New(o Options) (state.Backend, error) {
	config, err := pgx.ParseConfig(o.DSN)
	if err != nil {
		return nil, errors.New("what the dsn of the state says is no address of a PostgreSQL database") // the error repeats it
	}
	if o.Schema == "" {
		o.Schema = "trayecto_state"
	}
	return &database{config: config, schema: pgx.Identifier{o.Schema}.Sanitize(), Owner: o.Owner}, nil
}

type database struct {
	config *pgx.ConnConfig
	schema string // as SQL
	state.Owner
}

// Can implements state.Backend.
func (d *database) Can() state.Abilities {
	return state.Abilities{Append: true, Lease: true, Expires: true, Fences: true, Renew: lasts / 3}
}

// Name implements state.Backend.
func (d *database) Name() string {
	return fmt.Sprintf("the database %s on %s, schema %s", d.config.Database, d.config.Host, d.schema)
}

// with does something on a connection of its own.
func (d *database) with(ctx context.Context, do func(*pgx.Conn) error) error {
	conn, err := pgx.ConnectConfig(ctx, d.config)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	return errors.Join(do(conn), conn.Close(context.WithoutCancel(ctx)))
}

// sql is a statement about the tables of the schema.
func (d *database) sql(statement string) string { return fmt.Sprintf(statement, d.schema) }

// Read implements state.Backend.
func (d *database) Read(ctx context.Context) (state.Stored, error) {
	var out state.Stored
	var snapshot []byte
	err := d.with(ctx, func(conn *pgx.Conn) error {
		return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			err := tx.QueryRow(ctx, d.sql("select body from %s.snapshot where project = $1 and env = $2"), d.Project, d.Env).Scan(&snapshot)
			if err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
			rows, err := tx.Query(ctx, d.sql("select body from %s.journal where project = $1 and env = $2 order by n"), d.Project, d.Env)
			if err != nil {
				return err
			}
			parts, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
			for _, part := range parts {
				out.Journal = append(out.Journal, part...)
			}
			return err
		})
	})
	if absent(err) {
		return state.Stored{}, nil
	}
	if err == nil {
		out.Snapshot, err = state.Whole(snapshot)
	}
	return out, err
}

// absent tells that nobody has made the tables yet.
func absent(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && (answer.Code == "42P01" || answer.Code == "3F000") // undefined_table, invalid_schema_name
}

// setUp makes what is lacking of the tables, one run at a time.
func (d *database) setUp(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtext($1))", d.schema); err != nil {
		return err
	}
	for _, statement := range []string{
		"create schema if not exists %s",
		"create table if not exists %s.snapshot (project text, env text, body bytea not null, primary key (project, env))",
		"create table if not exists %s.journal (project text, env text, n bigint generated always as identity, body bytea not null, primary key (project, env, n))",
		"create table if not exists %s.lease (project text, env text, token bigint not null, holder jsonb, broken jsonb, expires timestamptz not null, primary key (project, env))",
	} {
		if _, err := tx.Exec(ctx, d.sql(statement)); err != nil {
			return err
		}
	}
	return nil
}

// there tells whether the tables are made.
func (d *database) there(ctx context.Context, conn *pgx.Conn) (bool, error) {
	var there bool
	err := conn.QueryRow(ctx, "select to_regclass($1) is not null", d.schema+".lease").Scan(&there)
	return there, err
}

// Lease implements state.Backend.
func (d *database) Lease(ctx context.Context, by state.Holder) (state.Lease, error) {
	out := &lease{database: d}
	err := out.with(ctx, func(conn *pgx.Conn) error {
		there, err := d.there(ctx, conn)
		if err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			if !there {
				if err := d.setUp(ctx, tx); err != nil {
					return err
				}
			}
			return out.take(ctx, tx, by)
		})
	})
	if err != nil {
		return nil, errors.Join(err, out.close(ctx))
	}
	return out, nil
}

// row is the lease as the database has it.
type row struct {
	token          int64
	holder, broken *state.Holder
	live           bool // it has not expired
}

func (d *database) row(ctx context.Context, tx pgx.Tx) (row, error) {
	var r row
	err := tx.QueryRow(ctx, d.sql(`select token, holder, broken, holder is not null and expires > clock_timestamp()
		from %s.lease where project = $1 and env = $2 for update`), d.Project, d.Env).Scan(&r.token, &r.holder, &r.broken, &r.live)
	if errors.Is(err, pgx.ErrNoRows) {
		return row{}, nil
	}
	return r, err
}

// Holder implements state.Backend.
func (d *database) Holder(ctx context.Context) (*state.Holder, error) {
	var who *state.Holder
	err := d.with(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, d.sql("select holder from %s.lease where project = $1 and env = $2 and expires > clock_timestamp()"), d.Project, d.Env).Scan(&who)
	})
	if absent(err) || errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return who, err
}

// Break implements state.Backend.
func (d *database) Break(ctx context.Context, by state.Holder) (*state.Holder, error) {
	var was *state.Holder
	err := d.with(ctx, func(conn *pgx.Conn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			r, err := d.row(ctx, tx)
			if err != nil || !r.live {
				return err
			}
			was = r.holder
			_, err = tx.Exec(ctx, d.sql("update %s.lease set token = token + 1, holder = null, broken = $3 where project = $1 and env = $2"), d.Project, d.Env, by)
			return err
		})
	})
	if absent(err) {
		return nil, nil
	}
	return was, err
}

// lease is the right to write, with a connection that is opened again when it broke.
type lease struct {
	*database
	token int64

	mu   sync.Mutex
	conn *pgx.Conn
}

// with does something on the lease's connection, and once more where that breaks:
// should the first time have been done after all, the journal has the same
// records twice, which its reader passes over.
func (l *lease) with(ctx context.Context, do func(*pgx.Conn) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.once(ctx, do)
	if err != nil && l.conn != nil && l.conn.IsClosed() && ctx.Err() == nil {
		err = l.once(ctx, do)
	}
	return err
}

func (l *lease) once(ctx context.Context, do func(*pgx.Conn) error) error {
	if l.conn == nil || l.conn.IsClosed() {
		conn, err := pgx.ConnectConfig(ctx, l.config)
		if err != nil {
			return fmt.Errorf("connecting: %w", err)
		}
		l.conn = conn
	}
	return do(l.conn)
}

func (l *lease) close(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return nil
	}
	return l.conn.Close(context.WithoutCancel(ctx))
}

// take makes the lease ours if nobody has it.
func (l *lease) take(ctx context.Context, tx pgx.Tx, by state.Holder) error {
	_, err := tx.Exec(ctx, l.sql("insert into %s.lease (project, env, token, expires) values ($1, $2, 0, '-infinity') on conflict do nothing"), l.Project, l.Env)
	if err != nil {
		return err
	}
	r, err := l.row(ctx, tx)
	if err != nil {
		return err
	}
	if r.live {
		return &state.LockedError{Holder: r.holder}
	}
	l.token = r.token + 1
	holder, err := json.Marshal(by)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, l.sql("update %s.lease set token = $3, holder = $4, broken = null, expires = clock_timestamp() + $5 where project = $1 and env = $2"),
		l.Project, l.Env, l.token, holder, lasts)
	return err
}

// still does something in the transaction that renews the lease, if it is ours.
func (l *lease) still(ctx context.Context, do func(pgx.Tx) error) error {
	return l.with(ctx, func(conn *pgx.Conn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			done, err := tx.Exec(ctx, l.sql("update %s.lease set expires = clock_timestamp() + $4 where project = $1 and env = $2 and token = $3 and holder is not null"),
				l.Project, l.Env, l.token, lasts)
			if err != nil {
				return err
			}
			if done.RowsAffected() == 0 {
				return l.fenced(ctx, tx)
			}
			return do(tx)
		})
	})
}

func (l *lease) fenced(ctx context.Context, tx pgx.Tx) error {
	r, err := l.row(ctx, tx)
	if err != nil {
		return err
	}
	if r.holder == nil {
		return &state.FencedError{By: r.broken, Broken: r.broken != nil}
	}
	return &state.FencedError{By: r.holder}
}

// Token implements state.Lease.
func (l *lease) Token() int64 { return l.token }

// Append implements state.Lease.
func (l *lease) Append(ctx context.Context, lines []byte) error {
	return l.still(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, l.sql("insert into %s.journal (project, env, body) values ($1, $2, $3)"), l.Project, l.Env, lines)
		return err
	})
}

// Replace implements state.Lease.
func (l *lease) Replace(ctx context.Context, snapshot []byte) error {
	return l.still(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, l.sql(`insert into %s.snapshot (project, env, body) values ($1, $2, $3)
			on conflict (project, env) do update set body = excluded.body`), l.Project, l.Env, snapshot)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, l.sql("delete from %s.journal where project = $1 and env = $2"), l.Project, l.Env)
		return err
	})
}

// Renew implements state.Lease.
func (l *lease) Renew(ctx context.Context) error {
	return l.still(ctx, func(pgx.Tx) error { return nil })
}

// Release implements state.Lease.
func (l *lease) Release(ctx context.Context) error {
	err := l.with(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, l.sql("update %s.lease set holder = null where project = $1 and env = $2 and token = $3"), l.Project, l.Env, l.token)
		return err
	})
	return errors.Join(err, l.close(ctx))
}
