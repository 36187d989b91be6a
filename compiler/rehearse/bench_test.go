package rehearse_test

import (
	"fmt"
	"testing"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// Budget: a second for 1,000 tests.
func Benchmark1000TestsOfTheExample(b *testing.B) {
	const lumen = "../../examples/lumen"
	set, err := source.Load(lumen, source.Options{})
	if err != nil {
		b.Fatal(err)
	}
	p, found := project.From(set, project.Options{Dir: lumen})
	program, more := compiler.Compile(p)
	if found.HasErrors() || more.HasErrors() || len(program.Tests) < 5 {
		b.Fatal("examples/lumen is wrong")
	}
	var tests []ir.Test
	for i := range 1000 {
		t := program.Tests[i%len(program.Tests)]
		t.Address = fmt.Sprintf("%s %d", t.Address, i)
		tests = append(tests, t)
	}
	program.Tests = tests
	for b.Loop() {
		report, err := rehearse.Run(program, rehearse.Options{})
		if err != nil || report.Failed() > 0 || len(report.Tests) != 1000 {
			b.Fatal(err, report.Failed())
		}
	}
}
