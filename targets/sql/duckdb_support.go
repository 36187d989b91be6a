package sql

import (
	"strings"
	"time"
)

// duckForm is how a column is read whose declared type decides what it means.
// typeof is known when a text is bound, so of the cases only one remains.
type duckForm struct {
	macro string
	of    func(column string, zone *time.Location) string
}

var duckForms = map[Type]duckForm{
	Decimal: {"number", duckNumber},
	Date:    {"day", duckDay},
	Instant: {"instant", duckMoment},
}

// duckNumber reads floating point by its shortest digits: 19.99 is 19.99.
func duckNumber(x string, _ *time.Location) string {
	return "CASE WHEN typeof(" + x + ") IN ('DOUBLE', 'FLOAT') THEN CAST(CAST(" + x + " AS VARCHAR) AS " + duckDecimal +
		") ELSE CAST(" + x + " AS " + duckDecimal + ") END"
}

// duckDay is the day of an instant in the project's zone, and of anything else
// the day that it says.
func duckDay(x string, zone *time.Location) string {
	return "CASE WHEN typeof(" + x + ") = 'TIMESTAMP WITH TIME ZONE' THEN CAST(CAST(" + x + " AS TIMESTAMPTZ) AT TIME ZONE " +
		QuoteText(zone.String()) + " AS DATE) ELSE CAST(" + x + " AS DATE) END"
}

// zoned tells a text of an instant that says its zone: Z, an offset or UTC
// after the time of day.
const zoned = `:[0-9]{2}([.][0-9]+)? *(Z|z|UTC|[+-][0-9]{2}(:?[0-9]{2})*)$`

// duckMoment is an instant; a time without zone is the project's, and of the two
// that there are when clocks are put back the later.
func duckMoment(x string, zone *time.Location) string {
	text := "CAST(" + x + " AS VARCHAR)"
	return "CASE WHEN typeof(" + x + ") = 'TIMESTAMP WITH TIME ZONE' THEN CAST(" + x + " AS TIMESTAMPTZ) WHEN typeof(" + x +
		") = 'VARCHAR' AND regexp_matches(" + text + ", " + QuoteText(zoned) + ") THEN CAST(" + text + " AS TIMESTAMPTZ) ELSE CAST(" + x +
		" AS TIMESTAMP) AT TIME ZONE " + QuoteText(zone.String()) + " END"
}

// DuckClock is the variable by which a session sets the platform's clock for
// itself: SET VARIABLE trayecto_now = '2026-12-01 08:00:00+00'.
const DuckClock = "trayecto_now"

// DuckSupport is the macros that Deployed texts lean on, as statements to run in
// order. Each can be run again.
func DuckSupport(schema string, zone *time.Location) []string {
	macro := func(name, argument, body string) string {
		return "CREATE OR REPLACE MACRO " + Name{schema, name}.Quoted() + "(" + argument + ") AS " + body
	}
	out := []string{macro("now", "", "COALESCE(CAST(getvariable("+QuoteText(DuckClock)+") AS TIMESTAMPTZ), get_current_timestamp())")}
	for _, t := range []Type{Date, Decimal, Instant} {
		form := duckForms[t]
		out = append(out, macro(form.macro, Quote("x"), form.of(Quote("x"), zone)))
	}
	return out
}

// DuckSupportNames are the names of the macros of DuckSupport.
var DuckSupportNames = []string{"day", "instant", "now", "number"}

// duckParameters are the names of the parameters of Gate. DuckDB takes a
// parameter for a column of the same name, so they are names that no column has.
var duckParameters = []string{"the_person", "the_purpose", "the_channel"}

// CreateDuckGate is the statement that makes or replaces a macro of Gate's text.
func CreateDuckGate(name Name, query string) string {
	var quoted []string
	for _, p := range duckParameters {
		quoted = append(quoted, Quote(p))
	}
	return "CREATE OR REPLACE MACRO " + name.Quoted() + "(" + strings.Join(quoted, ", ") + ") AS (\n" + query + "\n)"
}
