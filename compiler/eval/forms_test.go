package eval_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/trayecto/trayecto/compiler/build"
	"github.com/trayecto/trayecto/compiler/eval"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/compiler/resolve"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/types"
)

// formsProject declares what the examples of the documentation speak of.
const formsProject = `
project "shop" {
  timezone  = "Europe/Madrid"
  currency  = "EUR"
  languages = ["en"]
}
person {
  key "id" { type = string }
  key "email" { type = email }
  attribute "first_name" { type = string }
  attribute "birth_date" { type = date }
  attribute "country" { type = enum("ES", "MX", "CA") }
}
event "order_placed" {
  field "amount" { type = money }
}
event "product_viewed" {}
event "signed_up" {}
purpose "offers" { class = "marketing" }
channel "email" { address = person.email }
consent "news" {
  purpose  = purpose.offers
  channels = [channel.email]
  grant "form" { on = event.signed_up }
}
regime "everywhere" {
  applies_when = otherwise
  rule "opt_in" {
    classes  = ["marketing"]
    channels = [channel.email]
    basis    = "consent"
  }
}
`

// formAnswers is what the example of each form, and questions about what is not
// known, give for Ana, of whom much is known, and for somebody of whom nothing is.
var formAnswers = map[string][]struct{ call, ana, nobody string }{
	"avg": {
		{`avg(event.order_placed.amount, "365d") > 50`, "true", "unknown"}, // (40 + 100 + 700) / 3: the one without amount is passed over
	},
	"coalesce":  {{`coalesce(person.first_name, "there")`, "Ana", "there"}},
	"consented": {{`consented(purpose.offers, channel.email)`, "true", "false"}},
	"count": {
		{`count(event.order_placed, "365d") >= 3`, "true", "false"},
		{`count(event.order_placed, "365d") == 4`, "true", "false"}, // the one without amount counts
		{`count(event.order_placed, "365d") == 0`, "false", "true"},
	},
	"did":   {{`did(event.order_placed, "90d")`, "true", "false"}, {`!did(event.order_placed, "90d")`, "false", "true"}},
	"first": {{`first(event.order_placed.amount, "ever") > 100`, "false", "unknown"}},
	"followed_by": {
		{`followed_by(event.product_viewed, event.order_placed, "24h", "90d")`, "true", "false"},
		{`followed_by(event.order_placed, event.product_viewed, "24h", "90d")`, "false", "false"},
	},
	"is_set": {{`is_set(person.birth_date)`, "true", "false"}},
	"last":   {{`last(event.order_placed.amount, "ever") > 100`, "true", "unknown"}}, // the latest has no amount: the one before
	"max":    {{`max(event.order_placed.amount, "365d") > 500`, "true", "unknown"}},
	"min":    {{`min(event.order_placed.amount, "365d") > 5`, "true", "unknown"}},
	"one_of": {{`one_of(person.country, "ES", "MX")`, "true", "unknown"}, {`!one_of(person.country, "ES", "MX")`, "false", "unknown"}},
	"percentile": {
		{`percentile(event.order_placed.amount, 0.5, "365d") > 50`, "true", "unknown"}, // 40 100 700: the second of three
		{`percentile(event.order_placed.amount, 0.5, "365d") == 100`, "true", "unknown"},
		{`percentile(event.order_placed.amount, 0.9, "365d") == 700`, "true", "unknown"},
		{`percentile(event.order_placed.amount, 0.9, "100d") == 700`, "true", "unknown"},
		{`percentile(event.order_placed.amount, 0.3, "365d") == 40`, "true", "unknown"},
	},
	"reachable": {{`reachable(purpose.offers, channel.email)`, "true", "false"}},
	"sum":       {{`sum(event.order_placed.amount, "365d") > 5000`, "false", "unknown"}},
	"where": {
		{`count(where(event.order_placed, it.amount > 500), "30d") >= 2`, "false", "false"},
		{`count(where(event.order_placed, it.amount > 500), "365d") == 1`, "true", "false"},
		{`count(where(event.order_placed, !(it.amount > 500)), "365d") == 2`, "true", "false"}, // unknown does not count
	},
}

// Every form that stands in any expression has examples that run, its own among
// them.
func TestFormsAnswer(t *testing.T) {
	p, found := project.From(source.Of(source.File{Path: "shop.hcl", Text: formsProject}), project.Options{})
	scope, problems := resolve.Scope(p)
	found = append(found, problems...)
	program, problems := build.Build(p, scope)
	if found = append(found, problems...); len(found) > 0 {
		t.Fatalf("%s %s %s", found[0].Rule.Summary, found[0].Mark, found[0].Detail)
	}
	now := types.NewInstant(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))
	world, err := eval.New(program, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	answer := func(call string, who *person.Person) string {
		parsed, wrong := hclsyntax.ParseExpression([]byte(call), "example", hcl.InitialPos)
		if wrong.HasErrors() {
			t.Fatal(wrong)
		}
		e, found := expr.Compile(parsed, scope)
		if len(found) > 0 {
			t.Fatalf("%s: %s %s %s", call, found[0].Rule.Summary, found[0].Mark, found[0].Detail)
		}
		if expr.TypeOf(e) == types.Type(types.Bool) {
			return string(world.Truth(e, who, eval.Context{}))
		}
		return types.Spell(world.Value(e, who, eval.Context{}))
	}
	for _, form := range funcs.Forms {
		if form.Place != "" {
			continue
		}
		own := false
		for _, c := range formAnswers[form.Name] {
			own = own || c.call == form.Example
			got := struct{ call, ana, nobody string }{c.call, answer(c.call, shopper(now)), answer(c.call, &person.Person{ID: "nobody"})}
			if d := cmp.Diff([]string{c.ana, c.nobody}, []string{got.ana, got.nobody}); d != "" {
				t.Errorf("%s (-want +got):\n%s", c.call, d)
			}
		}
		if !own {
			t.Errorf("%s: its example %s is not among those that run", form.Name, form.Example)
		}
	}
}

// shopper is Ana, who is made up. She bought four times; of the last one the amount is not known.
func shopper(now types.Instant) *person.Person {
	const day = types.Instant(24 * time.Hour / time.Microsecond)
	bought := func(daysAgo types.Instant, amount string) person.Event {
		e := person.Event{Type: "event.order_placed", At: now - daysAgo*day, Fields: map[string]types.Value{}}
		if amount != "" {
			e.Fields["amount"] = decimal(amount)
		}
		return e
	}
	p := &person.Person{
		ID: "1",
		Attributes: map[string]types.Value{
			"id": types.Text("1"), "email": types.Text("ana@example.test"), "first_name": types.Text("Ana"), "country": types.Text("ES"), "birth_date": types.Date(7000),
		},
		Events: []person.Event{
			{Type: "event.signed_up", At: now - 320*day},
			bought(300, "40"), bought(200, "100"),
			{Type: "event.product_viewed", At: now - 80*day - 1},
			bought(80, "700"), bought(10, ""),
		},
	}
	p.Sort()
	return p
}
