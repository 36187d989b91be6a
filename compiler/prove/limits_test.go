package prove

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// hard is a space of variables of three values, all of one history, in which
// trying takes long: the last three differ from each other, and the two values
// that they have left while the one before them, the gate, is not the last are
// too few, which no two of them show. While the first is null, the gate is not
// the last.
func hard(n int) *space {
	s := newSpace()
	for i := range n {
		e := expr.Attribute{Path: []string{string(rune('a' + i))}, Type: types.Bool}
		s.variable("verdict of "+expr.Print(e), variable{kind: opaque, of: e})
	}
	last := func(r region) bool { return r.value == types.Value(types.Truth(true)) }
	tie := func(a, b int, can func(a, b region) bool) { s.bonds = append(s.bonds, bond{a: a, b: b, can: can}) }
	gate := n - 4
	for i := range n - 1 {
		tie(i, i+1, func(_, _ region) bool { return true })
	}
	tie(0, gate, func(a, b region) bool { return !types.IsNull(a.value) || !last(b) })
	for a := gate + 1; a < n; a++ {
		tie(gate, a, func(a, b region) bool { return last(a) || !last(b) })
		for b := gate + 1; b < a; b++ {
			tie(b, a, func(a, b region) bool { return a.value != b.value })
		}
	}
	s.close()
	return s
}

// Values that are too many to try are undecided, never impossible: there is
// somebody each time.
func TestValuesThatAreGivenUp(t *testing.T) {
	for n, want := range map[int]outcome{6: possible, 16: undecided} {
		s := hard(n)
		if _, found := s.find(s.graph.atom(1, 0b011)); found != want {
			t.Errorf("of %d values: found %d", n, found)
		}
	}
}

// Histories that are too long to be looked for are not ruled out: there is one
// each time.
func TestHistoriesThatAreGivenUp(t *testing.T) {
	visit := ir.Event{Head: ir.Head{Address: "event.visit"}}
	for i := range 5 {
		visit.Fields = append(visit.Fields, ir.Field{Name: fmt.Sprintf("f%d", i), Type: types.Bool})
	}
	p := &ir.Program{Project: ir.Project{Name: "p", Timezone: "UTC"}, Person: ir.Person{Keys: []ir.Key{{Name: "id", Type: types.String}}}, Events: []ir.Event{visit}}
	set := func(i int) expr.Expr {
		return expr.IsSet{Of: expr.Field{Of: expr.It, Path: []string{visit.Fields[i].Name}, Type: types.Bool}}
	}
	count := func(where expr.Expr, op expr.Comparison, n int64) expr.Expr {
		of := expr.Source{Event: visit.Address, Where: where}
		return expr.Compare{Op: op, Left: expr.Aggregate{Op: expr.Count, Of: of, Type: types.Number, Window: expr.Ever},
			Right: expr.Literal{Value: types.Decimal{Decimal: decimal.NewFromInt(n)}, Type: types.Number}}
	}
	all := []expr.Expr{count(nil, expr.Equal, 10)}
	for i := range visit.Fields {
		all = append(all, count(set(i), expr.Equal, 10))
	}
	for name, terms := range map[string][]expr.Expr{
		"forty of two kinds":      {count(nil, expr.GreaterEqual, 40), count(set(0), expr.LessEqual, 20), count(expr.Not{Term: set(0)}, expr.LessEqual, 25)},
		"ten with five in common": all,
	} {
		prover := New(Moment{Now: someMoment.now, Zone: someMoment.zone})
		if got := prover.Never(prover.Add(p, expr.And{Terms: terms})); got.Verdict == Proved {
			t.Errorf("%s: it is proved that there is nobody", name)
		}
	}
}

// Whether the latest of the last week was within the last month is true or not
// known: nobody of whom there is none is told apart by it.
func TestNotKnownIsNotFalse(t *testing.T) {
	p := &ir.Program{
		Project: ir.Project{Name: "p", Timezone: "UTC"}, Person: ir.Person{Keys: []ir.Key{{Name: "id", Type: types.String}}},
		Events: []ir.Event{{Head: ir.Head{Address: "event.visit"}}},
	}
	last := expr.Aggregate{
		Op: expr.Last, Of: expr.Source{Event: "event.visit"}, Field: "at", Type: types.Timestamp, Window: expr.Window{Length: types.Span{Amount: 7, Unit: types.Day}},
	}
	recent := expr.Within{Of: last, Length: types.Span{Amount: 30, Unit: types.Day}}
	prover := New(Moment{Now: someMoment.now, Zone: someMoment.zone})
	if got := prover.Always(prover.Add(p, expr.Or{Terms: []expr.Expr{recent, expr.Not{Term: recent}}})); got.Verdict != Refuted {
		t.Errorf("true or false for everybody: %s", got.Verdict)
	}
	if got := prover.Never(prover.Add(p, expr.Not{Term: recent})); got.Verdict != Proved {
		t.Errorf("false for nobody: %s", got.Verdict)
	}
}
