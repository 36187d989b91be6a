package local

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/trayecto/trayecto/targets"
)

// failed is err as a platform's answer; what was tried comes first.
func failed(err error, attempt string) *targets.Error {
	var already *targets.Error
	if errors.As(err, &already) {
		out := *already
		out.Message = attempt + ": " + already.Message
		return &out
	}
	out := &targets.Error{Kind: targets.Permanent, Message: attempt, Err: err}
	var answer *sqlite.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		out.Kind = targets.Retryable
	case errors.As(err, &answer):
		out.Kind, out.Err = kindOf(answer.Code(), err)
	}
	return out
}

// kindOf says what can be done about an answer of SQLite's.
func kindOf(code int, err error) (targets.ErrorKind, error) {
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return targets.Retryable, fmt.Errorf("another program is writing to it: %w", err)
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return targets.Permanent, fmt.Errorf("the file is not a platform: %w", err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return targets.Permanent, fmt.Errorf("the file or its folder cannot be written: %w", err)
	case sqlite3.SQLITE_FULL:
		return targets.Permanent, fmt.Errorf("the disk is full: %w", err)
	case sqlite3.SQLITE_IOERR:
		return targets.UnknownOutcome, fmt.Errorf("the disk failed: %w", err)
	}
	return targets.Permanent, err
}
