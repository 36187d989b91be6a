package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Apply carries changes out one after the other, each in a transaction with
// its row of the registry.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		object, err := t.apply(ctx, c)
		if err != nil {
			result(targets.Result{Key: c.Key, Err: warehouse.Answered(err)})
			continue
		}
		result(targets.Result{Key: c.Key, Object: object})
	}
	return nil
}

func (t *Target) apply(ctx context.Context, c targets.Change) (*resource.Object, error) {
	var object *resource.Object
	err := t.writing(ctx, func(tx pgx.Tx) error {
		// One change at a time in our schema.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('trayecto'), hashtext($1))", t.schema); err != nil {
			return err
		}
		var err error
		object, err = warehouse.Carry(ctx, ledger{t, tx}, c)
		return err
	})
	return object, err
}

// ledger is the registry in a transaction.
type ledger struct {
	*Target
	tx pgx.Tx
}

var _ warehouse.Ledger = ledger{}

// Held is the row of an object, nil when there is none.
func (l ledger) Held(ctx context.Context, kind, name string) (*warehouse.Entry, error) {
	rows, err := l.entries(ctx, l.tx, "o.kind = $3 AND o.name = $4", kind, name)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Open makes the schema and its registry if they are missing.
func (l ledger) Open(ctx context.Context) error {
	var there bool
	if err := l.tx.QueryRow(ctx, "SELECT to_regnamespace($1) IS NOT NULL", sql.Quote(l.schema)).Scan(&there); err != nil {
		return err
	}
	if !there {
		if _, err := l.tx.Exec(ctx, "CREATE SCHEMA "+sql.Quote(l.schema)); err != nil {
			return err
		}
	}
	return l.createRegistry(ctx, l.tx)
}

// Define runs the statements of a resource. What the database refuses to
// understand is the fault of its sql.
func (l ledger) Define(ctx context.Context, r resource.Resource) error {
	text, name := warehouse.SQL(r), l.object(r.Key)
	var err error
	switch r.Kind {
	case warehouse.KindSchema:
		_, err = l.tx.Conn().PgConn().Exec(ctx, text).ReadAll()
	case kindFunction:
		_, err = l.tx.Exec(ctx, sql.CreateGate(name, text))
	case warehouse.KindView:
		err = l.defineView(ctx, name, text)
	default:
		return &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("there is no kind %q here", r.Kind)}
	}
	var answer *pgconn.PgError
	if errors.As(err, &answer) && (strings.HasPrefix(answer.Code, "42") && answer.Code != "42501" || strings.HasPrefix(answer.Code, "22")) {
		return &targets.Error{Kind: targets.Rejected, Message: answer.Message, Path: "sql", Err: err}
	}
	return err
}

// wrongColumns is what PostgreSQL answers when a view would be replaced by one
// with other columns, as it may stand there after a change by hand.
const wrongColumns = "42P16"

func (l ledger) defineView(ctx context.Context, name sql.Name, text string) error {
	inner, err := l.tx.Begin(ctx)
	if err != nil {
		return err
	}
	_, err = inner.Exec(ctx, sql.CreateView(name, text))
	if err == nil {
		return inner.Commit(ctx)
	}
	var answer *pgconn.PgError
	if !errors.As(err, &answer) || answer.Code != wrongColumns {
		return err // the whole transaction is rolled back
	}
	if err := inner.Rollback(ctx); err != nil {
		return err
	}
	if _, err := l.tx.Exec(ctx, "DROP VIEW "+name.Quoted()); err != nil {
		return err
	}
	_, err = l.tx.Exec(ctx, sql.CreateView(name, text))
	return err
}

// Rename gives a view and its row another name.
func (l ledger) Rename(ctx context.Context, from, to string) error {
	if _, err := l.tx.Exec(ctx, "ALTER VIEW "+l.object(from).Quoted()+" RENAME TO "+sql.Quote(to)); err != nil {
		return err
	}
	_, err := l.tx.Exec(ctx, "UPDATE "+l.object(warehouse.Registry).Quoted()+" SET name = $2 WHERE kind = 'view' AND name = $1", from, to)
	return err
}

// Register writes the row of an object.
func (l ledger) Register(ctx context.Context, c targets.Change, definition string) error {
	attributes, err := json.Marshal(c.Resource.Attributes)
	if err != nil {
		return fmt.Errorf("writing attributes: %w", err)
	}
	_, err = l.tx.Exec(ctx, `INSERT INTO `+l.object(warehouse.Registry).Quoted()+` (kind, name, mark, once, attributes, definition)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (kind, name) DO UPDATE SET mark = excluded.mark, once = excluded.once, attributes = excluded.attributes, definition = excluded.definition`,
		c.Resource.Kind, c.Resource.Key, c.Mark, c.Key, attributes, warehouse.Hash(definition))
	return err
}
