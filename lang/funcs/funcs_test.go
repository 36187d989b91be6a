package funcs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/types"
)

// Every example computes what it says.
func TestExamples(t *testing.T) {
	for _, f := range funcs.All {
		if len(f.Examples) == 0 {
			t.Errorf("%s has no example", f.Name)
		}
		for _, example := range f.Examples {
			t.Run(example.Call, func(t *testing.T) {
				if d := cmp.Diff(example.Want, types.Spell(compute(t, example))); d != "" {
					t.Errorf("at %s in %s (-want +got):\n%s", example.Now, example.Zone, d)
				}
			})
		}
	}
}

func compute(t *testing.T, example funcs.Example) types.Value {
	t.Helper()
	zone, err := time.LoadLocation(example.Zone)
	if err != nil {
		t.Fatal(err)
	}
	env := funcs.Env{Zone: zone}
	if example.Now != "" {
		now, err := time.Parse(time.RFC3339, example.Now)
		if err != nil {
			t.Fatal(err)
		}
		env.Now = types.NewInstant(now)
	}
	parsed, problems := hclsyntax.ParseExpression([]byte(example.Call), "example", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	compiled, found := expr.Compile(parsed, &expr.Scope{Zone: zone})
	if len(found) > 0 {
		t.Fatalf("%s: %s %s", found[0].Rule.Code, found[0].Mark, found[0].Detail)
	}
	return evaluate(t, compiled, env)
}

// evaluate computes the cases that examples are made of.
func evaluate(t *testing.T, e expr.Expr, env funcs.Env) types.Value {
	t.Helper()
	if literal, ok := e.(expr.Literal); ok {
		return literal.Value
	}
	if within, ok := e.(expr.Within); ok {
		since, _ := funcs.ByName("since")
		return since.Apply(env, []types.Value{evaluate(t, within.Of, env), within.Length})
	}
	call, ok := e.(expr.Call)
	if !ok {
		t.Fatalf("an example with %T", e)
	}
	f, _ := funcs.ByName(call.Func)
	args := make([]types.Value, len(call.Args))
	for i, a := range call.Args {
		args[i] = evaluate(t, a, env)
	}
	return f.Apply(env, args)
}

// Days and hours follow the clocks of the zone on the days on which they
// change: 29 March and 25 October in Madrid have 23 and 25 hours, and 6
// September in Santiago has no midnight.
func TestClockChanges(t *testing.T) {
	const madrid, santiago = "Europe/Madrid", "America/Santiago"
	for _, c := range []funcs.Example{
		{Call: `day_of_week(timestamp("2026-03-28T23:00:00Z"))`, Zone: madrid, Want: "sun"},
		{Call: `day_of_week(timestamp("2026-03-29T21:59:59Z"))`, Zone: madrid, Want: "sun"},
		{Call: `day_of_week(timestamp("2026-03-29T22:00:00Z"))`, Zone: madrid, Want: "mon"},
		{Call: `day_of_week(timestamp("2026-10-24T21:59:59Z"))`, Zone: madrid, Want: "sat"},
		{Call: `day_of_week(timestamp("2026-10-24T22:00:00Z"))`, Zone: madrid, Want: "sun"},
		{Call: `day_of_week(timestamp("2026-10-25T22:59:59Z"))`, Zone: madrid, Want: "sun"},
		{Call: `day_of_week(timestamp("2026-10-25T23:00:00Z"))`, Zone: madrid, Want: "mon"},
		{Call: `date(timestamp("2026-10-25T22:30:00Z"))`, Zone: madrid, Want: "2026-10-25"},
		{Call: `date(timestamp("2026-03-29T22:30:00Z"))`, Zone: madrid, Want: "2026-03-30"},
		{Call: `timestamp("2026-03-29 02:30")`, Zone: madrid, Want: "2026-03-29T01:30:00Z"}, // skipped: as far after the gap
		{Call: `timestamp("2026-10-25 02:30")`, Zone: madrid, Want: "2026-10-25T01:30:00Z"}, // twice: the later
		{Call: `days_until(date("2026-03-30"))`, Now: "2026-03-28T23:00:00Z", Zone: madrid, Want: "1"},
		{Call: `days_until(date("2026-03-30"))`, Now: "2026-03-28T22:59:59Z", Zone: madrid, Want: "2"},
		{Call: `days_until(date("2026-10-26"))`, Now: "2026-10-25T22:59:59Z", Zone: madrid, Want: "1"},
		{Call: `anniversary(date("1990-03-29"))`, Now: "2026-03-29T21:59:59Z", Zone: madrid, Want: "2026-03-29"},
		{Call: `anniversary(date("1990-03-29"))`, Now: "2026-03-29T22:00:00Z", Zone: madrid, Want: "2027-03-29"},
		{Call: `age(date("1990-10-25"))`, Now: "2026-10-24T21:59:59Z", Zone: madrid, Want: "35"},
		{Call: `age(date("1990-10-25"))`, Now: "2026-10-24T22:00:00Z", Zone: madrid, Want: "36"},
		{Call: `age(date("1990-10-26"))`, Now: "2026-10-25T22:59:59Z", Zone: madrid, Want: "35"},
		{Call: `before(date("2026-03-30"), "1d")`, Now: "2026-03-28T21:59:59Z", Zone: madrid, Want: "false"}, // 24 hours, not a day of 23
		{Call: `before(date("2026-03-30"), "1d")`, Now: "2026-03-28T22:00:00Z", Zone: madrid, Want: "true"},
		{Call: `before(date("2026-10-26"), "1d")`, Now: "2026-10-24T22:59:59Z", Zone: madrid, Want: "false"},
		{Call: `before(date("2026-10-26"), "1d")`, Now: "2026-10-24T23:00:00Z", Zone: madrid, Want: "true"},
		{Call: `since(date("2026-09-06"), "1d")`, Now: "2026-09-06T03:59:59Z", Zone: santiago, Want: "false"},
		{Call: `since(date("2026-09-06"), "1d")`, Now: "2026-09-06T04:00:00Z", Zone: santiago, Want: "true"},
		{Call: `since(date("2026-09-06"), "1mo")`, Now: "2026-10-06T02:59:59Z", Zone: santiago, Want: "true"},
		{Call: `since(date("2026-09-06"), "1mo")`, Now: "2026-10-06T04:00:00Z", Zone: santiago, Want: "false"},
		{Call: `days_until(date("2026-09-06"))`, Now: "2026-09-06T03:59:59Z", Zone: santiago, Want: "1"},
		{Call: `days_until(date("2026-09-06"))`, Now: "2026-09-06T04:00:00Z", Zone: santiago, Want: "0"},
	} {
		if d := cmp.Diff(c.Want, types.Spell(compute(t, c))); d != "" {
			t.Errorf("%s at %s in %s (-want +got):\n%s", c.Call, c.Now, c.Zone, d)
		}
	}
}

// Null in, null out, at every place of every function that does not say otherwise.
func TestNullRule(t *testing.T) {
	env := funcs.Env{Zone: time.UTC}
	some := map[types.Type]types.Value{
		types.String: types.Text("a"), types.DateType: types.Date(0), types.Timestamp: types.Instant(0), types.Duration: types.Span{Amount: 1, Unit: types.Day},
	}
	for _, f := range funcs.All {
		if f.Null != funcs.NullOut {
			continue
		}
		for missing := range f.Params {
			args := make([]types.Value, len(f.Params))
			for i, p := range f.Params {
				args[i] = some[p.Types[0]]
				if args[i] == nil {
					t.Fatalf("no value of type %s to try %s with", p.Types[0], f.Name)
				}
			}
			args[missing] = types.Null{}
			if got := f.Apply(env, args); !types.IsNull(got) {
				t.Errorf("%s with null as %s gives %v", f.Name, f.Params[missing].Name, got)
			}
		}
	}
}

// Each function and form is known once, documented and in order.
func TestDocumented(t *testing.T) {
	var names []string
	for _, f := range funcs.All {
		names = append(names, f.Name)
		if f.Doc == "" || len(f.Params) == 0 || f.Result == nil {
			t.Errorf("%s lacks its documentation, parameters or result", f.Name)
		}
		if got, ok := funcs.ByName(f.Name); !ok || got != f {
			t.Errorf("ByName(%s) finds %v", f.Name, got)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("functions out of order: %v", names)
	}
	var forms []string
	for _, f := range funcs.Forms {
		forms = append(forms, f.Name)
		if f.Doc == "" || !strings.HasPrefix(f.Signature, f.Name+"(") || !strings.Contains(f.Example, f.Name+"(") {
			t.Errorf("%s lacks its documentation, signature or example", f.Name)
		}
		if !strings.HasSuffix(f.Null, ".") {
			t.Errorf("%s does not say what it does with what is not known", f.Name)
		}
		if slices.Contains(names, f.Name) {
			t.Errorf("%s is both a function and a form", f.Name)
		}
	}
	if !slices.IsSorted(forms) {
		t.Errorf("forms out of order: %v", forms)
	}
}

// A day is on its own anniversary, and an anniversary is never past and less
// than a year and two days away.
func TestAnniversaryComesRound(t *testing.T) {
	anniversary, _ := funcs.ByName("anniversary")
	until, _ := funcs.ByName("days_until")
	age, _ := funcs.ByName("age")
	rapid.Check(t, func(t *rapid.T) {
		now := types.NewInstant(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "now"), 0))
		zone := time.FixedZone("here", rapid.IntRange(-12, 14).Draw(t, "offset")*3600)
		env := funcs.Env{Now: now, Zone: zone}
		today := types.NewDate(now.Time().In(zone))
		born := today - types.Date(rapid.Int32Range(0, 40000).Draw(t, "days"))
		next := anniversary.Apply(env, []types.Value{born})
		left := until.Apply(env, []types.Value{next}).(types.Decimal)
		if left.IsNegative() || left.GreaterThan(decimal.NewFromInt(366)) {
			t.Fatalf("born %s, today %s: next %s, %s days", types.Spell(born), types.Spell(today), types.Spell(next), left)
		}
		then := funcs.Env{Now: types.NewInstant(next.(types.Date).Time().Add(12 * time.Hour)), Zone: time.UTC}
		before := funcs.Env{Now: types.NewInstant((next.(types.Date) - 1).Time().Add(12 * time.Hour)), Zone: time.UTC}
		grown := age.Apply(then, []types.Value{born}).(types.Decimal).Sub(age.Apply(before, []types.Value{born}).(types.Decimal).Decimal)
		if next != types.Value(born) && !grown.Equal(decimal.NewFromInt(1)) {
			t.Fatalf("born %s: nobody is a year older on %s but by %s", types.Spell(born), types.Spell(next), grown)
		}
	})
}

// An instant other than now is either in the time since it or in the time
// before it, never in both.
func TestSinceAndBeforeShareTime(t *testing.T) {
	since, _ := funcs.ByName("since")
	before, _ := funcs.ByName("before")
	rapid.Check(t, func(t *rapid.T) {
		env := funcs.Env{Now: types.Instant(rapid.Int64Range(0, 4e15).Draw(t, "now")), Zone: time.UTC}
		at := env.Now + types.Instant(rapid.Int64Range(-1e14, 1e14).Draw(t, "distance"))
		args := []types.Value{at, types.Span{Amount: rapid.Int64Range(1, 5000).Draw(t, "days"), Unit: types.Day}}
		past, future := since.Apply(env, args) == types.Truth(true), before.Apply(env, args) == types.Truth(true)
		if past && at > env.Now || future && at <= env.Now || past && future {
			t.Fatalf("at %s, %s: since %t, before %t", types.Spell(env.Now), types.Spell(at), past, future)
		}
	})
}

func ExampleFunc_Signature() {
	f, _ := funcs.ByName("since")
	fmt.Println(f.Signature())
	// Output: since(at, length)
}
