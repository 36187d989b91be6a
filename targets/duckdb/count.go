package duckdb

import (
	"context"
	"database/sql"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Count asks for the members of segments on the customer's tables: one state
// of the data, one instant, nothing written, no view of ours needed. What the
// database cannot answer (a table is missing, a text is no number) is not
// known, and the others still are.
func (t *Target) Count(ctx context.Context, r targets.CountRequest) ([]targets.CountAnswer, error) {
	questions, _, err := form.Questions(r)
	if err != nil {
		return nil, err
	}
	out := make([]targets.CountAnswer, len(questions))
	err = t.reading(ctx, func(conn *sql.Conn) error {
		for i, q := range questions {
			out[i] = targets.CountAnswer{Segment: q.Segment, Unknown: q.Unknown}
			if q.Unknown != "" {
				continue
			}
			failed := read(ctx, conn, func(rows *sql.Rows) error { return rows.Scan(&out[i].Members) }, q.Query)
			if failed == nil {
				continue
			}
			answer := warehouse.Answered(t.classify(failed))
			if answer.Kind == targets.Retryable {
				return answer
			}
			out[i].Unknown = answer.Message
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
