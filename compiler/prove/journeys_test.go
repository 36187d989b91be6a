package prove_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
)

// What is proved of random journeys holds in random lives: nobody reaches a step
// that nobody reaches, takes a branch that nobody takes, ends a wait early that
// nobody ends early, or is passed by where whoever is known is not. People who are
// shown were lived through before, so of them it is enough that there are some. Two
// journeys on one moment, also under another name, that take in somebody are told.
func TestWhatIsSaidOfJourneysHolds(t *testing.T) {
	options := sample.Options{Lives: true, Without: sample.Future | sample.Calls | sample.Spans, Depth: 1}
	said, shown, notes, both, missed := 0, 0, 0, 0, 0
	for seed := range uint64(100) {
		src := rand.New(rand.NewPCG(seed, 31))
		program := sample.Program(src, options)
		stable(src, program)
		doubled(src, program)
		of := prove.OfJourneys(prove.Asked{Program: program, Unsaid: func(string) bool { return true }}, now(t, program))
		shown += len(of.Passed) + len(of.Crossing) + len(of.Rivals) + len(of.Circles)
		never := map[string]bool{}
		for _, v := range of.Vain {
			switch v.Why {
			case prove.NotReached:
				never["at "+v.Step] = true
			case prove.NotTaken, prove.RuledOut:
				never["takes "+v.Way+" at "+v.Step] = true
			case prove.NotAllowed, prove.Filtered:
				never["sends by "+v.Channel+" at "+v.Step] = true
			}
		}
		for _, w := range of.Idle {
			never["early at "+w.Step] = true
		}
		said += len(never)
		m, err := eval.NewMachine(program, eval.Terms{Lists: sample.Lists(src, program, options)})
		if err != nil {
			t.Fatal(err)
		}
		for range 8 {
			what, together := seen(src, m, program, options)
			for _, what := range what {
				if notes++; never[what] {
					t.Fatalf("seed %d: nobody %s, it is said, and somebody does", seed, what)
				}
			}
			for _, second := range []string{"journey.y", "journey.z"} {
				if together[[2]string{program.Journeys[0].Address, second}] && answers(program.Journeys[0]) {
					both++
					if !slices.ContainsFunc(of.Rivals, func(r prove.Rivals) bool { return r.Second == second }) {
						missed++ // what is asked is a sequence of events
					}
				}
			}
		}
	}
	t.Logf("%d pairs met in two journeys, %d missed", both, missed)
	t.Logf("%d things said never to happen, %d people shown, %d notes", said, shown, notes)
	if both < 300 || missed*50 > both {
		t.Errorf("%d pairs of journeys took in one person, and of %d of them nothing was said", both, missed)
	}
	if said < 40 || shown < 30 || notes < 1000 {
		t.Errorf("%d things said never to happen, %d people shown, %d notes: hardly tried", said, shown, notes)
	}
}

// What it takes to show who is taken in by two journeys grows with the journeys
// that answer the same moment, and hardly with those that have nothing to do with
// it: a project of many journeys is asked about as many moments.
func TestShowingRivalsTakesAsLongAsTheirMoment(t *testing.T) {
	asked := func(pairs int) float64 {
		src := rand.New(rand.NewPCG(4, 31))
		p := *sample.Program(src, sample.Options{Lives: true, Depth: 1})
		p.Pressures, p.Controls, p.Journeys, p.Moments = nil, nil, nil, nil
		for i := range pairs {
			event := ir.Event{Head: ir.Head{Address: fmt.Sprintf("event.e%03d", i)}}
			moment := ir.Moment{Head: ir.Head{Address: fmt.Sprintf("moment.m%03d", i)}, Detect: ir.OnEvent{Event: event.Address}}
			p.Events, p.Moments = append(p.Events, event), append(p.Moments, moment)
			for _, name := range []string{"a", "b"} {
				address := fmt.Sprintf("%s%03d", name, i)
				p.Journeys = append(p.Journeys, ir.Journey{
					Head: ir.Head{Address: "journey." + address}, Enter: ir.Enter{Moment: moment.Address},
					Steps: []ir.Step{ir.Send{Name: "s", Touchpoint: p.Touchpoints[0].Address}},
				})
			}
		}
		program := p.Sorted()
		at := now(t, program)
		return testing.AllocsPerRun(1, func() {
			if of := prove.OfJourneys(prove.Asked{Program: program}, at); len(of.Rivals) != pairs {
				t.Fatalf("%d pairs of rivals, of %d something is said", pairs, len(of.Rivals))
			}
		})
	}
	if few, many := asked(10), asked(100); many > 12*few {
		t.Errorf("10 pairs of rivals take %v allocations, 100 take %v", few, many)
	}
}

// answers tells whether a journey writes to people when a moment comes.
func answers(j ir.Journey) bool {
	sends := false
	ir.Walk(j.Steps, func(s ir.Step) {
		_, is := s.(ir.Send)
		sends = sends || is
	})
	return sends && j.Enter.Moment != ""
}

// stable lets some attributes be stable: what is asked of them holds for a run.
func stable(src *rand.Rand, p *ir.Program) {
	for i := range p.Person.Attributes {
		p.Person.Attributes[i].Stable = src.IntN(2) == 0 && p.Person.Attributes[i].Value == nil
	}
}

// doubled adds, to a journey that enters on a moment, one that does the same, and
// to what is chosen a second branch.
func doubled(src *rand.Rand, p *ir.Program) {
	branches := func(steps []ir.Step) []ir.Step {
		steps = slices.Clone(steps)
		for i, s := range steps {
			if c, is := s.(ir.Choose); is && len(c.When) == 1 {
				where := sample.Predicate(narrow{src, 3}, p, sample.Options{Without: sample.Calls | sample.Spans}, 0)
				c.When = append(slices.Clone(c.When), ir.Branch{Name: "besides", If: where})
				steps[i] = c
			}
		}
		return steps
	}
	for i := range p.Journeys {
		p.Journeys[i].Steps = branches(p.Journeys[i].Steps)
	}
	again := p.Journeys[0]
	again.Address, again.Goal, again.LeaveIf = "journey.y", nil, nil
	again.Steps = []ir.Step{ir.Send{Name: "also", Touchpoint: p.Touchpoints[0].Address}}
	p.Journeys = append(p.Journeys, again)
	again.Address = "journey.z"
	if m, ok := ir.Find(p.Moments, again.Enter.Moment); ok {
		m.Address, again.Enter.Moment = "moment.z", "moment.z"
		p.Moments = append(p.Moments, m)
	}
	p.Journeys = append(p.Journeys, again)
}

// seen is what happens in journeys to a random person, and which two journeys they
// enter at one instant.
func seen(src *rand.Rand, m *eval.Machine, p *ir.Program, o sample.Options) (out []string, together map[[2]string]bool) {
	life := m.Begin(sample.People(src, p, o, 1)[0], sample.Now)
	together = map[[2]string]bool{}
	since := map[string]types.Instant{}
	life.Observe(func(n eval.Note) {
		switch n := n.(type) {
		case eval.Entered:
			for other, at := range since {
				if at == n.At {
					together[[2]string{other, n.Journey}] = true
				}
			}
			since[n.Journey] = n.At
		case eval.Chose:
			out = append(out, "at "+n.Step, "takes "+n.Way+" at "+n.Step)
		case eval.Waits:
			out = append(out, "at "+n.Step)
		case eval.Resumed:
			if out = append(out, "at "+n.Step); n.Early {
				out = append(out, "early at "+n.Step)
			}
		case eval.Sent:
			out = append(out, "at "+n.Step, "sends by "+n.Channel+" at "+n.Step)
		default:
		}
	})
	ahead := sample.Ahead(src, p, o, 40)
	var all []eval.Happening
	for _, e := range ahead.Events {
		all = append(all, eval.Event(e))
	}
	for _, x := range ahead.Outcomes {
		all = append(all, eval.Outcome(x))
	}
	for _, a := range ahead.Acts {
		all = append(all, eval.Act(a))
	}
	slices.SortStableFunc(all, func(a, b eval.Happening) int { return cmp.Compare(a.When(), b.When()) })
	for _, h := range all {
		if life.Let(h) != nil {
			return out, together // a circle
		}
	}
	_ = life.End(life.Now() + 60*24*3600*1_000_000) // a circle is no matter here
	return out, together
}
