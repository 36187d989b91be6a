package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// Count asks for the members of segments on the customer's tables: one state
// of the data, one instant, nothing written, no view of ours needed.
func (t *Target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	zone, err := time.LoadLocation(r.Program.Project.Timezone)
	if err != nil {
		return nil, &targets.Error{Kind: targets.Permanent, Message: "counting: time zone", Err: err}
	}
	mapping, _ := read(r.Program, r.Platform) // what is wrong with it is said by Lower
	lowering := sql.Lowering{Program: r.Program, Mapping: mapping}
	printer := sql.Postgres{Zone: zone, At: &r.Now}
	out := make([]targets.CountAnswer, len(r.Segments))
	err = t.reading(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL timezone = "+sql.QuoteText(zone.String())); err != nil {
			return err
		}
		for i, address := range r.Segments {
			out[i] = targets.CountAnswer{Segment: address}
			segment, ok := ir.Find(r.Program.Segments, address)
			if !ok {
				out[i].Unknown = "it is not declared"
				continue
			}
			q := lowering.Count(segment)
			if q.Diagnostics.HasErrors() {
				out[i].Unknown = firstError(q)
				continue
			}
			if err := count(ctx, tx, printer.Query(q.Query), &out[i]); err != nil {
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

func firstError(q sql.Lowered) string {
	for _, d := range q.Diagnostics {
		if d.Rule.Severity == 0 {
			return d.Detail
		}
	}
	return ""
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
	answer := asError(classify(asked))
	if answer.Kind == targets.Retryable {
		return answer
	}
	into.Unknown = answer.Message
	return inner.Rollback(ctx)
}
