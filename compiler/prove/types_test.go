package prove_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// kinds has, for every type that an attribute may have, constants to compare
// with, and values such that every answer that conditions with these constants
// have is somebody's.
var kinds = []struct {
	typ       types.Type
	constants []string
	more      []string
}{
	{types.String, []string{"a", "A", "", "b"}, []string{"c"}},
	{types.Email, []string{"ana@example.test", "Ana@example.test"}, []string{"bo@example.test"}},
	{types.Phone, []string{"+34600000000", "600000000"}, []string{"+34600000009"}},
	{types.URL, []string{"https://example.test/a", "https://example.test/a/"}, []string{"https://example.test/b"}},
	{types.Enum{Values: []string{"gold", "silver", "none"}}, []string{"gold", "silver"}, []string{"none"}},
	{types.Object{Name: "account"}, []string{"a1", "a2"}, []string{"a3"}},
	{types.Bool, []string{"true", "false"}, nil},
	{types.Number, []string{"1", "1.0", "1.5", "-2", "0"}, []string{"-3", "-1", "0.5", "1.2", "7"}},
	{types.Money, []string{"10", "10.00", "10.01", "0"}, []string{"-1", "5", "10.005", "11"}},
	{types.DateType, []string{"2026-02-28", "2026-03-01", "2024-02-29"}, []string{"2020-01-01", "2025-01-01", "2027-01-01"}},
	{types.Timestamp, []string{"2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00", "2026-03-29T01:00:00.000001Z"},
		[]string{"2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"}},
	{types.Duration, []string{"24h", "1d", "1440m", "7d", "1w", "28d", "30d", "31d", "1mo", "365d", "366d", "370d", "12mo", "1y"}, lengths()},
}

// lengths is one or more of every answer to comparisons with those above.
func lengths() []string {
	out := []string{"2y", "40y"}
	for hours := 0; hours <= 400*24; hours += 12 {
		out = append(out, fmt.Sprintf("%dh", hours))
	}
	for months := 1; months <= 14; months++ {
		out = append(out, fmt.Sprintf("%dmo", months))
	}
	return out
}

func read(t testing.TB, typ types.Type, text string) types.Value {
	t.Helper()
	v, err := types.Parse(typ, text, nil)
	if text == "" {
		v, err = types.Text(""), nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Of one attribute, whatever its type, the prover's verdict is the reference
// evaluator's over everybody: proved if and only if nobody shows otherwise,
// however a constant is spelled.
func TestVerdictsOfEveryTypeAreTheEvaluators(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.typ.String(), func(t *testing.T) {
			program := &ir.Program{
				Project: ir.Project{Name: "p", Timezone: "Europe/Madrid"},
				Person: ir.Person{
					Head: ir.Head{Address: "person"}, Keys: []ir.Key{{Name: "id", Type: types.String}},
					Attributes: []ir.Attribute{{Name: "x", Type: kind.typ}},
				},
			}
			var constants []types.Value
			people := []*person.Person{{ID: "nothing known", Attributes: map[string]types.Value{}}}
			for _, text := range append(kind.constants, kind.more...) {
				v := read(t, kind.typ, text)
				if len(constants) < len(kind.constants) {
					constants = append(constants, v)
				}
				people = append(people, &person.Person{ID: text, Attributes: map[string]types.Value{"x": v}})
			}
			world, err := eval.New(program, nil, sample.Now)
			if err != nil {
				t.Fatal(err)
			}
			rapid.Check(t, func(r *rapid.T) {
				a, b := about(r, kind.typ, constants), about(r, kind.typ, constants)
				prover := prove.New(now(t, program))
				first, second := prover.Add(program, a), prover.Add(program, b)
				var never, always, implies, apart = true, true, true, true
				for _, p := range people {
					inA := world.Truth(a, p, eval.Context{}) == expr.True
					inB := world.Truth(b, p, eval.Context{}) == expr.True
					never, always = never && !inA, always && inA
					implies, apart = implies && (!inA || inB), apart && !(inA && inB)
				}
				for _, q := range []struct {
					name string
					want bool
					got  prove.Answer
				}{
					{"is never true", never, prover.Never(first)}, {"is always true", always, prover.Always(first)},
					{"implies the other", implies, prover.Implies(first, second)}, {"is apart from the other", apart, prover.Disjoint(first, second)},
				} {
					if want := map[bool]prove.Verdict{true: prove.Proved, false: prove.Refuted}[q.want]; q.got.Verdict != want {
						t.Fatalf("%s; %s: that the first %s is %s, want %s", expr.Print(a), expr.Print(b), q.name, q.got.Verdict, want)
					}
				}
			})
		})
	}
}

// about is a condition about the attribute x.
func about(r *rapid.T, t types.Type, constants []types.Value) expr.Expr {
	x := expr.Attribute{Path: []string{"x"}, Type: t}
	ops := []expr.Comparison{expr.Equal, expr.NotEqual}
	if types.Ordered(t) {
		ops = append(ops, expr.Less, expr.LessEqual, expr.Greater, expr.GreaterEqual)
	}
	one := func() expr.Expr {
		switch rapid.IntRange(0, 4).Draw(r, "form") {
		case 0:
			return expr.OneOf{Of: x, Values: rapid.SliceOfN(rapid.SampledFrom(constants), 1, 3).Draw(r, "values")}
		case 1:
			return expr.IsSet{Of: x}
		}
		constant := expr.Literal{Value: rapid.SampledFrom(constants).Draw(r, "value"), Type: t}
		return expr.Compare{Op: rapid.SampledFrom(ops).Draw(r, "op"), Left: x, Right: constant}
	}
	terms := []expr.Expr{one()}
	for range rapid.IntRange(0, 2).Draw(r, "more") {
		terms = append(terms, expr.Not{Term: one()})
	}
	switch rapid.IntRange(0, 3).Draw(r, "chain") {
	case 0:
		return expr.Or{Terms: terms}
	case 1:
		return expr.Is{Term: expr.And{Terms: terms}, Verdict: rapid.SampledFrom([]expr.Verdict{expr.True, expr.False, expr.Unknown}).Draw(r, "verdict")}
	case 2:
		return expr.Not{Term: expr.And{Terms: terms}}
	}
	return expr.And{Terms: terms}
}
