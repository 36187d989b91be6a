package duckdb

import (
	"time"

	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse"
)

// Version is the version of this target; it moves when a lowering changes.
const Version = "0.1.0"

const kindMacro = "macro"

// form is what needs no database.
var form = warehouse.Form{
	Description: targets.Description{
		Name: "duckdb", Version: Version, Protocols: []int{1},
		Doc:      "A DuckDB file as a warehouse: segments as views on your own tables, the consent record, and a macro that says who may be written to.",
		Settings: []targets.Setting{{Name: "path", Required: true, Doc: "The file, relative to the project; it exists already and holds your tables."}},
		Kinds:    warehouse.Kinds(kindMacro, "A macro: allowed(person, purpose, channel)."),
		Can:      warehouse.Can(),
	},
	Called: "a DuckDB file", Gate: kindMacro, Tables: "main", NameBytes: 120, Digits: sql.DuckDigits,
	Print: func(schema string, zone *time.Location, q sql.Query) string {
		return sql.DuckDB{Schema: schema, Zone: zone}.Query(q)
	},
	Count: func(zone *time.Location, at types.Instant, q sql.Query) string {
		return sql.DuckDB{Zone: zone, At: &at}.Query(q)
	},
	Support: sql.DuckSupport,
}
