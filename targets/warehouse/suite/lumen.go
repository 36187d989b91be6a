package suite

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/sql"
)

// lumenTables is the warehouse that env/warehouse.hcl maps: the order table
// has names of its own, events that the mapping passes over have theirs.
const lumenTables = `
	CREATE SCHEMA crm; CREATE SCHEMA shop;
	CREATE TABLE crm.customers (customer_id varchar(20) PRIMARY KEY, email varchar(80), phone text, given_name text, lang char(2), zone text, country text,
		tier text, birth_date date, favourite text, nps integer, health_note text);
	CREATE TABLE shop.orders (customer_id varchar(20), created_at timestamptz, total numeric(10, 2), sku text, "order" text);
	CREATE TABLE crm.consent_news (customer_id text, email text, status text, granted_at timestamptz, confirmed_at timestamptz);
	CREATE TABLE crm.robinson (email_sha256 char(64), listed_until timestamptz);
	CREATE TABLE crm.deliveries (customer_id text, template text, status text, "at" timestamptz);
	CREATE TABLE signed_up (person text, "at" timestamptz, form text, news_box boolean);
	CREATE TABLE news_confirmed (person text, "at" timestamptz);
	CREATE TABLE rights_request (person text, "at" timestamptz, "right" text);
	CREATE TABLE product_viewed (person text, "at" timestamptz, sku text);`

// lumenIndexes is what a warehouse of any size has: the gate asks for one person.
const lumenIndexes = `
	CREATE INDEX by_person_orders ON shop.orders (customer_id); CREATE INDEX by_person_consent_news ON crm.consent_news (customer_id); CREATE INDEX by_person_deliveries ON crm.deliveries (customer_id);
	CREATE INDEX by_person_signed_up ON signed_up (person); CREATE INDEX by_person_news_confirmed ON news_confirmed (person); CREATE INDEX by_person_rights_request ON rights_request (person); CREATE INDEX by_person_product_viewed ON product_viewed (person);`

// lumen is the example with its made-up people, compiled for the warehouse.
func lumen(t *testing.T, e Engine, db Database) World {
	t.Helper()
	dir := filepath.Join(root(t), "examples", "lumen")
	loaded, found, err := project.Load(project.Options{Dir: dir, Env: "warehouse"})
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	program, found := compiler.Compile(loaded)
	if found.HasErrors() {
		t.Fatal(found)
	}
	past, err := history.Read(history.Options{Dir: dir, Program: program})
	if err != nil {
		t.Fatal(err)
	}
	platform, ok := ir.Find(program.Platforms, "platform.sandbox")
	if !ok {
		t.Fatal("there is no platform")
	}
	platform.Target = e.Target
	platform.Config.Settings = e.Settings
	return World{Program: program, people: past.People, lists: past.Lists, Platform: platform, db: db}
}

// Law: the flagship on its own warehouse has the members, the record and the
// gate that the evaluator finds.
func lumenIsTheEvaluators(t *testing.T, e Engine) {
	db := e.Fresh(t)
	w := lumen(t, e, db)
	db.Run(t, lumenTables)
	now := types.NewInstant(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))
	for _, statement := range lumenRows(w, now) {
		db.Run(t, statement)
	}
	db.Run(t, lumenIndexes, "ANALYZE")
	var err error
	if w.eval, err = eval.New(w.Program, w.lists, now); err != nil {
		t.Fatal(err)
	}
	target := w.Target(t)
	lowered := w.Lower(target)
	for _, d := range lowered.Diagnostics {
		if d.Rule.Severity == diag.Error || d.At.IsZero() {
			t.Fatalf("%s %s: %s", d.Rule.Code, d.Rule.Summary, d.Detail)
		}
	}
	applied := Deploy(t, target, lowered.Resources)
	db.Clock(t, now)
	members := 0
	for _, s := range w.Program.Segments {
		want := w.members(s.Address)
		members += len(want)
		got := db.Texts(t, "SELECT person FROM trayecto."+sql.Quote("segment_"+strings.TrimPrefix(s.Address, "segment.")))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-evaluator +warehouse):\n%s", s.Address, diff)
		}
	}
	if members < 100 {
		t.Errorf("%d members in all show little", members)
	}
	everyone := w.people
	w.people = nil
	for i := 0; i < len(everyone); i += 15 {
		w.people = append(w.people, everyone[i])
	}
	w.gate(t, db)
	w.people = everyone
	w.records(t, db)
	w.sameAttributes(t, target, applied)
}

// lumenRows fills the tables. What is recorded of consents becomes a row of
// states for the present address, and the evaluator's people get the acts that
// such a row says.
func lumenRows(w World, now types.Instant) []string {
	h := house{}
	literal := func(v types.Value) string { return h.value(v, types.String) }
	tables := map[string][]string{}
	add := func(table string, values ...types.Value) {
		var row []string
		for _, v := range values {
			row = append(row, literal(v))
		}
		tables[table] = append(tables[table], "("+strings.Join(row, ", ")+")")
	}
	for _, p := range w.people {
		add("crm.customers", p.Get("customer_id"), p.Get("email"), p.Get("phone"), p.Get("first_name"), p.Get("lang"), p.Get("zone"), p.Get("country"),
			p.Get("tier"), p.Get("birth_date"), p.Get("favourite"), p.Get("nps"), p.Get("health_note"))
		for _, o := range p.Outcomes {
			add("crm.deliveries", types.Text(p.ID), types.Text(strings.TrimPrefix(o.Touchpoint, "touchpoint.")), types.Text(o.Kind), o.At)
		}
		for i, o := range p.Outcomes { // the table says neither channel nor address
			o.Channel, o.Address = "", ""
			p.Outcomes[i] = o
		}
		for _, e := range p.Events {
			lumenEvent(add, p.ID, e)
		}
		if row, ok := newsRow(p); ok {
			add("crm.consent_news", types.Text(p.ID), types.Text(row.address), types.Text(row.state), orNull(row.granted, row.granted != 0), orNull(row.confirmed, row.confirmed != 0))
			p.Acts = row.actsAt("consent.news", now)
		} else {
			p.Acts = nil
		}
		p.Sort()
	}
	for _, list := range w.lists { // their rows are sets
		for row := range list.Rows {
			add("crm.robinson", types.Text(row), orNull(list.AsOf, list.AsOf != 0))
		}
	}
	var out []string
	for _, table := range []string{"crm.customers", "crm.robinson", "crm.deliveries", "crm.consent_news", "shop.orders", "signed_up", "news_confirmed", "rights_request", "product_viewed"} {
		if rows := tables[table]; len(rows) > 0 {
			out = append(out, "INSERT INTO "+table+" VALUES "+strings.Join(rows, ",\n"))
		}
	}
	return out
}

func lumenEvent(add func(string, ...types.Value), id string, e person.Event) {
	who := types.Text(id)
	switch e.Type {
	case "event.order_placed":
		add("shop.orders", who, e.At, e.Fields["amount"], e.Fields["sku"], e.Fields["order"])
	case "event.signed_up":
		add("signed_up", who, e.At, e.Fields["form"], e.Fields["news_box"])
	case "event.news_confirmed":
		add("news_confirmed", who, e.At)
	case "event.rights_request":
		add("rights_request", who, e.At, e.Fields["right"])
	case "event.product_viewed":
		add("product_viewed", who, e.At, e.Fields["sku"])
	}
}

// newsRow is the state that a table keeps for the present address after the
// recorded acts.
func newsRow(p *person.Person) (stateRow, bool) {
	row := stateRow{person: p.ID, address: types.Spell(p.Get("email"))}
	for _, a := range p.Acts {
		if row.address == "" || a.Address != "" && a.Address != row.address {
			continue
		}
		switch a.Kind {
		case person.Grant:
			row.state, row.granted = "granted", a.At
		case person.Confirm:
			row.confirmed = a.At
		case person.Refuse:
			row.state = "refused"
		case person.Withdraw:
			row.state = "withdrawn"
		}
	}
	return row, row.state != ""
}
