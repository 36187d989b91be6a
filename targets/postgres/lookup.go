package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Lookup finds tables, views and columns by name.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	var found *warehouse.Catalog
	err := t.reading(ctx, func(tx pgx.Tx) (err error) {
		found, err = present(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found.Answer(looks), nil
}

// present reads the names of all tables with their columns.
func present(ctx context.Context, tx pgx.Tx) (*warehouse.Catalog, error) {
	rows, err := tx.Query(ctx, `
		SELECT n.nspname || '.' || c.relname, array_agg(a.attname::text ORDER BY a.attnum)
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
		GROUP BY 1 ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	c := &warehouse.Catalog{}
	var table string
	var columns []string
	_, err = pgx.ForEachRow(rows, []any{&table, &columns}, func() error {
		c.Add(table, columns)
		return nil
	})
	return c, err
}
