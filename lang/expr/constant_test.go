package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

func exactly(t testing.TB, s string) types.Decimal {
	t.Helper()
	d, err := types.NewDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestConstant(t *testing.T) {
	at, err := types.ParseInstant("2026-12-01T09:00:00Z", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		in   string
		t    types.Type
		want types.Value
	}{
		{`"a"`, types.String, types.Text("a")},
		{`"${var.base_url}/x"`, types.URL, types.Text("https://lumen.example/x")},
		{`0.05`, types.Number, exactly(t, "0.05")},
		{`0.1 + 0.2`, types.Number, exactly(t, "0.3")},
		{`1 / 3 * 3`, types.Number, exactly(t, "1")},
		{`-2`, types.Number, exactly(t, "-2")},
		{`19.99`, types.Money, exactly(t, "19.99")},
		{`true`, types.Bool, types.Truth(true)},
		{`"90d"`, types.Duration, types.Span{Amount: 90, Unit: types.Day}},
		{`"2026-12-01 10:00"`, types.Timestamp, at},
		{`timestamp("2026-12-01 10:00")`, types.Timestamp, at},
		{`"1970-01-02"`, types.DateType, types.Date(1)},
		{`date("1970-01-02")`, types.DateType, types.Date(1)},
		{`local.tier`, tier, types.Text("gold")},
		{`["a", "b"]`, types.List{Element: types.String}, types.Values{types.Text("a"), types.Text("b")}},
		{`var.countries`, types.List{Element: country}, types.Values{types.Text("ES"), types.Text("MX")}},
		{`upper("a")`, nil, types.Text("A")},
		{`length(var.countries)`, nil, exactly(t, "2")},
	} {
		got, found := expr.Constant(parse(t, c.in), shop(t), c.t)
		if len(found) > 0 {
			t.Errorf("%s: %s", c.in, spell(found))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestConstantRefuses(t *testing.T) {
	for _, c := range []struct {
		in   string
		t    types.Type
		want string
	}{
		{`5`, types.String, `TYP016 1-2: this is a number | write "5"`},
		{`"5"`, types.Number, `TYP016 1-4: this is a text | write 5 without quotes`},
		{`"golden"`, tier, `TYP003 1-9: there is "gold" | write "gold"`},
		{`"90"`, types.Duration, `TYP005 1-5:  | write "90d" if days are meant`},
		{`"2026-13-01"`, types.DateType, `TYP016 1-13: not a date | write a day such as "2026-12-01"`},
		{`""`, types.Timestamp, `TYP016 1-3: not an instant | write an instant such as "2026-12-01 10:00"`},
		{`["a", 5]`, types.List{Element: types.String}, `TYP016 7-8: this is a number | write "5"`},
		{`["a"]`, types.String, `TYP016 1-6: this is a list`},
		{`"a"`, types.List{Element: types.String}, `TYP016 1-4: this is a text`},
		{`person.tier`, types.String, `TYP015 1-12: differs from person to person or from time to time`},
		{`age(date("2000-01-01"))`, types.Number, `TYP015 1-24: differs from person to person or from time to time`},
		{`null`, types.String, `TYP010 1-5: this is null | ask is_set(...) whether a value is known`},
		{`var.nothing`, types.String, `TYP010 1-12: this is null | ask is_set(...) whether a value is known`},
		{`{ a = 1 }`, nil, `TYP021 1-10: an object with several values`},
		{`channel.email`, types.String, `TYP021 1-14: this is a channel | write reachable(purpose.x, channel.y)`},
		{`"${channel.email}"`, types.String, `TYP021 4-17: this is a channel | write reachable(purpose.x, channel.y)`},
		{`upper(5, 6)`, types.String, `TYP023 10-11: too many function arguments`},
	} {
		got, found := expr.Constant(parse(t, c.in), shop(t), c.t)
		if got != nil {
			t.Errorf("%s: not refused: %v", c.in, got)
		}
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestFold(t *testing.T) {
	got, found := expr.Fold(parse(t, `{ for c in var.countries : lower(c) => starts_with(c, "E") }`), shop(t))
	if len(found) > 0 {
		t.Fatal(spell(found))
	}
	if !got.GetAttr("es").True() || got.GetAttr("mx").True() {
		t.Errorf("got %#v", got)
	}
	if _, found = expr.Fold(parse(t, `[person.tier]`), shop(t)); !found.HasErrors() {
		t.Error("people are no constants")
	}
}
