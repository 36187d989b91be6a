package sql

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/trayecto/trayecto/lang/types"
)

// SQLite prints for SQLite 3.44 and later, counting only: At is the present.
//
// SQLite has no types for instants, days, exact decimals or zones, so each is
// held as something that it orders the right way by itself:
//
//	instant   an integer, microseconds since 1970-01-01 UTC
//	day       an integer, days since 1970-01-01
//	truth     1 and 0
//	decimal   a text made by trayecto_decimal, which sorts by bytes as the numbers do
//	          and is equal exactly when they are, to any number of digits
//
// What it lacks are functions whose names begin with trayecto_; package
// targets/sql/sqlite registers them. Comparisons, logic, joins, windows, exact
// lengths of time, days of the week and texts are SQLite's own.
type SQLite struct {
	Zone *time.Location
	At   types.Instant
}

// Query is q as a statement without a final semicolon.
func (p SQLite) Query(q Query) string {
	w := p.writer()
	w.query(q)
	return w.b.String()
}

// Expr is e as text.
func (p SQLite) Expr(e Expr) string {
	w := p.writer()
	w.expr(e)
	return w.b.String()
}

// lite is one text being printed for SQLite.
type lite struct {
	SQLite
	layout
}

func (p SQLite) writer() *lite {
	w := &lite{SQLite: p}
	w.dialect = w
	return w
}

func (w *lite) null(Type) string { return "NULL" }

func (w *lite) parameter(index int) string { return fmt.Sprintf("?%d", index) }

func (w *lite) literal(v types.Value) string { return liteLiteral(v) }

func (w *lite) now() { w.text(liteLiteral(w.At)) }

// read takes a column of the customer's as one of our types. Texts compare by
// bytes whatever the column's own collation is.
func (w *lite) read(r Read) {
	zone := QuoteLite(w.Zone.String())
	switch r.To {
	case Text, Key:
		w.text("(CAST(")
		w.expr(r.Of)
		w.text(" AS TEXT) COLLATE BINARY)")
	case Decimal:
		w.call("trayecto_decimal", r.Of)
	case Truth:
		w.call("trayecto_truth", r.Of)
	case Date:
		w.zoned("trayecto_date", r.Of, zone)
	case Instant:
		w.zoned("trayecto_instant", r.Of, zone)
	}
}

func (w *lite) zoned(function string, of Expr, rest ...string) {
	w.text(function, "(")
	w.expr(of)
	w.text(", ", strings.Join(rest, ", "), ")")
}

// shift moves by microseconds, or on the calendar by a function.
func (w *lite) shift(s Shift) {
	months, seconds := lengthOf(s.By)
	_, present := s.Of.(Now)
	switch {
	case months > endless*12 || seconds > endless*366*24*3600:
		w.text(liteLiteral(farAway(s.Back)))
	case present && s.Back:
		w.text(liteLiteral(s.By.Before(w.At, w.Zone)))
	case present:
		w.text(liteLiteral(s.By.After(w.At, w.Zone)))
	case s.By.Calendar():
		w.zoned("trayecto_shift", s.Of, sign(s.Back, "-", "")+fmt.Sprint(months), QuoteLite(w.Zone.String()))
	default:
		w.suffix(s.Of, sign(s.Back, " - ", " + "), fmt.Sprint(seconds*1_000_000))
	}
}

func farAway(back bool) types.Instant {
	if back {
		return math.MinInt64
	}
	return math.MaxInt64
}

// liteLiteral is a constant; what is held as an integer says what it means.
func liteLiteral(v types.Value) string {
	switch v := v.(type) {
	case types.Text:
		return QuoteLite(string(v))
	case types.Decimal:
		return "trayecto_decimal('" + v.Decimal.String() + "')"
	case types.Truth:
		if v {
			return "TRUE"
		}
		return "FALSE"
	case types.Date:
		return fmt.Sprintf("(%d /* %s */)", v, types.Spell(v))
	case types.Instant:
		return fmt.Sprintf("(%d /* %s */)", v, types.Spell(v))
	case types.Null, types.Span, types.Values, nil:
		return "NULL" // the lowering makes no such literal
	}
	return "NULL"
}

// QuoteLite is a text as a literal of SQLite, which knows no escapes.
func QuoteLite(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
