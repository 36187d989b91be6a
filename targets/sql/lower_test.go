package sql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

var (
	days90 = expr.Window{Length: types.Span{Amount: 90, Unit: types.Day}}
	orders = expr.Source{Event: "event.order_placed"}
	person = ir.Person{
		Timezone: "zone",
		Keys:     []ir.Key{{Name: "customer_id", Type: types.String}, {Name: "email", Type: types.Email}},
		Attributes: []ir.Attribute{
			{Name: "zone", Type: types.String}, {Name: "tier", Type: types.Enum{Values: []string{"gold"}}}, {Name: "habit", Type: types.Duration},
			{Name: "born", Type: types.DateType}, {Name: "city", Type: types.String, FreshFor: types.Span{Amount: 1, Unit: types.Hour}},
			{Name: "latest", Type: types.Object{Name: "order"}}, {Name: "often", Type: types.Number, Value: expr.Aggregate{Op: expr.Count, Of: orders, Type: types.Number, Window: days90}},
		},
	}
	program = &ir.Program{
		Project: ir.Project{Name: "p", Timezone: "Europe/Madrid"}, Person: person,
		Objects: []ir.Object{{Head: ir.Head{Address: "object.order"}, Key: ir.Key{Name: "number", Type: types.String}, Attributes: []ir.Attribute{{Name: "total", Type: types.Money}}}},
		Events: []ir.Event{
			{Head: ir.Head{Address: "event.order_placed"}, Fields: []ir.Field{{Name: "amount", Type: types.Money}, {Name: "tags", Type: types.List{Element: types.String}}}},
			{Head: ir.Head{Address: "event.big"}, From: "event.order_placed", Where: compare(expr.GreaterEqual, field("amount"), decimal("200"))},
		},
		Segments: []ir.Segment{{Head: ir.Head{Address: "segment.active"}, Where: expr.Did{Of: orders, Window: days90}}},
	}
	lowering = sql.Lowering{Program: program, Mapping: sql.Mapping{Schema: "public",
		At: diag.Range{File: "warehouse.hcl", Start: diag.Pos{Line: 1}},
		People: sql.People{
			Place: sql.Place{Table: sql.Name{Schema: "crm", Object: "customers"}}, Key: sql.Stored{Column: "id"},
			Fields: map[string]sql.Stored{"tier": {Column: "level", Words: []sql.Word{{Ours: "gold", Theirs: "G"}}}},
		},
	}}
)

func field(name string) expr.Expr {
	return expr.Field{Of: expr.It, Path: []string{name}, Type: types.Money}
}

func attribute(t types.Type, path ...string) expr.Expr { return expr.Attribute{Path: path, Type: t} }

func compare(op expr.Comparison, left, right expr.Expr) expr.Expr {
	return expr.Compare{Op: op, Left: left, Right: right}
}

func decimal(s string) expr.Expr {
	d, err := types.NewDecimal(s)
	if err != nil {
		panic(err)
	}
	return expr.Literal{Value: d, Type: types.Number}
}

func printed(t *testing.T, e expr.Expr, p sql.Postgres) string {
	t.Helper()
	q := lowering.Predicate(e)
	if len(q.Diagnostics) > 0 {
		t.Fatal(q.Diagnostics)
	}
	return p.Query(q.Query)
}

// The two printings of one condition differ in their clock and in nothing
// else: absolute bounds, and the platform's function.
func TestTwoPrintings(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	e := expr.And{Terms: []expr.Expr{
		compare(expr.Equal, attribute(types.String, "tier"), expr.Literal{Value: types.Text("gold"), Type: types.String}),
		compare(expr.GreaterEqual, expr.Aggregate{Op: expr.Count, Of: expr.Source{Event: "event.big"}, Type: types.Number, Window: expr.Window{Length: types.Span{Amount: 6, Unit: types.Month}}}, decimal("2")),
		expr.Not{Term: expr.Member{Segment: "segment.active"}},
	}}
	at := types.NewInstant(time.Date(2026, 8, 31, 12, 0, 0, 0, time.UTC))
	want := `SELECT CAST("p1"."id" AS text) AS "person"
FROM "crm"."customers" AS "p1"
LEFT JOIN (
  SELECT CAST("e2"."person" AS text) AS "person", count(*) AS "v1"
  FROM "public"."order_placed" AS "e2"
  WHERE ((CAST("e2"."at" AS timestamp with time zone) > TIMESTAMPTZ '2026-02-28 13:00:00+00')
    AND (CAST("e2"."at" AS timestamp with time zone) <= TIMESTAMPTZ '2026-08-31 12:00:00+00')
    AND (CAST("e2"."amount" AS numeric) >= 200))
  GROUP BY CAST("e2"."person" AS text)
) AS "f3" ON ("f3"."person" = CAST("p1"."id" AS text))
WHERE (("p1"."id" IS NOT NULL)
  AND (CASE WHEN (CAST("p1"."level" AS text) COLLATE "C" = 'G') THEN 'gold' ELSE CAST("p1"."level" AS text) COLLATE "C" END = 'gold')
  AND (COALESCE("f3"."v1", 0) >= 2)
  AND ((CAST("p1"."id" AS text) IN (
    SELECT CAST("p4"."id" AS text) AS "person"
    FROM "crm"."customers" AS "p4"
    LEFT JOIN (
      SELECT CAST("e5"."person" AS text) AS "person", count(*) AS "v1"
      FROM "public"."order_placed" AS "e5"
      WHERE ((CAST("e5"."at" AS timestamp with time zone) > TIMESTAMPTZ '2026-06-02 12:00:00+00')
        AND (CAST("e5"."at" AS timestamp with time zone) <= TIMESTAMPTZ '2026-08-31 12:00:00+00'))
      GROUP BY CAST("e5"."person" AS text)
    ) AS "f6" ON ("f6"."person" = CAST("p4"."id" AS text))
    WHERE (("p4"."id" IS NOT NULL)
      AND (COALESCE("f6"."v1", 0) > 0))
  )) IS NOT TRUE))`
	if diff := cmp.Diff(want, printed(t, e, sql.Postgres{Zone: zone, At: &at})); diff != "" {
		t.Errorf("counting (-want +got):\n%s", diff)
	}
	deployed := printed(t, e, sql.Postgres{Schema: "ours", Zone: zone})
	for _, part := range []string{
		`"ours"."instant"("e2"."at") > ((("ours"."now"() AT TIME ZONE 'Europe/Madrid') - INTERVAL '6 months') AT TIME ZONE 'Europe/Madrid')`,
		`"ours"."instant"("e5"."at") > ("ours"."now"() - INTERVAL '7776000 seconds')`,
	} {
		if !strings.Contains(deployed, part) {
			t.Errorf("deployed lacks %s:\n%s", part, deployed)
		}
	}
	if strings.Contains(deployed, "TIMESTAMPTZ") {
		t.Errorf("deployed has an absolute instant:\n%s", deployed)
	}
}

// Facts over one table share a pass over it.
func TestFactsShareAPass(t *testing.T) {
	sum := func(op expr.Op, w expr.Window) expr.Expr {
		return compare(expr.Greater, expr.Aggregate{Op: op, Of: orders, Field: "amount", Type: types.Money, Window: w}, decimal("1"))
	}
	e := expr.Or{Terms: []expr.Expr{sum(expr.Sum, days90), sum(expr.Max, expr.Ever), expr.Did{Of: orders, Window: days90}, expr.Did{Of: orders, Window: days90}}}
	at := types.Instant(0)
	text := printed(t, e, sql.Postgres{Zone: time.UTC, At: &at})
	if got := strings.Count(text, `FROM "public"."order_placed"`); got != 1 {
		t.Errorf("%d passes:\n%s", got, text)
	}
	if got := strings.Count(text, "FILTER (WHERE"); got != 3 {
		t.Errorf("%d folds:\n%s", got, text)
	}
}

// What SQL cannot say is refused where it is written, and never dropped.
func TestRefusals(t *testing.T) {
	at := diag.Range{File: "segments.hcl", Start: diag.Pos{Line: 7, Column: 3, Byte: 99}}
	here := expr.Place{At: at}
	for name, test := range map[string]struct {
		e    expr.Expr
		code string
		help string
	}{
		"a step's outcome":         {expr.Did{Place: here, Of: expr.Source{Step: "step.j.s", Outcome: "opened"}, Window: expr.Ever}, "CAP101", "leave_out"},
		"a window of a run":        {expr.Did{Place: here, Of: orders, Window: expr.Window{Since: "run"}}, "CAP101", "leave_out"},
		"what started a journey":   {expr.IsSet{Of: expr.Field{Place: here, Of: expr.Entry, Path: []string{"x"}}}, "CAP101", "leave_out"},
		"an object's attribute":    {expr.IsSet{Of: expr.Attribute{Place: here, Path: []string{"latest", "total"}, Type: types.Money}}, "CAP101", "leave_out"},
		"a length of time":         {expr.IsSet{Of: expr.Attribute{Place: here, Path: []string{"habit"}, Type: types.Duration}}, "CAP101", "leave_out"},
		"a list":                   {expr.IsSet{Of: expr.Aggregate{Place: here, Op: expr.Last, Of: orders, Field: "tags", Window: expr.Ever}}, "CAP101", "leave_out"},
		"an age that is not known": {expr.IsSet{Of: expr.Attribute{Place: here, Path: []string{"city"}, Type: types.String}}, "CAP103", "observed"},
		"a person's own days": {expr.Compare{Op: expr.Equal, Right: decimal("3"),
			Left: expr.Call{Place: here, Func: "days_until", Args: []expr.Expr{attribute(types.DateType, "born")}, Type: types.Number}}, "CAP102", "leave_out"},
		"a function without a form": {expr.Compare{Op: expr.Equal, Right: decimal("3"),
			Left: expr.Call{Place: here, Func: "age", Args: []expr.Expr{attribute(types.DateType, "born")}, Type: types.Number}}, "CAP101", "leave_out"},
		"a question about plans": {expr.Any{Place: here, Of: "changes.segment"}, "CAP101", "leave_out"},
		"the character zero":     {expr.Compare{Op: expr.Equal, Left: attribute(types.String, "tier"), Right: expr.Literal{Place: here, Value: types.Text("a\x00")}}, "CAP101", "leave_out"},
	} {
		t.Run(name, func(t *testing.T) {
			found := lowering.Predicate(expr.Not{Term: test.e}).Diagnostics
			if !found.HasErrors() {
				t.Fatal("nothing is refused")
			}
			if d := found[0]; d.Rule.Code != test.code || d.At != at || d.Detail == "" || !strings.Contains(d.Help, test.help) {
				t.Errorf("%s at %v: %q, help: %q", d.Rule.Code, d.At, d.Detail, d.Help)
			}
		})
	}
}

// Of several events of one instant the last needs an order.
func TestATieIsWarnedOf(t *testing.T) {
	last := expr.Aggregate{Op: expr.Last, Of: orders, Field: "amount", Type: types.Money, Window: expr.Ever}
	found := lowering.Predicate(compare(expr.Greater, last, decimal("1"))).Diagnostics
	if len(found) != 1 || found[0].Rule.Code != "CAP104" || found.HasErrors() {
		t.Errorf("%+v", found)
	}
}

// Nothing that a name or a text holds leaves its quotation marks.
func TestQuotes(t *testing.T) {
	if got, want := sql.Quote(`a"; DROP TABLE x; --`), `"a""; DROP TABLE x; --"`; got != want {
		t.Errorf("got %s", got)
	}
	for in, want := range map[string]string{"it's": "'it''s'", `\`: `E'\\'`, "a\nb'": `E'a\nb'''`} {
		if got := sql.QuoteText(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	body := sql.Function{Name: sql.Name{Schema: "s", Object: "f"}, Returns: "text", How: "STABLE", Body: "SELECT '$body$'"}.Create()
	if !strings.Contains(body, "$body1$\nSELECT '$body$'\n$body1$") {
		t.Errorf("the body ends early: %s", body)
	}
}

// Every function that is announced is one that the lowering knows.
func TestFunctionsAreSorted(t *testing.T) {
	for i := 1; i < len(sql.Functions); i++ {
		if sql.Functions[i-1] >= sql.Functions[i] {
			t.Errorf("%s comes after %s", sql.Functions[i-1], sql.Functions[i])
		}
	}
}
