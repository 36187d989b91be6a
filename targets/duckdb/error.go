package duckdb

import (
	"context"
	"errors"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/trayecto/trayecto/targets"
)

// classify says what can be done about an error of a call that changed
// nothing, or whose transaction was rolled back.
func (t *Target) classify(err error) error {
	var answer *duckdb.Error
	if err == nil {
		return nil
	}
	if _, known := errors.AsType[*targets.Error](err); known {
		return err
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &targets.Error{Kind: targets.Retryable, Message: "the call was cancelled", Err: err}
	case errors.As(err, &answer):
		return t.answered(answer)
	}
	return &targets.Error{Kind: targets.Permanent, Message: "working with " + t.called, Err: t.shown(err)}
}

// committed is classify for the answer to a commit: what stopped the writing of
// the file may have come too late to stop the change.
func (t *Target) committed(err error) error {
	var answer *duckdb.Error
	if err == nil || errors.As(err, &answer) && answer.Type != duckdb.ErrorTypeIO && answer.Type != duckdb.ErrorTypeFatal {
		return t.classify(err)
	}
	return &targets.Error{Kind: targets.UnknownOutcome, Message: "writing the change to " + t.called + " broke off", Err: t.shown(err)}
}

// answered is DuckDB's own words, of which the first line says what happened
// and the rest where in the text.
func (t *Target) answered(e *duckdb.Error) error {
	said := errors.New(firstLine(t.shown(e).Error()))
	switch {
	case strings.Contains(e.Msg, "Could not set lock on file"):
		return &targets.Error{Kind: targets.Retryable, Message: "another program has " + t.called + " open", Err: said}
	case e.Type == duckdb.ErrorTypeInterrupt, e.Type == duckdb.ErrorTypeTransaction:
		return &targets.Error{Kind: targets.Retryable, Message: "DuckDB did not finish", Err: said}
	case e.Type == duckdb.ErrorTypeIO, e.Type == duckdb.ErrorTypePermission:
		return &targets.Error{Kind: targets.Permanent, Message: t.called + " cannot be opened", Err: said}
	}
	return &targets.Error{Kind: targets.Permanent, Message: said.Error()}
}

// misunderstood tells an answer to a text that cannot be carried out as it is.
func misunderstood(err error) (string, bool) {
	var e *duckdb.Error
	if !errors.As(err, &e) {
		return "", false
	}
	switch e.Type {
	case duckdb.ErrorTypeCatalog, duckdb.ErrorTypeBinder, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeConversion,
		duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeOutOfRange:
		return firstLine(e.Msg), true
	}
	return "", false
}

// shown is an error with the file named as the platform block names it.
func (t *Target) shown(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), t.path, t.called))
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
