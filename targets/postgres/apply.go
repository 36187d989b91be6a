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
)

// Apply carries changes out one after the other, each in a transaction with
// its row of the registry.
func (t *Target) Apply(ctx context.Context, changes iter.Seq[targets.Change], result func(targets.Result)) error {
	for c := range changes {
		object, err := t.apply(ctx, c)
		if err != nil {
			result(targets.Result{Key: c.Key, Err: asError(err)})
			continue
		}
		result(targets.Result{Key: c.Key, Object: object})
	}
	return nil
}

func (t *Target) apply(ctx context.Context, c targets.Change) (*resource.Object, error) {
	var object *resource.Object
	err := t.writing(ctx, func(tx pgx.Tx) error {
		if err := t.lock(ctx, tx); err != nil {
			return err
		}
		var err error
		switch c.Action {
		case targets.Create, targets.Update:
			object, err = t.write(ctx, tx, c)
		case targets.Delete:
			err = t.remove(ctx, tx, c)
		case targets.SwitchOn, targets.SwitchOff:
			err = &targets.Error{Kind: targets.Permanent, Message: "a warehouse has nothing to switch on or off"}
		}
		return err
	})
	return object, err
}

// lock lets one change at a time into our schema.
func (t *Target) lock(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('trayecto'), hashtext($1))", t.schema)
	return err
}

// held is the row of the change's object, nil when there is none.
func (t *Target) held(ctx context.Context, tx pgx.Tx, c targets.Change) (*entry, error) {
	rows, err := t.entries(ctx, tx, "o.kind = $3 AND o.name = $4", c.Resource.Kind, c.Resource.Key)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// write makes or replaces an object. A change that the registry knows already
// is not made again.
func (t *Target) write(ctx context.Context, tx pgx.Tx, c targets.Change) (*resource.Object, error) {
	if c.Resource.Kind == kindSchema {
		if err := t.openSchema(ctx, tx); err != nil {
			return nil, err
		}
	}
	if err := t.rename(ctx, tx, c); err != nil {
		return nil, err
	}
	held, err := t.held(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	if held != nil && held.once == c.Key && held.present != "" && held.object.Version == held.written {
		return &held.object, nil
	}
	if err := t.mayWrite(ctx, tx, c, held); err != nil {
		return nil, err
	}
	if err := t.define(ctx, tx, c.Resource); err != nil {
		return nil, err
	}
	return t.register(ctx, tx, c)
}

// mayWrite refuses to take what is not ours, or what someone changed since it
// was read.
func (t *Target) mayWrite(ctx context.Context, tx pgx.Tx, c targets.Change, held *entry) error {
	if held != nil && held.object.Mark != c.Mark && !knows(c, *held) {
		return conflict("%s %s belongs to another project or address", c.Resource.Kind, t.id(c.Resource.Kind, c.Resource.Key))
	}
	present, err := t.definition(ctx, tx, c.Resource.Kind, c.Resource.Key)
	if err != nil {
		return err
	}
	switch {
	case present == "" || held != nil && c.Prior == nil:
		return nil
	case c.Prior == nil:
		return conflict("there is a %s %s already, and it was not made by trayecto", c.Resource.Kind, t.id(c.Resource.Kind, c.Resource.Key))
	case c.Prior.Version != "" && c.Prior.Version != hash(present) && c.Prior.Key == c.Resource.Key:
		return conflict("%s was changed since it was read", c.Prior.ID)
	}
	return nil
}

// knows tells whether a change was made for the object with the mark that it
// carries: it is moved or taken over, and gets another.
func knows(c targets.Change, held entry) bool {
	return c.Prior != nil && c.Prior.ID == held.object.ID && c.Prior.Mark == held.object.Mark
}

func conflict(format string, args ...any) error {
	return &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf(format, args...)}
}

// openSchema makes the schema and its registry if they are missing.
func (t *Target) openSchema(ctx context.Context, tx pgx.Tx) error {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT to_regnamespace($1) IS NOT NULL", sql.Quote(t.schema)).Scan(&there); err != nil {
		return err
	}
	if !there {
		if _, err := tx.Exec(ctx, "CREATE SCHEMA "+sql.Quote(t.schema)); err != nil {
			return err
		}
	}
	return t.createRegistry(ctx, tx)
}

// define runs the statements of a resource. What the database refuses to
// understand is the fault of its sql.
func (t *Target) define(ctx context.Context, tx pgx.Tx, r resource.Resource) error {
	text := attribute(r.Attributes, "sql")
	name := t.object(r.Key)
	var err error
	switch r.Kind {
	case kindSchema:
		_, err = tx.Conn().PgConn().Exec(ctx, text).ReadAll()
	case kindFunction:
		_, err = tx.Exec(ctx, sql.CreateGate(name, text))
	case kindView:
		err = t.defineView(ctx, tx, name, text)
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

func (t *Target) defineView(ctx context.Context, tx pgx.Tx, name sql.Name, text string) error {
	inner, err := tx.Begin(ctx)
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
	if _, err := tx.Exec(ctx, "DROP VIEW "+name.Quoted()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sql.CreateView(name, text))
	return err
}

func attribute(m resource.Map, name string) string {
	text, _ := m[name].(resource.String)
	return string(text)
}

// register writes the row of an object as it stands now.
func (t *Target) register(ctx context.Context, tx pgx.Tx, c targets.Change) (*resource.Object, error) {
	present, err := t.definition(ctx, tx, c.Resource.Kind, c.Resource.Key)
	if err != nil {
		return nil, err
	}
	attributes, err := json.Marshal(c.Resource.Attributes)
	if err != nil {
		return nil, fmt.Errorf("writing attributes: %w", err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO `+t.object(registryTable).Quoted()+` (kind, name, mark, once, attributes, definition)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (kind, name) DO UPDATE SET mark = excluded.mark, once = excluded.once, attributes = excluded.attributes, definition = excluded.definition`,
		c.Resource.Kind, c.Resource.Key, c.Mark, c.Key, attributes, hash(present))
	if err != nil {
		return nil, err
	}
	held, err := t.held(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	return &held.object, nil
}
