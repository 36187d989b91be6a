package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// rename gives a view the name that a change wants, so that what was granted on
// it and what is built on it stays. A view of the old name that is gone or that
// somebody changed since it was read is not touched: the change is refused.
func (t *Target) rename(ctx context.Context, tx pgx.Tx, c targets.Change) error {
	if c.Action != targets.Update || c.Prior == nil || c.Prior.Key == c.Resource.Key || c.Resource.Kind != kindView {
		return nil
	}
	before, err := t.definition(ctx, tx, kindView, c.Prior.Key)
	if err != nil {
		return err
	}
	after, err := t.definition(ctx, tx, kindView, c.Resource.Key)
	switch {
	case err != nil:
		return err
	case before == "" && after != "":
		return nil // this change was made before; whose the view is, is looked at next
	case before == "":
		return conflict("%s is gone", c.Prior.ID)
	case after != "":
		return conflict("there is a view %s already", t.id(kindView, c.Resource.Key))
	case c.Prior.Version != "" && c.Prior.Version != hash(before):
		return conflict("%s was changed since it was read", c.Prior.ID)
	}
	if _, err := tx.Exec(ctx, "ALTER VIEW "+t.object(c.Prior.Key).Quoted()+" RENAME TO "+sql.Quote(c.Resource.Key)); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE "+t.object(registryTable).Quoted()+" SET name = $2 WHERE kind = 'view' AND name = $1", c.Prior.Key, c.Resource.Key)
	return err
}
