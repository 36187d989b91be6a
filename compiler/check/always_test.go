package check_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/sample"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// narrow is a chance with few different answers, so that conditions meet at
// the same attributes and constants.
type narrow struct {
	*rand.Rand
	most int
}

func (d narrow) IntN(n int) int { return d.Rand.IntN(min(n, d.most)) }

// A condition that is said to be true for nobody is true for none of many
// people, and one that is said to be true for everybody is true for each.
func TestClaimsHold(t *testing.T) {
	claims := 0
	rapid.Check(t, func(t *rapid.T) {
		src := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		program := sample.Program(src, sample.Options{})
		world, err := eval.New(program, sample.Lists(src, program, sample.Options{}), sample.Now)
		if err != nil {
			t.Fatal(err)
		}
		people := sample.People(src, program, sample.Options{}, 40)
		for range 20 {
			for _, claim := range check.Claims(crowded(src, program)) {
				claims++
				for _, p := range people {
					if got := world.Truth(claim.Of, p, eval.Context{}) == expr.True; got != claim.Always {
						t.Fatalf("%s is said to be %t for everybody; for one person it is %t", expr.Print(claim.Of), claim.Always, got)
					}
				}
			}
		}
	})
	if claims < 100 {
		t.Errorf("only %d claims were made: the law was hardly tried", claims)
	}
}

// crowded is a chain of conditions that often ask the same things.
func crowded(src *rand.Rand, program *ir.Program) expr.Expr {
	few := narrow{src, 3 + src.IntN(13)}
	a := sample.Predicate(few, program, sample.Options{}, 1)
	b := sample.Predicate(few, program, sample.Options{}, 1)
	terms := []expr.Expr{a, b, sample.Predicate(few, program, sample.Options{}, 0), expr.Not{Term: a}}
	kept := terms[src.IntN(3):]
	if src.IntN(2) == 0 {
		return expr.And{Terms: kept}
	}
	return expr.Or{Terms: kept}
}

// Conditions and what is said of them, part by part.
func TestClaims(t *testing.T) {
	scope := &expr.Scope{
		Person: &expr.Shape{Name: "person", Fields: []expr.ShapeField{
			{Name: "id", Type: types.String},
			{Name: "tier", Type: types.Enum{Values: []string{"gold", "silver"}}, Nullable: true},
			{Name: "nps", Type: types.Number, Nullable: true}, {Name: "born", Type: types.DateType, Nullable: true},
			{Name: "vip", Type: types.Bool, Nullable: true}, {Name: "city", Type: types.String, Nullable: true},
		}},
		Events: map[string]*expr.Shape{"event.bought": {Name: "event.bought", Fields: []expr.ShapeField{{Name: "amount", Type: types.Number, Nullable: true}}}},
		Names:  map[string][]string{"event": {"event.bought"}, "segment": {"segment.a"}},
	}
	for _, c := range []struct {
		condition string
		want      []string
	}{
		{`person.tier == "gold" && person.tier == "silver"`, []string{`never: person.tier == "gold" && person.tier == "silver"`}},
		{`person.tier != "gold" && person.tier != "silver"`, []string{`never: person.tier != "gold" && person.tier != "silver"`}},
		{`person.tier == "gold" || person.tier == "silver"`, nil}, // null is neither
		{`person.tier == "gold" || person.tier != "gold" || !is_set(person.tier)`, []string{`always: person.tier == "gold" || person.tier != "gold" || !is_set(person.tier)`}},
		{`is_set(person.city) || !is_set(person.city)`, []string{"always: is_set(person.city) || !is_set(person.city)"}},
		{`!is_set(person.city) && person.city == "Lugo"`, []string{`never: !is_set(person.city) && person.city == "Lugo"`}},
		{`person.nps > 5 && person.nps < 3`, []string{"never: person.nps > 5 && person.nps < 3"}},
		{`person.nps > 5 && person.nps <= 5`, []string{"never: person.nps > 5 && person.nps <= 5"}},
		{`person.nps > 5 && person.nps < 6`, nil}, // 5.5
		{`person.nps >= 5 && person.nps <= 5`, nil},
		{`one_of(person.nps, 1, 2) && person.nps > 2`, []string{"never: one_of(person.nps, 1, 2) && person.nps > 2"}},
		{`count(event.bought, "30d") < 0`, []string{`never: count(event.bought, "30d") < 0`}},
		{`count(event.bought, "30d") >= 0`, []string{`always: count(event.bought, "30d") >= 0`}},
		{`count(event.bought, "30d") > 1 && count(event.bought, "30d") < 2`, []string{`never: count(event.bought, "30d") > 1 && count(event.bought, "30d") < 2`}},
		{`count(event.bought, "30d") == 1.5`, []string{`never: count(event.bought, "30d") == 1.5`}},
		{`did(event.bought, "30d") && count(event.bought, "30d") == 0`, []string{`never: did(event.bought, "30d") && count(event.bought, "30d") == 0`}},
		{`did(event.bought, "30d") && count(event.bought, "90d") == 0`, nil}, // windows are not compared
		{`did(event.bought, "30d") || !did(event.bought, "30d")`, []string{`always: did(event.bought, "30d") || !did(event.bought, "30d")`}},
		{`sum(event.bought.amount, "30d") >= 0`, nil},
		{`person.born > date("2000-01-01") && person.born < date("2000-01-02")`, []string{`never: person.born > date("2000-01-01") && person.born < date("2000-01-02")`}},
		{`person.vip && !person.vip`, []string{"never: person.vip && !person.vip"}},
		{`person.vip || !person.vip`, nil}, // unknown is neither
		{`segment.a && !segment.a`, []string{"never: segment.a && !segment.a"}},
		{`true`, nil},
		{`!(person.nps > 3) && person.nps > 4 && person.vip`, []string{"never: !(person.nps > 3) && person.nps > 4"}},
		{`person.vip && (person.nps > 3 && person.nps < 2 || person.tier == "gold")`, []string{"never: person.nps > 3 && person.nps < 2"}},
		{`person.nps > 1 && (person.nps < 0 || person.nps == 1)`, []string{"never: person.nps > 1 && (person.nps < 0 || person.nps == 1)"}},
		{`"Lugo" == person.city && person.city == "Vigo"`, []string{`never: "Lugo" == person.city && person.city == "Vigo"`}},
		{`5 < person.nps && person.nps < 5`, []string{`never: 5 < person.nps && person.nps < 5`}},
	} {
		parsed, problems := hclsyntax.ParseExpression([]byte(c.condition), "condition", hcl.InitialPos)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		e, found := expr.Condition(parsed, scope)
		if len(found) > 0 {
			t.Fatalf("%s: %s %s", c.condition, found[0].Rule.Summary, found[0].Mark)
		}
		var got []string
		for _, claim := range check.Claims(e) {
			word := "never: "
			if claim.Always {
				word = "always: "
			}
			got = append(got, word+expr.Print(claim.Of))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.condition, d)
		}
	}
}

// What is proved to be the same for everybody is so for each of many people.
func TestProofsHold(t *testing.T) {
	claims := 0
	for seed := range uint64(120) {
		src := rand.New(rand.NewPCG(seed, 5))
		program := sample.Program(src, sample.Options{})
		world, err := eval.New(program, sample.Lists(src, program, sample.Options{}), sample.Now)
		if err != nil {
			t.Fatal(err)
		}
		people := sample.People(src, program, sample.Options{}, 40)
		var conditions []expr.Expr
		for range 15 {
			conditions = append(conditions, crowded(src, program))
		}
		for _, claim := range check.Proofs(program, conditions...) {
			claims++
			for _, p := range people {
				if got := world.Truth(claim.Of, p, eval.Context{}) == expr.True; got != claim.Always {
					t.Fatalf("seed %d: %s is said to be %t for everybody; for one person it is %t", seed, expr.Print(claim.Of), claim.Always, got)
				}
			}
		}
	}
	t.Logf("%d claims", claims)
	if claims < 100 {
		t.Errorf("only %d claims were made: the law was hardly tried", claims)
	}
}

// A long chain about one attribute is looked at once and not pair by pair: a
// condition of a thousand countries is a list that somebody pasted.
func TestLongChainsTakeAsLongAsTheyAre(t *testing.T) {
	looked := func(terms int) float64 {
		var chain expr.Or
		for i := range terms {
			chain.Terms = append(chain.Terms, expr.Compare{
				Op: expr.Equal, Left: expr.Attribute{Path: []string{"country"}, Type: types.String}, Right: expr.Literal{Value: types.Text(strconv.Itoa(i))},
			})
		}
		return testing.AllocsPerRun(3, func() {
			if claims := check.Claims(chain); len(claims) > 0 {
				t.Fatalf("%d countries: %d claims", terms, len(claims))
			}
		})
	}
	if few, many := looked(100), looked(1000); many > 11*few {
		t.Errorf("100 terms take %v allocations, 1,000 take %v", few, many)
	}
}
