package host_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/kit"
)

// The laws hold for a target that is served by another process as they do for
// the same target in this one.
func TestContractThroughPlugin(t *testing.T) {
	dir := t.TempDir()
	install(t, filepath.Join(dir, ".trayecto", "plugins"), "local")
	factory, err := hosting(t, host.Options{Dir: dir}).Target("local")
	if err != nil {
		t.Fatal(err)
	}
	kit.Test(t, kit.Harness{
		Target: factory,
		Fresh: func(t testing.TB) kit.Platform {
			return kit.Platform{Config: config(t.TempDir()), Secrets: []string{"hunter2"}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			byHand(t, p, `UPDATE objects SET attributes = json_set(attributes, '$.description', 'by hand') WHERE kind = ? AND key = ?`, o.Kind, o.Key)
		},
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.robinson"}, Kind: "list", Platform: p.Address, Key: "robinson-es", Attributes: []ir.Setting{
				{Name: "title", Value: types.Text("Robinson")}, {Name: "tags", Value: types.Values{types.Text("law"), types.Text("es")}},
			}}}
		},
		Foreign: func(t testing.TB, p kit.Platform) {
			byHand(t, p, `INSERT INTO objects (kind, key, attributes, switch, mark, once, version) VALUES ('segment', 'theirs', '{}', '', '', '', 1)`)
		},
	})
}

// byHand changes the platform's file as any program could.
func byHand(t testing.TB, p kit.Platform, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(p.Config.Dir, ".trayecto", "sandbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	answer, err := db.Exec(statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := answer.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%d rows, %v", n, err)
	}
}
