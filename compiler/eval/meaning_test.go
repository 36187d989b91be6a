package eval_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// The names of these tests and cases are sentences of the page on meaning.

// shop is a program with something of everything to ask about.
func shop() *ir.Program {
	p := lumen()
	order := types.Object{Name: "order"}
	p.Objects = []ir.Object{{
		Head: head("object.order"), Key: ir.Key{Name: "number", Type: types.String},
		Attributes: []ir.Attribute{{Name: "total", Type: types.Money}, {Name: "parent", Type: order}},
	}}
	p.Person.Timezone = "zone"
	p.Person.Attributes = append(p.Person.Attributes,
		ir.Attribute{Name: "city_now", Type: types.String, FreshFor: span("1h")},
		ir.Attribute{Name: "latest", Type: order},
		ir.Attribute{Name: "nick", Type: types.String},
		ir.Attribute{Name: "vip", Type: types.Bool},
		ir.Attribute{Name: "zone", Type: types.String},
		ir.Attribute{Name: "orders", Type: types.Number, Value: count("event.order_placed", "90d", nil)})
	p.Events[1].Fields = []ir.Field{{Name: "amount", Type: types.Money}, {Name: "sku", Type: types.String}, {Name: "order", Type: order}}
	atLeast := func(limit string) expr.Expr {
		return expr.Compare{Op: expr.GreaterEqual, Left: it("amount", types.Money), Right: amount(limit)}
	}
	p.Events = append(p.Events,
		ir.Event{Head: head("event.big_order"), From: "event.order_placed", Where: atLeast("200")},
		ir.Event{Head: head("event.big_shoes"), From: "event.big_order", Where: equal(it("sku", types.String), text("shoes"))})
	p.Sort()
	return p
}

func amount(s string) expr.Expr {
	return expr.Literal{Value: decimal(s), Type: types.Money}
}

func decimal(s string) types.Decimal {
	d, err := types.NewDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

func count(event, window string, where expr.Expr) expr.Expr {
	return aggregate(expr.Count, event, "", window, where)
}

func aggregate(op expr.Op, event, field, window string, where expr.Expr) expr.Expr {
	return expr.Aggregate{Op: op, Of: expr.Source{Event: event, Where: where}, Field: field, Window: back(window)}
}

func back(window string) expr.Window {
	if window == "ever" {
		return expr.Ever
	}
	return expr.Window{Length: span(window)}
}

func did(event, window string) expr.Expr {
	return expr.Did{Of: expr.Source{Event: event}, Window: back(window)}
}

// bought is an order; empty texts are null.
func bought(when, price, sku string) person.Event {
	e := person.Event{Type: "event.order_placed", At: ago(when), Fields: map[string]types.Value{}}
	if price != "" {
		e.Fields["amount"] = decimal(price)
	}
	if sku != "" {
		e.Fields["sku"] = types.Text(sku)
	}
	return e
}

func shifted(e person.Event, by types.Instant) person.Event { e.At += by; return e }

// sentence is what one condition is for one person.
type sentence struct {
	name string
	e    expr.Expr
	who  *person.Person
	want expr.Verdict
}

func say(t *testing.T, p *ir.Program, sentences []sentence) {
	t.Helper()
	w := world(t, p, nil)
	for _, s := range sentences {
		if got := w.Truth(s.e, s.who, eval.Context{}); s.want != got {
			t.Errorf("%s: want %s, got %s", s.name, s.want, got)
		}
	}
}

// worth is what one expression is worth for one person.
type worth struct {
	name string
	e    expr.Expr
	who  *person.Person
	want types.Value
}

func values(t *testing.T, p *ir.Program, all []worth) {
	t.Helper()
	w := world(t, p, nil)
	for _, c := range all {
		got := w.Value(c.e, c.who, eval.Context{})
		if diff := cmp.Diff(c.want, got, cmp.Comparer(sameDecimal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func sameDecimal(a, b types.Decimal) bool { return a.Equal(b.Decimal) }

func TestTruth(t *testing.T) {
	tier := equal(attribute("nick", types.String), text("gold"))
	member := expr.Member{Segment: "segment.gold"}
	p := shop()
	p.Segments = []ir.Segment{{Head: head("segment.gold"), Where: tier}}
	gold, unknown := with("nick", "gold", ana()), ana()
	null := ana()
	null.Attributes["nick"] = types.Null{}
	empty := ana()
	empty.Attributes["nick"] = types.Text("")
	truth := ana()
	truth.Attributes["vip"] = types.Truth(true)
	say(t, p, []sentence{
		{"an attribute that is absent is null", tier, unknown, expr.Unknown},
		{"an attribute that is null is null", tier, null, expr.Unknown},
		{"an empty string is not null", tier, empty, expr.False},
		{"is_set(x) is two-valued: null", expr.IsSet{Of: attribute("nick", types.String)}, null, expr.False},
		{"is_set(x) is two-valued: an empty string", expr.IsSet{Of: attribute("nick", types.String)}, empty, expr.True},
		{"a person is in a segment if its expression is true", member, gold, expr.True},
		{"a person is not in a segment if its expression is unknown", member, unknown, expr.False},
		{"!segment.x includes the people for whom x was unknown", expr.Not{Term: member}, unknown, expr.True},
		{"!(expression of x) does not", expr.Not{Term: tier}, unknown, expr.Unknown},
		{"a negated membership twice", expr.Not{Term: expr.Not{Term: member}}, gold, expr.True},
		{"a boolean attribute is a condition", attribute("vip", types.Bool), truth, expr.True},
		{"a boolean attribute that is null is unknown", attribute("vip", types.Bool), ana(), expr.Unknown},
		{"a condition is a value", equal(tier, attribute("vip", types.Bool)), ana(), expr.Unknown},
		{"a condition equals a condition", equal(did("event.order_placed", "1d"), member), unknown, expr.True},
		{"is true of unknown", expr.Is{Term: tier, Verdict: expr.True}, unknown, expr.False},
		{"is unknown of unknown", expr.Is{Term: tier, Verdict: expr.Unknown}, unknown, expr.True},
		{"coalesce is the first that is set", equal(expr.Coalesce{Terms: []expr.Expr{attribute("nick", types.String), text("gold")}}, text("gold")), unknown, expr.True},
		{"coalesce of nothing set is null", expr.IsSet{Of: expr.Coalesce{Terms: []expr.Expr{attribute("nick", types.String)}}}, unknown, expr.False},
	})
}

func TestAggregatesOfNothing(t *testing.T) {
	nothing := func(op expr.Op) expr.Expr { return aggregate(op, "event.order_placed", "amount", "90d", nil) }
	values(t, shop(), []worth{
		{"count of nothing is 0", count("event.order_placed", "90d", nil), ana(), decimal("0")},
		{"sum of nothing is null", nothing(expr.Sum), ana(), types.Null{}},
		{"avg of nothing is null", nothing(expr.Avg), ana(), types.Null{}},
		{"min of nothing is null", nothing(expr.Min), ana(), types.Null{}},
		{"max of nothing is null", nothing(expr.Max), ana(), types.Null{}},
		{"first of nothing is null", nothing(expr.First), ana(), types.Null{}},
		{"last of nothing is null", nothing(expr.Last), ana(), types.Null{}},
		{"sum of events without the field is null", nothing(expr.Sum), ana(bought("1d", "", "shoes")), types.Null{}},
		{"count of events without the field counts them", count("event.order_placed", "90d", nil), ana(bought("1d", "", "")), decimal("1")},
	})
}

func TestAggregates(t *testing.T) {
	who := ana(bought("1d", "10.10", ""), bought("2d", "20.20", "hat"), bought("3d", "", "shoes"), bought("4d", "0.05", "hat"), bought("95d", "900", "bag"))
	of := func(op expr.Op, field string) expr.Expr {
		return aggregate(op, "event.order_placed", field, "90d", nil)
	}
	tied := ana(bought("1d", "1", "first"), bought("1d", "2", "second"))
	values(t, shop(), []worth{
		{"count", of(expr.Count, ""), who, decimal("4")},
		{"sum passes over null", of(expr.Sum, "amount"), who, decimal("30.35")},
		{"avg is of the values that are set, rounded to 6 places", of(expr.Avg, "amount"), who, decimal("10.116667")},
		{"min", of(expr.Min, "amount"), who, decimal("0.05")},
		{"max", of(expr.Max, "amount"), who, decimal("20.20")},
		{"first", of(expr.First, "amount"), who, decimal("0.05")},
		{"last", of(expr.Last, "amount"), who, decimal("10.10")},
		{"last is the last that is set", of(expr.Last, "sku"), who, types.Text("hat")},
		{"first of a text", of(expr.First, "sku"), who, types.Text("hat")},
		{"every event has at", of(expr.Last, "at"), who, ago("1d")},
		{"min of instants", of(expr.Min, "at"), who, ago("4d")},
		{"at the same instant the sequence decides: first", of(expr.First, "sku"), tied, types.Text("first")},
		{"at the same instant the sequence decides: last", of(expr.Last, "sku"), tied, types.Text("second")},
		{"where counts only what is true", count("event.order_placed", "90d", expr.Compare{Op: expr.Greater, Left: it("amount", types.Money), Right: amount("1")}), who, decimal("2")},
		{"where may speak of the person", count("event.order_placed", "90d", equal(it("sku", types.String), attribute("nick", types.String))), with("nick", "hat", ana(bought("1d", "1", "hat"), bought("2d", "1", "bag"))), decimal("1")},
		{"a derived event is some of another", count("event.big_order", "ever", nil), ana(bought("1d", "200", ""), bought("2d", "199.99", ""), bought("3d", "", "")), decimal("1")},
		{"a derived event of a derived event", count("event.big_shoes", "ever", nil), ana(bought("1d", "200", "shoes"), bought("2d", "300", "hat"), bought("3d", "1", "shoes")), decimal("1")},
		{"a computed attribute", attribute("orders", types.Number), who, decimal("4")},
	})
}

func TestWindows(t *testing.T) {
	in90 := did("event.order_placed", "90d")
	within := expr.Within{Of: attribute("joined", types.Timestamp), Length: span("1d")}
	joined := func(at types.Instant) *person.Person {
		p := ana()
		p.Attributes["joined"] = at
		return p
	}
	program := shop()
	program.Person.Attributes = append(program.Person.Attributes, ir.Attribute{Name: "joined", Type: types.Timestamp})
	say(t, program, []sentence{
		{"windows are half-open: exactly now-d is out", in90, ana(bought("90d", "1", "")), expr.False},
		{"windows are half-open: a microsecond later is in", in90, ana(shifted(bought("90d", "1", ""), 1)), expr.True},
		{"windows are half-open: now is in", in90, ana(bought("0d", "1", "")), expr.True},
		{"what is after now has not happened", in90, ana(shifted(bought("0d", "1", ""), 1)), expr.False},
		{"what is after now has not ever happened", did("event.order_placed", "ever"), ana(shifted(bought("0d", "1", ""), 1)), expr.False},
		{"ever has no beginning", did("event.order_placed", "ever"), ana(person.Event{Type: "event.order_placed", At: -5_000_000_000_000_000}), expr.True},
		{"another event is another event", in90, ana(signed("1d")), expr.False},
		{"within of null is unknown", within, ana(), expr.Unknown},
		{"within: the edge is out", within, joined(ago("1d")), expr.False},
		{"within: just inside", within, joined(ago("1d") + 1), expr.True},
		{"within: now", within, joined(now), expr.True},
		{"within: the future is out", within, joined(now + 1), expr.False},
	})
}

// Madrid's clocks went forward on 29 March 2026: its day had 23 hours.
func TestWindowUnitsOfTheCalendarUseTheProjectsZone(t *testing.T) {
	april := types.NewInstant(time.Date(2026, 4, 28, 22, 30, 0, 0, time.UTC)) // 00:30 on 29 April in Madrid
	edge := types.NewInstant(time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC))  // 00:30 on 29 March, still at winter time
	w, err := eval.New(shop(), nil, april)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[types.Instant]expr.Verdict{edge: expr.False, edge + 1: expr.True} {
		p := ana(person.Event{Type: "event.order_placed", At: at})
		if got := w.Truth(did("event.order_placed", "1mo"), p, eval.Context{}); want != got {
			t.Errorf("1mo before the change of clocks, %v: want %s, got %s", at.Time(), want, got)
		}
	}
	days := april - types.Instant(31*24*time.Hour/time.Microsecond)
	for at, want := range map[types.Instant]expr.Verdict{days: expr.False, days + 1: expr.True} {
		p := ana(person.Event{Type: "event.order_placed", At: at})
		if got := w.Truth(did("event.order_placed", "31d"), p, eval.Context{}); want != got {
			t.Errorf("a day is 24 hours, %v: want %s, got %s", at.Time(), want, got)
		}
	}
}

func TestFollowedBy(t *testing.T) {
	shoes := expr.Source{Event: "event.order_placed", Where: equal(it("sku", types.String), text("shoes"))}
	e := expr.FollowedBy{First: shoes, Then: expr.Source{Event: "event.signed_up"}, Gap: span("24h"), Window: back("90d")}
	same := expr.FollowedBy{First: expr.Source{Event: "event.signed_up"}, Then: expr.Source{Event: "event.signed_up"}, Gap: span("24h"), Window: expr.Ever}
	say(t, shop(), []sentence{
		{"later, by less than the gap", e, ana(bought("10d", "1", "shoes"), shifted(signed("10d"), 1)), expr.True},
		{"later, by exactly the gap", e, ana(bought("10d", "1", "shoes"), signed("9d")), expr.True},
		{"later, by more than the gap", e, ana(bought("10d", "1", "shoes"), shifted(signed("9d"), 1)), expr.False},
		{"at the same instant is not later", e, ana(bought("10d", "1", "shoes"), signed("10d")), expr.False},
		{"earlier", e, ana(bought("9d", "1", "shoes"), signed("10d")), expr.False},
		{"only what the condition lets through", e, ana(bought("10d", "1", "hat"), signed("9d")), expr.False},
		{"the second of two", e, ana(bought("20d", "1", "shoes"), bought("10d", "1", "shoes"), signed("9d")), expr.True},
		{"both in the window", e, ana(bought("90d", "1", "shoes"), shifted(signed("90d"), 5)), expr.False},
		{"an event does not follow itself", same, ana(signed("5d")), expr.False},
		{"an event follows another of its kind", same, ana(signed("5d"), shifted(signed("5d"), 1)), expr.True},
		{"never unknown", e, ana(), expr.False},
	})
}

func TestOutcomes(t *testing.T) {
	opened := expr.Did{Of: expr.Source{Touchpoint: "touchpoint.welcome", Outcome: "opened"}, Window: back("7d")}
	recent := opened
	recent.Of.Where = expr.Within{Of: it("at", types.Timestamp), Length: span("1d")}
	last := expr.Aggregate{Op: expr.Last, Of: opened.Of, Field: "at", Window: back("7d")}
	who := ana(outcome("touchpoint.welcome", person.Opened, "3d"))
	say(t, shop(), []sentence{
		{"an outcome in the window", opened, who, expr.True},
		{"an outcome before it", opened, ana(outcome("touchpoint.welcome", person.Opened, "7d")), expr.False},
		{"another outcome", opened, ana(outcome("touchpoint.welcome", person.Clicked, "3d")), expr.False},
		{"of another touchpoint", opened, ana(outcome("touchpoint.discount", person.Opened, "3d")), expr.False},
		{"an outcome has at", recent, who, expr.False},
		{"an outcome has at, recent", recent, ana(outcome("touchpoint.welcome", person.Opened, "0d")), expr.True},
		{"last of outcomes", equal(last, expr.Literal{Value: ago("3d"), Type: types.Timestamp}), who, expr.True},
	})
}

func TestAttributesAge(t *testing.T) {
	city := expr.IsSet{Of: attribute("city_now", types.String)}
	seen := func(at types.Instant) *person.Person {
		p := with("city_now", "Toledo", ana())
		p.Observed = map[string]types.Instant{"city_now": at}
		return p
	}
	say(t, shop(), []sentence{
		{"fresh", city, seen(ago("59m")), expr.True},
		{"older than this counts as not known", city, seen(ago("1h")), expr.False},
		{"nobody knows when it was seen", city, with("city_now", "Toledo", ana()), expr.False},
		{"seen after now", city, seen(now + 1), expr.False},
	})
}

func TestPathsThroughObjects(t *testing.T) {
	path := func(names ...string) expr.Expr { return expr.Attribute{Path: names, Type: types.Money} }
	of := func(names ...string) expr.Expr { return expr.Field{Of: expr.It, Path: names, Type: types.Money} }
	who := with("latest", "o1", ana())
	key := func(number string) person.ObjectKey { return person.ObjectKey{Object: "object.order", Key: number} }
	who.Objects = map[person.ObjectKey]map[string]types.Value{
		key("o1"): {"total": decimal("12"), "parent": types.Text("o2")}, key("o2"): {"total": decimal("7")},
	}
	values(t, shop(), []worth{
		{"the reference is the key", path("latest"), who, types.Text("o1")},
		{"the key of the object", path("latest", "number"), who, types.Text("o1")},
		{"an attribute of the object", path("latest", "total"), who, decimal("12")},
		{"an attribute of the object's object", path("latest", "parent", "total"), who, decimal("7")},
		{"an object that refers to none", path("latest", "parent", "parent", "total"), who, types.Null{}},
		{"an object of which nothing is known", path("latest", "total"), with("latest", "o9", ana()), types.Null{}},
		{"no object", path("latest", "total"), ana(), types.Null{}},
		{"an attribute that objects do not have", path("latest", "colour"), who, types.Null{}},
		{"something that is no object", path("country", "total"), who, types.Null{}},
		{"something that people do not have", path("colour"), who, types.Null{}},
		{"no event at hand", of("amount"), who, types.Null{}},
	})
	order := &person.Event{Type: "event.order_placed", At: ago("1d"), Fields: map[string]types.Value{"order": types.Text("o2")}}
	stray := &person.Event{Type: "event.x", Fields: map[string]types.Value{"order": types.Text("o2")}}
	w := world(t, shop(), nil)
	fields := []struct {
		name  string
		e     expr.Expr
		event *person.Event
		want  types.Value
	}{
		{"the key of an event's object", of("order", "number"), order, types.Text("o2")},
		{"an attribute of an event's object", of("order", "total"), order, decimal("7")},
		{"a field that is null", of("amount"), order, types.Null{}},
		{"a field that events do not have", of("colour", "total"), order, types.Null{}},
		{"an event that is not declared", of("order", "total"), stray, types.Null{}},
		{"what started the journey", expr.Field{Of: expr.Entry, Path: []string{"at"}}, order, ago("1d")},
	}
	for _, f := range fields {
		got := w.Value(f.e, who, eval.Context{It: f.event, Entry: f.event})
		if diff := cmp.Diff(f.want, got, cmp.Comparer(sameDecimal)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.name, diff)
		}
	}
}

func TestFunctionsUseThePersonsZoneElseTheProjects(t *testing.T) {
	day := expr.Call{Func: "day_of_week", Args: []expr.Expr{expr.Literal{Value: types.NewInstant(time.Date(2026, 6, 15, 22, 30, 0, 0, time.UTC)), Type: types.Timestamp}}, Type: types.String}
	w := world(t, shop(), nil)
	if missing := eval.Missing(w.Program, day); len(missing) > 0 {
		t.Skipf("not evaluated yet: %v", missing)
	}
	without := shop()
	without.Person.Timezone = ""
	values(t, shop(), []worth{
		{"the project's", day, ana(), types.Text("tue")},
		{"the person's", day, with("zone", "America/New_York", ana()), types.Text("mon")},
		{"the person's, again", day, with("zone", "America/New_York", ana()), types.Text("mon")},
		{"one that does not exist", day, with("zone", "Nowhere/Else", ana()), types.Text("tue")},
		{"null in, null out", expr.Call{Func: "lower", Args: []expr.Expr{attribute("nick", types.String)}, Type: types.String}, ana(), types.Null{}},
		{"lower", expr.Call{Func: "lower", Args: []expr.Expr{attribute("nick", types.String)}, Type: types.String}, with("nick", "ANA", ana()), types.Text("ana")},
	})
	values(t, without, []worth{{"people have no zone", day, with("zone", "America/New_York", ana()), types.Text("tue")}})
}
