package postgres_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/sql"
)

// The contract that every target keeps, on a real server: each platform is a
// schema of its own beside a customer's tables of its own.
func TestContract(t *testing.T) {
	dsn := cluster.New(t)
	conn := connect(t, dsn)
	var made atomic.Int64
	kit.Test(t, kit.Harness{
		Target: postgres.New,
		Holds:  takes,
		Fresh: func(t testing.TB) kit.Platform {
			house := warehouse{schema: fmt.Sprintf("kit%d", made.Add(1))}
			program := kit.Before(ir.Platform{Head: ir.Head{Address: "platform.sandbox"}})
			house.load(t, conn, program, nil, nil)
			config := targets.Config{
				Platform: house.platform(program, nil),
				Env:      func(string) (string, bool) { return dsn, true },
				Now:      sample.Now.Time(),
			}
			return kit.Platform{Config: config, Secrets: []string{dsn}}
		},
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.nobody"}, Kind: "view", Platform: p.Address, Key: "nobody", Attributes: []ir.Setting{
				{Name: "sql", Value: types.Text("SELECT 1 AS one WHERE false")},
			}}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) { run(t, conn, byHand(t, conn, p, o)) },
		Random: func(src sample.Source, platform ir.Platform) *ir.Program {
			p := kit.Before(platform)
			for i := range 4 {
				head := ir.Head{Address: fmt.Sprintf("segment.random_%d", i)}
				p.Segments = append(p.Segments, ir.Segment{Head: head, Where: sample.Predicate(src, p, sample.Options{Without: beyond}, 2)})
			}
			return p
		},
	})
}

// takes tells whether a warehouse takes a declaration: it writes to nobody.
func takes(address string) bool {
	switch ir.KindOf(address) {
	case "touchpoint", "journey", "action", "moment", "link", "part":
		return false
	}
	return true
}

// byHand is what somebody types who should not: a view without rows, a
// function with other rights, a clock that is gone.
func byHand(t testing.TB, conn *pgx.Conn, p kit.Platform, o resource.Object) string {
	setting, _ := p.Config.Platform.Config.Get("schema")
	name := sql.Name{Schema: fmt.Sprint(setting.Value), Object: o.Key}
	switch o.Kind {
	case "view":
		var definition string
		if err := conn.QueryRow(t.Context(), "SELECT pg_get_viewdef($1::regclass)", name.Quoted()).Scan(&definition); err != nil {
			t.Fatal(err)
		}
		return "CREATE OR REPLACE VIEW " + name.Quoted() + " AS SELECT * FROM (" + strings.TrimSuffix(definition, ";") + ") AS x WHERE false"
	case "function":
		return "ALTER FUNCTION " + name.Quoted() + " SECURITY DEFINER"
	}
	return "ALTER FUNCTION " + sql.Name{Schema: name.Schema, Object: "now"}.Quoted() + " SECURITY DEFINER"
}
