package sql

import (
	"fmt"
	"sort"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Lowering turns the conditions of one program into queries over the
// customer's tables.
type Lowering struct {
	Program *ir.Program
	Mapping Mapping
	// Digits is how long the numbers of the database are; the zero Digits is any.
	Digits Digits
	// Views says what exists as a view already; the zero Views has everything
	// written out where it is used.
	Views Views
}

// Digits is how many digits a number has on each side of its point.
type Digits struct{ Before, After int }

// Hold tells whether numbers that long can be x.
func (d Digits) Hold(x types.Decimal) bool {
	return d == Digits{} || x.Truncate(int32(d.After)).Equal(x.Decimal) && x.Abs().LessThan(decimal.New(1, int32(d.Before)))
}

// Views names the views that queries may lean on.
type Views struct {
	Segments map[string]Name // by address
	Record   Name            // of Lowering.Record
	Standing Name            // of Lowering.Standing
}

// Lowered is a query and what it rests on.
type Lowered struct {
	Query       Query
	Reads       []Source // tables and columns of the customer's, sorted
	Segments    []string // views of segments, by address, sorted
	Record      bool     // leans on the view of the record
	Standing    bool     // leans on the view of who is suppressed
	Diagnostics diag.List
}

// Source is a table of the customer's or, with Column, a column of it.
type Source struct {
	Table  Name
	Column string
	At     diag.Range // where the mapping names it
}

// PersonColumn is the column that holds a person's key in every query.
const PersonColumn = "person"

// Members lists the people in a segment.
func (l Lowering) Members(segment ir.Segment) Lowered { return l.Predicate(segment.Where) }

// Predicate lists the people for whom a condition is true.
func (l Lowering) Predicate(e expr.Expr) Lowered {
	return l.query(func(c *lowering) Query { return c.members(e) })
}

// lowering is one query being made.
type lowering struct {
	Lowering
	out     Lowered
	reads   map[Source]bool
	uses    map[string]bool
	inlined map[string]bool // segments being written out, against cycles
	aliases int
}

func (l Lowering) query(make func(*lowering) Query) Lowered {
	c := &lowering{Lowering: l, reads: map[Source]bool{}, uses: map[string]bool{}, inlined: map[string]bool{}}
	c.out.Query = make(c)
	for s := range c.reads {
		c.out.Reads = append(c.out.Reads, s)
	}
	sort.Slice(c.out.Reads, func(i, j int) bool { return c.out.Reads[i].less(c.out.Reads[j]) })
	for s := range c.uses {
		c.out.Segments = append(c.out.Segments, s)
	}
	sort.Strings(c.out.Segments)
	c.out.Diagnostics = c.out.Diagnostics.Sorted()
	return c.out
}

func (s Source) less(o Source) bool {
	if a, b := s.Table.String()+"."+s.Column, o.Table.String()+"."+o.Column; a != b {
		return a < b
	}
	return s.At.File < o.At.File || s.At.File == o.At.File && s.At.Start.Byte < o.At.Start.Byte
}

// alias is a name that no other table of the query has.
func (c *lowering) alias(letter string) string {
	c.aliases++
	return fmt.Sprintf("%s%d", letter, c.aliases)
}

// table is a table of the customer's in FROM.
func (c *lowering) table(p Place, alias string) Table {
	c.reads[Source{Table: p.Table, At: p.At}] = true
	return Table{Name: p.Table, As: alias}
}

// column is a column of the customer's as a type of ours. Words that are
// spelled differently there come out as ours.
func (c *lowering) column(p Place, alias string, s Stored, t Type) Expr {
	c.reads[Source{Table: p.Table, Column: s.Column, At: s.At}] = true
	raw := Column{Of: alias, Name: s.Column}
	if len(s.Words) == 0 {
		return Read{Of: raw, To: t}
	}
	return spelled(Read{Of: raw, To: Text}, s.Words, t)
}

// refuse reports that e cannot be lowered. What it returns is never used.
func (c *lowering) refuse(rule *diag.Rule, e expr.Expr, detail, help string) Expr {
	c.report(diag.Diagnostic{Rule: rule, At: e.Range(), Detail: detail, Help: help})
	return Null{Of: Truth}
}

func (c *lowering) report(d diag.Diagnostic) {
	if d.At.IsZero() {
		d.At = c.Mapping.At
	}
	c.out.Diagnostics = append(c.out.Diagnostics, d)
}

// Count is how many people are in a segment.
func (l Lowering) Count(segment ir.Segment) Lowered {
	return l.query(func(c *lowering) Query {
		members := c.members(segment.Where)
		members.Distinct = true
		return Select{Columns: []Named{{Fold{Op: Count}, "members"}}, From: Derived{members, c.alias("q")}}
	})
}
