package sql

import (
	"strings"

	"github.com/trayecto/trayecto/lang/types"
)

// layout prints what every dialect says alike: queries, the order of their
// parts, how deep lines begin, and logic. The rest is the dialect's.
type layout struct {
	b       strings.Builder
	depth   int
	dialect dialect
	pairs   bool // unions of more than two parts are unions of two
}

// dialect is what engines say differently. Each of its printers writes to the
// layout that asks.
type dialect interface {
	null(of Type) string
	literal(types.Value) string
	parameter(index int) string
	now()
	read(Read)
	shift(Shift)
	function(Func)
	fold(Fold)
	over(Over)
}

func (l *layout) text(parts ...string) {
	for _, s := range parts {
		l.b.WriteString(s)
	}
}

func (l *layout) line(parts ...string) {
	l.b.WriteByte('\n')
	l.b.WriteString(strings.Repeat("  ", l.depth))
	l.text(parts...)
}

// inside prints a query in parentheses on lines of its own.
func (l *layout) inside(q Query) {
	l.text("(")
	l.depth++
	l.line()
	l.query(q)
	l.depth--
	l.line(")")
}

func (l *layout) query(q Query) {
	switch q := q.(type) {
	case Select:
		l.selection(q)
	case Union:
		if l.pairs && len(q.Parts) > 2 {
			half := len(q.Parts) / 2
			q = Union{[]Query{l.pair(q.Parts[:half]), l.pair(q.Parts[half:])}}
		}
		for i, part := range q.Parts {
			if i > 0 {
				l.line("UNION ALL")
				l.line()
			}
			l.query(part)
		}
	case With:
		l.with(q)
	case everything:
		l.text("SELECT * FROM ")
		l.inside(q.of)
		l.text(" AS ", Quote("u"))
	}
}

// pair is a part of a union that is a union itself.
func (l *layout) pair(parts []Query) Query {
	if len(parts) == 1 {
		return parts[0]
	}
	return everything{Union{parts}}
}

func (l *layout) with(q With) {
	l.text("WITH ")
	for i, step := range q.Steps {
		if i > 0 {
			l.text(", ")
		}
		l.text(Quote(step.Name), " AS ")
		l.inside(step.Of)
	}
	l.line()
	l.query(q.Final)
}

func (l *layout) selection(s Select) {
	l.text("SELECT ")
	if s.Distinct {
		l.text("DISTINCT ")
	}
	for i, c := range s.Columns {
		if i > 0 {
			l.text(", ")
		}
		l.expr(c.Of)
		l.text(" AS ", Quote(c.Name))
	}
	if s.From != nil {
		l.line("FROM ")
		l.from(s.From)
	}
	for _, j := range s.Joins {
		l.join(j)
	}
	if s.Where != nil {
		l.line("WHERE ")
		l.expr(s.Where)
	}
	if len(s.Group) > 0 {
		l.line("GROUP BY ")
		l.list(s.Group)
	}
}

func (l *layout) join(j Join) {
	if j.Left {
		l.line("LEFT JOIN ")
	} else {
		l.line("JOIN ")
	}
	l.from(j.From)
	l.text(" ON ")
	l.expr(j.On)
}

func (l *layout) from(f From) {
	switch f := f.(type) {
	case Table:
		l.text(f.Name.Quoted(), " AS ", Quote(f.As))
	case Derived:
		l.inside(f.Of)
		l.text(" AS ", Quote(f.As))
	}
}

func (l *layout) list(exprs []Expr) {
	for i, e := range exprs {
		if i > 0 {
			l.text(", ")
		}
		l.expr(e)
	}
}

func (l *layout) call(name string, args ...Expr) {
	l.text(name, "(")
	l.list(args)
	l.text(")")
}

func (l *layout) infix(op string, left, right Expr) {
	l.text("(")
	l.expr(left)
	l.text(" ", op, " ")
	l.expr(right)
	l.text(")")
}

func (l *layout) suffix(term Expr, words ...string) {
	l.text("(")
	l.expr(term)
	l.text(words...)
	l.text(")")
}

// joined prints terms over several lines when there are several.
func (l *layout) joined(op, none string, terms []Expr) {
	switch len(terms) {
	case 0:
		l.text(none)
		return
	case 1:
		l.expr(terms[0])
		return
	}
	l.text("(")
	l.depth++
	for i, t := range terms {
		if i > 0 {
			l.line(op, " ")
		}
		l.expr(t)
	}
	l.depth--
	l.text(")")
}

func (l *layout) choice(c Case) {
	l.text("CASE")
	for _, arm := range c.Arms {
		l.text(" WHEN ")
		l.expr(arm.When)
		l.text(" THEN ")
		l.expr(arm.Then)
	}
	if c.Else != nil {
		l.text(" ELSE ")
		l.expr(c.Else)
	}
	l.text(" END")
}

func (l *layout) filter(condition Expr) {
	if condition == nil {
		return
	}
	l.text(" FILTER (WHERE ")
	l.expr(condition)
	l.text(")")
}

func (l *layout) order(words string, order []Order) {
	for i, o := range order {
		if i == 0 {
			l.text(words)
		} else {
			l.text(", ")
		}
		l.expr(o.Of)
		if o.Down {
			l.text(" DESC NULLS LAST")
		} else {
			l.text(" ASC NULLS LAST")
		}
	}
}
