package prove_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
)

func TestWhy(t *testing.T) {
	if os.Getenv("WHY") == "" {
		t.Skip()
	}
	n := 0
	for seed := range uint64(800) {
		src := rand.New(rand.NewPCG(seed, 1))
		program := sample.Program(src, sample.Options{})
		prover := prove.New(now(t, program))
		e := sample.Predicate(narrow{src, 3}, program, sample.Options{}, 2)
		c := prover.Add(program, e)
		for _, a := range []prove.Answer{prover.Never(c), prover.Always(c)} {
			if a.Verdict == prove.Undecided {
				n++
				fmt.Println(seed, a.Why, "|||", expr.Print(e))
			}
		}
	}
	fmt.Println(n)
}

func TestOne(t *testing.T) {
	for _, seed := range []uint64{43, 59} {
		src := rand.New(rand.NewPCG(seed, 1))
		program := sample.Program(src, sample.Options{})
		for _, s := range program.Segments {
			fmt.Println(s.Address, expr.Print(s.Where))
		}
		for _, s := range program.Person.Attributes {
			fmt.Println(s.Name, expr.Print(s.Value))
		}
	}
}
