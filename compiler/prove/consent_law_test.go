package prove_test

import (
	"math/rand/v2"
	"testing"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Whoever lives through random journeys on a platform with random gates and
// gets a marketing message without leave: of that message nothing was proved.
func TestNobodyGetsWhatIsProved(t *testing.T) {
	ends, wrong, sent := map[prove.End]int{}, 0, 0
	for seed := range uint64(120) {
		src := rand.New(rand.NewPCG(seed, 11))
		program := sample.Program(src, sample.Options{Messages: true, Without: sample.Calls})
		enforcement := randomGates(src, program)
		var placed []string
		for _, j := range program.Journeys {
			placed = append(placed, j.Address)
		}
		proof := prove.OfConsent(prove.Platform{Program: program, Address: "platform.p", Placed: placed, Enforcement: enforcement}, now(t, program))
		end := map[[2]string]prove.End{}
		for _, s := range proof.Sends {
			end[[2]string{s.Step, s.Channel}] = s.End
			ends[s.End]++
		}
		ends["not replayed"] += len(proof.Bugs)
		lists := sample.Lists(src, program, sample.Options{})
		m, err := eval.NewMachine(program, eval.Terms{Enforcement: &enforcement, Lists: lists})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range sample.People(src, program, sample.Options{}, 25) {
			life := m.Begin(p, sample.Now)
			life.Observe(func(n eval.Note) {
				s, ok := n.(eval.Sent)
				if !ok {
					return
				}
				message, _ := ir.Find(program.Touchpoints, s.Touchpoint)
				purpose, _ := ir.Find(program.Purposes, message.Purpose)
				if purpose.Class != ir.Marketing {
					return
				}
				sent++
				if life.World().Allowed(purpose.Address, s.Channel, life.Person()) {
					return
				}
				wrong++
				if e := end[[2]string{s.Step, s.Channel}]; e.Holds() {
					t.Fatalf("seed %d: %s by %s is %s, and %s got it without leave at %s", seed, s.Step, s.Channel, e, p.ID, types.Spell(s.At))
				}
			})
			live(t, src, program, life)
		}
	}
	t.Logf("%v; %d sent, %d without leave", ends, sent, wrong)
	if wrong < 100 || ends[prove.Refused] < 40 || ends[prove.Enforced] < 15 {
		t.Errorf("%v; %d sent, %d without leave: hardly tried", ends, sent, wrong)
	}
}

// randomGates is a platform that asks at each send all of the rules, a part of
// them, something else, or nothing.
func randomGates(src *rand.Rand, p *ir.Program) ir.Enforcement {
	e := ir.Enforcement{Sends: true, Hours: true, Caps: true}
	var placed []string
	for _, j := range p.Journeys {
		placed = append(placed, j.Address)
	}
	for _, g := range prove.Gates(p, placed) {
		g.Inserted = false
		rules := g.Condition.(expr.Reachable)
		switch src.IntN(5) {
		case 0:
			continue
		case 1:
			allowed, _ := p.Allowed(rules.Purpose, rules.Channel)
			if and, ok := allowed.(expr.And); ok {
				g.Condition = and.Terms[src.IntN(len(and.Terms))]
			}
		case 2:
			rules.Consented = true
			g.Condition = rules
		case 3:
			g.Condition = sample.Predicate(src, p, sample.Options{Without: sample.Calls}, 1)
		}
		e.Gates = append(e.Gates, g)
	}
	if src.IntN(3) == 0 { // it asks its gates at once, and all else of what it has noticed
		e.DetectionDelay = types.Span{Amount: int64(1 + src.IntN(48)), Unit: types.Hour}
	}
	return e
}

// live lets things happen to somebody for two months.
func live(t *testing.T, src *rand.Rand, p *ir.Program, life *eval.Life) {
	t.Helper()
	at := sample.Now
	for range 3 + src.IntN(12) {
		at += types.Instant(src.IntN(6*24*3600)) * 1_000_000
		var h eval.Happening
		switch src.IntN(5) {
		case 0:
			message := p.Touchpoints[src.IntN(len(p.Touchpoints))]
			h = eval.Outcome{Touchpoint: message.Address, At: at, Kind: []person.OutcomeKind{person.Opened, person.Bounced, person.Unsubscribed}[src.IntN(3)]}
		case 1:
			if len(p.Consents) == 0 {
				continue
			}
			h = eval.Act{Consent: p.Consents[0].Address, At: at, Kind: []person.ActKind{person.Grant, person.Confirm, person.Refuse, person.Withdraw}[src.IntN(4)]}
		default:
			events := sample.People(src, p, sample.Options{}, 1)[0].Events
			if len(events) == 0 {
				continue
			}
			e := events[0]
			e.At = at
			h = eval.Event(e)
		}
		if err := life.Let(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := life.End(at + 60*24*3600*1_000_000); err != nil {
		t.Fatal(err)
	}
}
