package expr_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Whatever the text, compiling ends; a failure is never silent; and what was
// understood is printed so that it is understood again.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`person.tier == "gold" && !did(event.order_placed, "90d")`, `count(where(event.order_placed, it.amount > 500), "30d") >= 2`,
		`one_of(person.country, var.countries...)`, `a.b[0].*.c`, `[for x in y : x if z]`, `person.birth_date < 2000-01-01`, `"${person.x}"`,
		`where(event.order_placed, true).amount`, `sum(where(event.order_placed.amount, it.sku == "a"), step.hello)`, `segment.of[each.key].x`,
		`null == null`, `-(-(1))`, `{ a = b }.a`, `coalesce(null, person.tier)`, `date(date("2000-01-01"))`, `since("x", "y")`,
		`any(changes.segment, it.joins_share > 0.2)`, `module.m.segment.x`, `module.m`, `1e999999 > person.nps`, `one_of(person.vip, true)`,
	} {
		f.Add(seed)
	}
	s := welcome(f)
	s.Changes = guards(f).Changes
	f.Fuzz(func(t *testing.T, text string) {
		e, problems := hclsyntax.ParseExpression([]byte(text), "x.hcl", hcl.InitialPos)
		if problems.HasErrors() {
			return
		}
		compiled, found := expr.Compile(e, s)
		if (compiled == nil) != found.HasErrors() {
			t.Fatalf("compiled %v, found %s", compiled, spell(found))
		}
		if compiled != nil {
			again, found := expr.Compile(parse(t, expr.Print(compiled)), s)
			if len(found) > 0 || expr.Print(again) != expr.Print(compiled) {
				t.Fatalf("%s, again %s: %s", expr.Print(compiled), expr.Print(again), spell(found))
			}
		}
		expr.Constant(e, s, nil)
		expr.Constant(e, s, types.List{Element: types.Money})
		expr.Resolve(e, s, "segment", "event")
		expr.SourceOf(e, s)
		expr.WindowOf(e, s)
		expr.TypeName(e, s)
		expr.Channels(e, s)
	})
}
