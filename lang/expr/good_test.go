package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/funcs"
)

// What authors write, and its canonical words.
func TestCompilePrintsCanonically(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`person.tier == "gold"`, ``},
		{`!did(event.order_placed, "90d")`, ``},
		{`sum(event.order_placed.amount, "365d") > 5000`, ``},
		{"(\n  person.tier == \"gold\"\n  && count(event.order_placed, \"365d\") >= 3\n  && !did(event.order_placed, \"90d\")\n)",
			`person.tier == "gold" && count(event.order_placed, "365d") >= 3 && !did(event.order_placed, "90d")`},
		{`person.vip && (person.nps > 3 && (person.nps < 9))`, `person.vip && person.nps > 3 && person.nps < 9`},
		{`(person.vip || person.nps > 3) || person.nps < 9`, `person.vip || person.nps > 3 || person.nps < 9`},
		{`person.vip && (person.nps > 3 || person.nps < 9)`, ``},
		{`person.vip || (person.nps > 3 && person.nps < 9)`, `person.vip || person.nps > 3 && person.nps < 9`},
		{`(person.nps > 3) == person.vip`, ``},
		{`count(where(event.order_placed, it.amount > 500), "30d") >= 2`, ``},
		{`count(where(where(event.order_placed, it.amount > 500), it.sku == "a"), "30d") >= 2`, `count(where(event.order_placed, it.amount > 500 && it.sku == "a"), "30d") >= 2`},
		{`sum(where(event.order_placed.amount, it.sku == "a"), "30d") >= 2.5`, ``},
		{`last(event.order_placed.order.number, "ever") == "A-1"`, ``},
		{`first(event.signed_up.at, "ever") < timestamp("2026-01-01 00:00")`, `first(event.signed_up.at, "ever") < timestamp("2025-12-31T23:00:00Z")`},
		{`did(event.big_order, "6mo")`, ``},
		{`did(var.born, var.window)`, `did(event.order_placed, "90d")`},
		{`did(touchpoint.welcome_mail.bounced, "ever")`, ``},
		{`did(step.welcome.hello.opened, "7d")`, ``},
		{`followed_by(event.product_viewed, event.order_placed, "24h", "90d") && !segment.lapsed_vip`, ``},
		{`segment.of[each.key]`, `segment.of["ES"]`},
		{`module.m.segment.x`, ``},
		{`one_of(person.country, "ES", "MX") && reachable(purpose.offers, channel.email)`, ``},
		{`one_of(person.country, var.countries...)`, `one_of(person.country, "ES", "MX")`},
		{`consented(purpose.offers, channel.sms)`, ``},
		{`person.account.plan == "paid"`, ``},
		{`person.orders_90d >= 1 + 1`, `person.orders_90d >= 2`},
		{`person.spent > var.big * 2`, `person.spent > 1000`},
		{`500 < person.spent`, ``},
		{`person.nps == -1.5`, ``},
		{`person.tier == local.tier`, `person.tier == "gold"`},
		{`person.first_name == "a \"b\" ${upper("c")} $${d}"`, `person.first_name == "a \"b\" C $${d}"`},
		{`person.birth_date < date("2000-01-01")`, ``},
		{`days_until(anniversary(person.birth_date)) <= 3`, ``},
		{`since(person.seen_at, "30d") || since(person.birth_date, "1y")`, ``},
		{`before(person.seen_at, "3d")`, ``},
		{`person.pause > "2w"`, ``},
		{`day_of_week(person.seen_at) != "sun"`, ``},
		{`sha256(lower(person.email)) == sha256(lower("ANA@example.test"))`,
			`sha256(lower(person.email)) == "` + `ffc4b5d8fdf3544b2b24dba46e76a12a1fffb6d7561509033b0ea5eef0033eab` + `"`},
		{`coalesce(person.tier, "none") == "none"`, ``},
		{`coalesce(person.tier, "nobody") == "nobody"`, ``},
		{`is_set(person.birth_date)`, ``},
		{`percentile(event.order_placed.amount, 0.90, "30d") >= 90`, `percentile(event.order_placed.amount, 0.9, "30d") >= 90`},
		{`var.strict && 1 < 2`, `true`},
		{`1 < 2 || 2 < 1`, `true`},
		{`2 < 1 || 1 < 2`, `true`},
		{`2 < 1 || 2 < 1`, `false`},
		{`2 < 1 && 1 < 2`, `false`},
		{`!(2 < 1)`, `true`},
		{`2 <= 2`, `true`},
		{`2 >= 2`, `true`},
		{`2 < 2 || 2 > 2 || 2 != 2 || 3 <= 2 || 2 >= 3`, `false`},
		{`var.strict && person.vip`, `true && person.vip`},
		{`max(1, 2) == 2 || person.vip`, `true || person.vip`},
		{`contains(person.first_name, "an") && starts_with(person.email, "a")`, ``},
	} {
		got, found := expr.Compile(parse(t, c.in), shop(t))
		if len(found) > 0 {
			t.Errorf("%s: %s", c.in, spell(found))
			continue
		}
		want := c.want
		if want == "" {
			want = c.in
		}
		if d := cmp.Diff(want, expr.Print(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestCompileInJourney(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`did(step.hello.opened, run)`, `did(step.welcome.hello.opened, run)`},
		{`did(step.welcome.hello.opened, step.hello)`, `did(step.welcome.hello.opened, step.welcome.hello)`},
		{`did(step.call.done, run)`, `did(step.welcome.call.done, run)`},
		{`entry.order.number == "A-1" && entry.amount > 10 && is_set(entry.at)`, ``},
		{`did(where(event.order_placed, it.sku == entry.sku), run)`, ``},
	} {
		got, found := expr.Condition(parse(t, c.in), welcome(t))
		if len(found) > 0 {
			t.Errorf("%s: %s", c.in, spell(found))
			continue
		}
		want := c.want
		if want == "" {
			want = c.in
		}
		if d := cmp.Diff(want, expr.Print(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestCompileInGuard(t *testing.T) {
	for _, in := range []string{
		`any(changes.segment, it.joins_share > 0.2 || it.leaves_share > 0.2)`, `any(changes, it.joins_share > 0.2)`, `approved_by("crm-lead")`,
	} {
		got, found := expr.Condition(parse(t, in), guards(t))
		if len(found) > 0 {
			t.Fatalf("%s: %s", in, spell(found))
		}
		if d := cmp.Diff(in, expr.Print(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", in, d)
		}
	}
}

func TestPrintLines(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{`person.tier == "gold" && did(event.order_placed, "ever") && !did(event.order_placed, "90d")`,
			[]string{`person.tier == "gold"`, `&& did(event.order_placed, "ever")`, `&& !did(event.order_placed, "90d")`}},
		{`person.vip || person.nps > 3 && person.nps < 9`, []string{`person.vip`, `|| person.nps > 3 && person.nps < 9`}},
		{`(person.vip || person.nps > 3) && person.nps < 9`, []string{`(person.vip || person.nps > 3)`, `&& person.nps < 9`}},
		{`person.vip`, []string{`person.vip`}},
	} {
		got, found := expr.Compile(parse(t, c.in), shop(t))
		if len(found) > 0 {
			t.Fatalf("%s: %s", c.in, spell(found))
		}
		if d := cmp.Diff(c.want, expr.PrintLines(got)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

// The examples that the documentation gives of the forms are right.
func TestExamplesOfForms(t *testing.T) {
	for _, form := range funcs.Forms {
		scope := shop(t)
		switch form.Place {
		case "":
		case "guards":
			scope = guards(t)
		default:
			continue // read elsewhere: in content, platforms, channels
		}
		e, found := expr.Compile(parse(t, form.Example), scope)
		if len(found) > 0 {
			t.Errorf("%s: %s", form.Example, spell(found))
			continue
		}
		if d := cmp.Diff(form.Example, expr.Print(e)); d != "" {
			t.Errorf("%s (-want +got):\n%s", form.Name, d)
		}
	}
}
