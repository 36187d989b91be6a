package sql

import (
	"strings"
	"time"

	"github.com/trayecto/trayecto/lang/types"
)

// Postgres prints for PostgreSQL 13 and later.
//
// Counting expects a session whose time zone is Zone, so that a column without
// a zone reads as the project means it. Deployed leans on the functions of
// Support in Schema instead, so that the text is right in every session.
type Postgres struct {
	Schema string // of the support functions
	Zone   *time.Location
	// At is the present of Counting; nil prints Deployed.
	At *types.Instant
}

// Query is q as a statement without a final semicolon.
func (p Postgres) Query(q Query) string {
	w := p.writer()
	w.query(q)
	return w.b.String()
}

// Expr is e as text.
func (p Postgres) Expr(e Expr) string {
	w := p.writer()
	w.expr(e)
	return w.b.String()
}

// writer is one text being printed.
type writer struct {
	Postgres
	layout
}

func (p Postgres) writer() *writer {
	w := &writer{Postgres: p}
	w.dialect = w
	return w
}

// Quoted is the name as SQL writes it.
func (n Name) Quoted() string {
	if n.Schema == "" {
		return Quote(n.Object)
	}
	return Quote(n.Schema) + "." + Quote(n.Object)
}

// String is the name as people write it.
func (n Name) String() string { return n.Schema + "." + n.Object }

// Quote is an identifier in quotation marks.
func Quote(identifier string) string {
	return `"` + strings.ReplaceAll(identifier, `"`, `""`) + `"`
}

// QuoteText is a text as a literal on one line, whatever it holds.
func QuoteText(s string) string {
	if !strings.ContainsAny(s, "\\\n\r\t") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return "E'" + strings.NewReplacer("'", "''", `\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s) + "'"
}
