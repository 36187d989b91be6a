package suite

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// shop is a small warehouse: people and orders under names of their own, and
// two segments of which one speaks of the other.
func shop(t testing.TB, e Engine, db Database) World {
	t.Helper()
	db.Run(t, `CREATE SCHEMA crm; CREATE SCHEMA shop;
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
	platform := ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: e.Target, Name: "sandbox", Config: ir.Config{
		Settings: e.Settings,
		Blocks: []ir.ConfigBlock{
			{Type: "people", Config: ir.Config{Settings: []ir.Setting{setting("table", "crm.customers"), setting("key", "customer_no")}}},
			{Type: "values", Labels: []string{"tier"}, Config: ir.Config{Settings: []ir.Setting{setting("gold", "GOLD")}}},
			{Type: "event", Labels: []string{"order_placed"}, Config: ir.Config{Settings: []ir.Setting{setting("table", "shop.orders"), setting("person", "customer"),
				setting("at", "created_at"), {Name: "fields", Map: []ir.Setting{setting("amount", "total")}}}}},
		},
	}}
	p.Platforms = []ir.Platform{platform}
	return World{Program: p, Platform: platform, db: db}
}

// Open is a small warehouse with a target over it.
func Open(t *testing.T, e Engine) (Database, World, targets.Target) {
	t.Helper()
	db := e.Fresh(t)
	w := shop(t, e, db)
	return db, w, w.Target(t)
}

// Apply carries one change out.
func Apply(t testing.TB, target targets.Target, c targets.Change) (*resource.Object, *targets.Error) {
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

// Find is the resource of a key.
func Find(t testing.TB, resources []resource.Resource, key string) resource.Resource {
	t.Helper()
	for _, r := range resources {
		if r.Key == key {
			return r
		}
	}
	t.Fatalf("no resource %s", key)
	return resource.Resource{}
}

// Held is the object of a key as the platform lists it, nil if it does not.
func Held(t testing.TB, target targets.Target, key string) *resource.Object {
	t.Helper()
	for _, o := range Everything(t, target) {
		if o.Key == key {
			return &o
		}
	}
	return nil
}

func viewsHoldTheMembers(t *testing.T, e Engine) {
	db, w, target := Open(t, e)
	Deploy(t, target, w.Lower(target).Resources)
	db.Clock(t, sample.Now)
	for view, want := range map[string][]string{"active": {"1", "2"}, "quiet_gold": {"4"}} {
		if diff := cmp.Diff(want, db.Texts(t, "SELECT person FROM trayecto.segment_"+view)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", view, diff)
		}
	}
	db.Clock(t, types.NewInstant(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)))
	if diff := cmp.Diff([]string{"1", "4"}, db.Texts(t, "SELECT person FROM trayecto.segment_quiet_gold")); diff != "" {
		t.Errorf("years later (-want +got):\n%s", diff)
	}
}

func aViewChangedByHandIsDrift(t *testing.T, e Engine) {
	db, w, target := Open(t, e)
	applied := Deploy(t, target, w.Lower(target).Resources)
	before := Held(t, target, "segment_active")
	db.Run(t, "CREATE OR REPLACE VIEW trayecto.segment_active AS SELECT 'everyone'::text AS person")
	after := Held(t, target, "segment_active")
	if got := fmt.Sprint(after.Attributes["sql"]); !strings.Contains(got, "everyone") {
		t.Errorf("the change by hand is not shown: %s", got)
	}
	if after.Version == before.Version {
		t.Error("the version is the same")
	}
	stale := targets.Change{Action: targets.Update, Resource: Find(t, applied, "segment_active"), Prior: before, Mark: before.Mark, Key: "again"}
	if _, err := Apply(t, target, stale); err == nil || err.Kind != targets.Conflict {
		t.Errorf("written over what was not read: %v", err)
	}
	stale.Prior = after
	if _, err := Apply(t, target, stale); err != nil {
		t.Fatalf("putting it right: %v", err)
	}
	if diff := cmp.Diff(before.Attributes, Held(t, target, "segment_active").Attributes); diff != "" {
		t.Errorf("after putting it right:\n%s", diff)
	}
}

func aViewWithOtherColumnsIsPutRight(t *testing.T, e Engine) {
	db, w, target := Open(t, e)
	applied := Deploy(t, target, w.Lower(target).Resources)
	db.Run(t, "DROP VIEW trayecto.segment_quiet_gold; CREATE VIEW trayecto.segment_quiet_gold AS SELECT 1 AS x, 2 AS y")
	prior := Held(t, target, "segment_quiet_gold")
	if _, err := Apply(t, target, targets.Change{Action: targets.Update, Resource: Find(t, applied, "segment_quiet_gold"), Prior: prior, Mark: prior.Mark, Key: "again"}); err != nil {
		t.Fatal(err)
	}
	if got := db.Texts(t, "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'segment_quiet_gold'"); !slices.Equal(got, []string{"person"}) {
		t.Errorf("columns %v", got)
	}
}

func aMissingViewIsNotListed(t *testing.T, e Engine) {
	db, w, target := Open(t, e)
	applied := Deploy(t, target, w.Lower(target).Resources)
	db.Run(t, "DROP VIEW trayecto.segment_quiet_gold")
	if o := Held(t, target, "segment_quiet_gold"); o != nil {
		t.Errorf("listed: %+v", o)
	}
	r := Find(t, applied, "segment_quiet_gold")
	if _, err := Apply(t, target, targets.Change{Action: targets.Create, Resource: r, Mark: "mark " + r.Address.String(), Key: "anew"}); err != nil {
		t.Errorf("creating it again: %v", err)
	}
}

func aChangeIsMadeOnce(t *testing.T, e Engine) {
	_, w, target := Open(t, e)
	applied := Deploy(t, target, w.Lower(target).Resources)
	r := Find(t, applied, "segment_active")
	key := "key " + r.Address.String()
	found, err := target.Find(t.Context(), targets.FindRequest{Kind: r.Kind, Once: key})
	if err != nil || len(found) != 1 || found[0].Key != r.Key {
		t.Fatalf("by idempotency key: %v %v", found, err)
	}
	if none, err := target.Find(t.Context(), targets.FindRequest{Kind: r.Kind, Once: "another"}); err != nil || len(none) != 0 {
		t.Errorf("by an unknown key: %v %v", none, err)
	}
	again, failure := Apply(t, target, targets.Change{Action: targets.Create, Resource: r, Mark: "mark " + r.Address.String(), Key: key})
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

func whatIsNotOursIsNotTaken(t *testing.T, e Engine) {
	db, w, target := Open(t, e)
	resources := w.Lower(target).Resources
	db.Run(t, "CREATE SCHEMA trayecto; CREATE VIEW trayecto.segment_active AS SELECT 'x'::text AS person")
	schema := Resolved(Find(t, resources, "trayecto"), nil)
	if _, err := Apply(t, target, targets.Change{Action: targets.Create, Resource: schema, Mark: "m", Key: "1"}); err != nil {
		t.Fatal(err)
	}
	view := Resolved(Find(t, resources, "segment_active"), nil)
	if _, err := Apply(t, target, targets.Change{Action: targets.Create, Resource: view, Mark: "m", Key: "2"}); err == nil || err.Kind != targets.Conflict {
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
	if _, err := Apply(t, target, targets.Change{Action: targets.Update, Resource: view, Prior: &strangers[0], Mark: "m", Key: "3"}); err != nil {
		t.Errorf("adopting it: %v", err)
	}
	if _, err := Apply(t, target, targets.Change{Action: targets.Update, Resource: view, Mark: "another project", Key: "4"}); err == nil || err.Kind != targets.Conflict {
		t.Errorf("took what another project made: %v", err)
	}
}

func everythingIsRemoved(t *testing.T, e Engine) {
	db, w, target := Open(t, e)
	applied := Deploy(t, target, w.Lower(target).Resources)
	remove := func(key string) *targets.Error {
		r := Find(t, applied, key)
		_, err := Apply(t, target, targets.Change{Action: targets.Delete, Resource: r, Prior: Held(t, target, key), Mark: "mark " + r.Address.String(), Key: "gone " + key})
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
	if left := Everything(t, target); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	if got := db.Texts(t, "SELECT CAST(schema_name AS text) FROM information_schema.schemata WHERE schema_name = 'trayecto'"); len(got) != 0 {
		t.Error("the empty schema is still there")
	}
}

func aRefusedDefinitionNamesItsAttribute(t *testing.T, e Engine) {
	db, w, target := Open(t, e)
	resources := w.Lower(target).Resources
	db.Run(t, "DROP TABLE shop.orders")
	if _, err := Apply(t, target, targets.Change{Action: targets.Create, Resource: Resolved(Find(t, resources, "trayecto"), nil), Key: "1"}); err != nil {
		t.Fatal(err)
	}
	_, err := Apply(t, target, targets.Change{Action: targets.Create, Resource: Resolved(Find(t, resources, "segment_active"), nil), Key: "2"})
	if err == nil || err.Kind != targets.Rejected || err.Path != "sql" || !strings.Contains(err.Message, "orders") {
		t.Fatalf("got %v", err)
	}
	if o := Held(t, target, "segment_active"); o != nil {
		t.Errorf("a refused change left %+v", o)
	}
	counts, failure := target.Count(t.Context(), targets.CountRequest{Program: w.Program, Platform: w.Platform, Segments: []string{"segment.active", "segment.none"}, Now: sample.Now})
	if failure != nil {
		t.Fatal(failure)
	}
	if !strings.Contains(counts[0].Unknown, "orders") || counts[1].Unknown == "" {
		t.Errorf("counts %+v", counts)
	}
}

func lookupsFindAndSuggest(t *testing.T, e Engine) {
	_, _, target := Open(t, e)
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
