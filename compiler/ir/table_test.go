package ir_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

// written is a table as lines: index, step, what comes after, from where.
func written(t ir.Table) string {
	var b strings.Builder
	for _, e := range t.Entries {
		fmt.Fprintf(&b, "%d %s in %d:", e.Index, strings.TrimPrefix(e.Address, "step.j."), e.Around)
		for _, w := range e.Ways {
			fmt.Fprintf(&b, " %s>%d", w.Name, w.Next)
		}
		fmt.Fprintf(&b, " >%d from %v\n", e.Next, e.From)
	}
	return b.String()
}

func TestTable(t *testing.T) {
	send := func(name string) ir.Step { return ir.Send{Name: name} }
	j := ir.Journey{Head: ir.Head{Address: "journey.j"}, Steps: []ir.Step{
		send("a"),
		ir.Choose{Name: "c", When: []ir.Branch{
			{Name: "x", If: expr.IsSet{}, Steps: []ir.Step{send("b"), ir.Wait{Name: "w"}}},
			{Name: "y", If: expr.IsSet{}},
		}, Otherwise: []ir.Step{ir.Split{Name: "s", Variants: []ir.Variant{
			{Name: "v", Weight: 1, Steps: []ir.Step{send("d")}}, {Name: "n", Weight: 1, Control: true}, {Name: "u", Weight: 2},
		}}}},
		send("e"),
	}}
	want := `0 a in -1: >1 from []
1 c in -1: x>2 y>6 otherwise>4 >6 from [0]
2 b in 1: >3 from [1]
3 w in 1: >6 from [2]
4 s in 1: v>5 n>-1 u>6 >6 from [1]
5 d in 4: >6 from [4]
6 e in -1: >-1 from [1 3 4 5]
`
	got := j.Table()
	if diff := cmp.Diff(want, written(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, e := range got.Entries {
		if want := e.Step.StepName() == "w"; e.Epoch != want {
			t.Errorf("%s: epoch %v", e.Address, e.Epoch)
		}
	}
}

// shape is a random journey of steps without content.
func shape(t *rapid.T, depth int, names *int) []ir.Step {
	var out []ir.Step
	for range rapid.IntRange(0, 3).Draw(t, "steps") {
		*names++
		name := fmt.Sprintf("n%d", *names)
		kind := rapid.IntRange(0, 3).Draw(t, "kind")
		switch {
		case kind == 0 || depth == 0 && kind > 1:
			out = append(out, ir.Send{Name: name})
		case kind == 1:
			out = append(out, ir.Wait{Name: name})
		case kind == 2:
			c := ir.Choose{Name: name, When: []ir.Branch{{Name: "x", Steps: shape(t, depth-1, names)}, {Name: "y", Steps: shape(t, depth-1, names)}}}
			c.Otherwise = shape(t, depth-1, names)
			out = append(out, c)
		default:
			out = append(out, ir.Split{Name: name, Variants: []ir.Variant{{Name: "v", Steps: shape(t, depth-1, names)}, {Name: "n", Control: true}}})
		}
	}
	return out
}

// walk is the reference: the steps as they are written, one way at a time.
func walk(steps []ir.Step, pick func(int) int) (passed []string, over bool) {
	for _, s := range steps {
		passed = append(passed, s.StepName())
		var inside []string
		switch s := s.(type) {
		case ir.Choose:
			ways := [][]ir.Step{s.When[0].Steps, s.When[1].Steps, s.Otherwise}
			inside, over = walk(ways[pick(3)], pick)
		case ir.Split:
			v := s.Variants[pick(2)]
			inside, over = walk(v.Steps, pick)
			over = over || v.Control
		}
		passed = append(passed, inside...)
		if over {
			return passed, true
		}
	}
	return passed, false
}

func TestLawTableFollowsWhatIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := ir.Journey{Head: ir.Head{Address: "module.m.journey.j"}, Steps: shape(t, 3, new(int))}
		table := j.Table()
		seed := rapid.Uint64().Draw(t, "ways")
		want, _ := walk(j.Steps, rand.New(rand.NewPCG(seed, 1)).IntN)
		pick := rand.New(rand.NewPCG(seed, 1)).IntN
		var got []string
		at, before := 0, ir.Over
		if len(table.Entries) == 0 {
			at = ir.Over
		}
		for at != ir.Over {
			e := table.Entries[at]
			if before != ir.Over && !slices.Contains(e.From, before) || at <= before {
				t.Fatalf("entry %d is reached from %d, not from %v", at, before, e.From)
			}
			if ir.JourneyOf(e.Address) != j.Address {
				t.Fatalf("%s is not of %s", e.Address, j.Address)
			}
			got, before, at = append(got, e.Step.StepName()), at, e.Next
			if len(e.Ways) > 0 {
				at = e.Ways[pick(len(e.Ways))].Next
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}
