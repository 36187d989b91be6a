package prove_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/types"
)

// Nobody who lives through random journeys, where nothing holds messages back,
// gets more within a limit's window than the worst case says; and the worst case
// is met often enough to mean something. Bounces count at once, so the lives have
// none.
func TestNobodyGetsMoreThanAtWorst(t *testing.T) {
	options := sample.Options{Lives: true, Without: sample.Future | sample.Calls | sample.Spans, Depth: 1}
	bounds, met, endless := 0, 0, 0
	for seed := range uint64(300) {
		src := rand.New(rand.NewPCG(seed, 21))
		program := sample.Program(src, options)
		for i := range program.Touchpoints { // on one channel, a message is one message
			program.Touchpoints[i].Channels = program.Touchpoints[i].Channels[:1]
		}
		worst, _ := prove.AtWorst(program, nil)
		if len(worst) == 0 {
			continue
		}
		enforcement := ir.Enforcement{Sends: true, Hours: src.IntN(2) == 0}
		m, err := eval.NewMachine(program, eval.Terms{Enforcement: &enforcement, Lists: sample.Lists(src, program, options)})
		if err != nil {
			t.Fatal(err)
		}
		most := make([]int, len(worst))
		for range 12 {
			sent := lived(t, src, m, program, options)
			for i, w := range worst {
				n := window(program, w, sent)
				if most[i] = max(most[i], n); !w.Endless && n > w.Most {
					t.Fatalf("seed %d: somebody gets %d, and %s", seed, n, w.Sentence())
				}
			}
		}
		for i, w := range worst {
			switch {
			case w.Endless:
				endless++
			case w.Most > 0:
				bounds++
				if most[i] == w.Most {
					met++
				}
			}
		}
	}
	t.Logf("%d bounds, %d of them met, %d without end", bounds, met, endless)
	if bounds < 50 || met < 10 {
		t.Errorf("%d bounds, %d of them met: hardly tried", bounds, met)
	}
}

// lived is what a random person is sent in two months in which much happens.
func lived(t *testing.T, src *rand.Rand, m *eval.Machine, p *ir.Program, o sample.Options) []eval.Sent {
	t.Helper()
	who := sample.People(src, p, o, 1)[0]
	who.Outcomes = nil
	life := m.Begin(who, sample.Now)
	var out []eval.Sent
	life.Observe(func(n eval.Note) {
		if s, ok := n.(eval.Sent); ok {
			out = append(out, s)
		}
	})
	ahead := sample.Ahead(src, p, o, 40)
	var all []eval.Happening
	for _, e := range ahead.Events {
		all = append(all, eval.Event(e))
	}
	for _, x := range ahead.Outcomes {
		if x.Kind != person.Bounced && x.Kind != person.Complained && x.Kind != person.Sent {
			all = append(all, eval.Outcome(x))
		}
	}
	slices.SortStableFunc(all, func(a, b eval.Happening) int { return cmp.Compare(a.When(), b.When()) })
	for _, h := range all {
		if life.Let(h) != nil {
			return nil // a circle: told by itself
		}
	}
	if life.End(life.Now()+60*24*3600*1_000_000) != nil {
		return nil
	}
	return out
}

// window is the most that was sent within a limit's window of what it counts.
func window(p *ir.Program, w prove.Worst, sent []eval.Sent) int {
	pressure, _ := ir.Find(p.Pressures, w.Pressure)
	at := slices.IndexFunc(pressure.Limits, func(l ir.Limit) bool { return l.Name == w.Limit })
	limit := pressure.Limits[at]
	zone, _ := time.LoadLocation(p.Project.Timezone)
	most := 0
	for i, last := range sent {
		apart := map[string]int{}
		for _, s := range sent[:i+1] {
			message, _ := ir.Find(p.Touchpoints, s.Touchpoint)
			purpose, _ := ir.Find(p.Purposes, message.Purpose)
			if !slices.Contains(limit.Classes, purpose.Class) || s.At <= limit.Per.Before(last.At, zone) {
				continue
			}
			key := map[string]string{"": "", "channel": s.Channel, "purpose": message.Purpose}[limit.By]
			apart[key]++
		}
		for _, n := range apart {
			most = max(most, n)
		}
	}
	return most
}

// Journeys whose worst case is plain.
func TestAtWorst(t *testing.T) {
	day := func(n int64) types.Span { return types.Span{Amount: n, Unit: types.Day} }
	send := func(name string) ir.Step { return ir.Send{Name: name, Touchpoint: "touchpoint.t"} }
	wait := func(name string, n int64) ir.Step { return ir.Wait{Name: name, For: day(n)} }
	for _, c := range []struct {
		name  string
		again string
		steps []ir.Step
		want  string
	}{
		{"one message", "never", []ir.Step{send("a")}, "never passed: at worst 1, by journey.j"},
		{"two in the window", "never", []ir.Step{send("a"), wait("w", 6), send("b")}, "never passed: at worst 2, by journey.j"},
		{"a window does not hold both ends", "never", []ir.Step{send("a"), wait("w", 7), send("b")}, "never passed: at worst 1, by journey.j"},
		{"as often as it happens", "always", []ir.Step{send("a")}, "can be passed without end, by journey.j"},
		{"again only when a run is over", "always", []ir.Step{send("a"), wait("w", 2)}, "can be passed: at worst 4, by journey.j"},
		{"again after days", "3d", []ir.Step{send("a")}, "can be passed: at worst 3, by journey.j"},
		{"again after longer than the window", "30d", []ir.Step{send("a"), wait("w", 1), send("b")}, "never passed: at worst 2, by journey.j"},
		{"the last of one run and the first of the next", "10d", []ir.Step{send("a"), wait("w", 9), send("b")}, "never passed: at worst 2, by journey.j"},
		{"the greater branch", "never", []ir.Step{
			ir.Choose{Name: "c", When: []ir.Branch{{Name: "x", Steps: []ir.Step{send("a"), send("b"), send("c1")}}}, Otherwise: []ir.Step{send("d")}},
		}, "can be passed: at worst 3, by journey.j"},
	} {
		p := &ir.Program{
			Purposes:    []ir.Purpose{{Head: ir.Head{Address: "purpose.p"}, Class: ir.Marketing}},
			Touchpoints: []ir.Touchpoint{{Head: ir.Head{Address: "touchpoint.t"}, Purpose: "purpose.p", Channels: []string{"channel.email"}}},
			Pressures:   []ir.Pressure{{Head: ir.Head{Address: "pressure.all"}, Limits: []ir.Limit{{Name: "weekly", Max: 2, Per: day(7), Classes: []ir.Class{ir.Marketing}}}}},
			Journeys:    []ir.Journey{{Head: ir.Head{Address: "journey.j"}, Enter: ir.Enter{Moment: "moment.m", Again: c.again}, Steps: c.steps}},
		}
		worst, _ := prove.AtWorst(p, nil)
		if diff := gocmp.Diff("2 marketing messages in 7d (pressure.all, weekly) "+map[bool]string{true: "", false: "is "}[worst[0].Reached()]+c.want, worst[0].Sentence()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
