package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// createRegistry is idempotent.
func (t *Target) createRegistry(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS `+t.object(warehouse.Registry).Quoted()+` (
		kind text NOT NULL,
		name text NOT NULL,
		mark text NOT NULL,
		once text NOT NULL,
		attributes jsonb NOT NULL,
		definition text NOT NULL,
		PRIMARY KEY (kind, name))`)
	return err
}

func (t *Target) hasRegistry(ctx context.Context, tx pgx.Tx) (bool, error) {
	var there bool
	err := tx.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", t.object(warehouse.Registry).Quoted()).Scan(&there)
	return there, err
}

// definitions is what the database says of an object, by kind and name ($1 is
// our schema, $2 the names of the support functions); null when it is gone.
const definitions = `
	CASE %[1]s.kind
	WHEN 'view' THEN (
		SELECT pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = %[1]s.name AND c.relkind = 'v')
	ELSE (
		SELECT string_agg(pg_get_functiondef(f.oid), E'\n' ORDER BY f.oid::regprocedure::text)
		FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
		WHERE n.nspname = $1 AND (%[1]s.kind = 'function' AND f.proname = %[1]s.name OR %[1]s.kind = 'schema' AND f.proname = ANY($2::text[])))
	END`

// entries reads the rows that a condition selects, with the objects that
// exist. Condition may use o and arguments from $3 on.
func (t *Target) entries(ctx context.Context, tx pgx.Tx, condition string, args ...any) ([]warehouse.Entry, error) {
	there, err := t.hasRegistry(ctx, tx)
	if err != nil || !there {
		return nil, err
	}
	query := `SELECT o.kind, o.name, o.mark, o.once, o.attributes, o.definition, ` + fmt.Sprintf(definitions, "o") +
		` FROM ` + t.object(warehouse.Registry).Quoted() + ` AS o WHERE ` + condition + ` ORDER BY o.kind, o.name`
	rows, err := tx.Query(ctx, query, append([]any{t.schema, sql.SupportNames}, args...)...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, t.scan)
}

func (t *Target) scan(row pgx.CollectableRow) (warehouse.Entry, error) {
	var r warehouse.Row
	var present *string
	if err := row.Scan(&r.Kind, &r.Name, &r.Mark, &r.Once, &r.Attributes, &r.Written, &present); err != nil {
		return warehouse.Entry{}, err
	}
	if present != nil {
		r.Present = *present
	}
	return r.Read(t.schema)
}

// Definition is what the database says of an object now, "" when it is gone.
func (l ledger) Definition(ctx context.Context, kind, name string) (string, error) {
	var present *string
	query := `SELECT ` + fmt.Sprintf(definitions, "o") + ` FROM (SELECT $3::text AS kind, $4::text AS name) AS o`
	if err := l.tx.QueryRow(ctx, query, l.schema, sql.SupportNames, kind, name).Scan(&present); err != nil || present == nil {
		return "", err
	}
	return *present, nil
}
