package prove_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// now is the moment of samples, in a program's zone.
func now(t testing.TB, p *ir.Program) prove.Moment {
	t.Helper()
	zone, err := time.LoadLocation(p.Project.Timezone)
	if err != nil {
		t.Fatal(err)
	}
	return prove.Moment{Now: sample.Now, Zone: zone}
}

// What is proved holds for everybody: no person of many is a member of what is
// empty, of one and not the other where one is within the other, of both where
// they are apart.
func TestProofsHoldForPeople(t *testing.T) {
	proofs, refuted, undecided := 0, 0, 0
	rapid.Check(t, func(r *rapid.T) {
		src := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		program := sample.Program(src, sample.Options{})
		world, err := eval.New(program, sample.Lists(src, program, sample.Options{}), sample.Now)
		if err != nil {
			t.Fatal(err)
		}
		people := sample.People(src, program, sample.Options{}, 40)
		prover := prove.New(now(t, program))
		var conditions []prove.Condition
		var exprs []expr.Expr
		for range 6 {
			e := sample.Predicate(narrow{src, 3}, program, sample.Options{}, 2)
			exprs = append(exprs, e)
			conditions = append(conditions, prover.Add(program, e))
		}
		in := func(i, person int) bool { return world.Truth(exprs[i], people[person], eval.Context{}) == expr.True }
		count := func(a prove.Answer) bool {
			switch a.Verdict {
			case prove.Proved:
				proofs++
			case prove.Refuted:
				refuted++
			case prove.Undecided:
				undecided++
			}
			return a.Verdict == prove.Proved
		}
		for i, a := range conditions {
			never, always := count(prover.Never(a)), count(prover.Always(a))
			for k := range people {
				if never && in(i, k) || always && !in(i, k) {
					t.Fatalf("%s is proved to have one answer, never %t, always %t, and %s has another", expr.Print(exprs[i]), never, always, people[k].ID)
				}
			}
			for j, b := range conditions {
				implies, apart := count(prover.Implies(a, b)), count(prover.Disjoint(a, b))
				for k := range people {
					if implies && in(i, k) && !in(j, k) || apart && in(i, k) && in(j, k) {
						t.Fatalf("%s and %s: proved implies %t, apart %t, and %s shows otherwise", expr.Print(exprs[i]), expr.Print(exprs[j]), implies, apart, people[k].ID)
					}
				}
			}
		}
	})
	t.Logf("%d proved, %d refuted, %d undecided", proofs, refuted, undecided)
	if proofs < 100 || refuted < 100 || undecided > refuted {
		t.Errorf("%d proved, %d refuted, %d undecided: the law was hardly tried", proofs, refuted, undecided)
	}
}

// A count of nothing is 0 and can be compared: that the answer is known does not
// show that something happened.
func TestAComparedCountMayBeOfNothing(t *testing.T) {
	program := &ir.Program{
		Project: ir.Project{Name: "p", Timezone: "UTC"},
		Person: ir.Person{Head: ir.Head{Address: "person"}, Keys: []ir.Key{{Name: "id", Type: types.String}},
			Attributes: []ir.Attribute{{Name: "orders", Type: types.Number}}},
		Events: []ir.Event{{Head: ir.Head{Address: "event.bought"}}},
	}
	bought, day := expr.Source{Event: "event.bought"}, expr.Window{Length: types.Span{Amount: 1, Unit: types.Day}}
	as := expr.Compare{
		Op: expr.Equal, Left: expr.Attribute{Path: []string{"orders"}, Type: types.Number},
		Right: expr.Aggregate{Op: expr.Count, Of: bought, Type: types.Number, Window: day},
	}
	prover := prove.New(now(t, program))
	compared, happened := prover.Add(program, as), prover.Add(program, expr.Did{Of: bought, Window: day})
	if got := prover.Implies(compared, happened); got.Verdict == prove.Proved {
		t.Errorf("who has as many orders as were counted is proved to have one: 0 of 0 is not seen")
	}
	nobody := &person.Person{ID: "p", Attributes: map[string]types.Value{"orders": types.Decimal{}}}
	world, err := eval.New(program, nil, sample.Now)
	if err != nil {
		t.Fatal(err)
	}
	if got := world.Truth(as, nobody, eval.Context{}); got != expr.True {
		t.Errorf("0 orders, none counted: equal is %s", got)
	}
}

// narrow is a chance with few different answers, so that conditions meet at
// the same attributes and constants.
type narrow struct {
	*rand.Rand
	most int
}

func (d narrow) IntN(n int) int {
	if d.Rand.IntN(3) == 0 {
		return d.Rand.IntN(n)
	}
	return d.Rand.IntN(min(n, d.most))
}

// Relations are the same with simulation and without.
func TestSimulationChangesNoAnswer(t *testing.T) {
	relations := 0
	for seed := range uint64(40) {
		src := rand.New(rand.NewPCG(seed, 9))
		program := sample.Program(src, sample.Options{})
		moved, unmoved := prove.New(now(t, program)), prove.New(now(t, program)).Unmoved()
		var list, same []prove.Condition
		for range 10 {
			e := sample.Predicate(narrow{src, 3}, program, sample.Options{}, 2)
			list, same = append(list, moved.Add(program, e)), append(same, unmoved.Add(program, e))
		}
		want, got := unmoved.Relate(same, everyPair), moved.Relate(list, everyPair)
		if diff := cmp.Diff(want.Found, got.Found); diff != "" {
			t.Fatalf("seed %d: -without +with:\n%s", seed, diff)
		}
		relations += len(got.Found)
	}
	if relations < 50 {
		t.Errorf("only %d relations: hardly tried", relations)
	}
}
