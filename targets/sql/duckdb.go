package sql

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/trayecto/trayecto/lang/types"
)

// DuckDB prints for DuckDB 1.3 and later, with its extension icu.
//
// Counting writes everything out and needs nothing of ours in the database.
// Deployed leans on the macros of DuckSupport in Schema. Neither depends on the
// session's time zone.
//
// A union has two parts and no more: DuckDB spells a longer one differently when
// the file is opened again, and its spelling is how a view changed by hand is
// noticed.
//
// DuckDB has no numbers without bounds: a Decimal is a DECIMAL(38, 12). A
// lowering for it says so (DuckDigits), and columns are read to twelve places.
type DuckDB struct {
	Schema string // of the support macros
	Zone   *time.Location
	// At is the present of Counting; nil prints Deployed.
	At *types.Instant
}

// DuckDigits is how long the numbers of DuckDB are.
var DuckDigits = Digits{Before: 26, After: 12}

// duckDecimal is the type of a Decimal.
const duckDecimal = "DECIMAL(38, 12)"

// Query is q as a statement without a final semicolon.
func (p DuckDB) Query(q Query) string {
	w := p.writer()
	w.query(q)
	return w.b.String()
}

// Expr is e as text.
func (p DuckDB) Expr(e Expr) string {
	w := p.writer()
	w.expr(e)
	return w.b.String()
}

// duck is one text being printed for DuckDB.
type duck struct {
	DuckDB
	layout
}

func (p DuckDB) writer() *duck {
	w := &duck{DuckDB: p}
	w.dialect, w.pairs = w, true
	return w
}

func (w *duck) null(of Type) string { return "CAST(NULL AS " + duckType(of) + ")" }

func (w *duck) parameter(index int) string {
	return "(CAST(" + Quote(duckParameters[index-1]) + " AS VARCHAR) COLLATE C)"
}

func (w *duck) literal(v types.Value) string { return duckLiteral(v) }

func duckType(t Type) string {
	switch t {
	case Decimal:
		return duckDecimal
	case Truth:
		return "BOOLEAN"
	case Date:
		return "DATE"
	case Instant:
		return "TIMESTAMPTZ"
	case Text, Key:
		return "VARCHAR"
	}
	return "VARCHAR"
}

// read takes a column of the customer's as one of our types. Texts compare by
// bytes whatever the column's own collation is. What depends on how the column
// is declared is a form of its own, which is folded away when the text is bound.
func (w *duck) read(r Read) {
	form, has := duckForms[r.To]
	switch {
	case has && w.At == nil:
		w.call(w.support(form.macro), r.Of)
	case has:
		w.text(form.of(w.Expr(r.Of), w.Zone))
	case r.To == Text || r.To == Key:
		w.text("CAST(")
		w.expr(r.Of)
		w.text(" AS VARCHAR) COLLATE C")
	default:
		w.text("CAST(")
		w.expr(r.Of)
		w.text(" AS ", duckType(r.To), ")")
	}
}

func (w *duck) support(macro string) string { return Name{w.Schema, macro}.Quoted() }

func (w *duck) now() {
	if w.At != nil {
		w.text(duckInstant(*w.At))
		return
	}
	w.call(w.support("now"))
}

// shift moves by seconds, which are the same in every zone, or on the calendar
// of the project's zone.
func (w *duck) shift(s Shift) {
	months, seconds := lengthOf(s.By)
	_, present := s.Of.(Now)
	switch {
	case months > endless*12 || seconds > endless*366*24*3600:
		w.text("TIMESTAMPTZ ", QuoteText(sign(s.Back, "-", "")+"infinity"))
	case present && w.At != nil && s.Back:
		w.text(duckInstant(s.By.Before(*w.At, w.Zone)))
	case present && w.At != nil:
		w.text(duckInstant(s.By.After(*w.At, w.Zone)))
	case s.By.Calendar():
		zone := QuoteText(w.Zone.String())
		w.text("(((")
		w.expr(s.Of)
		w.text(" AT TIME ZONE ", zone, ")", sign(s.Back, " - ", " + "), fmt.Sprintf("INTERVAL '%d months') AT TIME ZONE %s)", months, zone))
	default:
		w.text("(")
		w.expr(s.Of)
		w.text(sign(s.Back, " - ", " + "), fmt.Sprintf("INTERVAL '%d seconds')", seconds))
	}
}

func duckLiteral(v types.Value) string {
	switch v := v.(type) {
	case types.Date:
		return "DATE " + QuoteText(duckEra(v.Time(), ""))
	case types.Instant:
		return duckInstant(v)
	case types.Text, types.Decimal, types.Truth, types.Null, types.Span, types.Values, nil:
	}
	return literal(v)
}

func duckInstant(v types.Instant) string {
	switch t := v.Time(); {
	case t.Before(earliest):
		return "TIMESTAMPTZ '-infinity'"
	case t.After(latest):
		return "TIMESTAMPTZ 'infinity'"
	default:
		return "TIMESTAMPTZ " + QuoteText(duckEra(t, " 15:04:05.999999+00"))
	}
}

// duckEra is a day and what follows it; years before the first are marked
// behind the day.
func duckEra(t time.Time, rest string) string {
	year, mark := strconv.Itoa(t.Year()), ""
	if t.Year() <= 0 {
		year, mark = strconv.Itoa(1-t.Year()), " (BC)"
	}
	return strings.Repeat("0", max(0, 4-len(year))) + year + t.Format("-01-02") + mark + t.Format(rest)
}
