package impact_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/compiler/impact"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/sample/cdnow"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/types"
)

// table is the published table, or, where it is not beside the repository, the
// invented one, with the totals that each is known to have.
func table(t testing.TB) ([]cdnow.Purchase, cdnow.Totals) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(cdnow.Path)))
	if errors.Is(err, fs.ErrNotExist) {
		t.Log("the published table is absent; the invented one takes its place")
		return cdnow.Invented(), cdnow.OfInvented
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := cdnow.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return out, cdnow.Published
}

// store writes a table as a project and compiles it.
func store(t testing.TB, table []cdnow.Purchase) (string, *ir.Program) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range cdnow.Files(table) {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, found, err := project.Load(project.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	program, more := compiler.Compile(p)
	for _, d := range append(found, more...) {
		t.Fatalf("%s:%d: %s: %s", d.At.File, d.At.Start.Line, d.Rule.Summary, d.Detail)
	}
	return dir, program
}

func segments(p *ir.Program) []string {
	var out []string
	for _, s := range p.Segments {
		out = append(out, s.Address)
	}
	return out
}

func TestCDNOW(t *testing.T) {
	published, totals := table(t)
	t.Run("published", func(t *testing.T) { check(t, published, totals) })
	t.Run("invented", func(t *testing.T) { check(t, cdnow.Invented(), cdnow.OfInvented) })
}

func check(t *testing.T, table []cdnow.Purchase, want cdnow.Totals) {
	dir, program := store(t, table)
	h, err := history.Read(history.Options{Dir: dir, Program: program, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := totals(t, program, h); got != want || cdnow.Add(table) != want {
		t.Errorf("want %+v, got %+v from the evaluator and %+v by hand", want, got, cdnow.Add(table))
	}
	now := types.NewInstant(cdnow.Now)
	for i, a := range impact.Measure(impact.Options{After: program, Segments: segments(program), History: h, Now: now}) {
		s := cdnow.Segments[i]
		if want := cdnow.Count(table, s.Holds); a.Segment != "segment."+s.Name || a.After == nil || *a.After != want {
			t.Errorf("%s: want %d members, got %+v", s.Name, want, a)
		} else {
			t.Logf("%s: %d of %d", a.Segment, want, h.Counts.People)
		}
	}
}

// totals adds up what the evaluator says about each customer.
func totals(t *testing.T, program *ir.Program, h *history.History) cdnow.Totals {
	t.Helper()
	world, err := eval.New(program, h.Lists, types.NewInstant(cdnow.Now))
	if err != nil {
		t.Fatal(err)
	}
	fold := func(op expr.Op, field string, typ types.Type) decimal.Decimal {
		e := expr.Aggregate{Op: op, Of: expr.Source{Event: "event.purchase"}, Field: field, Type: typ, Window: expr.Ever}
		sum := decimal.Zero
		for _, p := range h.People {
			d, ok := world.Value(e, p, eval.Context{}).(types.Decimal)
			if !ok {
				t.Fatalf("%s of %s of %s is no number", op, field, p.ID)
			}
			sum = sum.Add(d.Decimal)
		}
		return sum
	}
	return cdnow.Totals{
		Customers: len(h.People), Purchases: int(fold(expr.Count, "", types.Number).IntPart()),
		CDs: int(fold(expr.Sum, "cds", types.Number).IntPart()), Cents: fold(expr.Sum, "dollars", types.Money).Shift(2).IntPart(),
	}
}

// Budget: 93,229 rows of CSV in 1 s of one core.
func BenchmarkReadCDNOW(b *testing.B) {
	table, _ := table(b)
	dir, program := store(b, table)
	for b.Loop() {
		if _, err := history.Read(history.Options{Dir: dir, Program: program}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(table))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// Budget: seven segments over 23,570 people and 69,659 events in 1 s of two cores.
func BenchmarkMeasureCDNOW(b *testing.B) {
	table, _ := table(b)
	dir, program := store(b, table)
	h, err := history.Read(history.Options{Dir: dir, Program: program})
	if err != nil {
		b.Fatal(err)
	}
	o := impact.Options{After: program, Segments: segments(program), History: h, Now: types.NewInstant(cdnow.Now)}
	for b.Loop() {
		impact.Measure(o)
	}
	b.ReportMetric(float64(len(table)*len(o.Segments))*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
