package expr_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// What is printed and compiled again is what it was, places aside.
func TestPrintedAndCompiledIsTheSame(t *testing.T) {
	s := welcome(t)
	rapid.Check(t, func(t *rapid.T) {
		want := random{t}.condition(3)
		text := expr.Print(want)
		got, found := expr.Condition(parse(t, text), s)
		if len(found) > 0 {
			t.Fatalf("%s: %s", text, spell(found))
		}
		if d := cmp.Diff(want, got, placeless, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("%s (-want +got):\n%s", text, d)
		}
		if again := expr.Print(got); again != text {
			t.Fatalf("%s is printed as %s the second time", text, again)
		}
	})
}

// Two expressions are the same exactly when they are printed alike.
func TestSameIsPrintedAlike(t *testing.T) {
	s := welcome(t)
	met := 0
	rapid.Check(t, func(t *rapid.T) {
		large := random{t}.condition(2)
		again, _ := expr.Condition(parse(t, expr.Print(large)), s)
		all := []expr.Expr{nil, large, again}
		for range 12 {
			all = append(all, random{t}.atom(), random{t}.money())
		}
		for i, a := range all {
			for j, b := range all {
				want := expr.Print(a) == expr.Print(b)
				if got := expr.Same(a, b); got != want {
					t.Fatalf("%s and %s: the same is %t, printed alike is %t", expr.Print(a), expr.Print(b), got, want)
				}
				if want && i != j {
					met++
				}
			}
		}
	})
	if met < 1000 {
		t.Errorf("%d were the same: the law was hardly tried", met)
	}
}

// The lines of a predicate, put together, are the predicate.
func TestLinesTogetherAreThePredicate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := random{t}.condition(3)
		joined := ""
		for i, line := range expr.PrintLines(e) {
			if i > 0 {
				joined += " "
			}
			joined += line
		}
		if joined != expr.Print(e) {
			t.Fatalf("lines %q, print %q", joined, expr.Print(e))
		}
	})
}

// random makes typed expressions as Compile makes them: chains are flat and
// nothing is left to fold.
type random struct{ *rapid.T }

func (r random) pick(label string, n int) int { return rapid.IntRange(0, n-1).Draw(r.T, label) }

func (r random) condition(depth int) expr.Expr {
	if depth == 0 {
		return r.atom()
	}
	switch r.pick("condition", 5) {
	case 0:
		return expr.And{Terms: r.terms(depth, false)}
	case 1:
		return expr.Or{Terms: r.terms(depth, true)}
	case 2:
		return expr.Not{Term: r.condition(depth - 1)}
	case 3:
		return expr.Compare{Op: expr.Equal, Left: r.condition(depth - 1), Right: r.condition(depth - 1)}
	}
	return r.atom()
}

func (r random) terms(depth int, or bool) []expr.Expr {
	out := make([]expr.Expr, rapid.IntRange(2, 4).Draw(r.T, "terms"))
	for i := range out {
		out[i] = r.condition(depth - 1)
		_, isOr := out[i].(expr.Or)
		_, isAnd := out[i].(expr.And)
		if or && isOr || !or && isAnd {
			out[i] = r.atom()
		}
	}
	return out
}

func (r random) atom() expr.Expr {
	switch r.pick("atom", 13) {
	case 0:
		return expr.Compare{Op: r.order(), Left: r.number(), Right: expr.Literal{Value: r.decimal(3), Type: types.Number}}
	case 1:
		return expr.Compare{Op: r.order(), Left: r.money(), Right: expr.Literal{Value: r.decimal(2), Type: types.Money}}
	case 2:
		return expr.Compare{Op: r.equality(), Left: expr.Attribute{Path: []string{"tier"}, Type: tier}, Right: expr.Literal{Value: types.Text("gold"), Type: tier}}
	case 3:
		return expr.Compare{Op: r.equality(), Left: r.text(2), Right: expr.Literal{Value: r.word(), Type: types.String}}
	case 4:
		return expr.Compare{Op: r.order(), Left: r.day(), Right: expr.Literal{Value: types.Date(rapid.Int32Range(-20000, 40000).Draw(r.T, "day")), Type: types.DateType}}
	case 5:
		return expr.Compare{Op: r.order(), Left: r.instant(), Right: expr.Literal{Value: types.Instant(rapid.Int64Range(0, 4e15).Draw(r.T, "instant")), Type: types.Timestamp}}
	case 6:
		return expr.Did{Of: r.source(), Window: r.window()}
	case 7:
		return expr.FollowedBy{First: r.source(), Then: r.source(), Gap: r.span(), Window: r.window()}
	case 8:
		return expr.OneOf{Of: expr.Attribute{Path: []string{"country"}, Type: country}, Values: []types.Value{types.Text("ES"), types.Text("MX")}}
	case 9:
		return expr.IsSet{Of: r.text(1)}
	case 10:
		return expr.Within{Of: r.instant(), Length: r.span()}
	case 11:
		return rapid.SampledFrom([]expr.Expr{
			expr.Member{Segment: "segment.whales"}, expr.Member{Segment: "module.m.segment.x"}, expr.Member{Segment: `segment.of["ES"]`},
			expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"},
			expr.Reachable{Purpose: "purpose.account", Channel: "channel.sms", Consented: true},
		}).Draw(r.T, "rule")
	}
	return expr.Attribute{Path: []string{"vip"}, Type: types.Bool}
}

func (r random) order() expr.Comparison {
	return rapid.SampledFrom([]expr.Comparison{expr.Equal, expr.NotEqual, expr.Less, expr.LessEqual, expr.Greater, expr.GreaterEqual}).Draw(r.T, "order")
}

func (r random) equality() expr.Comparison {
	return rapid.SampledFrom([]expr.Comparison{expr.Equal, expr.NotEqual}).Draw(r.T, "equality")
}

func (r random) decimal(places int32) types.Decimal {
	return types.Decimal{Decimal: decimal.New(rapid.Int64Range(-1e9, 1e12).Draw(r.T, "digits"), -rapid.Int32Range(0, places).Draw(r.T, "places"))}
}

// word is any text: quotes, ${, line ends and accents among it.
func (r random) word() types.Text {
	return types.Text(rapid.SampledFrom([]string{"", "a", `"`, `\`, "${x}", "%{x}", "$${", "\n\t", "qué tal", "日本", "🙂"}).Draw(r.T, "word") +
		rapid.StringMatching(`[ -~]{0,8}`).Draw(r.T, "words"))
}

func (r random) text(depth int) expr.Expr {
	attribute := expr.Attribute{Path: []string{"first_name"}, Type: types.String}
	if depth == 0 {
		return attribute
	}
	switch r.pick("text", 4) {
	case 0:
		return expr.Call{Func: "lower", Args: []expr.Expr{r.text(depth - 1)}, Type: types.String}
	case 1:
		return expr.Coalesce{Terms: []expr.Expr{r.text(depth - 1), expr.Literal{Value: r.word(), Type: types.String}}}
	case 2:
		return expr.Field{Of: expr.Entry, Path: []string{"order", "number"}, Type: types.String}
	}
	return attribute
}

func (r random) number() expr.Expr {
	switch r.pick("number", 3) {
	case 0:
		return expr.Aggregate{Op: expr.Count, Of: r.source(), Type: types.Number, Window: r.window()}
	case 1:
		return expr.Call{Func: "age", Args: []expr.Expr{r.day()}, Type: types.Number}
	}
	return expr.Attribute{Path: []string{"nps"}, Type: types.Number}
}

func (r random) money() expr.Expr {
	if r.pick("money", 3) == 0 {
		return expr.Field{Of: expr.Entry, Path: []string{"amount"}, Type: types.Money}
	}
	op := rapid.SampledFrom([]expr.Op{expr.Sum, expr.Avg, expr.Min, expr.Max, expr.First, expr.Last, expr.Percentile}).Draw(r.T, "op")
	e := expr.Aggregate{Op: op, Of: r.orders(), Field: "amount", Type: types.Money, Window: r.window()}
	if op == expr.Percentile {
		hundredths := rapid.Int64Range(1, 99).Draw(r.T, "share")
		e.Share = types.Decimal{Decimal: decimal.New(hundredths, -2)}
	}
	return e
}

func (r random) day() expr.Expr {
	birth := expr.Attribute{Path: []string{"birth_date"}, Type: types.DateType}
	if r.pick("day", 3) == 0 {
		return expr.Call{Func: "anniversary", Args: []expr.Expr{birth}, Type: types.DateType}
	}
	return birth
}

func (r random) instant() expr.Expr {
	if r.pick("instant", 2) == 0 {
		return expr.Aggregate{Op: expr.Last, Of: r.orders(), Field: "at", Type: types.Timestamp, Window: r.window()}
	}
	return expr.Attribute{Path: []string{"seen_at"}, Type: types.Timestamp}
}

// source is anything that happens, orders an event with an amount.
func (r random) source() expr.Source {
	switch r.pick("source", 4) {
	case 0:
		return expr.Source{Touchpoint: "touchpoint.welcome_mail", Outcome: rapid.SampledFrom(expr.Outcomes).Draw(r.T, "outcome")}
	case 1:
		return expr.Source{Step: "step.welcome.hello", Outcome: "opened"}
	case 2:
		return expr.Source{Event: "event.product_viewed"}
	}
	return r.orders()
}

func (r random) orders() expr.Source {
	s := expr.Source{Event: rapid.SampledFrom([]string{"event.order_placed", "event.big_order"}).Draw(r.T, "event")}
	sku := expr.Compare{Op: r.equality(), Left: expr.Field{Of: expr.It, Path: []string{"sku"}, Type: types.String}, Right: expr.Literal{Value: r.word(), Type: types.String}}
	pieces := expr.Compare{Op: r.order(), Left: expr.Field{Of: expr.It, Path: []string{"pieces"}, Type: types.Number}, Right: expr.Literal{Value: r.decimal(0), Type: types.Number}}
	switch r.pick("where", 5) {
	case 0:
		s.Where = sku
	case 1:
		s.Where = expr.And{Terms: []expr.Expr{sku, pieces}}
	case 2:
		s.Where = expr.Or{Terms: []expr.Expr{sku, expr.Not{Term: pieces}}}
	}
	return s
}

func (r random) span() types.Span {
	unit := rapid.SampledFrom([]types.Unit{types.Minute, types.Hour, types.Day, types.Week, types.Month, types.Year}).Draw(r.T, "unit")
	return types.Span{Amount: rapid.Int64Range(1, 900).Draw(r.T, "amount"), Unit: unit}
}

func (r random) window() expr.Window {
	switch r.pick("window", 5) {
	case 0:
		return expr.Ever
	case 1:
		return expr.Window{Since: "run"}
	case 2:
		return expr.Window{Since: "step.welcome.hello"}
	}
	return expr.Window{Length: r.span()}
}

// The generator makes every case that authors can write; what it leaves out is
// for the tool alone, or stands in guards and in content only.
func TestRandomMakesEveryCase(t *testing.T) {
	made := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		expr.Walk(random{t}.condition(3), func(e expr.Expr) bool {
			made[fmt.Sprintf("%T", e)] = true
			return true
		})
	})
	for _, e := range expr.Cases {
		switch e.(type) {
		case expr.Record, expr.Is, expr.Suppressed, expr.Excluded, expr.Any:
			continue
		default:
			if !made[fmt.Sprintf("%T", e)] {
				t.Errorf("no %T was made", e)
			}
		}
	}
}
