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

// rights are privileges of the role that connects. Nothing here writes to people,
// so there is nothing to switch on.
var rights = []targets.Right{
	{Name: "CONNECT", For: targets.ToPlan, Doc: "to the database"},
	{Name: "SELECT", For: targets.ToPlan, Doc: "on the tables that the platform block names, to see which columns they have and to count people"},
	{Name: "CREATE", For: targets.ToApply, Doc: "on the database, for the schema of what is made; or on that schema, where somebody made it first"},
}

// form is what needs no database.
var form = warehouse.Form{
	Description: targets.Description{
		Name: "postgres", Version: Version, Protocols: []int{1},
		Doc:      "A PostgreSQL warehouse: segments as views on the customer's own tables, the consent record, and a function that says who may be written to.",
		Settings: []targets.Setting{{Name: "dsn", Required: true, Secret: true, Doc: "The address of the database: env(\"WAREHOUSE_DSN\")."}},
		Kinds:    warehouse.Kinds(kindFunction, "A function: allowed(person, purpose, channel)."),
		Can:      warehouse.Can(), Rights: rights,
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
