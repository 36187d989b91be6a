package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// remove drops an object and its row. What is gone already is done; what others
// still use is not dropped.
func (t *Target) remove(ctx context.Context, tx pgx.Tx, c targets.Change) error {
	held, err := t.held(ctx, tx, c)
	if err != nil || held == nil {
		return err
	}
	if held.object.Mark != c.Mark && c.Mark != "" {
		return conflict("%s belongs to another project or address", held.object.ID)
	}
	if c.Prior != nil && c.Prior.Version != "" && held.present != "" && c.Prior.Version != held.object.Version {
		return conflict("%s was changed since it was read", held.object.ID)
	}
	if c.Resource.Kind == kindSchema {
		return t.removeSchema(ctx, tx)
	}
	statement := "DROP VIEW IF EXISTS " + t.object(c.Resource.Key).Quoted()
	if c.Resource.Kind == kindFunction {
		statement = "DROP FUNCTION IF EXISTS " + t.object(c.Resource.Key).Quoted() + "(" + sql.GateArgs + ")"
	}
	if _, err := tx.Exec(ctx, statement); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "DELETE FROM "+t.object(registryTable).Quoted()+" WHERE kind = $1 AND name = $2", c.Resource.Kind, c.Resource.Key)
	return err
}

// removeSchema drops the clock and the registry, and the schema itself when
// nothing of anyone else's is in it.
func (t *Target) removeSchema(ctx context.Context, tx pgx.Tx) error {
	registry := t.object(registryTable).Quoted()
	var others int
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+registry+" WHERE kind <> $1", kindSchema).Scan(&others); err != nil {
		return err
	}
	if others > 0 {
		return &targets.Error{Kind: targets.Conflict, Message: "the schema " + t.schema + " still holds objects that trayecto made"}
	}
	rows, err := tx.Query(ctx, `SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname = $1 AND p.proname = ANY($2::text[]) ORDER BY 1`, t.schema, sql.SupportNames)
	if err != nil {
		return err
	}
	functions, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, f := range functions {
		if _, err := tx.Exec(ctx, "DROP FUNCTION "+f); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, "DROP TABLE "+registry); err != nil {
		return err
	}
	return t.dropEmptySchema(ctx, tx)
}

func (t *Target) dropEmptySchema(ctx context.Context, tx pgx.Tx) error {
	var left int
	err := tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid) + (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid)
		+ (SELECT count(*) FROM pg_type WHERE typnamespace = n.oid) FROM pg_namespace n WHERE n.nspname = $1`, t.schema).Scan(&left)
	if err != nil || left > 0 || t.schema == "public" {
		return err
	}
	_, err = tx.Exec(ctx, "DROP SCHEMA "+sql.Quote(t.schema))
	return err
}
