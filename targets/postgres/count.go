package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Count asks for the members of segments on the customer's tables: one state
// of the data, one instant, nothing written, no view of ours needed.
func (t *Target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	questions, zone, err := form.Questions(r)
	if err != nil {
		return nil, err
	}
	out := make([]targets.CountAnswer, len(questions))
	err = t.reading(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL timezone = "+sql.QuoteText(zone.String())); err != nil {
			return err
		}
		for i, q := range questions {
			out[i] = targets.CountAnswer{Segment: q.Segment, Unknown: q.Unknown}
			if q.Unknown != "" {
				continue
			}
			if err := count(ctx, tx, q.Query, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// count asks one query in a savepoint: what the database cannot answer (a
// table is missing, a text is no number) is not known, and the others still are.
func count(ctx context.Context, tx pgx.Tx, query string, into *targets.CountAnswer) error {
	inner, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	asked := inner.QueryRow(ctx, query).Scan(&into.Members)
	if asked == nil {
		return inner.Commit(ctx)
	}
	answer := warehouse.Answered(classify(asked))
	if answer.Kind == targets.Retryable {
		return answer
	}
	into.Unknown = answer.Message
	return inner.Rollback(ctx)
}
