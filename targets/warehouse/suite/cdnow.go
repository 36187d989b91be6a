package suite

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
)

// purchase is a line of the CDNOW table.
type purchase struct {
	customer string
	day      time.Time
	cds      int
	dollars  string
}

// totals is what a table of purchases sums up to.
type totals struct {
	customers, purchases, cds int
	dollars                   string
}

// purchases is the published table with its published totals or, where the
// file is absent, a made-up one with totals of its own.
func purchases(t *testing.T) ([]purchase, totals) {
	t.Helper()
	file, err := os.Open(filepath.Join(root(t), "..", "shared", "data", "cdnow", "CDNOW_master.txt"))
	if os.IsNotExist(err) {
		return madeUp()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []purchase
	lines := bufio.NewScanner(file)
	lines.Scan() // the names of the columns
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		day, err := time.Parse("20060102", f[1])
		if err != nil {
			t.Fatal(err)
		}
		var cds int
		if _, err := fmt.Sscan(f[2], &cds); err != nil {
			t.Fatal(err)
		}
		out = append(out, purchase{f[0], day, cds, f[3]})
	}
	return out, totals{23570, 69659, 167881, "2500315.63"}
}

func madeUp() ([]purchase, totals) {
	src := rand.New(rand.NewPCG(1997, 1))
	var out []purchase
	sum := totals{customers: 5000}
	cents := int64(0)
	for c := range sum.customers {
		for range 1 + src.IntN(6) {
			p := purchase{fmt.Sprintf("%05d", c), time.Date(1997, 1, 1+src.IntN(545), 0, 0, 0, 0, time.UTC), 1 + src.IntN(5), ""}
			price := int64(1000 + src.IntN(9000))
			p.dollars = decimal.New(price, -2).String()
			out, cents, sum.purchases, sum.cds = append(out, p), cents+price, sum.purchases+1, sum.cds+p.cds
		}
	}
	sum.dollars = decimal.New(cents, -2).String()
	return out, sum
}

// Real purchases, loaded as a customer would: totals as published, segments as
// the evaluator has them.
func purchasesAddUp(t *testing.T, e Engine) {
	db := e.Fresh(t)
	rows, want := purchases(t)
	loadPurchases(t, db, rows)
	sums := []string{fmt.Sprint(want.customers, " ", want.purchases, " ", want.cds, " ", want.dollars)}
	got := db.Texts(t, "SELECT concat_ws(' ', count(DISTINCT customer_id), count(*), sum(cds), sum(dollars)) FROM purchases")
	if diff := cmp.Diff(sums, got); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	w := purchaseWorld(t, e, db, rows)
	now := types.NewInstant(time.Date(1998, 7, 1, 0, 0, 0, 0, time.UTC))
	var names []string
	var members []targets.CountAnswer
	for _, s := range w.Program.Segments {
		names = append(names, s.Address)
		members = append(members, targets.CountAnswer{Segment: s.Address, Members: len(w.members(s.Address))})
	}
	counted, err := w.Target(t).Count(t.Context(), targets.CountRequest{Program: w.Program, Platform: w.Platform, Segments: names, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(members, counted); diff != "" {
		t.Errorf("members (-evaluator +warehouse):\n%s", diff)
	}
	for _, c := range counted {
		if c.Members == 0 || c.Members == want.customers {
			t.Errorf("%s has %d members, which shows little", c.Segment, c.Members)
		}
	}
}

func loadPurchases(t *testing.T, db Database, rows []purchase) {
	t.Helper()
	db.Run(t, `CREATE TABLE purchases (id integer, customer_id text, day date, cds integer, dollars numeric(10, 2)); CREATE TABLE people (customer_id text PRIMARY KEY)`)
	for start := 0; start < len(rows); start += 5000 {
		var lines []string
		for i, p := range rows[start:min(start+5000, len(rows))] {
			lines = append(lines, fmt.Sprintf("(%d, '%s', '%s', %d, %s)", start+i, p.customer, p.day.Format(time.DateOnly), p.cds, p.dollars))
		}
		db.Run(t, "INSERT INTO purchases VALUES "+strings.Join(lines, ", "))
	}
	db.Run(t, "INSERT INTO people SELECT DISTINCT customer_id FROM purchases", "ANALYZE")
}

// purchaseWorld is a program over the purchases, and the people for the evaluator.
func purchaseWorld(t *testing.T, e Engine, db Database, rows []purchase) World {
	t.Helper()
	event := expr.Source{Event: "event.purchased"}
	year, half := expr.Window{Length: types.Span{Amount: 1, Unit: types.Year}}, expr.Window{Length: types.Span{Amount: 6, Unit: types.Month}}
	aggregate := func(op expr.Op, field string, w expr.Window) expr.Expr {
		return expr.Aggregate{Op: op, Of: event, Field: field, Type: types.Money, Window: w}
	}
	over := func(left expr.Expr, n string) expr.Expr {
		d, err := types.NewDecimal(n)
		if err != nil {
			t.Fatal(err)
		}
		return expr.Compare{Op: expr.GreaterEqual, Left: left, Right: expr.Literal{Value: d, Type: types.Money}}
	}
	segment := func(name string, where expr.Expr) ir.Segment {
		return ir.Segment{Head: ir.Head{Address: "segment." + name}, Where: where}
	}
	p := &ir.Program{
		Project: ir.Project{Name: "cdnow", Timezone: "America/New_York", Currency: "USD"},
		Person:  ir.Person{Keys: []ir.Key{{Name: "customer_id", Type: types.String}}},
		Events:  []ir.Event{{Head: ir.Head{Address: "event.purchased"}, Fields: []ir.Field{{Name: "dollars", Type: types.Money}, {Name: "cds", Type: types.Number}}}},
		Segments: []ir.Segment{
			segment("average", over(aggregate(expr.Avg, "dollars", expr.Ever), "35.335")),
			segment("came_back", expr.FollowedBy{First: event, Then: event, Gap: types.Span{Amount: 2, Unit: types.Month}, Window: expr.Ever}),
			segment("last_was_large", over(aggregate(expr.Last, "dollars", expr.Ever), "50")),
			segment("lapsed", expr.And{Terms: []expr.Expr{over(aggregate(expr.Count, "", expr.Ever), "3"), expr.Not{Term: expr.Did{Of: event, Window: half}}}}),
			segment("spent", over(aggregate(expr.Sum, "dollars", year), "100")),
		},
	}
	w := World{Program: p, db: db, people: byCustomer(t, rows)}
	w.Platform = ir.Platform{Head: ir.Head{Address: "platform.sandbox"}, Target: e.Target, Name: "sandbox", Config: ir.Config{
		Settings: e.Settings,
		Blocks: []ir.ConfigBlock{
			{Type: "people", Config: ir.Config{Settings: []ir.Setting{setting("table", "people"), setting("key", "customer_id")}}},
			{Type: "event", Labels: []string{"purchased"}, Config: ir.Config{Settings: []ir.Setting{setting("table", "purchases"), setting("person", "customer_id"),
				setting("at", "day"), setting("sequence", "id")}}},
		},
	}}
	var err error
	if w.eval, err = eval.New(p, nil, types.NewInstant(time.Date(1998, 7, 1, 0, 0, 0, 0, time.UTC))); err != nil {
		t.Fatal(err)
	}
	return w
}

// byCustomer is the purchases as histories; a day begins at midnight in New York.
func byCustomer(t *testing.T, rows []purchase) []*person.Person {
	t.Helper()
	newYork := zone("America/New_York")
	known := map[string]*person.Person{}
	var out []*person.Person
	for i, r := range rows {
		p := known[r.customer]
		if p == nil {
			p = &person.Person{ID: r.customer, Attributes: map[string]types.Value{"customer_id": types.Text(r.customer)}}
			known[r.customer], out = p, append(out, p)
		}
		dollars, err := types.NewDecimal(r.dollars)
		if err != nil {
			t.Fatal(err)
		}
		y, m, d := r.day.Date()
		p.Events = append(p.Events, person.Event{Type: "event.purchased", At: types.NewInstant(types.Civil(y, m, d, 0, newYork)), Seq: int64(i),
			Fields: map[string]types.Value{"dollars": dollars, "cds": number(int64(r.cds))}})
	}
	for _, p := range out {
		p.Sort()
	}
	return out
}
