package sample

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Program is a random well-typed program: names resolve, references have no
// cycles, a (purpose, channel) is in one consent.
func Program(src Source, o Options) *ir.Program {
	p := &ir.Program{Project: ir.Project{
		Name: "sample", Timezone: one(src, zones), Currency: "EUR", Languages: []string{"es", "en"},
	}}
	for _, platform := range o.Places {
		p.Platforms = append(p.Platforms, platform)
		p.Project.Platforms = append(p.Project.Platforms, platform.Address)
	}
	g := generator{src, o, p}
	g.person()
	g.events()
	g.computed()
	g.consentRules()
	g.touchpoints()
	g.segments()
	switch {
	case o.Lives:
		g.lives()
	case o.Messages:
		g.journeys()
	}
	p.Sort()
	return p
}

// generator adds declarations to a program. Each step may mention what the
// steps before it made.
type generator struct {
	src Source
	Options
	program *ir.Program
}

func head(kind, name string) ir.Head { return ir.Head{Address: kind + "." + name} }

func (g generator) person() {
	if g.has(Objects) {
		g.program.Objects = []ir.Object{{
			Head: head("object", "order"), Key: ir.Key{Name: "number", Type: types.String},
			Attributes: []ir.Attribute{{Name: "total", Type: types.Money}, {Name: "placed_at", Type: types.Timestamp}},
		}}
	}
	person := &g.program.Person
	person.Timezone = "zone"
	person.Keys = []ir.Key{
		{Name: "customer_id", Type: types.String},
		{Name: "email", Type: types.Email, Merge: true, Ignore: []string{"", "none@none"}},
		{Name: "phone", Type: types.Phone},
	}
	person.Attributes = append([]ir.Attribute{{Name: "zone", Type: types.String}}, atLeastOne(g.src, g.attributes())...)
}

func (g generator) attributes() []ir.Attribute {
	all := []ir.Attribute{
		{Name: "tier", Type: types.Enum{Values: []string{"gold", "silver", "none"}}},
		{Name: "country", Type: types.Enum{Values: []string{"ES", "MX", "other"}}, Stable: true},
		{Name: "nick", Type: types.String},
		{Name: "nps", Type: types.Number, Context: "personal"},
		{Name: "balance", Type: types.Money},
		{Name: "vip", Type: types.Bool},
		{Name: "birth_date", Type: types.DateType},
		{Name: "joined", Type: types.Timestamp},
		{Name: "site", Type: types.URL},
	}
	if g.has(Spans) {
		all = append(all, ir.Attribute{Name: "habit", Type: types.Duration})
	}
	if g.has(Aging) {
		all = append(all, ir.Attribute{Name: "city_now", Type: types.String, Context: "situational", FreshFor: g.length(g.src)})
	}
	if g.has(Objects) {
		all = append(all, ir.Attribute{Name: "latest", Type: types.Object{Name: "order"}})
	}
	return all
}

func (g generator) events() {
	order := []ir.Field{{Name: "amount", Type: types.Money}, {Name: "sku", Type: types.String}, {Name: "pieces", Type: types.Number}}
	if g.has(Objects) {
		order = append(order, ir.Field{Name: "order", Type: types.Object{Name: "order"}})
	}
	p := g.program
	p.Events = []ir.Event{
		{Head: head("event", "order_placed"), Context: "relationship", Fields: order},
		{Head: head("event", "signed_up"), Fields: []ir.Field{
			{Name: "news_box", Type: types.Bool}, {Name: "form", Type: types.String, Required: true},
		}},
		{Head: head("event", "rights_request"), Fields: []ir.Field{
			{Name: "right", Type: types.Enum{Values: []string{"access", "objection"}}},
		}},
	}
	if chance(g.src, 2) {
		p.Events = append(p.Events, ir.Event{Head: head("event", "viewed"), Fields: []ir.Field{
			{Name: "sku", Type: types.String}, {Name: "seconds", Type: types.Number},
		}})
	}
	large := expr.Compare{Op: expr.GreaterEqual, Left: field("amount", types.Money), Right: literal(exact("19.99"), types.Money)}
	p.Events = append(p.Events, ir.Event{Head: head("event", "big_order"), From: "event.order_placed", Where: large})
	if chance(g.src, 2) {
		where := expr.OneOf{Of: field("sku", types.String), Values: []types.Value{types.Text("a"), types.Text("Ana")}}
		p.Events = append(p.Events, ir.Event{Head: head("event", "big_a"), From: "event.big_order", Where: where})
	}
}

// simple leaves out what refers to other declarations than people and events.
const simple = Members | Reaching | Records | Outcomes

func (g generator) computed() {
	if !g.has(Computed) || !g.has(Aggregates) {
		return
	}
	o := g.without(simple)
	count := expr.Aggregate{Op: expr.Count, Of: o.source(g.src, g.program, 1), Type: types.Number, Window: o.window(g.src)}
	quiet := Predicate(g.src, g.program, o, 2)
	g.program.Person.Attributes = append(g.program.Person.Attributes,
		ir.Attribute{Name: "orders", Type: types.Number, Value: count},
		ir.Attribute{Name: "quiet", Type: types.Bool, Value: quiet})
}

func (g generator) segments() {
	n := 1 + g.src.IntN(g.Options.segments())
	for i := range n {
		where := Predicate(g.src, g.program, g.Options, g.depth())
		g.program.Segments = append(g.program.Segments, ir.Segment{
			Head:  ir.Head{Address: fmt.Sprintf("segment.s%02d", i), Description: one(g.src, words), Owner: "crm-team"},
			Where: where,
		})
	}
}
