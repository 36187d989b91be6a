package sql

import (
	"fmt"
	"strconv"
	"time"

	"github.com/trayecto/trayecto/lang/types"
)

func (w *writer) null(of Type) string { return "CAST(NULL AS " + columnType(of) + ")" }

func (w *writer) parameter(index int) string { return "$" + strconv.Itoa(index) }

func (w *writer) literal(v types.Value) string { return literal(v) }

func columnType(t Type) string {
	switch t {
	case Decimal:
		return "numeric"
	case Truth:
		return "boolean"
	case Date:
		return "date"
	case Instant:
		return "timestamp with time zone"
	case Text, Key:
		return "text"
	}
	return "text"
}

// read casts a column of the customer's. A time without zone is the project's:
// when counting by the session's setting, when deployed by a support function
// that has one form for each type of column.
func (w *writer) read(r Read) {
	if w.At == nil && (r.To == Instant || r.To == Date) {
		w.call(w.support(map[Type]string{Instant: "instant", Date: "day"}[r.To]), r.Of)
		return
	}
	w.text("CAST(")
	w.expr(r.Of)
	w.text(" AS ", columnType(r.To), ")")
	if r.To == Text {
		w.text(` COLLATE "C"`)
	}
}

func (w *writer) support(function string) string { return Name{w.Schema, function}.Quoted() }

func literal(v types.Value) string {
	switch v := v.(type) {
	case types.Text:
		return QuoteText(string(v))
	case types.Decimal:
		if v.IsNegative() {
			return "(" + v.Decimal.String() + ")"
		}
		return v.Decimal.String()
	case types.Truth:
		if v {
			return "TRUE"
		}
		return "FALSE"
	case types.Date:
		return "DATE " + QuoteText(era(v.Time(), time.DateOnly))
	case types.Instant:
		return instant(v)
	case types.Null, types.Span, types.Values, nil:
		return "NULL" // the lowering makes no such literal
	}
	return "NULL"
}

// The first and last instants that PostgreSQL holds, to the year.
var earliest, latest = time.Date(-4700, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(290000, 1, 1, 0, 0, 0, 0, time.UTC)

func instant(v types.Instant) string {
	switch t := v.Time(); {
	case t.Before(earliest):
		return "TIMESTAMPTZ '-infinity'"
	case t.After(latest):
		return "TIMESTAMPTZ 'infinity'"
	default:
		return "TIMESTAMPTZ " + QuoteText(era(t, "2006-01-02 15:04:05.999999+00"))
	}
}

// era formats t, whose form begins with the year; years before the first are
// written as PostgreSQL writes them.
func era(t time.Time, form string) string {
	rest := t.Format(form)[len(t.Format("2006")):]
	if t.Year() > 0 {
		return fmt.Sprintf("%04d%s", t.Year(), rest)
	}
	return fmt.Sprintf("%04d%s BC", 1-t.Year(), rest)
}
