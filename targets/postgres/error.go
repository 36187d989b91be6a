package postgres

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/trayecto/trayecto/targets"
)

// classify says what can be done about an error from the database before a
// commit was sent: nothing has been done.
func classify(err error) error {
	var known *targets.Error
	var answer *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.As(err, &answer):
		return answered(answer)
	}
	var refused *pgconn.ConnectError
	if errors.As(err, &refused) {
		return &targets.Error{Kind: targets.Retryable, Message: fmt.Sprintf("cannot reach the database %s on %s", refused.Config.Database, refused.Config.Host), Err: errors.Unwrap(refused)}
	}
	return &targets.Error{Kind: targets.Retryable, Message: "the connection to the database broke", Err: err}
}

// committed is classify for the answer to a commit: when none came, or only
// that the connection is being closed, nobody knows whether it was done.
func committed(err error) error {
	var answer *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrTxCommitRollback):
		return &targets.Error{Kind: targets.Permanent, Message: "the database rolled the change back", Err: err}
	case errors.As(err, &answer) && answer.Severity != "FATAL":
		return answered(answer)
	}
	return &targets.Error{Kind: targets.UnknownOutcome, Message: "the connection broke while the change was being committed", Err: err}
}

// answered sorts by SQLSTATE, whose first two characters are a class.
func answered(e *pgconn.PgError) error {
	kind, message := targets.Permanent, e.Message
	switch {
	case e.Code == "25006":
		message = "the database is read-only"
	case e.Code == "42501":
		message = "the user of the dsn may not do this: " + e.Message
	case e.Code == "2BP01":
		kind, message = targets.Conflict, e.Message+": "+strings.ReplaceAll(e.Detail, "\n", "; ")
	case strings.HasPrefix(e.Code, "28"), e.Code == "3D000":
		message = "the database did not let us in: " + e.Message
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "40"), e.Code == "55P03":
		kind = targets.Retryable
	}
	return &targets.Error{Kind: kind, Message: message, Err: e}
}
