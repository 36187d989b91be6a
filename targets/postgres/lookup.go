package postgres

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// The kinds of look-ups.
const (
	lookTable  = "table"  // "crm.customers"
	lookColumn = "column" // "crm.customers.given_name"
)

// Lookup finds tables, views and columns by name; the id is the name, which
// is what a view rests on. A column of a table that is not there is not
// judged: the table has a look-up of its own.
func (t *Target) Lookup(ctx context.Context, looks []resource.Lookup) ([]targets.LookupAnswer, error) {
	out := make([]targets.LookupAnswer, len(looks))
	err := t.reading(ctx, func(tx pgx.Tx) error {
		columns, err := present(ctx, tx, looks)
		if err != nil {
			return err
		}
		for i, look := range looks {
			out[i] = columns.answer(look)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// catalog is the columns of every table that can be seen, by the table's name,
// and the tables in order.
type catalog struct {
	tables  []string
	columns map[string][]string
}

// present reads the catalog: all names of tables, and the columns of those
// that are asked for.
func present(ctx context.Context, tx pgx.Tx, looks []resource.Lookup) (*catalog, error) {
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
	c := &catalog{columns: map[string][]string{}}
	var table string
	var columns []string
	_, err = pgx.ForEachRow(rows, []any{&table, &columns}, func() error {
		c.tables = append(c.tables, table)
		c.columns[table] = append([]string(nil), columns...)
		return nil
	})
	return c, err
}

func (c *catalog) answer(l resource.Lookup) targets.LookupAnswer {
	switch l.Kind {
	case lookTable:
		_, found := c.columns[l.Key]
		return c.found(l.Key, found, "", c.tables)
	case lookColumn:
		i := strings.LastIndexByte(l.Key, '.')
		table, column := l.Key[:max(i, 0)], l.Key[i+1:]
		columns, there := c.columns[table]
		for _, name := range columns {
			there = there && name != column
		}
		return c.found(l.Key, !there, table+".", columns)
	}
	return targets.LookupAnswer{}
}

func (c *catalog) found(key string, found bool, prefix string, candidates []string) targets.LookupAnswer {
	if found {
		return targets.LookupAnswer{ID: key, Found: true}
	}
	near := diag.Nearest(strings.TrimPrefix(key, prefix), candidates)
	if near != "" {
		near = prefix + near
	}
	return targets.LookupAnswer{Nearest: near}
}
