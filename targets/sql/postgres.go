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
	w := &writer{Postgres: p}
	w.query(q)
	return w.b.String()
}

// Expr is e as text.
func (p Postgres) Expr(e Expr) string {
	w := &writer{Postgres: p}
	w.expr(e)
	return w.b.String()
}

// writer is one text being printed: the printing and how deep lines begin.
type writer struct {
	Postgres
	b     strings.Builder
	depth int
}

func (w *writer) text(parts ...string) {
	for _, s := range parts {
		w.b.WriteString(s)
	}
}

func (w *writer) line(parts ...string) {
	w.b.WriteByte('\n')
	w.b.WriteString(strings.Repeat("  ", w.depth))
	w.text(parts...)
}

// inside prints a query in parentheses on lines of its own.
func (w *writer) inside(q Query) {
	w.text("(")
	w.depth++
	w.line()
	w.query(q)
	w.depth--
	w.line(")")
}

func (w *writer) query(q Query) {
	switch q := q.(type) {
	case Select:
		w.selection(q)
	case Union:
		for i, part := range q.Parts {
			if i > 0 {
				w.line("UNION ALL")
				w.line()
			}
			w.query(part)
		}
	case With:
		w.with(q)
	}
}

func (w *writer) with(q With) {
	w.text("WITH ")
	for i, step := range q.Steps {
		if i > 0 {
			w.text(", ")
		}
		w.text(Quote(step.Name), " AS ")
		w.inside(step.Of)
	}
	w.line()
	w.query(q.Final)
}

func (w *writer) selection(s Select) {
	w.text("SELECT ")
	if s.Distinct {
		w.text("DISTINCT ")
	}
	for i, c := range s.Columns {
		if i > 0 {
			w.text(", ")
		}
		w.expr(c.Of)
		w.text(" AS ", Quote(c.Name))
	}
	if s.From != nil {
		w.line("FROM ")
		w.from(s.From)
	}
	for _, j := range s.Joins {
		w.join(j)
	}
	if s.Where != nil {
		w.line("WHERE ")
		w.expr(s.Where)
	}
	if len(s.Group) > 0 {
		w.line("GROUP BY ")
		w.list(s.Group)
	}
}

func (w *writer) join(j Join) {
	if j.Left {
		w.line("LEFT JOIN ")
	} else {
		w.line("JOIN ")
	}
	w.from(j.From)
	w.text(" ON ")
	w.expr(j.On)
}

func (w *writer) from(f From) {
	switch f := f.(type) {
	case Table:
		w.text(f.Name.Quoted(), " AS ", Quote(f.As))
	case Derived:
		w.inside(f.Of)
		w.text(" AS ", Quote(f.As))
	}
}

func (w *writer) list(exprs []Expr) {
	for i, e := range exprs {
		if i > 0 {
			w.text(", ")
		}
		w.expr(e)
	}
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
