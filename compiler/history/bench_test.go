package history_test

import (
	"path/filepath"
	"testing"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/history"
	"github.com/trayecto/trayecto/lang/project"
)

// The past of the example: 2,000 people, 6,767 events, 1,294 acts and 3,501
// outcomes, 1.5 MB. It is read for every plan.
func BenchmarkReadLumen(b *testing.B) {
	dir := filepath.Join("..", "..", "examples", "lumen")
	loaded, found, err := project.Load(project.Options{Dir: dir})
	if err != nil || found.HasErrors() {
		b.Fatal(err, found)
	}
	program, found := compiler.Compile(loaded)
	if found.HasErrors() {
		b.Fatal(found)
	}
	b.ReportAllocs()
	for b.Loop() {
		past, err := history.Read(history.Options{Dir: dir, Program: program})
		if err != nil || past.Counts.Events != 6767 || past.Counts.Bad != 0 {
			b.Fatal(err, past.Counts)
		}
	}
}
