package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/types"
)

// The stories on a warehouse: a real PostgreSQL that holds the people of
// examples/lumen in a customer's own tables.
func TestScriptWarehouse(t *testing.T) {
	dsn := cluster.Server(t).New(t)
	if err := fillWarehouse(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("..", "..", "testdata", "script", "warehouse"),
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") == "1",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"example": copyExample, "edit": edit, "mask": mask, "query": query, "warehouse": damage,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NOW", "2026-12-01T08:00:00Z")
			env.Setenv("GOGC", "400")
			guard(t, env, map[string]string{"WAREHOUSE_DSN": dsn})
			return nil
		},
	})
}

// query prints the single value of a statement, under the clock of the
// stories: query 'statement'
func query(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: query STATEMENT")
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, ts.Getenv("WAREHOUSE_DSN"))
	ts.Check(err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "SELECT set_config('trayecto.now', $1, false)", ts.Getenv("NOW"))
	ts.Check(err)
	var value string
	ts.Check(conn.QueryRow(ctx, args[0]).Scan(&value))
	_, err = fmt.Fprintln(ts.Stdout(), value)
	ts.Check(err)
}

// damage changes the warehouse behind the tool's back: warehouse 'statement'
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: warehouse STATEMENT")
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, ts.Getenv("WAREHOUSE_DSN"))
	ts.Check(err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, args[0])
	ts.Check(err)
}

const warehouseTables = `
CREATE SCHEMA crm; CREATE SCHEMA shop;
CREATE TABLE crm.customers (customer_id text PRIMARY KEY, email varchar(200), phone text, given_name text, lang text, zone text,
  country text, tier text, birth_date date, favourite text, nps numeric, city_now text, health_note text);
CREATE TABLE shop.orders (customer_id text, created_at timestamptz, total numeric(12,2), sku text, "order" text);
CREATE TABLE crm.consent_news (customer_id text, email text, status text, granted_at timestamptz, confirmed_at timestamptz);
CREATE TABLE crm.deliveries (customer_id text, template text, status text, at timestamptz);
CREATE TABLE crm.robinson (email_sha256 text, listed_until date);
CREATE TABLE signed_up (person text, at timestamptz, form text, news_box boolean);
CREATE TABLE news_confirmed (person text, at timestamptz);
CREATE TABLE rights_request (person text, at timestamptz, "right" text);
CREATE TABLE product_viewed (person text, at timestamptz, sku text);
CREATE INDEX ON shop.orders (customer_id); CREATE INDEX ON crm.consent_news (customer_id); CREATE INDEX ON crm.deliveries (customer_id);
CREATE INDEX ON signed_up (person); CREATE INDEX ON news_confirmed (person); CREATE INDEX ON rights_request (person);
CREATE INDEX ON product_viewed (person);
`

// table says where a customer's warehouse keeps an event, and which fields.
var eventTables = map[string]struct {
	name   pgx.Identifier
	fields []string
}{
	"event.order_placed":   {pgx.Identifier{"shop", "orders"}, []string{"amount", "sku", "order"}},
	"event.signed_up":      {pgx.Identifier{"signed_up"}, []string{"form", "news_box"}},
	"event.news_confirmed": {pgx.Identifier{"news_confirmed"}, nil},
	"event.rights_request": {pgx.Identifier{"rights_request"}, []string{"right"}},
	"event.product_viewed": {pgx.Identifier{"product_viewed"}, []string{"sku"}},
}

// fillWarehouse puts the made-up people of examples/lumen into the tables that
// its env/warehouse.hcl maps.
func fillWarehouse(ctx context.Context, dsn string) error {
	dir := filepath.Join("..", "..", "examples", "lumen")
	p, diags, err := project.Load(project.Options{Dir: dir})
	if err != nil || diags.HasErrors() {
		return fmt.Errorf("loading lumen: %v %v", err, diags)
	}
	program, _ := compiler.Compile(p)
	past, err := history.Read(history.Options{Dir: dir, Program: program})
	if err != nil {
		return err
	}
	now, err := types.ParseInstant("2026-12-01T08:00:00Z", nil)
	if err != nil {
		return err
	}
	world, err := eval.New(program, past.Lists, now)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, warehouseTables); err != nil {
		return err
	}
	return errors.Join(copyPeople(ctx, conn, past), copyEvents(ctx, conn, past), copyConsents(ctx, conn, past, world), copyRobinson(ctx, conn, past))
}

var personColumns = []string{"customer_id", "email", "phone", "given_name", "lang", "zone", "country", "tier", "birth_date", "favourite", "nps"}

func copyPeople(ctx context.Context, conn *pgx.Conn, past *history.History) error {
	var rows [][]any
	for _, who := range past.People {
		var row []any
		for _, column := range personColumns {
			row = append(row, plain(who.Get(strings.Replace(column, "given_name", "first_name", 1))))
		}
		rows = append(rows, row)
	}
	return insert(ctx, conn, pgx.Identifier{"crm", "customers"}, personColumns, rows)
}

func copyEvents(ctx context.Context, conn *pgx.Conn, past *history.History) error {
	rows := map[string][][]any{}
	for _, who := range past.People {
		for _, e := range who.Events {
			row := []any{who.ID, e.At.Time()}
			for _, field := range eventTables[e.Type].fields {
				row = append(row, plain(e.Fields[field]))
			}
			rows[e.Type] = append(rows[e.Type], row)
		}
	}
	for event, table := range eventTables {
		columns := append([]string{"person", "at"}, table.fields...)
		if event == "event.order_placed" {
			columns[0], columns[1], columns[2] = "customer_id", "created_at", "total"
		}
		if err := insert(ctx, conn, table.name, columns, rows[event]); err != nil {
			return err
		}
	}
	return nil
}

// copyConsents writes the states that a customer's own system would hold, and
// what became of messages.
func copyConsents(ctx context.Context, conn *pgx.Conn, past *history.History, world *eval.World) error {
	var states, outcomes [][]any
	for _, who := range past.People {
		if r := world.Record("consent.news", "channel.email", who); r.State != eval.StateUnknown {
			states = append(states, []any{who.ID, plain(who.Get("email")), string(r.State), instant(r.GrantedAt), instant(r.ConfirmedAt)})
		}
		for _, o := range who.Outcomes {
			outcomes = append(outcomes, []any{who.ID, strings.TrimPrefix(o.Touchpoint, "touchpoint."), string(o.Kind), o.At.Time()})
		}
	}
	columns := []string{"customer_id", "email", "status", "granted_at", "confirmed_at"}
	return errors.Join(insert(ctx, conn, pgx.Identifier{"crm", "consent_news"}, columns, states),
		insert(ctx, conn, pgx.Identifier{"crm", "deliveries"}, []string{"customer_id", "template", "status", "at"}, outcomes))
}

func copyRobinson(ctx context.Context, conn *pgx.Conn, past *history.History) error {
	list := past.Lists["exclusion.robinson"]
	var rows [][]any
	for hash := range list.Rows {
		rows = append(rows, []any{hash, list.AsOf.Time().UTC().AddDate(0, 0, -1)})
	}
	return insert(ctx, conn, pgx.Identifier{"crm", "robinson"}, []string{"email_sha256", "listed_until"}, rows)
}

func insert(ctx context.Context, conn *pgx.Conn, table pgx.Identifier, columns []string, rows [][]any) error {
	_, err := conn.CopyFrom(ctx, table, columns, pgx.CopyFromRows(rows))
	if err != nil {
		return fmt.Errorf("filling %s: %w", strings.Join(table, "."), err)
	}
	return nil
}

func instant(at types.Instant) any {
	if at == 0 {
		return nil
	}
	return at.Time()
}

// plain is a value as the driver takes it.
func plain(v types.Value) any {
	switch v := v.(type) {
	case types.Text:
		return string(v)
	case types.Decimal:
		return v.String()
	case types.Truth:
		return bool(v)
	case types.Date:
		return v.Time()
	case types.Instant:
		return v.Time()
	case types.Null, nil:
		return nil
	case types.Span, types.Values:
		panic("lumen has no such column")
	}
	return nil
}
