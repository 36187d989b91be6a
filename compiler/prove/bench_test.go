package prove_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// large is a project as large ones are: attributes of every kind, twelve events
// each counted in five windows with two filters, consent records, and segments
// of twenty comparisons, a third of which build on another segment.
type large struct {
	*rand.Rand
	program *ir.Program
}

func newLarge(segments, atoms int) *ir.Program {
	l := large{rand.New(rand.NewPCG(7, 7)), &ir.Program{Project: ir.Project{Name: "large", Timezone: "UTC"}}}
	l.program.Person.Keys = []ir.Key{{Name: "id", Type: types.String}}
	l.attributes()
	for i := range 12 {
		l.program.Events = append(l.program.Events, ir.Event{Head: ir.Head{Address: fmt.Sprintf("event.e%02d", i)}, Fields: []ir.Field{
			{Name: "amount", Type: types.Money}, {Name: "sku", Type: types.String},
		}})
	}
	for i := range segments {
		l.segment(i, atoms)
	}
	return l.program
}

func (l large) attributes() {
	add := func(name string, t types.Type) {
		l.program.Person.Attributes = append(l.program.Person.Attributes, ir.Attribute{Name: name, Type: t})
	}
	for i := range 15 {
		var words []string
		for j := range 3 + l.IntN(18) {
			words = append(words, fmt.Sprintf("w%d", j))
		}
		add(fmt.Sprintf("enum%02d", i), types.Enum{Values: words})
	}
	for i := range 10 {
		add(fmt.Sprintf("text%02d", i), types.String)
	}
	for i := range 15 {
		add(fmt.Sprintf("flag%02d", i), types.Bool)
	}
	for i := range 12 {
		add(fmt.Sprintf("number%02d", i), types.Number)
	}
	for i := range 8 {
		add(fmt.Sprintf("since%02d", i), types.Timestamp)
	}
}

func (l large) segment(i, atoms int) {
	var where expr.Expr = l.tree(atoms, l.IntN(5) != 0)
	if i > 10 {
		other := expr.Member{Segment: l.program.Segments[l.IntN(i)].Address}
		switch n := l.IntN(10); {
		case n < 3:
			where = expr.And{Terms: []expr.Expr{other, l.tree(atoms/2, true)}}
		case n < 4:
			where = expr.And{Terms: []expr.Expr{expr.Not{Term: other}, where}}
		}
	}
	l.program.Segments = append(l.program.Segments, ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.s%04d", i)}, Where: where})
}

func (l large) tree(n int, and bool) expr.Expr {
	if n <= 1 {
		atom := l.atom()
		if l.IntN(8) == 0 {
			return expr.Not{Term: atom}
		}
		return atom
	}
	k := min(2+l.IntN(4), n)
	var terms []expr.Expr
	for i := range k {
		size := n / (k - i)
		if i < k-1 && size > 1 {
			size = min(1+l.IntN(size*2-1), n-(k-i-1))
		}
		if i == k-1 {
			size = n
		}
		n -= size
		terms = append(terms, l.tree(size, !and))
	}
	var out expr.Expr = expr.Or{Terms: terms}
	if and {
		out = expr.And{Terms: terms}
	}
	if l.IntN(15) == 0 {
		return expr.Not{Term: out}
	}
	return out
}

func number(n int) expr.Literal {
	return expr.Literal{Value: types.Decimal{Decimal: decimal.NewFromInt(int64(n))}, Type: types.Number}
}

// small projects have few attributes, so that conditions meet.
func (l large) small() bool { return len(l.program.Person.Attributes) < 10 }

func (l large) limit(from ...int) int {
	if l.small() {
		from = from[:3]
	}
	return l.one(from...)
}

func (l large) one(from ...int) int { return from[l.IntN(len(from))] }

func (l large) comparison() expr.Comparison {
	return []expr.Comparison{expr.Less, expr.LessEqual, expr.Greater, expr.GreaterEqual}[l.IntN(4)]
}

func (l large) atom() expr.Expr {
	if l.IntN(10) >= 7 || l.small() && l.IntN(2) == 0 {
		return l.happened()
	}
	a := l.program.Person.Attributes[l.IntN(len(l.program.Person.Attributes))]
	of := expr.Attribute{Path: []string{a.Name}, Type: a.Type}
	if l.IntN(12) == 0 {
		return expr.IsSet{Of: of}
	}
	switch t := a.Type.(type) {
	case types.Enum:
		var values []types.Value
		for range 1 + l.IntN(4) {
			values = append(values, types.Text(t.Values[l.IntN(len(t.Values))]))
		}
		return expr.OneOf{Of: of, Values: values}
	case types.Basic:
		switch t {
		case types.Bool:
			return of
		case types.Number:
			return expr.Compare{Op: l.comparison(), Left: of, Right: number(l.limit(0, 1, 5, 10, 18, 20, 25, 30, 50, 65, 75, 100, 150, 200, 250, 500, 750, 1000, 1500, 2000, 5000))}
		case types.Timestamp:
			return expr.Within{Of: of, Length: types.Span{Amount: int64(l.one(1, 2, 3, 7, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 730)), Unit: types.Day}}
		}
	}
	text := expr.Literal{Value: types.Text(fmt.Sprintf("s%d", l.IntN(25))), Type: types.String}
	return expr.Compare{Op: []expr.Comparison{expr.Equal, expr.NotEqual}[l.IntN(2)], Left: of, Right: text}
}

func (l large) happened() expr.Expr {
	source := expr.Source{Event: l.program.Events[l.IntN(len(l.program.Events))].Address}
	switch l.IntN(3) {
	case 0:
		source.Where = expr.Compare{Op: expr.GreaterEqual, Left: expr.Field{Of: expr.It, Path: []string{"amount"}, Type: types.Money}, Right: number(200)}
	case 1:
		source.Where = expr.Compare{Op: expr.Equal, Left: expr.Field{Of: expr.It, Path: []string{"sku"}, Type: types.String}, Right: expr.Literal{Value: types.Text("a"), Type: types.String}}
	}
	window := expr.Ever
	if n := l.one(1, 7, 30, 90, 0); n == 90 && l.small() {
		window = expr.Window{Length: types.Span{Amount: 1, Unit: types.Month}}
	} else if n > 0 {
		window = expr.Window{Length: types.Span{Amount: int64(n), Unit: types.Day}}
	}
	if l.IntN(5) == 0 {
		return expr.Within{Of: expr.Aggregate{Op: expr.Last, Of: source, Field: "at", Type: types.Timestamp, Window: expr.Ever},
			Length: types.Span{Amount: int64(l.one(1, 7, 30, 90)), Unit: types.Day}}
	}
	if l.IntN(2) == 0 {
		return expr.Did{Of: source, Window: window}
	}
	op := []expr.Comparison{expr.GreaterEqual, expr.GreaterEqual, expr.GreaterEqual, expr.LessEqual}[l.IntN(4)]
	return expr.Compare{Op: op, Left: expr.Aggregate{Op: expr.Count, Of: source, Type: types.Number, Window: window}, Right: number(l.limit(1, 2, 3, 5, 10))}
}

var winter = prove.Moment{Now: 1_796_115_600_000_000, Zone: time.UTC}

func addAll(p *prove.Prover, program *ir.Program) []prove.Condition {
	out := make([]prove.Condition, len(program.Segments))
	for i, s := range program.Segments {
		out[i] = p.Add(program, expr.Member{Segment: s.Address})
	}
	return out
}

func everyPair(prove.Condition, prove.Condition) bool { return true }

// All pairs of 500 segments of 20 comparisons, each asked whether it is within
// the other, the other within it, and whether they are apart: at most 1 s of
// CPU on one thread, reading the program included.
func BenchmarkAllPairs(b *testing.B) {
	program := newLarge(500, 20)
	for b.Loop() {
		p := prove.New(winter)
		found := p.Relate(addAll(p, program), everyPair)
		b.ReportMetric(float64(len(found.Found)), "relations")
		b.ReportMetric(float64(found.Undecided), "undecided")
	}
}

// 2,000 segments of which 20 changed, each against all others: at most 0.5 s.
func BenchmarkChanged(b *testing.B) {
	program := newLarge(2000, 20)
	for b.Loop() {
		p := prove.New(winter)
		found := p.Relate(addAll(p, program), func(a, b prove.Condition) bool { return a%100 == 0 || b%100 == 0 })
		b.ReportMetric(float64(len(found.Found)), "relations")
		b.ReportMetric(float64(found.Undecided), "undecided")
	}
}

// manyJourneys is 200 journeys of twelve choices each, one after the other, a
// quarter of them after a wait; in every way a message may be sent that is
// marketing. That is 4,096 paths a journey.
func manyJourneys() *ir.Program {
	p := newLarge(500, 20)
	l := large{rand.New(rand.NewPCG(3, 3)), p}
	p.Person.Keys = append(p.Person.Keys, ir.Key{Name: "email", Type: types.Email})
	p.Channels = []ir.Channel{{Head: ir.Head{Address: "channel.email"}, Key: "email"}}
	p.Purposes = []ir.Purpose{{Head: ir.Head{Address: "purpose.offers"}, Class: ir.Marketing}}
	p.Consents = []ir.Consent{{Head: ir.Head{Address: "consent.news"}, Purpose: "purpose.offers", Channels: []string{"channel.email"}}}
	p.Regimes = []ir.Regime{{Head: ir.Head{Address: "regime.all"}, Otherwise: true, Rules: []ir.Rule{
		{Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email"}, Basis: ir.ByConsent},
	}}}
	p.Touchpoints = []ir.Touchpoint{{Head: ir.Head{Address: "touchpoint.sale"}, Purpose: "purpose.offers", Channels: []string{"channel.email"}}}
	for i := range 200 {
		name := fmt.Sprintf("j%03d", i)
		j := ir.Journey{Head: ir.Head{Address: "journey." + name}, Enter: ir.Enter{Who: p.Segments[l.IntN(len(p.Segments))].Address}}
		n := 0
		step := func() string { n++; return fmt.Sprintf("s%d", n) }
		send := func() []ir.Step {
			if l.IntN(2) == 0 {
				return nil
			}
			return []ir.Step{ir.Send{Name: step(), Touchpoint: "touchpoint.sale"}}
		}
		for range 12 {
			if l.IntN(4) == 0 {
				j.Steps = append(j.Steps, ir.Wait{Name: step(), For: types.Span{Amount: 1, Unit: types.Day}})
			}
			where := p.Segments[l.IntN(len(p.Segments))].Where
			j.Steps = append(j.Steps, ir.Choose{Name: step(), When: []ir.Branch{{Name: "yes", If: where, Steps: send()}}, Otherwise: send()})
		}
		p.Journeys = append(p.Journeys, j)
	}
	return p
}

// 200 journeys with 12 choices each: at most 1 s of CPU, reading the program
// included.
func BenchmarkJourneys(b *testing.B) {
	p := manyJourneys()
	var placed []string
	for _, j := range p.Journeys {
		placed = append(placed, j.Address)
	}
	gates := prove.Gates(p, placed)
	for b.Loop() {
		proof := prove.OfConsent(prove.Platform{Program: p, Address: "platform.p", Placed: placed, Enforcement: ir.Enforcement{Sends: true, Gates: gates}}, winter)
		holds := 0
		for _, s := range proof.Sends {
			if s.End.Holds() {
				holds++
			}
		}
		b.ReportMetric(float64(holds), "proved")
		b.ReportMetric(float64(len(proof.Sends)), "obligations")
	}
}

// What is asked of 200 journeys with 12 choices each besides consent: mostly what
// is in vain. It asks four times as much as the proof of consent.
func BenchmarkAsked(b *testing.B) {
	p := manyJourneys()
	for b.Loop() {
		found := prove.OfJourneys(prove.Asked{Program: p, Unsaid: func(string) bool { return true }}, winter)
		b.ReportMetric(float64(len(found.Vain)), "vain")
		b.ReportMetric(float64(len(found.Passed)+len(found.Crossing)+len(found.Rivals)), "people")
	}
}
