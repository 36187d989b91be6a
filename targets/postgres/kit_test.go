package postgres_test

import (
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/postgres"
	"github.com/trayecto/trayecto/targets/sql"
	"github.com/trayecto/trayecto/targets/warehouse/suite"
)

func TestContract(t *testing.T) {
	t.Parallel()
	suite.Kit(t, engine(postgres.New), byHand)
}

// byHand is what somebody does who should not: a view without rows, a
// function with other rights, a clock that is gone.
func byHand(t testing.TB, db suite.Database, schema string, o resource.Object) {
	name := sql.Name{Schema: schema, Object: o.Key}
	switch o.Kind {
	case "view":
		definition := db.Texts(t, "SELECT pg_get_viewdef("+sql.QuoteText(name.Quoted())+"::regclass)")[0]
		db.Run(t, suite.EmptyView(name, strings.TrimSuffix(definition, ";")))
	case "function":
		db.Run(t, "ALTER FUNCTION "+name.Quoted()+" SECURITY DEFINER")
	default:
		db.Run(t, "ALTER FUNCTION "+sql.Name{Schema: schema, Object: "now"}.Quoted()+" SECURITY DEFINER")
	}
}
