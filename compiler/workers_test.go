package compiler_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
)

// One block after the other is what many at once are held to: the same program
// with the same places, the same findings in the same order.
func TestWorkersDoNotShow(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 2))
		files := lumenFiles(t)
		if seed%3 == 0 {
			files = manySegments(300)
		}
		for range seed % 4 {
			files = broken(rng, files)
		}
		want, wanted := written(t, files, 1)
		got, said := written(t, files, 2+int(seed%4))
		if diff := cmp.Diff(wanted, said); diff != "" {
			t.Fatalf("seed %d: -alone +together\n%s", seed, diff)
		}
		if got != want {
			t.Fatalf("seed %d: another program: %s", seed, firstDifference([]byte(want), []byte(got)))
		}
	}
}

func written(t *testing.T, files []source.File, workers int) (string, []string) {
	p, found := project.From(source.Of(files...), project.Options{Workers: workers})
	program, more := compiler.Compile(p)
	raw, err := ir.Marshal(program)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range append(found, more...) {
		said = append(said, spell(d)+" "+d.Mark+" "+d.Detail+" "+d.Help)
	}
	return string(raw), said
}
