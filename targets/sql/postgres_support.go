package sql

import (
	"fmt"
	"strings"
	"time"
)

// Support is the functions that Deployed texts lean on, as statements to run
// in order. Each can be run again.
//
// The platform's clock is one function, which a session can set for itself:
// SET trayecto.now = '2026-12-01T08:00:00Z'. Columns are read as instants and
// days by functions with one form for each type of column, so that a view does
// not need to know how the customer stores a time.
func Support(schema string, zone *time.Location) []string {
	z := QuoteText(zone.String())
	f := func(name, args, returns, how, body string) string {
		return Function{Name{schema, name}, args, returns, how, body}.Create()
	}
	return []string{
		f("now", "", "timestamp with time zone", "STABLE",
			"SELECT COALESCE(CAST(NULLIF(current_setting('trayecto.now', true), '') AS timestamp with time zone), pg_catalog.now())"),
		f("instant", "timestamp with time zone", "timestamp with time zone", "IMMUTABLE", "SELECT $1"),
		f("instant", "timestamp without time zone", "timestamp with time zone", "IMMUTABLE", "SELECT $1 AT TIME ZONE "+z),
		f("instant", "date", "timestamp with time zone", "IMMUTABLE", "SELECT CAST($1 AS timestamp) AT TIME ZONE "+z),
		f("instant", "text", "timestamp with time zone", "STABLE SET timezone = "+z, "SELECT CAST($1 AS timestamp with time zone)"),
		f("day", "date", "date", "IMMUTABLE", "SELECT $1"),
		f("day", "timestamp without time zone", "date", "IMMUTABLE", "SELECT CAST($1 AS date)"),
		f("day", "timestamp with time zone", "date", "IMMUTABLE", "SELECT CAST(($1 AT TIME ZONE "+z+") AS date)"),
		f("day", "text", "date", "STABLE", "SELECT CAST($1 AS date)"),
		f("lower", "text", "text", "IMMUTABLE", "SELECT "+lowered(func() string { return "$1" })),
	}
}

// SupportNames are the names of the functions of Support.
var SupportNames = []string{"day", "instant", "lower", "now"}

// CreateGate is the statement that makes or replaces a function of Gate's text.
// It is one of plpgsql, which keeps one plan for all questions as long as the
// session lasts: whoever sends asks for one person after the other, and making
// a plan takes longer than carrying it out.
func CreateGate(name Name, query string) string {
	return function(name, GateArgs, "boolean", "plpgsql STABLE SET plan_cache_mode = force_generic_plan", "BEGIN\nRETURN (\n"+query+"\n);\nEND")
}

// Function is a function in SQL.
type Function struct {
	Name    Name
	Args    string // types, separated by commas
	Returns string
	How     string // STABLE, IMMUTABLE and settings
	Body    string
}

// Create is the statement that makes or replaces the function.
func (f Function) Create() string {
	return function(f.Name, f.Args, f.Returns, "sql "+f.How, f.Body)
}

func function(name Name, args, returns, language, body string) string {
	tag := "$body$"
	for i := 1; strings.Contains(body, tag); i++ {
		tag = fmt.Sprintf("$body%d$", i)
	}
	return fmt.Sprintf("CREATE OR REPLACE FUNCTION %s(%s) RETURNS %s LANGUAGE %s AS %s\n%s\n%s", name.Quoted(), args, returns, language, tag, body, tag)
}

// CreateView is the statement that makes or replaces a view of a query's text.
func CreateView(name Name, query string) string {
	return "CREATE OR REPLACE VIEW " + name.Quoted() + " AS\n" + query
}

// GateArgs are the types of the parameters of Gate.
const GateArgs = "text, text, text"
