package prove

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// orders is that something was ordered that fulfils a condition.
func orders(where ...expr.Expr) expr.Expr {
	return expr.Did{Of: expr.Source{Event: "event.order", Where: expr.And{Terms: where}}, Window: expr.Ever}
}

// amount is what was paid, compared with a number.
func amount(op expr.Comparison, n int64) expr.Expr {
	return expr.Compare{Op: op, Left: paid, Right: expr.Literal{Value: types.Decimal{Decimal: decimal.NewFromInt(n)}, Type: types.Number}}
}

var paid = expr.Field{Of: expr.It, Path: []string{"amount"}, Type: types.Money}

// Whoever is found, with the rest by chance, has one history, also where what is
// counted of it is covered only by two other counts together: there is no order
// that is neither costly nor cheap.
func TestWhoeverIsFoundHasOneHistory(t *testing.T) {
	program := &ir.Program{
		Project: ir.Project{Name: "p", Timezone: "UTC"},
		Events:  []ir.Event{{Head: ir.Head{Address: "event.order"}, Fields: []ir.Field{{Name: "amount", Type: types.Money}, {Name: "sku", Type: types.String}}}},
	}
	program.Person.Keys = []ir.Key{{Name: "id", Type: types.String}}
	sku := expr.Field{Of: expr.It, Path: []string{"sku"}, Type: types.String}
	this := expr.Compare{Op: expr.Equal, Left: sku, Right: expr.Literal{Value: types.Text("this"), Type: types.String}}
	p := New(Moment{Now: someMoment.now, Zone: someMoment.zone})
	ordered := p.Add(program, orders(this, expr.IsSet{Of: paid}))
	costly, cheap := p.Add(program, orders(amount(expr.GreaterEqual, 100))), p.Add(program, orders(amount(expr.Less, 200)))
	p.closed()
	it, neither := p.node(part{ordered, true}), []node{p.node(part{costly, false}), p.node(part{cheap, false})}
	people := p.space.people()
	people.asks([]node{it, neither[0], neither[1]})
	for range 300 {
		who, found := people.somebody(it)
		if found != possible {
			t.Fatalf("nobody orders: %d", found)
		}
		if p.space.holds(neither[0], who) && p.space.holds(neither[1], who) {
			t.Fatal("somebody ordered this, and neither at 100 or more nor below 200")
		}
	}
	if !p.space.impossible(it, neither[0], neither[1]) {
		t.Error("an order at no price is not ruled out")
	}
}

// Where two people are put together for two formulas, trying all finds somebody
// too. That happens often, also where both ask about what bonds tie.
func TestWhoeverIsPutTogetherCanBe(t *testing.T) {
	together, apart := 0, 0
	for seed := range uint64(3000) {
		src := rand.New(rand.NewPCG(seed, 6))
		s := tiny(src, 4+src.IntN(4))
		a, b := s.formula(src, 1+src.IntN(2)), s.formula(src, 1+src.IntN(2))
		people := s.people()
		people.asks([]node{a, b})
		switch there := s.exhausted([]node{a, b}); {
		case !people.blends(a, b):
			apart++
		case !there:
			t.Fatalf("seed %d: two people are put together, and nobody is in both", seed)
		default:
			together++
		}
	}
	if together < 1000 || apart < 300 {
		t.Errorf("%d put together, %d not: hardly tried", together, apart)
	}
}

// A reason is one: whoever has what it needs is in the condition, whatever else
// they are.
func TestAReasonSuffices(t *testing.T) {
	for seed := range uint64(300) {
		src := rand.New(rand.NewPCG(seed, 8))
		s := tiny(src, 6)
		n := s.formula(src, 3)
		people := s.people()
		people.asks([]node{n})
		for _, r := range people.reasons(n) {
			var needs []node
			for _, need := range r.needs {
				needs = append(needs, s.graph.atom(need.about, need.mask))
			}
			if !s.holds(n, r.who) || !s.holds(s.graph.and(needs...), r.who) || s.exhausted(append(needs, n.not())) {
				t.Fatalf("seed %d: %v does not suffice", seed, r.needs)
			}
		}
	}
}
