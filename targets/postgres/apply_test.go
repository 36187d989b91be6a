package postgres_test

import (
	"errors"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/warehouse/suite"
	"strings"
	"testing"
)

func TestAReadOnlyDatabaseIsSaidToBe(t *testing.T) {
	conn, d, w, target := opened(t)
	var name string
	if err := conn.QueryRow(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	run(t, conn, "ALTER DATABASE "+name+" SET default_transaction_read_only = on")
	r := suite.Resolved(suite.Find(t, w.Lower(target).Resources, "trayecto"), nil)
	_, err := suite.Apply(t, target, targets.Change{Action: targets.Create, Resource: r, Key: "1"})
	if err == nil || err.Kind != targets.Permanent || !strings.HasPrefix(err.Error(), "the database is read-only") {
		t.Errorf("a read-only database: %v", err)
	}
	if got := suite.Everything(t, target); len(got) != 0 {
		t.Errorf("it holds %v", got)
	}
	run(t, conn, "ALTER DATABASE "+name+" RESET default_transaction_read_only", "DROP ROLE IF EXISTS reader_"+name, "CREATE ROLE reader_"+name+" LOGIN")
	d.dsn = strings.Replace(d.dsn, "user=trayecto", "user=reader_"+name, 1)
	reader := w.On(d).Target(t)
	if _, err := reader.Identity(t.Context()); err != nil {
		t.Errorf("a user who may only read does not learn where they are: %v", err)
	}
	_, err = suite.Apply(t, reader, targets.Change{Action: targets.Update, Resource: r, Key: "2"})
	if err == nil || err.Kind != targets.Permanent || !strings.Contains(err.Message, "permission denied") {
		t.Errorf("as a user who may only read: %v", err)
	}
}

func TestWhereTheDatabaseIs(t *testing.T) {
	_, d, w, target := opened(t)
	first, err := target.Identity(t.Context())
	if err != nil || !strings.Contains(first, "schema trayecto") {
		t.Fatalf("%q %v", first, err)
	}
	d.dsn = cluster.Server(t).New(t)
	if second, err := w.On(d).Target(t).Identity(t.Context()); err != nil || second == first {
		t.Errorf("another database is the same: %q %v", second, err)
	}
	d.dsn = "host=/nowhere dbname=x user=ana password=hunter2"
	_, err = w.On(d).Target(t).Identity(t.Context())
	var answer *targets.Error
	if !errors.As(err, &answer) || answer.Kind != targets.Retryable || !strings.HasPrefix(err.Error(), "cannot reach the database") {
		t.Errorf("an unreachable database: %v", err)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the password is in the error")
	}
	d.dsn = "postgres://ana:hunter2@[bad/x"
	err = target.Configure(t.Context(), d.Config(w.Platform))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("an address that is none: %v", err)
	}
	unset := d.Config(w.Platform)
	unset.Env = func(string) (string, bool) { return "", false }
	err = target.Configure(t.Context(), unset)
	if err == nil || !strings.Contains(err.Error(), "WAREHOUSE_DSN is not set") {
		t.Errorf("a missing variable: %v", err)
	}
}

// A connection that was cut between changes is made again; one that is cut
// during a change did nothing.
func TestABrokenConnection(t *testing.T) {
	_, d, w, target := opened(t)
	suite.Deploy(t, target, w.Lower(target).Resources)
	cut := "SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	d.Texts(t, cut)
	err := target.List(t.Context(), targets.ListRequest{}, func([]resource.Object) error { return nil })
	var answer *targets.Error
	if err != nil && (!errors.As(err, &answer) || answer.Kind != targets.Retryable) {
		t.Errorf("a cut connection: %v", err)
	}
	if got := len(suite.Everything(t, target)); got != 3 {
		t.Errorf("%d objects after connecting again", got)
	}
}

// When the answer to a commit is lost, the outcome is unknown, and the
// idempotency key tells afterwards.
func TestALostCommitIsResolvedByItsKey(t *testing.T) {
	conn, _, w, target := opened(t)
	applied := suite.Deploy(t, target, w.Lower(target).Resources)
	run(t, conn, `CREATE FUNCTION public.cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
		CREATE CONSTRAINT TRIGGER cut AFTER UPDATE ON trayecto.objects DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.cut()`)
	prior := suite.Held(t, target, "segment_active")
	update := targets.Change{Action: targets.Update, Resource: suite.Find(t, applied, "segment_active"), Prior: prior, Mark: prior.Mark, Key: "lost"}
	if _, err := suite.Apply(t, target, update); err == nil || err.Kind != targets.UnknownOutcome {
		t.Fatalf("got %v", err)
	}
	if found, err := target.Find(t.Context(), targets.FindRequest{Kind: "view", Once: "lost"}); err != nil || len(found) != 0 {
		t.Errorf("it was not done, and yet: %v %v", found, err)
	}
	run(t, conn, "DROP TRIGGER cut ON trayecto.objects")
	if _, err := suite.Apply(t, target, update); err != nil {
		t.Fatalf("trying again: %v", err)
	}
	if found, err := target.Find(t.Context(), targets.FindRequest{Kind: "view", Once: "lost"}); err != nil || len(found) != 1 {
		t.Errorf("it was done, and yet: %v %v", found, err)
	}
}
