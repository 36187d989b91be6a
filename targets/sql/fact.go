package sql

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// fact is a query with at most one row per person, joined to the people.
type fact struct {
	alias   string
	columns map[string]string // the name of a column by what it holds
	query   Query             // nil while folds may still be added

	stream stream // of folds
	folds  []folding
}

// folding is a fold over the rows of the stream that filter holds for.
type folding struct {
	name   string
	filter Expr
	fold   Fold
}

// joins adds the facts to the people.
func (s *scope) joins() []Join {
	var out []Join
	for _, f := range s.facts {
		q := f.query
		if q == nil {
			q = s.grouped(f)
		}
		on := Compare{Equal, Column{f.alias, PersonColumn}, s.key()}
		out = append(out, Join{From: Derived{q, f.alias}, On: on, Left: true})
	}
	return out
}

// grouped is the folds over one stream in one pass. A single filter goes to
// WHERE, where an index can serve it.
func (s *scope) grouped(f *fact) Query {
	person := s.personOf(f.stream)
	out := Select{Columns: []Named{{person, PersonColumn}}, From: s.from(f.stream), Group: []Expr{person}}
	for _, x := range f.folds {
		fold := x.fold
		if len(f.folds) == 1 {
			out.Where = x.filter
		} else {
			fold.Filter = x.filter
		}
		out.Columns = append(out.Columns, Named{fold, x.name})
	}
	return out
}

// holding is the column that already holds something.
func (s *scope) holding(what string) (Expr, bool) {
	for _, f := range s.facts {
		if name, ok := f.columns[what]; ok {
			return Column{f.alias, name}, true
		}
	}
	return nil, false
}

// join adds a query of one row per person as a fact of its own.
func (s *scope) join(columns map[string]string, q Query) {
	s.facts = append(s.facts, &fact{alias: s.lowering.alias("f"), columns: columns, query: q})
}

// fold is the column of a fold over a source in a window, null for people
// without rows. Rows counts those for which with holds, if it is not nil.
func (s *scope) fold(e expr.Expr, of expr.Source, w expr.Window, what string, of1 func(*scope, stream) Fold) (Expr, bool) {
	what += " " + canonical(of) + " " + canonical(w)
	if column, ok := s.holding(what); ok {
		return column, true
	}
	st, ok := s.open(e, of)
	if !ok {
		return Null{Text}, false
	}
	if personal(s.wheres(of)) {
		return s.foldPersonal(e, of, w, what, st, of1), true
	}
	f := s.shared(st)
	plain := &scope{lowering: s.lowering}
	filter := plain.filter(e, f.stream, of, w)
	name := fmt.Sprintf("v%d", len(f.folds)+1)
	fold := of1(plain, f.stream)
	if fold.Filter != nil {
		filter, fold.Filter = And{flat(filter, fold.Filter)}, nil
	}
	f.folds = append(f.folds, folding{name, filter, fold})
	f.columns[what] = name
	return Column{f.alias, name}, true
}

// filter is when a row counts: its time, then its conditions.
func (s *scope) filter(e expr.Expr, st stream, of expr.Source, w expr.Window) Expr {
	return And{flat(append([]Expr{s.in(e, w, s.timeOf(st))}, s.conditions(st, of)...)...)}
}

// shared is the fact over a stream's table, made when it is new.
func (s *scope) shared(st stream) *fact {
	for _, f := range s.facts {
		if f.query == nil && f.stream.place.Table == st.place.Table && f.stream.event.Address == st.event.Address {
			return f
		}
	}
	f := &fact{alias: s.lowering.alias("f"), columns: map[string]string{}, stream: st}
	s.facts = append(s.facts, f)
	return f
}

// foldPersonal is a fold whose conditions speak of the person too: its people
// are joined to the rows before they are grouped.
func (s *scope) foldPersonal(e expr.Expr, of expr.Source, w expr.Window, what string, st stream, of1 func(*scope, stream) Fold) Expr {
	inner := s.lowering.scope()
	filter := inner.filter(e, st, of, w)
	fold := of1(inner, st)
	if fold.Filter != nil {
		filter, fold.Filter = And{flat(filter, fold.Filter)}, nil
	}
	person := s.personOf(st)
	q := inner.along(st, Select{Columns: []Named{{person, PersonColumn}, {fold, "v1"}}, Where: filter, Group: []Expr{person}})
	s.join(map[string]string{what: "v1"}, q)
	column, _ := s.holding(what)
	return column
}

// along completes a query over a stream whose people are those of the scope.
func (s *scope) along(st stream, q Select) Select {
	people := Join{From: s.table(s.Mapping.People.Place, s.people), On: Compare{Equal, s.key(), s.personOf(st)}}
	q.From = s.from(st)
	q.Joins = append([]Join{people}, s.joins()...)
	return q
}

// rows lists person and time of what a source shows in a window.
func (s *scope) rows(e expr.Expr, of expr.Source, w expr.Window) (Query, bool) {
	st, ok := s.open(e, of)
	if !ok {
		return nil, false
	}
	q := Select{Columns: []Named{{s.personOf(st), PersonColumn}, {s.timeOf(st), timeColumn}}}
	if !personal(s.wheres(of)) {
		plain := &scope{lowering: s.lowering}
		q.Where, q.From = plain.filter(e, st, of, w), s.from(st)
		return q, true
	}
	inner := s.lowering.scope()
	q.Where = inner.filter(e, st, of, w)
	return inner.along(st, q), true
}

// timeColumn is the instant in queries over what happened.
const timeColumn = "at"

func (s *scope) did(e expr.Did) Expr {
	count, ok := s.fold(e, e.Of, e.Window, "count", func(*scope, stream) Fold { return Fold{Op: Count} })
	if !ok {
		return count
	}
	return Compare{Greater, Coalesce{[]Expr{count, number(0)}}, number(0)}
}

// followedBy pairs the rows of both sources; one pair is enough.
func (s *scope) followedBy(e expr.FollowedBy) Expr {
	what := "followed " + canonical(e)
	if column, ok := s.holding(what); ok {
		return IsNull{Of: column, Not: true}
	}
	first, ok := s.rows(e, e.First, e.Window)
	then, also := s.rows(e, e.Then, e.Window)
	if !ok || !also {
		return Null{Truth}
	}
	a, b := s.lowering.alias("a"), s.lowering.alias("b")
	earlier, later := Column{a, timeColumn}, Column{b, timeColumn}
	on := And{[]Expr{
		Compare{Equal, Column{b, PersonColumn}, Column{a, PersonColumn}},
		Compare{Greater, later, earlier},
		Compare{LessEqual, later, Shift{Of: earlier, By: e.Gap}},
	}}
	s.join(map[string]string{what: PersonColumn}, Select{
		Columns: []Named{{Column{a, PersonColumn}, PersonColumn}}, Distinct: true,
		From: Derived{first, a}, Joins: []Join{{From: Derived{then, b}, On: on}},
	})
	column, _ := s.holding(what)
	return IsNull{Of: column, Not: true}
}

func (s *scope) aggregate(e expr.Aggregate) Expr {
	op, known := foldOps[e.Op]
	if !known {
		return s.refuse(notSaid, e, fmt.Sprintf("%s is not known here.", e.Op), leaveOut)
	}
	what := string(e.Op) + " " + e.Field
	if e.Op == expr.Percentile {
		what += " " + e.Share.String()
	}
	if e.Op == expr.Count {
		what = "count"
	}
	column, ok := s.fold(e, e.Of, e.Window, what, func(c *scope, st stream) Fold { return c.folded(e, op, st) })
	if ok && e.Op == expr.Count {
		return Coalesce{[]Expr{column, number(0)}}
	}
	return column
}

var foldOps = map[expr.Op]FoldOp{
	expr.Count: Count, expr.Sum: Sum, expr.Avg: Mean, expr.Min: Min, expr.Max: Max, expr.First: First, expr.Last: First,
	expr.Percentile: Rank,
}

// folded is the fold of an aggregate over the values that are set.
func (s *scope) folded(e expr.Aggregate, op FoldOp, st stream) Fold {
	if op == Count {
		return Fold{Op: Count}
	}
	value := s.eventField(e, st, strings.Split(e.Field, "."))
	if op == Rank {
		return Fold{Op: Rank, Of: value, Filter: IsNull{Of: value, Not: true}, Order: []Order{{Of: value}}, Share: e.Share}
	}
	if op != First {
		return Fold{Op: op, Of: value}
	}
	if !st.sequence.Kept() {
		s.report(tied(e, st))
	}
	down := e.Op == expr.Last
	order := []Order{{s.timeOf(st), down}, {s.sequenceOf(st), down}, {value, down}}
	return Fold{Op: First, Of: value, Filter: IsNull{Of: value, Not: true}, Order: order}
}

// canonical is what an expression or a part of one means, wherever it stands.
func canonical(x any) string {
	raw, err := ir.Canonical(x)
	if err != nil {
		panic(fmt.Sprintf("encoding a typed expression: %v", err)) // every case has a name
	}
	return string(raw)
}

func number(n int64) Expr { return Literal{types.Decimal{Decimal: decimalOf(n)}} }
