package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// shop is a small warehouse: people and orders under names of their own, and
// two segments of which one speaks of the other.
func shop(t testing.TB, conn *pgx.Conn, dsn string) world {
	t.Helper()
	run(t, conn, `CREATE SCHEMA crm; CREATE SCHEMA shop;
		CREATE TYPE crm.tier AS ENUM ('GOLD', 'silver');
		CREATE TABLE crm.customers (customer_no integer PRIMARY KEY, tier crm.tier);
		CREATE TABLE shop.orders (customer integer, created_at timestamp, total numeric(12,2));
		INSERT INTO crm.customers VALUES (1, 'GOLD'), (2, 'silver'), (3, NULL), (4, 'GOLD');
		INSERT INTO shop.orders VALUES (1, '2026-03-01 10:00', 20), (1, '2026-03-02 10:00', 30), (2, '2026-03-02 10:00', 5), (4, '2020-01-01 00:00', 9), (9, '2026-03-01 00:00', 1)`)
	tier := types.Enum{Values: []string{"gold", "silver"}}
	orders := expr.Aggregate{Op: expr.Count, Of: expr.Source{Event: "event.order_placed"}, Type: types.Number, Window: expr.Window{Length: types.Span{Amount: 90, Unit: types.Day}}}
	gold := expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"tier"}, Type: tier}, Right: expr.Literal{Value: types.Text("gold"), Type: types.String}}
	p := &ir.Program{
		Project: ir.Project{Name: "shop", Timezone: "Europe/Madrid", Currency: "EUR", Languages: []string{"es"}, Platforms: []string{"platform.sandbox"}},
		Person:  ir.Person{Keys: []ir.Key{{Name: "customer_id", Type: types.String}}, Attributes: []ir.Attribute{{Name: "tier", Type: tier}}},
		Events:  []ir.Event{{Head: ir.Head{Address: "event.order_placed"}, Fields: []ir.Field{{Name: "amount", Type: types.Money}}}},
		Segments: []ir.Segment{
			{Head: ir.Head{Address: "segment.active"}, Where: expr.Compare{Op: expr.GreaterEqual, Left: orders, Right: expr.Literal{Value: number(1), Type: types.Number}}},
			{Head: ir.Head{Address: "segment.quiet_gold"}, Where: expr.And{Terms: []expr.Expr{gold, expr.Not{Term: expr.Member{Segment: "segment.active"}}}}},
		},
	}
	platform := ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: "postgres", Name: "sandbox", Config: ir.Config{
		Settings: []ir.Setting{{Name: "dsn", Env: "WAREHOUSE_DSN"}},
		Blocks: []ir.ConfigBlock{
			{Type: "people", Config: ir.Config{Settings: []ir.Setting{text("table", "crm.customers"), text("key", "customer_no")}}},
			{Type: "values", Labels: []string{"tier"}, Config: ir.Config{Settings: []ir.Setting{text("gold", "GOLD")}}},
			{Type: "event", Labels: []string{"order_placed"}, Config: ir.Config{Settings: []ir.Setting{text("table", "shop.orders"), text("person", "customer"),
				text("at", "created_at"), {Name: "fields", Map: []ir.Setting{text("amount", "total")}}}}},
		},
	}}
	p.Platforms = []ir.Platform{platform}
	return world{program: p, platform: platform, dsn: dsn}
}

func opened(t *testing.T) (*pgx.Conn, world, targets.Target) {
	t.Helper()
	dsn := cluster.New(t)
	conn := connect(t, dsn)
	w := shop(t, conn, dsn)
	return conn, w, w.target(t)
}

func change(t testing.TB, target targets.Target, c targets.Change) (*resource.Object, *targets.Error) {
	t.Helper()
	var got *targets.Result
	err := target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(r targets.Result) {
		if got != nil {
			t.Error("two results for one change")
		}
		got = &r
	})
	if err != nil || got == nil {
		t.Fatalf("no result: %v", err)
	}
	if got.Key != c.Key {
		t.Errorf("the result of %q is that of %q", c.Key, got.Key)
	}
	return got.Object, got.Err
}

func find(t testing.TB, resources []resource.Resource, key string) resource.Resource {
	t.Helper()
	for _, r := range resources {
		if r.Key == key {
			return r
		}
	}
	t.Fatalf("no resource %s", key)
	return resource.Resource{}
}

func held(t testing.TB, target targets.Target, key string) *resource.Object {
	t.Helper()
	for _, o := range everything(t, target) {
		if o.Key == key {
			return &o
		}
	}
	return nil
}

func TestViewsHoldTheMembers(t *testing.T) {
	conn, w, target := opened(t)
	deploy(t, target, w.lower(target).Resources)
	run(t, conn, "SET trayecto.now = '"+types.Spell(sample.Now)+"'")
	for view, want := range map[string][]string{"active": {"1", "2"}, "quiet_gold": {"4"}} {
		if diff := cmp.Diff(want, ids(t, conn, "SELECT person FROM trayecto.segment_"+view)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", view, diff)
		}
	}
	run(t, conn, "SET trayecto.now = '2030-01-01'")
	if diff := cmp.Diff([]string{"1", "4"}, ids(t, conn, "SELECT person FROM trayecto.segment_quiet_gold")); diff != "" {
		t.Errorf("years later (-want +got):\n%s", diff)
	}
}

func TestLoweringIsDeterministic(t *testing.T) {
	_, w, target := opened(t)
	if diff := cmp.Diff(w.lower(target), w.lower(target)); diff != "" {
		t.Error(diff)
	}
}

func TestAViewChangedByHandIsDrift(t *testing.T) {
	conn, w, target := opened(t)
	applied := deploy(t, target, w.lower(target).Resources)
	before := held(t, target, "segment_active")
	run(t, conn, "CREATE OR REPLACE VIEW trayecto.segment_active AS SELECT 'everyone'::text AS person")
	after := held(t, target, "segment_active")
	if got := fmt.Sprint(after.Attributes["sql"]); !strings.Contains(got, "everyone") {
		t.Errorf("the change by hand is not shown: %s", got)
	}
	if after.Version == before.Version {
		t.Error("the version is the same")
	}
	stale := targets.Change{Action: targets.Update, Resource: find(t, applied, "segment_active"), Prior: before, Mark: before.Mark, Key: "again"}
	if _, err := change(t, target, stale); err == nil || err.Kind != targets.Conflict {
		t.Errorf("written over what was not read: %v", err)
	}
	stale.Prior = after
	if _, err := change(t, target, stale); err != nil {
		t.Fatalf("putting it right: %v", err)
	}
	if diff := cmp.Diff(before.Attributes, held(t, target, "segment_active").Attributes); diff != "" {
		t.Errorf("after putting it right:\n%s", diff)
	}
}

func TestAViewWithOtherColumnsIsPutRight(t *testing.T) {
	conn, w, target := opened(t)
	applied := deploy(t, target, w.lower(target).Resources)
	run(t, conn, "DROP VIEW trayecto.segment_quiet_gold; CREATE VIEW trayecto.segment_quiet_gold AS SELECT 1 AS x, 2 AS y")
	prior := held(t, target, "segment_quiet_gold")
	if _, err := change(t, target, targets.Change{Action: targets.Update, Resource: find(t, applied, "segment_quiet_gold"), Prior: prior, Mark: prior.Mark, Key: "again"}); err != nil {
		t.Fatal(err)
	}
	if got := ids(t, conn, "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'segment_quiet_gold'"); !slices.Equal(got, []string{"person"}) {
		t.Errorf("columns %v", got)
	}
}

func TestAMissingViewIsNotListed(t *testing.T) {
	conn, w, target := opened(t)
	applied := deploy(t, target, w.lower(target).Resources)
	run(t, conn, "DROP VIEW trayecto.segment_quiet_gold")
	if o := held(t, target, "segment_quiet_gold"); o != nil {
		t.Errorf("listed: %+v", o)
	}
	r := find(t, applied, "segment_quiet_gold")
	if _, err := change(t, target, targets.Change{Action: targets.Create, Resource: r, Mark: "mark " + r.Address.String(), Key: "anew"}); err != nil {
		t.Errorf("creating it again: %v", err)
	}
}

func TestAChangeIsMadeOnce(t *testing.T) {
	_, w, target := opened(t)
	applied := deploy(t, target, w.lower(target).Resources)
	r := find(t, applied, "segment_active")
	key := "key " + r.Address.String()
	found, err := target.Find(t.Context(), targets.FindRequest{Kind: r.Kind, Once: key})
	if err != nil || len(found) != 1 || found[0].Key != r.Key {
		t.Fatalf("by idempotency key: %v %v", found, err)
	}
	if none, err := target.Find(t.Context(), targets.FindRequest{Kind: r.Kind, Once: "another"}); err != nil || len(none) != 0 {
		t.Errorf("by an unknown key: %v %v", none, err)
	}
	again, failure := change(t, target, targets.Change{Action: targets.Create, Resource: r, Mark: "mark " + r.Address.String(), Key: key})
	if failure != nil {
		t.Fatal(failure)
	}
	if diff := cmp.Diff(found[0], *again); diff != "" {
		t.Errorf("the same change again:\n%s", diff)
	}
	got, err := target.Get(t.Context(), r.Kind, []string{again.ID, "trayecto.nothing"})
	if err != nil || len(got) != 1 || got[0].ID != again.ID {
		t.Errorf("by id: %v %v", got, err)
	}
}

func TestWhatIsNotOursIsNotTaken(t *testing.T) {
	conn, w, target := opened(t)
	resources := w.lower(target).Resources
	run(t, conn, "CREATE SCHEMA trayecto; CREATE VIEW trayecto.segment_active AS SELECT 'x'::text AS person")
	schema := resolved(find(t, resources, "trayecto"), nil)
	if _, err := change(t, target, targets.Change{Action: targets.Create, Resource: schema, Mark: "m", Key: "1"}); err != nil {
		t.Fatal(err)
	}
	view := resolved(find(t, resources, "segment_active"), nil)
	if _, err := change(t, target, targets.Change{Action: targets.Create, Resource: view, Mark: "m", Key: "2"}); err == nil || err.Kind != targets.Conflict {
		t.Errorf("took a view that is not ours: %v", err)
	}
	var strangers []resource.Object
	err := target.List(t.Context(), targets.ListRequest{Kinds: []string{"view"}, All: true}, func(page []resource.Object) error {
		strangers = append(strangers, page...)
		return nil
	})
	if err != nil || len(strangers) != 1 || strangers[0].Mark != "" || strangers[0].Key != "segment_active" {
		t.Fatalf("all views: %v %v", strangers, err)
	}
	if _, err := change(t, target, targets.Change{Action: targets.Update, Resource: view, Prior: &strangers[0], Mark: "m", Key: "3"}); err != nil {
		t.Errorf("adopting it: %v", err)
	}
	if _, err := change(t, target, targets.Change{Action: targets.Update, Resource: view, Mark: "another project", Key: "4"}); err == nil || err.Kind != targets.Conflict {
		t.Errorf("took what another project made: %v", err)
	}
}

func TestEverythingIsRemoved(t *testing.T) {
	conn, w, target := opened(t)
	applied := deploy(t, target, w.lower(target).Resources)
	remove := func(key string) *targets.Error {
		r := find(t, applied, key)
		_, err := change(t, target, targets.Change{Action: targets.Delete, Resource: r, Prior: held(t, target, key), Mark: "mark " + r.Address.String(), Key: "gone " + key})
		return err
	}
	if err := remove("segment_active"); err == nil || err.Kind != targets.Conflict || !strings.Contains(err.Message, "segment_quiet_gold") {
		t.Errorf("dropped a view that another one uses: %v", err)
	}
	if err := remove("trayecto"); err == nil || err.Kind != targets.Conflict {
		t.Errorf("dropped a schema that is in use: %v", err)
	}
	for _, key := range []string{"segment_quiet_gold", "segment_active", "segment_active", "trayecto"} {
		if err := remove(key); err != nil {
			t.Errorf("removing %s: %v", key, err)
		}
	}
	if left := everything(t, target); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if got := ids(t, conn, "SELECT nspname::text FROM pg_namespace WHERE nspname = 'trayecto'"); len(got) != 0 {
		t.Error("the empty schema is still there")
	}
}

func TestARefusedDefinitionNamesItsAttribute(t *testing.T) {
	conn, w, target := opened(t)
	resources := w.lower(target).Resources
	run(t, conn, "DROP TABLE shop.orders")
	if _, err := change(t, target, targets.Change{Action: targets.Create, Resource: resolved(find(t, resources, "trayecto"), nil), Key: "1"}); err != nil {
		t.Fatal(err)
	}
	_, err := change(t, target, targets.Change{Action: targets.Create, Resource: resolved(find(t, resources, "segment_active"), nil), Key: "2"})
	if err == nil || err.Kind != targets.Rejected || err.Path != "sql" || !strings.Contains(err.Message, "shop.orders") {
		t.Fatalf("got %v", err)
	}
	if o := held(t, target, "segment_active"); o != nil {
		t.Errorf("a refused change left %+v", o)
	}
	counts, failure := target.Count(t.Context(), targets.CountRequest{Program: w.program, Platform: w.platform, Segments: []string{"segment.active", "segment.none"}, Now: sample.Now})
	if failure != nil {
		t.Fatal(failure)
	}
	if !strings.Contains(counts[0].Unknown, "shop.orders") || counts[1].Unknown == "" {
		t.Errorf("counts %+v", counts)
	}
}

func TestAReadOnlyDatabaseIsSaidToBe(t *testing.T) {
	conn, w, target := opened(t)
	var name string
	if err := conn.QueryRow(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	run(t, conn, "ALTER DATABASE "+name+" SET default_transaction_read_only = on")
	r := resolved(find(t, w.lower(target).Resources, "trayecto"), nil)
	_, err := change(t, target, targets.Change{Action: targets.Create, Resource: r, Key: "1"})
	if err == nil || err.Kind != targets.Permanent || !strings.HasPrefix(err.Error(), "the database is read-only") {
		t.Errorf("a read-only database: %v", err)
	}
	if got := everything(t, target); len(got) != 0 {
		t.Errorf("it holds %v", got)
	}
	run(t, conn, "ALTER DATABASE "+name+" RESET default_transaction_read_only", "CREATE ROLE reader_"+name+" LOGIN")
	w.dsn = strings.Replace(w.dsn, "user=trayecto", "user=reader_"+name, 1)
	reader := w.target(t)
	if _, err := reader.Identity(t.Context()); err != nil {
		t.Errorf("a user who may only read does not learn where they are: %v", err)
	}
	_, err = change(t, reader, targets.Change{Action: targets.Update, Resource: r, Key: "2"})
	if err == nil || err.Kind != targets.Permanent || !strings.Contains(err.Message, "permission denied") {
		t.Errorf("as a user who may only read: %v", err)
	}
}

func TestWhereTheDatabaseIs(t *testing.T) {
	_, w, target := opened(t)
	first, err := target.Identity(t.Context())
	if err != nil || !strings.Contains(first, "schema trayecto") {
		t.Fatalf("%q %v", first, err)
	}
	other := w
	other.dsn = cluster.New(t)
	if second, err := other.target(t).Identity(t.Context()); err != nil || second == first {
		t.Errorf("another database is the same: %q %v", second, err)
	}
	w.dsn = "host=/nowhere dbname=x user=ana password=hunter2"
	_, err = w.target(t).Identity(t.Context())
	var answer *targets.Error
	if !errors.As(err, &answer) || answer.Kind != targets.Retryable || !strings.HasPrefix(err.Error(), "cannot reach the database") {
		t.Errorf("an unreachable database: %v", err)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("the password is in the error")
	}
	w.dsn = "postgres://ana:hunter2@[bad/x"
	err = target.Configure(t.Context(), targets.Config{Platform: w.platform, Env: func(string) (string, bool) { return w.dsn, true }})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("an address that is none: %v", err)
	}
	err = target.Configure(t.Context(), targets.Config{Platform: w.platform, Env: func(string) (string, bool) { return "", false }})
	if err == nil || !strings.Contains(err.Error(), "WAREHOUSE_DSN is not set") {
		t.Errorf("a missing variable: %v", err)
	}
}

// A connection that was cut between changes is made again; one that is cut
// during a change did nothing.
func TestABrokenConnection(t *testing.T) {
	conn, w, target := opened(t)
	deploy(t, target, w.lower(target).Resources)
	cut := "SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	ids(t, conn, cut)
	err := target.List(t.Context(), targets.ListRequest{}, func([]resource.Object) error { return nil })
	var answer *targets.Error
	if err != nil && (!errors.As(err, &answer) || answer.Kind != targets.Retryable) {
		t.Errorf("a cut connection: %v", err)
	}
	if got := len(everything(t, target)); got != 3 {
		t.Errorf("%d objects after connecting again", got)
	}
}

// When the answer to a commit is lost, the outcome is unknown, and the
// idempotency key tells afterwards.
func TestALostCommitIsResolvedByItsKey(t *testing.T) {
	conn, w, target := opened(t)
	applied := deploy(t, target, w.lower(target).Resources)
	run(t, conn, `CREATE FUNCTION public.cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
		CREATE CONSTRAINT TRIGGER cut AFTER UPDATE ON trayecto.objects DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.cut()`)
	prior := held(t, target, "segment_active")
	update := targets.Change{Action: targets.Update, Resource: find(t, applied, "segment_active"), Prior: prior, Mark: prior.Mark, Key: "lost"}
	if _, err := change(t, target, update); err == nil || err.Kind != targets.UnknownOutcome {
		t.Fatalf("got %v", err)
	}
	if found, err := target.Find(t.Context(), targets.FindRequest{Kind: "view", Once: "lost"}); err != nil || len(found) != 0 {
		t.Errorf("it was not done, and yet: %v %v", found, err)
	}
	run(t, conn, "DROP TRIGGER cut ON trayecto.objects")
	if _, err := change(t, target, update); err != nil {
		t.Fatalf("trying again: %v", err)
	}
	if found, err := target.Find(t.Context(), targets.FindRequest{Kind: "view", Once: "lost"}); err != nil || len(found) != 1 {
		t.Errorf("it was done, and yet: %v %v", found, err)
	}
}

func TestLookupsFindAndSuggest(t *testing.T) {
	_, _, target := opened(t)
	looks := []resource.Lookup{{Kind: "table", Key: "crm.customers"}, {Kind: "table", Key: "crm.custmers"}, {Kind: "column", Key: "shop.orders.total"},
		{Kind: "column", Key: "shop.orders.totl"}, {Kind: "column", Key: "nowhere.at_all.x"}, {Kind: "table", Key: "zzz.zzz"}}
	got, err := target.Lookup(t.Context(), looks)
	if err != nil {
		t.Fatal(err)
	}
	want := []targets.LookupAnswer{
		{ID: "crm.customers", Found: true}, {Nearest: "crm.customers"}, {ID: "shop.orders.total", Found: true},
		{Nearest: "shop.orders.total"}, {ID: "nowhere.at_all.x", Found: true}, {},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
