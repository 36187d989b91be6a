package eval

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// of is a condition with a verdict.
func of(v expr.Verdict) expr.Expr {
	return expr.Literal{Value: valueOf(v), Type: types.Bool}
}

func TestKleenesTables(t *testing.T) {
	const T, F, U = expr.True, expr.False, expr.Unknown
	tables := []struct{ a, b, and, or expr.Verdict }{
		{T, T, T, T}, {T, F, F, T}, {T, U, U, T},
		{F, T, F, T}, {F, F, F, F}, {F, U, F, U},
		{U, T, U, T}, {U, F, F, U}, {U, U, U, U},
	}
	w, err := New(&ir.Program{}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	nobody := &person.Person{}
	for _, row := range tables {
		terms := []expr.Expr{of(row.a), of(row.b)}
		if got := w.Truth(expr.And{Terms: terms}, nobody, Context{}); row.and != got {
			t.Errorf("%s && %s: want %s, got %s", row.a, row.b, row.and, got)
		}
		if got := w.Truth(expr.Or{Terms: terms}, nobody, Context{}); row.or != got {
			t.Errorf("%s || %s: want %s, got %s", row.a, row.b, row.or, got)
		}
	}
	for a, want := range map[expr.Verdict]expr.Verdict{T: F, F: T, U: U} {
		if got := w.Truth(expr.Not{Term: of(a)}, nobody, Context{}); want != got {
			t.Errorf("!%s: want %s, got %s", a, want, got)
		}
	}
}

func TestComparisons(t *testing.T) {
	const T, F, U = expr.True, expr.False, expr.Unknown
	one, two := number("1"), number("2")
	month, days := types.Span{Amount: 1, Unit: types.Month}, types.Span{Amount: 30, Unit: types.Day}
	cases := []struct {
		op          expr.Comparison
		left, right types.Value
		want        expr.Verdict
	}{
		{expr.Equal, one, number("1.00"), T}, {expr.Equal, one, two, F}, {expr.NotEqual, one, two, T}, {expr.NotEqual, one, one, F},
		{expr.Less, one, two, T}, {expr.Less, one, one, F}, {expr.LessEqual, one, one, T}, {expr.LessEqual, two, one, F},
		{expr.Greater, two, one, T}, {expr.Greater, one, one, F}, {expr.GreaterEqual, one, one, T}, {expr.GreaterEqual, one, two, F},
		{expr.Equal, types.Null{}, one, U}, {expr.NotEqual, one, types.Null{}, U}, {expr.Equal, types.Null{}, types.Null{}, U},
		{expr.Less, types.Null{}, one, U}, {expr.Equal, types.Text(""), types.Text(""), T},
		{expr.Equal, month, days, U}, {expr.Less, days, types.Span{Amount: 2, Unit: types.Month}, T},
		{expr.Equal, types.Values{one}, types.Values{one}, U},
	}
	for _, c := range cases {
		if got := Compared(c.op, c.left, c.right); c.want != got {
			t.Errorf("%v %s %v: want %s, got %s", c.left, c.op, c.right, c.want, got)
		}
	}
}

func TestOneOf(t *testing.T) {
	month := types.Span{Amount: 1, Unit: types.Month}
	cases := []struct {
		name  string
		value types.Value
		set   []types.Value
		want  expr.Verdict
	}{
		{"a member", types.Text("ES"), []types.Value{types.Text("MX"), types.Text("ES")}, expr.True},
		{"no member", types.Text("CO"), []types.Value{types.Text("MX"), types.Text("ES")}, expr.False},
		{"null", types.Null{}, []types.Value{types.Text("ES")}, expr.Unknown},
		{"null and nothing to choose from", types.Null{}, nil, expr.Unknown},
		{"nothing to choose from", types.Text("ES"), nil, expr.False},
		{"perhaps a member", month, []types.Value{types.Span{Amount: 30, Unit: types.Day}}, expr.Unknown},
	}
	for _, c := range cases {
		if got := OneOf(c.value, c.set); c.want != got {
			t.Errorf("%s: want %s, got %s", c.name, c.want, got)
		}
	}
}

func TestAverageRoundsHalfToEven(t *testing.T) {
	cases := []struct {
		total string
		n     int64
		want  string
	}{
		{"1", 3, "0.333333"}, {"2", 3, "0.666667"}, {"-2", 3, "-0.666667"}, {"10", 4, "2.5"}, {"0", 7, "0"},
		{"0.000001", 2, "0"}, {"0.000003", 2, "0.000002"}, {"0.000005", 2, "0.000002"}, {"-0.000003", 2, "-0.000002"},
		{"-0.000001", 2, "0"}, {"123456789012345678901234567890.000001", 1, "123456789012345678901234567890.000001"},
		{"123456789012345678901234567890.000003", 2, "61728394506172839450617283945.000002"},
	}
	for _, c := range cases {
		got := average(number(c.total).Decimal, c.n)
		if !got.Equal(number(c.want).Decimal) {
			t.Errorf("%s / %d: want %s, got %s", c.total, c.n, c.want, got)
		}
	}
}

func number(text string) types.Decimal {
	d, err := types.NewDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}
