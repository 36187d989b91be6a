package eval_test

import (
	"fmt"
	"testing"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/types"
)

// example is the program of the example.
func example(tb testing.TB) *ir.Program {
	tb.Helper()
	set, err := source.Load("../../examples/lumen", source.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	p, found := project.From(set, project.Options{Dir: "../../examples/lumen"})
	program, more := compiler.Compile(p)
	if found.HasErrors() || more.HasErrors() {
		tb.Fatal("examples/lumen is wrong")
	}
	return program
}

// customer is a person of the shop: who signs up, looks around, orders, reads
// some of the mail, over three months.
func customer(n int) (*person.Person, []eval.Happening) {
	p := &person.Person{ID: fmt.Sprintf("c-%04d", n), Attributes: map[string]types.Value{
		"customer_id": types.Text(fmt.Sprintf("c-%04d", n)), "email": types.Text(fmt.Sprintf("c%d@example.test", n)), "country": types.Text("ES"),
		"lang": types.Text("es"), "tier": types.Text([]string{"gold", "silver", "none"}[n%3]), "phone": types.Text("+34600000000"),
	}}
	at := sampleStart + types.Instant(n)*60_000_000
	event := func(days int, kind string, fields map[string]types.Value) eval.Happening {
		return eval.Event{Type: "event." + kind, At: at + types.Instant(days)*24*anHour, Fields: fields}
	}
	sku := func(i int) map[string]types.Value {
		return map[string]types.Value{"sku": types.Text(fmt.Sprintf("sku-%d", i))}
	}
	out := []eval.Happening{
		event(0, "signed_up", map[string]types.Value{"form": types.Text("web"), "news_box": types.Truth(n%2 == 0)}),
		event(0, "news_confirmed", nil),
		eval.Outcome{Touchpoint: "touchpoint.welcome_mail", Kind: person.Delivered, At: at},
	}
	if n%3 > 0 {
		out = append(out, eval.Outcome{Touchpoint: "touchpoint.welcome_mail", Kind: person.Opened, At: at + anHour})
	}
	for i := range 14 {
		out = append(out, event(1+i*6, "product_viewed", sku(i)))
		if i%5 == 4 {
			out = append(out, event(1+i*6, "order_placed", map[string]types.Value{"sku": types.Text(fmt.Sprintf("sku-%d", i)), "amount": decimal("49.90")}))
		}
	}
	return p, out
}

const sampleStart = types.Instant(1_770_000_000_000_000)

// Budget: 1 million events a second.
func BenchmarkLivesOf1000CustomersOfTheExample(b *testing.B) {
	m, err := eval.NewMachine(example(b), eval.Terms{})
	if err != nil {
		b.Fatal(err)
	}
	type one struct {
		person *person.Person
		ahead  []eval.Happening
	}
	all := make([]one, 1000)
	events := 0
	for i := range all {
		p, ahead := customer(i)
		all[i] = one{p, ahead}
		events += len(ahead)
	}
	notes := 0
	b.ReportAllocs()
	for b.Loop() {
		notes = 0
		for _, c := range all {
			trace, err := m.Play(c.person, sampleStart, c.ahead, sampleStart+100*24*anHour)
			if err != nil {
				b.Fatal(err)
			}
			notes += len(trace)
		}
	}
	if notes < 10*len(all) {
		b.Fatalf("%d notes: nothing is measured", notes)
	}
	b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
