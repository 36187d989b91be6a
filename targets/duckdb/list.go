package duckdb

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// pageSize is how many objects a page of List has.
const pageSize = 500

// List passes on our objects that exist and, on demand, the views of our
// schema that are not ours.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	wanted := func(kind string) bool { return len(r.Kinds) == 0 || slices.Contains(r.Kinds, kind) }
	var found []resource.Object
	err := t.reading(ctx, func(conn *sql.Conn) error {
		entries, now, err := t.entries(ctx, conn)
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(warehouse.Existing(entries), func(o resource.Object) bool { return !wanted(o.Kind) })
		if !r.All || !wanted(warehouse.KindView) {
			return nil
		}
		found = append(found, t.strangers(entries, now)...)
		return nil
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(found, pageSize) {
		if err := page(some); err != nil {
			return err
		}
	}
	return nil
}

// strangers are the views of our schema that no entry claims.
func (t *Target) strangers(entries []warehouse.Entry, views map[string]string) []resource.Object {
	var out []resource.Object
	for _, name := range slices.Sorted(maps.Keys(views)) {
		claims := func(e warehouse.Entry) bool { return e.Object.Kind == warehouse.KindView && e.Object.Key == name }
		if !slices.ContainsFunc(entries, claims) {
			_, query, _ := strings.Cut(views[name], " AS ")
			out = append(out, warehouse.Stranger(t.schema, name, views[name], query))
		}
	}
	return out
}

// Get reads objects by id, also views that are not ours: they may be taken
// over. Those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	var found []resource.Object
	err := t.reading(ctx, func(conn *sql.Conn) error {
		entries, now, err := t.entries(ctx, conn, kind)
		found = warehouse.Existing(entries)
		if kind == warehouse.KindView {
			found = append(found, t.strangers(entries, now)...)
		}
		found = slices.DeleteFunc(found, func(o resource.Object) bool { return !slices.Contains(ids, o.ID) })
		return err
	})
	return found, err
}

// Find looks for an object by idempotency key, mark or name. The key is that
// of the last change of the object, written together with it.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	same := func(asked, is string) bool { return asked == "" || asked == is }
	var found []resource.Object
	err := t.reading(ctx, func(conn *sql.Conn) error {
		entries, _, err := t.entries(ctx, conn, r.Kind)
		found = warehouse.Existing(slices.DeleteFunc(entries, func(e warehouse.Entry) bool {
			return !same(r.Once, e.Once) || !same(r.Mark, e.Object.Mark) || !same(r.Key, e.Object.Key)
		}))
		return err
	})
	return found, err
}

// Lookup finds tables, views and columns by name.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	found := &warehouse.Catalog{}
	err := t.reading(ctx, func(conn *sql.Conn) error {
		var table string
		var columns []string
		add := func() {
			if len(columns) > 0 {
				found.Add(table, columns)
			}
		}
		err := read(ctx, conn, func(rows *sql.Rows) error {
			var of, column string
			if err := rows.Scan(&of, &column); err != nil {
				return err
			}
			if of != table {
				add()
				table, columns = of, nil
			}
			columns = append(columns, column)
			return nil
		}, `SELECT concat(schema_name, '.', table_name) AS of, column_name FROM duckdb_columns()
			WHERE database_name = current_database() AND NOT internal ORDER BY of, column_index`)
		add()
		return err
	})
	if err != nil {
		return nil, err
	}
	return found.Answer(looks), nil
}
