package eval_test

import (
	"math/rand/v2"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// On a platform that counts windows in days a decision that hangs on a day is
// noted as not sure, and no other.
func TestWindowsInSteps(t *testing.T) {
	program := storyShop(t, `
journey "j" {
  enter { on = moment.joined }
  wait "a_day" { for = "24h" }
  choose "which" {
    when "looked" {
      if = did(event.seen, "7d")
      send "note" { touchpoint = touchpoint.note }
    }
  }
}
`)
	days := ir.Enforcement{Sends: true, WindowGrain: types.Span{Amount: 1, Unit: types.Day}}
	for _, c := range []struct {
		name string
		seen int // hours before the choice
		want []eval.Decision
	}{
		{"long within", 100, nil},
		{"just within", 7*24 - 3, []eval.Decision{eval.Choosing}},
		{"just outside", 7*24 + 3, []eval.Decision{eval.Choosing}},
		{"long outside", 9 * 24, nil},
	} {
		someone := visitor()
		if c.seen > 24 {
			someone.Events = append(someone.Events, person.Event{Type: "event.seen", At: hoursOn(24 - c.seen)})
		}
		notes, err := shopMachine(t, program, &days).Play(someone, monday, []eval.Happening{occurs(0, "joined", nil)}, hoursOn(1000))
		if err != nil {
			t.Fatal(err)
		}
		var got []eval.Decision
		for _, n := range notes {
			if u, is := n.(eval.Unsure); is {
				got = append(got, u.What)
			}
		}
		if diff := gocmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// A condition of which it is not said that it wavers comes out the same with
// windows that are longer or shorter by any length up to a step.
func TestWhatIsSureIsSure(t *testing.T) {
	sure, unsure := 0, 0
	for seed := range uint64(150) {
		src := rand.New(rand.NewPCG(seed, 5))
		program := sample.Program(src, sample.Options{})
		w, err := eval.New(program, sample.Lists(src, program, sample.Options{}), sample.Now)
		if err != nil {
			t.Fatal(err)
		}
		step := types.Instant(24*3600) * 1_000_000
		for _, p := range sample.People(src, program, sample.Options{}, 6) {
			e := sample.Predicate(src, program, sample.Options{}, 2)
			if w.Wavers(e, p, step) {
				unsure++
				continue
			}
			sure++
			want := w.Truth(e, p, eval.Context{}) == expr.True
			for range 20 {
				by := types.Instant(src.Int64N(2*int64(step)+1)) - step
				if got := w.Slackened(e, p, by) == expr.True; got != want {
					t.Fatalf("seed %d: %s is %v and with windows longer by %d %v", seed, expr.Print(e), want, by, got)
				}
			}
		}
	}
	if sure < 300 || unsure < 10 {
		t.Errorf("%d are sure, %d are not: hardly tried", sure, unsure)
	}
}
