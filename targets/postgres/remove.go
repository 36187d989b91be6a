package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Remove drops an object and its row, unless others still use it.
func (l ledger) Remove(ctx context.Context, kind, name string) error {
	if kind == warehouse.KindSchema {
		return l.removeSchema(ctx)
	}
	statement := "DROP VIEW IF EXISTS " + l.object(name).Quoted()
	if kind == kindFunction {
		statement = "DROP FUNCTION IF EXISTS " + l.object(name).Quoted() + "(" + sql.GateArgs + ")"
	}
	if _, err := l.tx.Exec(ctx, statement); err != nil {
		return err
	}
	_, err := l.tx.Exec(ctx, "DELETE FROM "+l.object(warehouse.Registry).Quoted()+" WHERE kind = $1 AND name = $2", kind, name)
	return err
}

// removeSchema drops the clock and the registry, and the schema itself when
// nothing of anyone else's is in it.
func (l ledger) removeSchema(ctx context.Context) error {
	registry := l.object(warehouse.Registry).Quoted()
	var others int
	if err := l.tx.QueryRow(ctx, "SELECT count(*) FROM "+registry+" WHERE kind <> $1", warehouse.KindSchema).Scan(&others); err != nil {
		return err
	}
	if others > 0 {
		return &targets.Error{Kind: targets.Conflict, Message: "the schema " + l.schema + " still holds objects that trayecto made"}
	}
	rows, err := l.tx.Query(ctx, `SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname = $1 AND p.proname = ANY($2::text[]) ORDER BY 1`, l.schema, sql.SupportNames)
	if err != nil {
		return err
	}
	functions, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, f := range functions {
		if _, err := l.tx.Exec(ctx, "DROP FUNCTION "+f); err != nil {
			return err
		}
	}
	if _, err := l.tx.Exec(ctx, "DROP TABLE "+registry); err != nil {
		return err
	}
	return l.dropEmptySchema(ctx)
}

func (l ledger) dropEmptySchema(ctx context.Context) error {
	var left int
	err := l.tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid) + (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid)
		+ (SELECT count(*) FROM pg_type WHERE typnamespace = n.oid) FROM pg_namespace n WHERE n.nspname = $1`, l.schema).Scan(&left)
	if err != nil || left > 0 || l.schema == "public" {
		return err
	}
	_, err = l.tx.Exec(ctx, "DROP SCHEMA "+sql.Quote(l.schema))
	return err
}
