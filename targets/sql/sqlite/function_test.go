package sqlite

import (
	"database/sql/driver"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/types"
)

// What a column holds is read as what it means, or refused without repeating it.
func TestColumnsAreRead(t *testing.T) {
	for _, c := range []struct {
		function string
		args     []driver.Value
		want     driver.Value // nil: refused
	}{
		{"trayecto_decimal", []driver.Value{int64(25)}, "p5000000225"},
		{"trayecto_decimal", []driver.Value{2.5}, "p5000000125"},
		{"trayecto_decimal", []driver.Value{"-2.50"}, "n4999999874~"},
		{"trayecto_decimal", []driver.Value{"0.00"}, "o"},
		{"trayecto_decimal", []driver.Value{"secret"}, nil},
		{"trayecto_decimal", []driver.Value{[]byte("1")}, nil},
		{"trayecto_truth", []driver.Value{int64(1)}, int64(1)},
		{"trayecto_truth", []driver.Value{"false"}, int64(0)},
		{"trayecto_truth", []driver.Value{"secret"}, nil},
		{"trayecto_instant", []driver.Value{"1970-01-01 01:00", "Europe/Madrid"}, int64(0)},
		{"trayecto_instant", []driver.Value{"1970-01-01T00:00:00.000001Z", "Europe/Madrid"}, int64(1)},
		{"trayecto_instant", []driver.Value{int64(5), "Europe/Madrid"}, nil},
		{"trayecto_instant", []driver.Value{"secret", "Europe/Madrid"}, nil},
		{"trayecto_instant", []driver.Value{"1970-01-01", "secret"}, nil},
		{"trayecto_date", []driver.Value{"1970-01-02", "Europe/Madrid"}, int64(1)},
		{"trayecto_date", []driver.Value{"1970-01-01T23:30:00Z", "Europe/Madrid"}, int64(1)},
		{"trayecto_date", []driver.Value{"secret", "Europe/Madrid"}, nil},
		{"trayecto_day", []driver.Value{"secret", "UTC"}, nil},
		{"trayecto_midnight", []driver.Value{int64(0), "Europe/Madrid"}, int64(-3_600_000_000)},
		{"trayecto_shift", []driver.Value{int64(0), "secret", "UTC"}, nil},
		{"trayecto_shift", []driver.Value{int64(0), int64(1), int64(1)}, nil},
	} {
		got, err := named(t, c.function)(nil, c.args)
		switch {
		case err != nil && c.want != nil, err == nil && got != c.want:
			t.Errorf("%s%v is %v, %v; want %v", c.function, c.args, got, err, c.want)
		case err != nil && strings.Contains(strings.ReplaceAll(err.Error(), `unknown time zone secret`, ""), "secret"):
			t.Errorf("%s repeats what a column holds: %v", c.function, err)
		}
	}
	for _, s := range scalars {
		if got, err := strict(s)(nil, make([]driver.Value, s.args)); got != nil || err != nil {
			t.Errorf("%s of null is %v, %v", s.name, got, err)
		}
	}
}

func named(t *testing.T, name string) scalarFunc {
	for _, s := range scalars {
		if s.name == name {
			return strict(s)
		}
	}
	t.Fatalf("no %s", name)
	return nil
}

// What a column cannot be read as fails the question and is not answered.
func TestWhatCannotBeReadFails(t *testing.T) {
	program := &ir.Program{Person: ir.Person{Keys: []ir.Key{{Name: "id", Type: types.String}}, Attributes: []ir.Attribute{{Name: "score", Type: types.String}}}}
	who := &person.Person{ID: "ana", Attributes: map[string]types.Value{"id": types.Text("ana"), "score": types.Text("many")}}
	db, err := Open(t.Context(), program, []*person.Person{who}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := db.Texts(t.Context(), `SELECT id FROM people WHERE trayecto_decimal(score) > trayecto_decimal('1')`); err == nil {
		t.Errorf("answered %v", got)
	}
	if got, err := db.Texts(t.Context(), `SELECT trayecto_sum(trayecto_decimal(1)) OVER (ORDER BY id ROWS 1 PRECEDING) FROM people`); err != nil || len(got) != 1 {
		t.Errorf("a sum over one row: %v, %v", got, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Texts(t.Context(), "SELECT 1"); err == nil {
		t.Error("a closed database answers")
	}
}
