package local_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/local"
)

// counted is entropy that never repeats and is the same in each run.
type counted struct{ n atomic.Int64 }

func (c *counted) Read(p []byte) (int, error) {
	return copy(p, fmt.Sprintf("%016d", c.n.Add(1))), nil
}

func harness() kit.Harness {
	entropy := &counted{}
	return kit.Harness{
		Target: local.Factory(entropy),
		Fresh: func(t testing.TB) kit.Platform {
			return kit.Platform{Config: config(t.TempDir(), ".trayecto/sandbox.db")}
		},
		Damage:  damage,
		Foreign: foreign,
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.robinson"}, Kind: "list", Platform: p.Address, Key: "robinson-es", Attributes: []ir.Setting{
				{Name: "title", Value: types.Text("Robinson")}, {Name: "tags", Value: types.Values{types.Text("law"), types.Text("es")}},
			}}}
		},
	}
}

func config(dir, path string) targets.Config {
	return targets.Config{
		Platform: ir.Platform{
			Head: ir.Head{Address: "platform.sandbox"}, Target: "local", Name: "sandbox",
			Config: ir.Config{Settings: []ir.Setting{{Name: "path", Value: types.Text(path)}}},
		},
		Dir: dir,
		Env: func(string) (string, bool) { return "", false },
		Now: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC),
	}
}

func file(c targets.Config) string { return filepath.Join(c.Dir, ".trayecto", "sandbox.db") }

func damage(t testing.TB, p kit.Platform, o resource.Object) {
	t.Helper()
	byHand(t, file(p.Config), `UPDATE objects SET attributes = json_set(attributes, '$.description', 'by hand') WHERE kind = ? AND key = ?`, o.Kind, o.Key)
}

func foreign(t testing.TB, p kit.Platform) {
	t.Helper()
	byHand(t, file(p.Config), `INSERT INTO objects (kind, key, attributes, switch, mark, once, version) VALUES ('segment', 'theirs', '{}', '', '', '', 1)`)
}

func byHand(t testing.TB, path, statement string, args ...any) {
	t.Helper()
	answer, err := database(t, path).Exec(statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := answer.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%d rows, %v", n, err)
	}
}

// database is the file as any program sees it, closed at the end of the test.
func database(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestContract(t *testing.T) { kit.Test(t, harness()) }
