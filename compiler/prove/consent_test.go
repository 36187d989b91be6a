package prove_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/project"
)

func lumen(t testing.TB) *ir.Program {
	t.Helper()
	p, found, err := project.Load(project.Options{Dir: "../../examples/lumen"})
	if err != nil {
		t.Fatal(err)
	}
	program, more := compiler.Compile(p)
	if found.HasErrors() || more.HasErrors() {
		t.Fatal(found, more)
	}
	return program
}

// platform is a platform that writes to people, with gates of its own or
// inserted ones.
func platform(p *ir.Program, gates ...ir.Gate) prove.Platform {
	address := p.Platforms[0].Address
	return prove.Platform{
		Program: p, Address: address, Placed: p.Placed(address),
		Enforcement: ir.Enforcement{Sends: true, Gates: gates, Caps: true, Hours: true},
	}
}

func at(t testing.TB, p *ir.Program) prove.Moment {
	t.Helper()
	m, err := prove.At(p, time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLumen(t *testing.T) {
	p := lumen(t)
	for _, s := range prove.OfConsent(platform(p), at(t, p)).Sends {
		fmt.Printf("%+v\n", s)
		if s.Story != nil {
			fmt.Println("   ", s.Story.Summary)
			for _, l := range s.Story.Then {
				fmt.Println("       ", l)
			}
		}
	}
	gates := prove.Gates(p, platform(p).Placed)
	for _, s := range prove.OfConsent(platform(p, gates...), at(t, p)).Sends {
		fmt.Println(s.Step, s.Channel, s.End, s.Why, s.Without)
	}
}

// The proof of examples/lumen: at most 20 ms.
func BenchmarkLumen(b *testing.B) {
	p := lumen(b)
	gates := prove.Gates(p, platform(p).Placed)
	for b.Loop() {
		prove.OfConsent(platform(p, gates...), at(b, p))
	}
}
