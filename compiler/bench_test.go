package compiler_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/build"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resolve"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// manySegments is a project of n segments of about 280 bytes, each mentioning
// another, a hundred to a file.
func manySegments(n int) []source.File {
	files := []source.File{{Path: "project.hcl", Text: `project "big" {
  timezone  = "Europe/Madrid"
  languages = ["en"]
  currency  = "EUR"
}
person {
  key "id" { type = string }
  attribute "tier" { type = enum("gold", "silver") }
  attribute "country" { type = string }
}
event "bought" {
  field "amount" { type = money }
  field "category" { type = string }
}
segment "s0" { where = person.tier == "gold" }
`}}
	for from := 1; from < n; from += 100 {
		var text strings.Builder
		for i := from; i < min(from+100, n); i++ {
			segment(&text, i)
		}
		files = append(files, source.File{Path: fmt.Sprintf("segments/%05d.hcl", from), Text: text.String()})
	}
	return files
}

func segment(text *strings.Builder, i int) {
	fmt.Fprintf(text, `segment "s%d" {
  description = "Gold or silver customers of the shop who bought for more than %d"
  owner       = "team-%d"
  where = (
    person.tier == "gold"
    && count(where(event.bought, it.amount > %d && it.category == "c%d"), "%dd") >= 3
    && !segment.s%d
    && one_of(person.country, "ES", "PT")
  )
}

`, i, i, i%7, i, i%50, i%300+1, i-1)
}

// Parsing and type-checking 10,000 segments of 280 bytes: at most 1.3 times the
// CPU of hclsyntax.ParseConfig alone on the same bytes, reported as x-parsing.
// The checks that follow (package check) are reported beside, as x-with-checks.
func BenchmarkLoadSegments(b *testing.B) {
	files := manySegments(10_000)
	var parsing, typing, loading time.Duration
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		parsing += spent(func() { parseAlone(b, files) })
		typing += spent(func() { typeCheck(b, files) })
		b.StartTimer()
		loading += spent(func() { compileAll(b, files) })
	}
	b.ReportMetric(float64(parsing.Milliseconds())/float64(b.N), "parsing-cpu-ms")
	b.ReportMetric(float64(loading.Milliseconds())/float64(b.N), "cpu-ms")
	b.ReportMetric(float64(typing)/float64(parsing), "x-parsing")
	b.ReportMetric(float64(loading)/float64(parsing), "x-with-checks")
}

// spent is the CPU that the process spends on f, collecting its garbage included.
func spent(f func()) time.Duration {
	runtime.GC()
	before := processTime()
	f()
	return processTime() - before
}

func parseAlone(b *testing.B, files []source.File) {
	kept := make([]*hcl.File, len(files))
	for i, f := range files {
		parsed, problems := hclsyntax.ParseConfig([]byte(f.Text), f.Path, hcl.InitialPos)
		if problems.HasErrors() {
			b.Fatal(problems)
		}
		kept[i] = parsed
	}
	runtime.KeepAlive(kept)
}

func typeCheck(b *testing.B, files []source.File) {
	p, found := project.From(source.Of(files...), project.Options{})
	scope, more := resolve.Scope(p)
	program, wrong := build.Build(p, scope)
	if found.HasErrors() || more.HasErrors() || wrong.HasErrors() {
		b.Fatal(found, more, wrong)
	}
	runtime.KeepAlive(program)
}

func compileAll(b *testing.B, files []source.File) {
	p, found := project.From(source.Of(files...), project.Options{})
	if found.HasErrors() {
		b.Fatal(spell(found[0]))
	}
	program, found := compiler.Compile(p)
	if found.HasErrors() {
		b.Fatal(spell(found[0]))
	}
	runtime.KeepAlive(program)
}

// Reading 10,000 segments from a cache has 150 ms together with finding out
// that no file changed; see BenchmarkLoadCached of package run.
func BenchmarkUnpackSegments(b *testing.B) {
	p, _ := project.From(source.Of(manySegments(10_000)...), project.Options{})
	program, _ := compiler.Compile(p)
	raw, err := ir.Pack(program)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		var got ir.Program
		if err := ir.Unpack(raw, &got); err != nil {
			b.Fatal(err)
		}
	}
}
