package sql_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

// How SQLite's dialect spells what it has other words for.
func TestSQLiteSpelling(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	now := types.NewInstant(time.Date(2026, 3, 29, 9, 30, 0, 0, time.UTC))
	p := sql.SQLite{Zone: madrid, At: now}
	half, err := types.NewDecimal("2.50")
	if err != nil {
		t.Fatal(err)
	}
	column := sql.Column{Of: "p", Name: `a"b`}
	month, day := types.Span{Amount: 1, Unit: types.Month}, types.Span{Amount: 1, Unit: types.Day}
	endless := types.Span{Amount: 999999, Unit: types.Year}
	for _, c := range []struct {
		want string
		e    sql.Expr
	}{
		{`(CAST("p"."a""b" AS TEXT) COLLATE BINARY)`, sql.Read{Of: column, To: sql.Text}},
		{`trayecto_decimal("p"."a""b")`, sql.Read{Of: column, To: sql.Decimal}},
		{`trayecto_instant("p"."a""b", 'Europe/Madrid')`, sql.Read{Of: column, To: sql.Instant}},
		{`trayecto_date("p"."a""b", 'Europe/Madrid')`, sql.Read{Of: column, To: sql.Date}},
		{`trayecto_truth("p"."a""b")`, sql.Read{Of: column, To: sql.Truth}},
		{`'it''s \n'`, sql.Literal{Value: types.Text(`it's \n`)}},
		{`trayecto_decimal('2.5')`, sql.Literal{Value: half}},
		{`(1774776600000000 /* 2026-03-29T09:30:00Z */)`, sql.Now{}},
		{`(-1 /* 1969-12-31 */)`, sql.Literal{Value: types.Date(-1)}},
		{`(1772274600000000 /* 2026-02-28T10:30:00Z */)`, sql.Shift{Of: sql.Now{}, By: month, Back: true}},
		{`trayecto_shift("p"."a""b", -1, 'Europe/Madrid')`, sql.Shift{Of: column, By: month, Back: true}},
		{`("p"."a""b" + 86400000000)`, sql.Shift{Of: column, By: day}},
		{`(-9223372036854775808 /* `, sql.Shift{Of: column, By: endless, Back: true}},
		{`("p"."a""b" IS NOT NULL)`, sql.Is{Term: column, Verdict: sql.Unknown, Not: true}},
		{`"p"."a""b"`, sql.Coalesce{Terms: []sql.Expr{column}}},
		{`trayecto_decimal(count(*))`, sql.Fold{Op: sql.Count}},
		{`?2`, sql.Parameter{Index: 2}},
		{`NULL`, sql.Null{Of: sql.Decimal}},
	} {
		got := p.Expr(c.e)
		if strings.HasSuffix(c.want, "/* ") && strings.HasPrefix(got, c.want) {
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
