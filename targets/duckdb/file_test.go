package duckdb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/duckdb"
	lowered "github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse/suite"
)

// refused is what a target on a file in a folder says to being listed.
func refused(t *testing.T, factory targets.Factory, dir string, path ir.Setting) (targets.ErrorKind, string) {
	t.Helper()
	target := factory()
	p := ir.Platform{Head: ir.Head{Address: "platform.dwh"}, Config: ir.Config{Settings: []ir.Setting{path}}}
	if err := target.Configure(t.Context(), targets.Config{Platform: p, Dir: dir, Env: func(string) (string, bool) { return "", false }}); err != nil {
		return "", err.Error()
	}
	t.Cleanup(func() {
		if err := target.Close(); err != nil {
			t.Error(err)
		}
	})
	err := target.List(t.Context(), targets.ListRequest{}, func([]resource.Object) error { return nil })
	answer, ok := err.(*targets.Error)
	if !ok {
		t.Fatalf("answered %v", err)
	}
	return answer.Kind, answer.Error()
}

// What is wrong with a file is said, with the file named as the project names it.
func TestFilesThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letters.txt"), []byte(strings.Repeat("dear customer, ", 1000)), 0o644); err != nil {
		t.Fatal(err)
	}
	at := func(path string) ir.Setting { return ir.Setting{Name: "path", Value: types.Text(path)} }
	for _, c := range []struct {
		path ir.Setting
		kind targets.ErrorKind
		says string
	}{
		{at("none.duckdb"), targets.Permanent, "there is no file none.duckdb"},
		{at("."), targets.Permanent, "there is no file ."},
		{at("letters.txt"), targets.Permanent, "letters.txt cannot be opened"},
		{at("a?b"), "", "without ? and %"},
		{ir.Setting{Name: "path", Env: "WAREHOUSE_FILE"}, "", "WAREHOUSE_FILE is not set"},
		{ir.Setting{Name: "schema", Value: types.Text("ours")}, "", "it has no path"},
	} {
		kind, says := refused(t, duckdb.Factory(), dir, c.path)
		if kind != c.kind || !strings.Contains(says, c.says) || strings.Contains(says, dir) {
			t.Errorf("of %v it says %s %q, not %s %q", c.path, kind, says, c.kind, c.says)
		}
	}
}

// A file that another program has open can be tried again later.
func lockedOut(t *testing.T, factory targets.Factory) {
	dir := t.TempDir()
	db, _ := engine(factory).Fresh(t).(*database)
	db.dir = dir
	if err := db.leave(); err != nil {
		t.Fatal(err)
	}
	db.Run(t, "CREATE TABLE t (x INTEGER)")
	kind, says := refused(t, factory, dir, ir.Setting{Name: "path", Value: types.Text(name)})
	if kind != targets.Retryable || !strings.Contains(says, "another program has "+name+" open") {
		t.Errorf("it says %s %q", kind, says)
	}
}

// Law: a literal is read back as it was written.
func TestLiteralsAreReadBack(t *testing.T) {
	db := engine(duckdb.Factory()).Fresh(t)
	db.Run(t, "SET TimeZone = 'UTC'")
	at := types.Instant(0)
	var p suite.Printer = lowered.DuckDB{Zone: time.UTC, At: &at}
	one := func(v types.Value) string {
		return db.Texts(t, "SELECT CAST("+p.Expr(lowered.Literal{Value: v})+" AS VARCHAR)")[0]
	}
	for _, x := range []string{"", "it's", `back\slash`, `\n`, "line\nbreak\r\ttab", `"quoted"`, "ñ€😀", "$body$ -- /* ", `\'`} {
		if got := one(types.Text(x)); got != x {
			t.Errorf("%q was read as %q", x, got)
		}
	}
	for value, want := range map[types.Value]string{
		types.NewInstant(time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.UTC)): "2026-03-29 01:30:00.123456+00",
		types.NewInstant(time.Date(-43, 3, 15, 0, 0, 0, 0, time.UTC)):           "0044-03-15 (BC) 00:00:00+00",
		types.Instant(-1 << 63): "-infinity",
		types.MaxInstant:        "infinity",
		types.NewDate(time.Date(2000, 2, 29, 0, 0, 0, 0, time.UTC)): "2000-02-29",
		types.NewDate(time.Date(-4, 2, 29, 0, 0, 0, 0, time.UTC)):   "0005-02-29 (BC)",
		types.Truth(true): "true",
	} {
		if got := one(value); got != want {
			t.Errorf("%s was read as %s", want, got)
		}
	}
	for _, x := range []string{"0", "-2.5", "19.99", "0.000001", "12345678901234567890123456.123456789012", "99999999999999999999999999"} {
		d, err := types.NewDecimal(x)
		if err != nil {
			t.Fatal(err)
		}
		if got := one(d); got != x {
			t.Errorf("%s was read as %s", x, got)
		}
	}
}

// Numbers that DuckDB cannot hold are refused at the condition and not rounded.
func TestNumbersThatAreTooLong(t *testing.T) {
	for text, held := range map[string]bool{"12345678901234567890123456.123456789012": true, "100000000000000000000000000": false, "0.0000000000001": false} {
		d, err := types.NewDecimal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := lowered.DuckDigits.Hold(d); got != held {
			t.Errorf("%s is held: %v", text, got)
		}
	}
}
