package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"

	"github.com/trayecto/trayecto/targets/warehouse"
)

// asked is a connection or a transaction.
type asked interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// read passes every row of a query on.
func read(ctx context.Context, on asked, scan func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := on.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// DuckDB spells types in one way until the file is opened again and in another
// from then on: CAST(x AS "DATE") and CAST(x AS DATE), DECIMAL(38, 12) and
// DECIMAL(38,12). The definition of an object is the later spelling.
var (
	quotedType  = regexp.MustCompile(` AS "([A-Z][A-Z ]*)"\)`)
	spacedWidth = regexp.MustCompile(`DECIMAL\(([0-9]+), ([0-9]+)\)`)
)

func settled(definition string) string {
	return spacedWidth.ReplaceAllString(quotedType.ReplaceAllString(definition, " AS $1)"), "DECIMAL($1,$2)")
}

// definitions are the views or macros of our schema by name, or that of one name.
func (t *Target) definitions(ctx context.Context, on asked, query string, args ...any) (map[string]string, error) {
	out := map[string]string{}
	err := read(ctx, on, func(rows *sql.Rows) error {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		out[name] += settled(text)
		return nil
	}, query, append([]any{t.schema}, args...)...)
	return out, err
}

const (
	allViews = `SELECT view_name, sql FROM duckdb_views()
		WHERE database_name = current_database() AND schema_name = ? AND NOT internal`
	allMacros = `SELECT function_name, function_name || CAST(parameters AS VARCHAR) || ' AS ' || macro_definition || chr(10) FROM duckdb_functions()
		WHERE database_name = current_database() AND schema_name = ? AND function_type IN ('macro', 'table_macro') ORDER BY ALL`
)

// macros are the macros of our schema. DuckDB lists them slowly, and as long as
// the file is open nobody but us can change them, so they are read once.
func (t *Target) macros(ctx context.Context, on asked) (map[string]string, error) {
	d := t.doors.of(t.path)
	d.known.Lock()
	defer d.known.Unlock()
	if found, known := d.macros[t.schema]; known {
		return found, nil
	}
	found, err := t.definitions(ctx, on, allMacros)
	if err != nil {
		return nil, err
	}
	if d.macros == nil {
		d.macros = map[string]map[string]string{}
	}
	d.macros[t.schema] = found
	return found, nil
}

// support is the definition of the schema: those of the support macros.
func support(macros map[string]string) string {
	text := ""
	for _, name := range supportNames {
		text += macros[name]
	}
	return text
}

// registered tells whether our schema has a registry.
func (t *Target) registered(ctx context.Context, on asked) (there bool, err error) {
	err = read(ctx, on, func(rows *sql.Rows) error { return rows.Scan(&there) },
		"SELECT count(*) > 0 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = ? AND table_name = ?", t.schema, warehouse.Registry)
	return there, err
}

const rows = "SELECT kind, name, mark, once, attributes, definition FROM "

// entries reads the registry, in order, and the views of our schema beside it.
// Without kinds it is of all.
func (t *Target) entries(ctx context.Context, on asked, kinds ...string) ([]warehouse.Entry, map[string]string, error) {
	inViews, err := t.definitions(ctx, on, allViews)
	if err != nil {
		return nil, nil, err
	}
	there, err := t.registered(ctx, on)
	if err != nil || !there {
		return nil, inViews, err
	}
	inMacros := map[string]string{}
	if !slices.Equal(kinds, []string{warehouse.KindView}) {
		if inMacros, err = t.macros(ctx, on); err != nil {
			return nil, nil, err
		}
	}
	present := func(kind, name string) string {
		switch kind {
		case warehouse.KindView:
			return inViews[name]
		case kindMacro:
			return inMacros[name]
		}
		return support(inMacros)
	}
	var out []warehouse.Entry
	err = read(ctx, on, func(rows *sql.Rows) error {
		e, err := t.entry(rows, present)
		if len(kinds) == 0 || slices.Contains(kinds, e.Object.Kind) {
			out = append(out, e)
		}
		return err
	}, rows+t.object(warehouse.Registry).Quoted()+" ORDER BY kind, name")
	return out, inViews, err
}

// entry reads a row of the registry.
func (t *Target) entry(rows *sql.Rows, present func(kind, name string) string) (warehouse.Entry, error) {
	var r warehouse.Row
	var attributes string
	if err := rows.Scan(&r.Kind, &r.Name, &r.Mark, &r.Once, &attributes, &r.Written); err != nil {
		return warehouse.Entry{}, err
	}
	r.Attributes, r.Present = []byte(attributes), present(r.Kind, r.Name)
	return r.Read(t.schema)
}
