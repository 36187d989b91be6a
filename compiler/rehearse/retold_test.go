package rehearse_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/rehearse"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/syntax"
)

// Whoever the prover finds to get a message without leave is found again by a
// test: the platform sends it, and by the rules it is not sent.
func TestCounterexamplesAreTests(t *testing.T) {
	told := 0
	for seed := range uint64(150) {
		src := rand.New(rand.NewPCG(seed, 21))
		program := sample.Program(src, sample.Options{Messages: true, Without: sample.Calls})
		var placed []string
		for _, j := range program.Journeys {
			placed = append(placed, j.Address)
		}
		enforcement := ir.Enforcement{Sends: true, Hours: true, Caps: true}
		for _, g := range prove.Gates(program, placed) {
			if src.IntN(3) > 0 {
				rules := g.Condition.(expr.Reachable)
				rules.Consented = src.IntN(2) == 0
				g.Condition = rules
				if src.IntN(3) == 0 {
					g.Condition = sample.Predicate(src, program, sample.Options{Without: sample.Calls}, 1)
				}
				enforcement.Gates = append(enforcement.Gates, g)
			}
		}
		moment, err := prove.At(program, sample.Now.Time().Add(17*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		proof := prove.OfConsent(prove.Platform{Program: program, Address: "platform.p", Placed: placed, Enforcement: enforcement}, moment)
		for _, s := range proof.Sends {
			if s.Story == nil {
				continue
			}
			told++
			test := *s.Story.Retold
			text := rehearse.Write(test)
			if formatted, found := syntax.Format("people.test.hcl", []byte(text)); len(found) > 0 || string(formatted) != text {
				t.Fatalf("seed %d: %v\n%s", seed, found, text)
			}
			there := lived(t, program, test, enforcement)
			test.Platform = ""
			byRules := lived(t, program, test, enforcement)
			if len(there.Found)+len(byRules.Found) > 0 || there.Passed || !byRules.Passed {
				t.Errorf("seed %d, %s by %s: there %v %v, by the rules %v %v\n%s\n%s", seed, s.Step, s.Channel, there.Failures, there.Found,
					byRules.Failures, byRules.Found, s.Story.Then, rehearse.Write(*s.Story.Retold))
			}
		}
	}
	t.Logf("%d people", told)
	if told < 100 {
		t.Errorf("only %d people", told)
	}
}

func lived(t *testing.T, p *ir.Program, test ir.Test, e ir.Enforcement) rehearse.Result {
	t.Helper()
	program := *p
	program.Tests = []ir.Test{test}
	report, err := rehearse.Run(&program, rehearse.Options{Stories: true, Platforms: map[string]ir.Enforcement{"platform.p": e}})
	if err != nil {
		t.Fatal(err)
	}
	return report.Tests[0]
}
