package sqlite_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/sql/sqlite"
)

// An empty table says nothing about anyone where a list has to be fresh: whoever
// could be on it counts as excluded. Where it need not be, nobody is on it.
func TestAnEmptyList(t *testing.T) {
	people := []*person.Person{
		{ID: "ana", Attributes: map[string]types.Value{"id": types.Text("ana"), "mail": types.Text("ana@example.test")}},
		{ID: "ben", Attributes: map[string]types.Value{"id": types.Text("ben")}},
	}
	for name, x := range map[string]struct {
		fresh types.Span
		want  []string
	}{
		"must be fresh":      {types.Span{Amount: 30, Unit: types.Day}, []string{"ana"}},
		"is as old as it is": {types.Span{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			robinson := ir.Exclusion{Head: ir.Head{Address: "exclusion.robinson"}, Match: []expr.Expr{expr.Attribute{Path: []string{"mail"}, Type: types.Email}}, FreshFor: x.fresh}
			p := &ir.Program{
				Project:    ir.Project{Name: "p", Timezone: "UTC"},
				Person:     ir.Person{Keys: []ir.Key{{Name: "id", Type: types.String}, {Name: "mail", Type: types.Email}}},
				Exclusions: []ir.Exclusion{robinson},
			}
			lists := person.Lists{robinson.Address: {Rows: map[string]bool{}}}
			db, err := sqlite.Open(t.Context(), p, people, lists)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			}()
			lowered := sql.Lowering{Program: p, Mapping: sqlite.Mapping(p, lists)}.Predicate(expr.Excluded{Exclusion: robinson.Address})
			if len(lowered.Diagnostics) > 0 {
				t.Fatal(lowered.Diagnostics)
			}
			if diff := cmp.Diff(x.want, members(t, db, sql.SQLite{At: sample.Now}.Query(lowered.Query))); diff != "" {
				t.Errorf("excluded (-want +got):\n%s", diff)
			}
		})
	}
}
