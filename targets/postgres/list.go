package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// pageSize is how many objects a page of List has.
const pageSize = 500

// List passes on our objects that exist and, on demand, the views of our
// schema that are not ours.
func (t *Target) List(ctx context.Context, r targets.ListRequest, page func([]resource.Object) error) error {
	wanted := r.Kinds
	if len(wanted) == 0 {
		for _, k := range form.Description.Kinds {
			wanted = append(wanted, k.Name)
		}
	}
	var found []resource.Object
	err := t.reading(ctx, func(tx pgx.Tx) error {
		ours, err := t.entries(ctx, tx, "o.kind = ANY($3::text[])", wanted)
		if err != nil {
			return err
		}
		found = warehouse.Existing(ours)
		if !r.All {
			return nil
		}
		others, err := t.strangers(ctx, tx, wanted)
		found = append(found, others...)
		return err
	})
	if err != nil {
		return err
	}
	for start := 0; start < len(found); start += pageSize {
		if err := page(found[start:min(start+pageSize, len(found))]); err != nil {
			return err
		}
	}
	return nil
}

// strangers lists the views in our schema that no row of the registry claims.
func (t *Target) strangers(ctx context.Context, tx pgx.Tx, kinds []string) ([]resource.Object, error) {
	there, err := t.hasRegistry(ctx, tx)
	if err != nil || !slices.Contains(kinds, warehouse.KindView) {
		return nil, err
	}
	query := `SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relkind = 'v'`
	if there {
		query += ` AND NOT EXISTS (SELECT 1 FROM ` + t.object(warehouse.Registry).Quoted() + ` o WHERE o.kind = 'view' AND o.name = c.relname)`
	}
	rows, err := tx.Query(ctx, query+` ORDER BY 1`, t.schema)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (resource.Object, error) {
		var name, definition string
		err := row.Scan(&name, &definition)
		return warehouse.Stranger(t.schema, name, definition, definition), err
	})
}

// Get reads objects by id, also views that are not ours: they may be taken
// over. Those that are gone are left out.
func (t *Target) Get(ctx context.Context, kind string, ids []string) ([]resource.Object, error) {
	var found []resource.Object
	err := t.reading(ctx, func(tx pgx.Tx) error {
		ours, err := t.entries(ctx, tx, "o.kind = $3", kind)
		if err != nil {
			return err
		}
		others, err := t.strangers(ctx, tx, []string{kind})
		for _, o := range append(warehouse.Existing(ours), others...) {
			if slices.Contains(ids, o.ID) {
				found = append(found, o)
			}
		}
		return err
	})
	return found, err
}

// Find looks for an object by idempotency key, mark or name. The key is that
// of the last change of the object, written together with it.
func (t *Target) Find(ctx context.Context, r targets.FindRequest) ([]resource.Object, error) {
	var found []resource.Object
	err := t.reading(ctx, func(tx pgx.Tx) error {
		ours, err := t.entries(ctx, tx,
			"o.kind = $3 AND ($4 = '' OR o.once = $4) AND ($5 = '' OR o.mark = $5) AND ($6 = '' OR o.name = $6)", r.Kind, r.Once, r.Mark, r.Key)
		found = warehouse.Existing(ours)
		return err
	})
	return found, err
}
