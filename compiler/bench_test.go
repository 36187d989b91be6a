package compiler_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// Ten thousand segments, each mentioning another: the plan of as many objects
// has 1.6 times the CPU of parsing them to itself (planning.md), of which this is a part.
func BenchmarkCompileSegments(b *testing.B) {
	var text strings.Builder
	text.WriteString(`project "big" {
  timezone  = "Europe/Madrid"
  languages = ["en"]
}
person {
  key "id" { type = string }
  attribute "tier" { type = enum("gold", "silver") }
}
event "bought" {
  field "amount" { type = money }
}
segment "s0" { where = person.tier == "gold" }
`)
	for i := 1; i < 10000; i++ {
		fmt.Fprintf(&text, "segment \"s%d\" {\n  where = person.tier == \"gold\" && count(where(event.bought, it.amount > %d), \"%dd\") >= 3 && !segment.s%d\n}\n", i, i, i%300+1, i-1)
	}
	p, found := project.From(source.Of(source.File{Path: "big.hcl", Bytes: []byte(text.String())}), project.Options{})
	if found.HasErrors() {
		b.Fatal(spell(found[0]))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, found := compiler.Compile(p); found.HasErrors() {
			b.Fatal(spell(found[0]))
		}
	}
}
