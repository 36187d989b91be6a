package suite

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Kit is the contract that every target keeps: each platform is a schema of its
// own beside a customer's tables of its own. ByHand changes one object behind
// the target's back; o.Key is its name in the schema.
func Kit(t *testing.T, e Engine, byHand func(t testing.TB, db Database, schema string, o resource.Object)) {
	kit.Test(t, harness(t, e, byHand))
}

// Served is the contract of a target that another process serves: what the
// protocol could spoil (kit.Served). Here makes the same target in this process.
func Served(t *testing.T, e Engine, here targets.Factory, byHand func(t testing.TB, db Database, schema string, o resource.Object)) {
	h := harness(t, e, byHand)
	served := h.Target
	h.Target = here
	kit.Served(t, h, served)
}

// Shipped is the contract of a target that is only ever served by a program of
// its own: all of it through the protocol. Here makes the same target in this process.
func Shipped(t *testing.T, e Engine, here targets.Factory, byHand func(t testing.TB, db Database, schema string, o resource.Object)) {
	h := harness(t, e, byHand)
	kit.Test(t, h)
	served := h.Target
	h.Target = here
	kit.Same(t, h, served)
}

func harness(t *testing.T, e Engine, byHand func(t testing.TB, db Database, schema string, o resource.Object)) kit.Harness {
	var made atomic.Int64
	platforms := &shelf{}
	shared := e.Fresh(t)
	return kit.Harness{
		Target: shared.Factory,
		Holds:  takes,
		Fresh: func(t testing.TB) kit.Platform {
			h := house{engine: e, schema: fmt.Sprintf("kit%d", made.Add(1))}
			program := kit.Before(ir.Platform{Head: ir.Head{Address: "platform.sandbox"}})
			db := shared
			if e.Light {
				db = e.Fresh(t)
			}
			platforms.put(h.schema, db)
			h.load(t, db, program, nil, nil)
			return kit.Platform{Config: db.Config(h.platform(program, nil)), Secrets: db.Secrets()}
		},
		Own: func(p ir.Platform) []ir.Resource {
			return []ir.Resource{{Head: ir.Head{Address: "resource.nobody"}, Kind: "view", Platform: p.Address, Key: "nobody", Attributes: []ir.Setting{
				{Name: "sql", Value: types.Text("SELECT 1 AS one WHERE false")},
			}}}
		},
		Damage: func(t testing.TB, p kit.Platform, o resource.Object) {
			schema := warehouse.Schema(p.Config.Platform)
			byHand(t, platforms.get(strings.TrimPrefix(schema, "ours_")), schema, o)
		},
		Random: func(src sample.Source, platform ir.Platform) *ir.Program {
			p := kit.Before(platform)
			for i := range 4 {
				head := ir.Head{Address: fmt.Sprintf("segment.random_%d", i)}
				p.Segments = append(p.Segments, ir.Segment{Head: head, Where: sample.Predicate(src, p, sample.Options{Without: beyond}, 2)})
			}
			return p
		},
	}
}

// takes tells whether a warehouse takes a declaration: it writes to nobody.
func takes(address string) bool {
	switch ir.KindOf(address) {
	case "touchpoint", "journey", "action", "moment", "link", "part":
		return false
	}
	return true
}

// EmptyView is the statement that leaves a view its columns and nobody in it.
func EmptyView(name sql.Name, definition string) string {
	return "CREATE OR REPLACE VIEW " + name.Quoted() + " AS SELECT * FROM (" + definition + ") AS x WHERE false"
}

// shelf is the databases of platforms, by the schema of the customer's tables.
type shelf struct{ databases sync.Map }

func (s *shelf) put(schema string, db Database) { s.databases.Store(schema, db) }

func (s *shelf) get(schema string) Database {
	db, _ := s.databases.Load(schema)
	return db.(Database)
}
