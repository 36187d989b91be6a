// Package suite is the tests that every warehouse must pass, beside those of
// the kit: its numbers, its clock, its views and its gate are the evaluator's.
//
// A target's own test hands an Engine over. Dialect asks what is printed for it,
// on a session of the test's own; Target asks the target, whichever way it is
// served.
package suite

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/sql"
)

// Engine is a kind of warehouse under test.
type Engine struct {
	// Target is the target's name.
	Target string
	// Fresh makes a new and empty database.
	Fresh func(t testing.TB) Database
	// Light tells that a database costs less than a schema in one that has many.
	Light bool
	// Worlds is how many random programs a law about them takes.
	Worlds int
	// Column is how a column for values of a type is declared; foreign columns are
	// declared as a customer might who never thought of us.
	Column func(t types.Type, foreign bool) string
	// Settings are the arguments that a platform block needs.
	Settings []ir.Setting
	// Digits is how long numbers are.
	Digits sql.Digits
}

// Database is one database with a session for the test. Its schema Tables is
// where tables are that are named without one.
type Database interface {
	// Run runs statements.
	Run(t testing.TB, statements ...string)
	// Texts is the first column of a query, sorted; null is "null".
	Texts(t testing.TB, query string) []string
	// Clock sets the platform's clock in the session.
	Clock(t testing.TB, at types.Instant)
	// Secrets are values that must never be seen outside of Configure.
	Secrets() []string
	// Config opens a target on the database with a platform block that has the Settings.
	Config(p ir.Platform) targets.Config
	// Factory makes targets.
	Factory() targets.Target
	// Printings makes a schema with support and answers the two ways to print for
	// one instant.
	Printings(t testing.TB, schema string, zone *time.Location, at types.Instant) map[string]Printer
	// Session gives the session the time zone that a printing expects.
	Session(t testing.TB, printing string, zone *time.Location)
	// Tables is the schema of tables that are named without one.
	Tables() string
}

// Printer is a dialect with its settings.
type Printer interface {
	Query(q sql.Query) string
	Expr(e sql.Expr) string
}

// law is one thing that is true of every warehouse.
type law struct {
	name  string
	holds func(t *testing.T, e Engine)
}

// Dialect asks what is printed.
func Dialect(t *testing.T, e Engine) { test(t, e, dialect) }

// Target asks the target.
func Target(t *testing.T, e Engine) { test(t, e, target) }

func test(t *testing.T, e Engine, laws []law) {
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) { law.holds(t, e) })
	}
}

var dialect = []law{
	{"an instant moved by a span is where the calendar moves it", shiftsAreTheCalendars},
	{"now is the instant that was set", nowIsOneInstant},
	{"an average is rounded half to even at six places", meanIsRoundedHalfEven},
	{"lower is Go's, letter by letter", lowerIsUnicodes},
	{"columns are read by what they mean", columnsAreReadByWhatTheyMean},
	{"the corpus is answered as by hand", answersTheCorpus},
	{"conditions are the evaluator's", conditionsAreTheEvaluators},
	{"real purchases add up", purchasesAddUp},
}

var target = []law{
	{"segments, records and the gate are the evaluator's", segmentsAreTheEvaluators},
	{"states are read as acts", statesAreReadAsActs},
	{"the flagship is the evaluator's", lumenIsTheEvaluators},
	{"views hold the members", viewsHoldTheMembers},
	{"a view changed by hand is drift", aViewChangedByHandIsDrift},
	{"a view with other columns is put right", aViewWithOtherColumnsIsPutRight},
	{"a missing view is not listed", aMissingViewIsNotListed},
	{"a change is made once", aChangeIsMadeOnce},
	{"what is not ours is not taken", whatIsNotOursIsNotTaken},
	{"everything is removed", everythingIsRemoved},
	{"a refused definition names its attribute", aRefusedDefinitionNamesItsAttribute},
	{"look-ups find and suggest", lookupsFindAndSuggest},
}

// root is the folder of the module, found from the folder of a test.
func root(t testing.TB) string {
	t.Helper()
	for dir := "."; len(dir) < 40; dir = filepath.Join(dir, "..") {
		if _, err := os.Stat(filepath.Join(dir, "testdata", "meaning")); err == nil {
			return dir
		}
	}
	t.Fatal("the test does not run inside of the repository")
	return ""
}
