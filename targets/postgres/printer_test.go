package postgres_test

import (
	"github.com/jackc/pgx/v5"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
	"testing"
	"time"
)

// one is the value of an expression as the database writes it.
func one(t *testing.T, conn *pgx.Conn, p sql.Postgres, e sql.Expr) string {
	t.Helper()
	var out string
	query := "SELECT CAST(" + p.Expr(e) + " AS text)"
	if err := conn.QueryRow(t.Context(), query).Scan(&out); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	return out
}

// Law: a literal is read back as it was written.
func TestLiteralsAreReadBack(t *testing.T) {
	conn := connect(t, cluster.Server(t).New(t))
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
