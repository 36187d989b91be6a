package postgres

import (
	"time"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Version is the version of this target; it moves when a lowering changes.
const Version = "0.1.0"

const kindFunction = "function"

// form is what needs no database.
var form = warehouse.Form{
	Description: targets.Description{
		Name: "postgres", Version: Version, Protocols: []int{1},
		Doc:      "A PostgreSQL warehouse: segments as views on the customer's own tables, the consent record, and a function that says who may be written to.",
		Settings: []targets.Setting{{Name: "dsn", Required: true, Secret: true, Doc: "The address of the database: env(\"WAREHOUSE_DSN\")."}},
		Kinds:    warehouse.Kinds(kindFunction, "A function: allowed(person, purpose, channel)."),
		Can:      warehouse.Can(),
	},
	Called: "a PostgreSQL database", Gate: kindFunction, Tables: "public", NameBytes: 63,
	Print: func(schema string, zone *time.Location, q sql.Query) string {
		return sql.Postgres{Schema: schema, Zone: zone}.Query(q)
	},
	Count: func(zone *time.Location, at types.Instant, q sql.Query) string {
		return sql.Postgres{Zone: zone, At: &at}.Query(q)
	},
	Support: sql.Support,
}
