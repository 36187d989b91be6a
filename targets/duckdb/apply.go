package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	lowered "github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// supportNames are the macros of the schema object.
var supportNames = lowered.DuckSupportNames

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
	err := t.writing(ctx, func(conn *sql.Conn) error {
		l := &ledger{Target: t}
		err := t.transaction(ctx, conn, func(tx *sql.Tx) (err error) {
			l.tx = tx
			object, err = warehouse.Carry(ctx, l, c)
			return err
		})
		if c.Resource.Kind != warehouse.KindView {
			l.share(err == nil)
		}
		return err
	})
	return object, err
}

// ledger is the registry in a transaction, with what was read in it and did not
// change since: a change asks for the same several times, and DuckDB lists what
// it has slowly.
type ledger struct {
	*Target
	tx      *sql.Tx
	changed bool              // by this transaction, so that only it sees what is
	ours    map[string]string // the macros of our schema, nil when they are not known
	views   map[string]string // the views that were asked for
	there   bool              // the registry is
}

var _ warehouse.Ledger = (*ledger)(nil)

// change is called before anything is defined or removed.
func (l *ledger) change() { l.changed, l.ours, l.views, l.there = true, nil, nil, false }

// share tells the others of this process which macros there are now.
func (l *ledger) share(committed bool) {
	d := l.doors.of(l.path)
	if committed && l.ours != nil {
		d.know(l.schema, l.ours)
		return
	}
	d.forget()
}

func (l *ledger) do(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := l.tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// Held is the row of an object, nil when there is none.
func (l *ledger) Held(ctx context.Context, kind, name string) (*warehouse.Entry, error) {
	if !l.there {
		there, err := l.registered(ctx, l.tx)
		if err != nil || !there {
			return nil, err
		}
		l.there = true
	}
	now, err := l.Definition(ctx, kind, name)
	if err != nil {
		return nil, err
	}
	var held *warehouse.Entry
	err = read(ctx, l.tx, func(rows *sql.Rows) error {
		e, err := l.entry(rows, func(string, string) string { return now })
		held = &e
		return err
	}, rows+l.object(warehouse.Registry).Quoted()+" WHERE kind = ? AND name = ?", kind, name)
	return held, err
}

// Definition is what the database says of an object now, "" when it is gone.
func (l *ledger) Definition(ctx context.Context, kind, name string) (string, error) {
	if kind == warehouse.KindView {
		return l.view(ctx, name)
	}
	macros, err := l.macros(ctx)
	if kind == kindMacro {
		return macros[name], err
	}
	return support(macros), err
}

func (l *ledger) view(ctx context.Context, name string) (string, error) {
	if text, known := l.views[name]; known {
		return text, nil
	}
	found, err := l.definitions(ctx, l.tx, allViews+" AND view_name = ?", name)
	if err != nil {
		return "", err
	}
	if l.views == nil {
		l.views = map[string]string{}
	}
	l.views[name] = found[name]
	return found[name], nil
}

func (l *ledger) macros(ctx context.Context) (found map[string]string, err error) {
	switch {
	case l.ours != nil:
		return l.ours, nil
	case l.changed:
		found, err = l.definitions(ctx, l.tx, allMacros)
	default:
		found, err = l.Target.macros(ctx, l.tx)
	}
	if err == nil {
		l.ours = found
	}
	return found, err
}

// Open makes the schema and its registry if they are missing.
func (l *ledger) Open(ctx context.Context) error {
	l.change()
	return l.do(ctx, "CREATE SCHEMA IF NOT EXISTS "+lowered.Quote(l.schema),
		"CREATE TABLE IF NOT EXISTS "+l.object(warehouse.Registry).Quoted()+` (
		kind VARCHAR NOT NULL,
		name VARCHAR NOT NULL,
		mark VARCHAR NOT NULL,
		once VARCHAR NOT NULL,
		attributes VARCHAR NOT NULL,
		definition VARCHAR NOT NULL,
		PRIMARY KEY (kind, name))`)
}

// Define runs the statements of a resource. What DuckDB does not understand is
// the fault of its sql.
func (l *ledger) Define(ctx context.Context, r resource.Resource) error {
	text, name := warehouse.SQL(r), l.object(r.Key)
	l.change()
	var err error
	switch r.Kind {
	case warehouse.KindSchema:
		err = l.do(ctx, text)
	case kindMacro:
		err = l.do(ctx, lowered.CreateDuckGate(name, text))
	case warehouse.KindView:
		err = l.do(ctx, lowered.CreateView(name, text))
	default:
		return &targets.Error{Kind: targets.Permanent, Message: fmt.Sprintf("there is no kind %q here", r.Kind)}
	}
	if message, is := misunderstood(err); is {
		return &targets.Error{Kind: targets.Rejected, Message: message, Path: "sql"}
	}
	return err
}

// Rename gives a view and its row another name. What is built on the view by its
// old name is defined anew by changes of its own.
func (l *ledger) Rename(ctx context.Context, from, to string) error {
	l.change()
	if err := l.do(ctx, "ALTER VIEW "+l.object(from).Quoted()+" RENAME TO "+lowered.Quote(to)); err != nil {
		return err
	}
	_, err := l.tx.ExecContext(ctx, "UPDATE "+l.object(warehouse.Registry).Quoted()+" SET name = ? WHERE kind = 'view' AND name = ?", to, from)
	return err
}

// Register writes the row of an object.
func (l *ledger) Register(ctx context.Context, c targets.Change, definition string) error {
	attributes, err := json.Marshal(c.Resource.Attributes)
	if err != nil {
		return fmt.Errorf("writing attributes: %w", err)
	}
	_, err = l.tx.ExecContext(ctx, "INSERT OR REPLACE INTO "+l.object(warehouse.Registry).Quoted()+" VALUES (?, ?, ?, ?, ?, ?)",
		c.Resource.Kind, c.Resource.Key, c.Mark, c.Key, string(attributes), warehouse.Hash(definition))
	return err
}

// Remove drops an object and its row. DuckDB would drop a view that others are
// made of; the registry knows which are.
func (l *ledger) Remove(ctx context.Context, kind, name string) error {
	l.change()
	entries, _, err := l.entries(ctx, l.tx)
	if err != nil {
		return err
	}
	if kind == warehouse.KindSchema {
		return l.removeSchema(ctx, len(entries))
	}
	if users := using(entries, warehouse.ID(l.schema, kind, name)); len(users) > 0 {
		return &targets.Error{Kind: targets.Conflict, Message: fmt.Sprintf("%s is used by %s", warehouse.ID(l.schema, kind, name), strings.Join(users, ", "))}
	}
	drop := "DROP VIEW IF EXISTS "
	if kind == kindMacro {
		drop = "DROP MACRO IF EXISTS "
	}
	if err := l.do(ctx, drop+l.object(name).Quoted()); err != nil {
		return err
	}
	_, err = l.tx.ExecContext(ctx, "DELETE FROM "+l.object(warehouse.Registry).Quoted()+" WHERE kind = ? AND name = ?", kind, name)
	return err
}

// using lists the objects that exist and refer to an id.
func using(entries []warehouse.Entry, id string) []string {
	var out []string
	for _, e := range entries {
		uses, _ := e.Object.Attributes["uses"].(resource.List)
		if e.Present != "" && slices.ContainsFunc(uses, func(v resource.Value) bool { return v == resource.String(id) }) {
			out = append(out, e.Object.ID)
		}
	}
	return out
}

// removeSchema drops the clock and the registry, and the schema itself when
// nothing of anyone else's is in it.
func (l *ledger) removeSchema(ctx context.Context, objects int) error {
	if objects > 1 {
		return &targets.Error{Kind: targets.Conflict, Message: "the schema " + l.schema + " still holds objects that trayecto made"}
	}
	for _, name := range supportNames {
		if err := l.do(ctx, "DROP MACRO IF EXISTS "+l.object(name).Quoted()); err != nil {
			return err
		}
	}
	if err := l.do(ctx, "DROP TABLE "+l.object(warehouse.Registry).Quoted()); err != nil {
		return err
	}
	left := 0
	err := read(ctx, l.tx, func(rows *sql.Rows) error { return rows.Scan(&left) }, `SELECT
		(SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = $1) +
		(SELECT count(*) FROM duckdb_views() WHERE database_name = current_database() AND schema_name = $1) +
		(SELECT count(*) FROM duckdb_functions() WHERE database_name = current_database() AND schema_name = $1) +
		(SELECT count(*) FROM duckdb_sequences() WHERE database_name = current_database() AND schema_name = $1) +
		(SELECT count(*) FROM duckdb_types() WHERE database_name = current_database() AND schema_name = $1)`, l.schema)
	if err != nil || left > 0 || l.schema == form.Tables {
		return err
	}
	return l.do(ctx, "DROP SCHEMA "+lowered.Quote(l.schema))
}
