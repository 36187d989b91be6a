package postgres_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

var madrid = zone("Europe/Madrid")

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// printings are the two ways to print for one instant: a session that counts
// has the project's zone, one that looks at views has any.
func printings(t *testing.T, conn *pgx.Conn, schema string, z *time.Location, at types.Instant) map[string]sql.Postgres {
	t.Helper()
	run(t, conn, "CREATE SCHEMA "+sql.Quote(schema))
	run(t, conn, sql.Support(schema, z)...)
	run(t, conn, fmt.Sprintf("SET trayecto.now = '%s'", at.Time().Format(time.RFC3339Nano)))
	return map[string]sql.Postgres{"counting": {Zone: z, At: &at}, "deployed": {Schema: schema, Zone: z}}
}

func session(t *testing.T, conn *pgx.Conn, printing string, z *time.Location) {
	t.Helper()
	timezone := "Pacific/Apia"
	if printing == "counting" {
		timezone = z.String()
	}
	run(t, conn, "SET timezone = "+sql.QuoteText(timezone))
}

func one(t *testing.T, conn *pgx.Conn, p sql.Postgres, e sql.Expr) string {
	t.Helper()
	query := "SELECT CAST(" + p.Expr(e) + " AS text)"
	var out *string
	if err := conn.QueryRow(t.Context(), query).Scan(&out); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	if out == nil {
		return "null"
	}
	return *out
}

// Law: an instant moved by a span is where Span moves it, on days when clocks
// change and months are short, in both printings.
func TestShiftsAreTheCalendars(t *testing.T) {
	t.Parallel()
	conn := connect(t, cluster.New(t))
	spans := []types.Span{{Amount: 1, Unit: types.Month}, {Amount: 5, Unit: types.Month}, {Amount: 1, Unit: types.Year}, {Amount: 25, Unit: types.Month},
		{Amount: 90, Unit: types.Minute}, {Amount: 1, Unit: types.Day}, {Amount: 3, Unit: types.Week}, {Amount: 7, Unit: types.Second}}
	for i, name := range []string{"Europe/Madrid", "America/New_York", "UTC", "Australia/Lord_Howe"} {
		z := zone(name)
		for printing, p := range printings(t, conn, fmt.Sprintf("z%d", i), z, 0) {
			session(t, conn, printing, z)
			for _, at := range edges(z) {
				for _, span := range spans {
					for _, back := range []bool{true, false} {
						want := span.After(at, z)
						if back {
							want = span.Before(at, z)
						}
						same := sql.Compare{Op: sql.Equal, Left: sql.Shift{Of: sql.Literal{Value: at}, By: span, Back: back}, Right: sql.Literal{Value: want}}
						if got := one(t, conn, p, same); got != "true" {
							t.Errorf("%s in %s, %s (back %v): not %s", at.Time(), name, span, back, want.Time())
						}
					}
				}
			}
		}
	}
}

// edges are the hours around the changes of clocks of a year, a month and a
// year away from them, and ends of months.
func edges(z *time.Location) []types.Instant {
	var out []types.Instant
	for day := time.Date(2025, 1, 1, 0, 0, 0, 0, z); day.Year() < 2026; day = day.AddDate(0, 0, 1) {
		_, before := day.Zone()
		_, after := day.AddDate(0, 0, 1).Zone()
		if before == after {
			continue
		}
		for _, months := range []int{-5, -1, 1, 12} {
			for half := range 8 {
				wall := time.Date(day.Year(), day.Month()+time.Month(months), day.Day(), 0, 30*half+15, 0, 123000, z)
				out = append(out, types.NewInstant(wall))
			}
		}
	}
	return append(out, types.NewInstant(time.Date(2024, 2, 29, 12, 0, 0, 1000, z)), types.NewInstant(time.Date(2025, 3, 31, 2, 30, 0, 0, z)))
}

// Law: now is the instant that was set, and the window before it is the same
// in both printings.
func TestNowIsOneInstant(t *testing.T) {
	conn := connect(t, cluster.New(t))
	at := types.NewInstant(time.Date(2026, 3, 29, 9, 30, 0, 123456000, time.UTC))
	for printing, p := range printings(t, conn, "s", madrid, at) {
		session(t, conn, printing, madrid)
		for _, span := range []types.Span{{Amount: 5, Unit: types.Month}, {Amount: 90, Unit: types.Day}, {Amount: 999999, Unit: types.Year}} {
			want := sql.Expr(sql.Literal{Value: span.Before(at, madrid)})
			if span.Amount == 999999 {
				want = sql.Literal{Value: types.Instant(-1 << 63)}
			}
			got := one(t, conn, p, sql.Compare{Op: sql.Equal, Left: sql.Shift{Of: sql.Now{}, By: span, Back: true}, Right: want})
			if got != "true" {
				t.Errorf("%s: %s before now is another instant", printing, span)
			}
		}
		if got := one(t, conn, p, sql.Compare{Op: sql.Equal, Left: sql.Now{}, Right: sql.Literal{Value: at}}); got != "true" {
			t.Errorf("%s: now is another instant", printing)
		}
	}
	run(t, conn, "SET trayecto.now = ''")
	var near bool
	if err := conn.QueryRow(t.Context(), "SELECT s.now() = pg_catalog.now()").Scan(&near); err != nil || !near {
		t.Errorf("without a setting now is not the database's: %v %v", near, err)
	}
}

// Law: an average is the exact quotient, rounded half to even at six places.
func TestMeanIsRoundedHalfEven(t *testing.T) {
	conn := connect(t, cluster.New(t))
	src := rand.New(rand.NewPCG(1, 1))
	groups := [][]string{{"0.0000005"}, {"0.0000015"}, {"-0.0000005"}, {"-0.0000015"}, {"0.0000025", "0.0000025"}, {"1", "2"}, {"1", "1", "2"}, {"-1", "-1", "-2"},
		{"0.000001", "0"}, {"0.000003", "0"}, {"123456789012345678901234567890.5", "0.000001"}, {"0"}, {"2500315.63", "1", "1"}}
	for range 300 {
		var group []string
		for range 1 + src.IntN(9) {
			group = append(group, big.NewRat(int64(src.IntN(4000001)-2000000), 1000000).FloatString(src.IntN(7)))
		}
		groups = append(groups, group)
	}
	run(t, conn, "CREATE TABLE n (g integer, x numeric)")
	want := []string{}
	for i, group := range groups {
		sum := new(big.Rat)
		for _, x := range group {
			run(t, conn, fmt.Sprintf("INSERT INTO n VALUES (%d, %s), (%d, NULL)", i, x, i))
			r, _ := new(big.Rat).SetString(x)
			sum.Add(sum, r)
		}
		want = append(want, halfEven(sum.Quo(sum, big.NewRat(int64(len(group)), 1))))
	}
	run(t, conn, "INSERT INTO n VALUES (-1, NULL)")
	g, x := sql.Column{Of: "n", Name: "g"}, sql.Column{Of: "n", Name: "x"}
	at := types.Instant(0)
	query := sql.Postgres{Zone: time.UTC, At: &at}.Query(sql.Select{
		Columns: []sql.Named{{Of: g, Name: "g"}, {Of: sql.Fold{Op: sql.Mean, Of: x}, Name: "m"}}, From: sql.Table{Name: sql.Name{Schema: "public", Object: "n"}, As: "n"},
		Group: []sql.Expr{g},
	})
	rows, err := conn.Query(t.Context(), "SELECT COALESCE(m::text, 'null') FROM ("+query+") q ORDER BY g")
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append([]string{"null"}, want...), got); diff != "" {
		t.Error(diff)
	}
}

// halfEven is another way to the same: in millionths, as whole numbers.
func halfEven(r *big.Rat) string {
	scaled := new(big.Rat).Mul(r, big.NewRat(1000000, 1))
	floor := new(big.Int).Div(scaled.Num(), scaled.Denom()) // Euclidean: towards minus infinity
	rest := new(big.Rat).Sub(scaled, new(big.Rat).SetInt(floor))
	if c := rest.Cmp(big.NewRat(1, 2)); c > 0 || c == 0 && floor.Bit(0) == 1 {
		floor.Add(floor, big.NewInt(1))
	}
	return new(big.Rat).SetFrac(floor, big.NewInt(1000000)).FloatString(6)
}

// Law: lower is Go's, letter by letter, whatever the database's locale.
func TestLowerIsUnicodes(t *testing.T) {
	conn := connect(t, cluster.New(t))
	var letters []string
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if unicode.IsLetter(r) && (unicode.ToLower(r) != r || r%97 == 0) {
			letters = append(letters, string(r))
		}
	}
	all := strings.Join(append(letters, "ANA@Example.test ÁRBOL İstanbul ΣΑΣ"), "|")
	for printing, p := range printings(t, conn, "s", madrid, 0) {
		for _, x := range []string{all, "ANA-1", ""} {
			if got := one(t, conn, p, sql.Func{Name: sql.Lower, Args: []sql.Expr{sql.Literal{Value: types.Text(x)}}}); got != strings.ToLower(x) {
				t.Errorf("%s: lower of %.40q differs: %s", printing, x, cmp.Diff(strings.ToLower(x), got))
			}
		}
	}
}

// Law: a literal is read back as it was written.
func TestLiteralsAreReadBack(t *testing.T) {
	conn := connect(t, cluster.New(t))
	at := types.Instant(0)
	p := sql.Postgres{Zone: time.UTC, At: &at}
	run(t, conn, "SET timezone = 'UTC'")
	for _, x := range []string{"", "it's", `back\slash`, `\n`, "line\nbreak\r\ttab", `"quoted"`, "ñ€😀", "$body$ -- /* ", `\'`} {
		if got := one(t, conn, p, sql.Literal{Value: types.Text(x)}); got != x {
			t.Errorf("%q was read as %q", x, got)
		}
	}
	for value, want := range map[types.Value]string{
		types.NewInstant(time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC)): "2026-03-29 01:30:00.123456+00",
		types.NewInstant(time.Date(-43, 3, 15, 0, 0, 0, 0, time.UTC)):           "0044-03-15 00:00:00+00 BC",
		types.Instant(-1 << 63): "-infinity",
		types.MaxInstant:        "infinity",
		types.NewDate(time.Date(2000, 2, 29, 0, 0, 0, 0, time.UTC)): "2000-02-29",
		types.NewDate(time.Date(-4, 2, 29, 0, 0, 0, 0, time.UTC)):   "0005-02-29 BC",
		types.Truth(true): "true",
	} {
		if got := one(t, conn, p, sql.Literal{Value: value}); got != want {
			t.Errorf("%s was read as %s", want, got)
		}
	}
	for _, x := range []string{"0", "-2.5", "19.99", "0.000001", "123456789012345678901234567890.123456789"} {
		d, err := types.NewDecimal(x)
		if err != nil {
			t.Fatal(err)
		}
		if got := one(t, conn, p, sql.Literal{Value: d}); got != x {
			t.Errorf("%s was read as %s", x, got)
		}
	}
}

// A time without zone is the project's; where clocks are put back it is the
// later of the two, where they are put forward as far after the gap.
func TestColumnsAreReadByWhatTheyMean(t *testing.T) {
	conn := connect(t, cluster.New(t))
	run(t, conn, `CREATE TABLE c (a timestamptz, b timestamp, d date, e text, f varchar(40))`,
		`INSERT INTO c VALUES ('2025-10-26 01:30+00', '2025-10-26 02:30', '2025-10-26', '2025-10-26 02:30', '2025-10-26T01:30:00Z')`)
	want := map[string]string{"a": "2025-10-26 01:30:00+00", "b": "2025-10-26 01:30:00+00", "d": "2025-10-25 22:00:00+00",
		"e": "2025-10-26 01:30:00+00", "f": "2025-10-26 01:30:00+00"}
	for printing, p := range printings(t, conn, "s", madrid, 0) {
		session(t, conn, printing, madrid)
		got, days := map[string]string{}, map[string]string{}
		for column := range want {
			c := sql.Column{Of: "c", Name: column}
			var at, day string
			err := conn.QueryRow(t.Context(), "SELECT CAST("+p.Expr(sql.Read{Of: c, To: sql.Instant})+" AT TIME ZONE 'UTC' AS text) || '+00', CAST("+
				p.Expr(sql.Read{Of: c, To: sql.Date})+" AS text) FROM public.c AS c").Scan(&at, &day)
			if err != nil {
				t.Fatal(err)
			}
			got[column], days[column] = at, day
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", printing, diff)
		}
		for column, day := range days {
			if day != "2025-10-26" {
				t.Errorf("%s: the day of %s is %s", printing, column, day)
			}
		}
	}
}
