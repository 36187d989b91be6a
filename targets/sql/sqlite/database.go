// Package sqlite is SQLite as an engine that counts.
//
// Open makes a database in memory with the functions that the dialect of
// package sql leans on.
//
// It is the second engine that executes what the lowering makes, and it shares
// no code with the first. The functions (see functions.go) are registered with
// the driver when the first database is opened, because the driver keeps one
// list for the whole process; their names begin with trayecto_, they depend on
// nothing but their arguments, and registering them again is never needed.
package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver named sqlite

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
	lowered "github.com/trayecto/trayecto/targets/sql"
)

// Database is one database in memory, laid out for one program as
// lowered.Straight says.
type Database struct{ db *sql.DB }

var register = sync.OnceValue(registerFunctions)

// Open makes a database and fills it with people and exclusion lists.
func Open(ctx context.Context, p *ir.Program, people []*person.Person, lists person.Lists) (*Database, error) {
	if err := register(); err != nil {
		return nil, fmt.Errorf("registering functions: %w", err)
	}
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, fmt.Errorf("opening a database in memory: %w", err)
	}
	db.SetMaxOpenConns(1) // each connection would have a memory of its own
	d := &Database{db: db}
	for _, t := range tables(p, people, lists) {
		if err := d.fill(ctx, t); err != nil {
			return nil, fmt.Errorf("filling %s: %w", t.name, closing(err, db))
		}
	}
	return d, nil
}

// closing gives up the database after an error, which stays the one that is told.
func closing(err error, db *sql.DB) error {
	if also := db.Close(); also != nil {
		return fmt.Errorf("%w (and closing: %v)", err, also)
	}
	return err
}

// Close gives the memory back.
func (d *Database) Close() error { return d.db.Close() }

// Texts is the single column of a query, in the order in which it comes.
func (d *Database) Texts(ctx context.Context, query string, args ...any) (out []string, err error) {
	rows, err := d.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := rows.Close(); err == nil {
			err = closed
		}
	}()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rows.Err()
}

// fill makes one table. Everything is stored as a customer would: texts,
// numbers as texts of their digits, truths as 1 and 0, times as RFC 3339.
func (d *Database) fill(ctx context.Context, t table) error {
	columns := make([]string, len(t.columns))
	for i, c := range t.columns {
		columns[i] = lowered.Quote(c)
	}
	name := lowered.Quote(t.name)
	if _, err := d.db.ExecContext(ctx, fmt.Sprintf("CREATE TABLE %s (%s)", name, strings.Join(columns, ", "))); err != nil {
		return err
	}
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	insert, err := d.db.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s VALUES (%s)", name, marks))
	if err != nil {
		return err
	}
	for _, row := range t.rows {
		values := make([]any, len(row))
		for i, v := range row {
			values[i] = stored(v)
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return closed(err, insert)
		}
	}
	return insert.Close()
}

func closed(err error, insert *sql.Stmt) error {
	if also := insert.Close(); also != nil {
		return fmt.Errorf("%w (and closing: %v)", err, also)
	}
	return err
}

func stored(v types.Value) any {
	switch v := v.(type) {
	case types.Null, nil:
		return nil
	case types.Truth:
		return bool(v)
	case types.Text, types.Decimal, types.Date, types.Instant, types.Span, types.Values:
		return types.Spell(v)
	}
	return types.Spell(v)
}
