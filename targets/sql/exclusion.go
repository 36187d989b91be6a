package sql

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// excluded is whether the list names the person, or could and is too old. A
// person who lacks a value that the list matches by cannot be on it. Without a
// table there is no list here, and everyone who could be on it is.
func (s *scope) excluded(e expr.Excluded) Expr {
	x, ok := ir.Find(s.Program.Exclusions, e.Exclusion)
	if !ok {
		return s.refuse(notSaid, e, fmt.Sprintf("There is no %s.", e.Exclusion), "")
	}
	it := s.it
	s.it = nil
	defer func() { s.it = it }()
	values := make([]Expr, len(x.Match))
	var terms []Expr
	for i, m := range x.Match {
		if !types.Textual(expr.TypeOf(m)) {
			return s.refuse(notSaid, e, fmt.Sprintf("%s matches by a value that is not a text, and lists hold texts.", x.Address), leaveOut)
		}
		values[i] = s.lower(m)
		terms = append(terms, IsNull{Of: values[i], Not: true})
	}
	m, mapped := s.Mapping.Exclusions[x.Address]
	if !mapped {
		return And{terms}
	}
	if len(m.Match) != len(x.Match) {
		s.report(diag.Diagnostic{Rule: notMapped, At: m.At,
			Detail: fmt.Sprintf("%s matches by %d values, and its mapping names %d columns.", x.Address, len(x.Match), len(m.Match)),
			Help:   "write one column for each value: match = [\"<column>\", …]"})
		return And{terms}
	}
	return And{append(terms, Or{s.listed(x, m, values)})}
}

// listed is: a row has these values; or the list is empty or some of it is as
// old as fresh_for, so that it says nothing about anyone.
func (s *scope) listed(x ir.Exclusion, m Exclusions, values []Expr) []Expr {
	row := s.lowering.alias("x")
	var same []Expr
	for i, v := range values {
		same = append(same, Compare{Equal, s.column(m.Place, row, m.Match[i], Text), v})
	}
	out := []Expr{Exists{s.listRows(m, row, And{same})}}
	if x.FreshFor.IsZero() {
		return out
	}
	all, old := s.lowering.alias("x"), s.lowering.alias("x")
	if !m.AsOf.Kept() {
		return append(out, Literal{types.Truth(true)})
	}
	fresh := Compare{Greater, s.column(m.Place, old, m.AsOf, Instant), Shift{Of: Now{}, By: x.FreshFor, Back: true}}
	return append(out, Not{Exists{s.listRows(m, all, nil)}}, Exists{s.listRows(m, old, Is{Term: fresh, Verdict: True, Not: true})})
}

func (s *scope) listRows(m Exclusions, alias string, where Expr) Query {
	return Select{Columns: []Named{{number(1), "one"}}, From: s.table(m.Place, alias), Where: where}
}
