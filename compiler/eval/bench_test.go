package eval_test

import (
	"math/rand/v2"
	"testing"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// shoppers is n made-up people with some events each.
func shoppers(n, events int) []*person.Person {
	src := rand.New(rand.NewPCG(1, 2))
	out := make([]*person.Person, n)
	for i := range out {
		out[i] = with("email", "ana@example.test", ana())
	}
	for i := range events {
		p := out[src.IntN(n)]
		p.Events = append(p.Events, person.Event{
			Type: []string{"event.order_placed", "event.signed_up"}[src.IntN(2)], Seq: int64(i),
			At:     now - types.Instant(src.IntN(500*24))*3_600_000_000,
			Fields: map[string]types.Value{"amount": decimal("19.99"), "news_box": types.Truth(true)},
		})
	}
	for _, p := range out {
		p.Sort()
	}
	return out
}

func lapsed() expr.Expr {
	spent := aggregate(expr.Sum, "event.order_placed", "amount", "1y", nil)
	return expr.And{Terms: []expr.Expr{
		expr.Compare{Op: expr.GreaterEqual, Left: count("event.order_placed", "365d", nil), Right: amount("2")},
		expr.Not{Term: did("event.order_placed", "30d")},
		expr.Compare{Op: expr.Greater, Left: spent, Right: amount("20")},
	}}
}

func members(b *testing.B, where expr.Expr, people []*person.Person) {
	p := shop()
	p.Segments = []ir.Segment{{Head: head("segment.s"), Where: where}}
	w, err := eval.New(p, robinson(), now)
	if err != nil {
		b.Fatal(err)
	}
	in := 0
	for b.Loop() {
		in = 0
		for _, p := range people {
			if w.Member("segment.s", p) {
				in++
			}
		}
	}
	if in == 0 || in == len(people) {
		b.Fatalf("%d of %d are members: nothing is measured", in, len(people))
	}
	b.ReportMetric(float64(in), "members")
}

// Budget: 50 ms.
func BenchmarkSegmentOf2000PeopleWith7000Events(b *testing.B) {
	members(b, lapsed(), shoppers(2000, 7000))
}

// Budget: 50 ms.
func BenchmarkReachableOf2000PeopleWith7000Events(b *testing.B) {
	members(b, expr.Reachable{Purpose: "purpose.offers", Channel: "channel.email"}, shoppers(2000, 7000))
}

// Budget: 300 ms, a third of a second for each of a few segments.
func BenchmarkSegmentOf23570PeopleWith69659Events(b *testing.B) {
	members(b, lapsed(), shoppers(23570, 69659))
}
