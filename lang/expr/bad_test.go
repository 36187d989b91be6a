package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

// spell writes findings as "CODE column-column: mark | help", one a line.
func spell(found diag.List) string {
	var lines []string
	for _, d := range found {
		line := fmt.Sprintf("%s %d-%d: %s", d.Rule.Code, d.At.Start.Column, d.At.End.Column, d.Mark)
		if d.Help != "" {
			line += " | " + d.Help
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestConditionRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`did(event.order_place, "90d")`, `REF001 5-22: there is event.order_placed | write event.order_placed`},
		{`did(event.order_placed)`, `TYP004 1-24: since when? | write did(event.order_placed, "90d") or did(event.order_placed, "ever")`},
		{`count(event.order_placed) > 3`,
			`TYP004 1-26: since when? | write count(event.order_placed, "90d") or count(event.order_placed, "ever")`},
		{`sum(event.order_placed.amount) > 3`,
			`TYP004 1-31: since when? | write sum(event.order_placed.amount, "90d") or sum(event.order_placed.amount, "ever")`},
		{`sum(event.order_placed, "30d") > 3`, `TYP022 5-23: which field of it? | write event.order_placed.amount`},
		{`count(event.order_placed.amount, "30d") > 3`, `TYP022 7-32: a field of the event | write event.order_placed`},
		{`sum(event.order_placed.amont, "30d") > 3`, `REF001 5-29: there is event.order_placed.amount | write event.order_placed.amount`},
		{`sum(event.order_placed.sku, "30d") > 3`, `TYP014 5-27: this is a text`},
		{`sum(where(event.order_placed, it.amount > 5).amount, "30d") > 3`,
			`TYP022 45-52: belongs after the event | write where(event.order_placed.amount, ...)`},
		{`did(event.order_placed, "2000y")`, `TYP005 25-32: too long | write "ever" where all of the past is meant`},
		{`did(event.order_placed, "90")`, `TYP005 25-29:  | write "90d" if days are meant`},
		{`did(event.order_placed, 90)`, `TYP005 25-27: this is a number | write a length such as "90d", or "ever"`},
		{`did(event.order_placed, "0d")`, `TYP005 25-29: nothing is in a window without length | write a length such as "90d", or "ever"`},
		{`did(event.order_placed, run)`, `REF003 25-28:  | write a length such as "90d", or "ever"`},
		{`did(event.order_placed, "run")`, `TYP005 25-30: run is written without quotes | write run`},
		{`did(event.order_placed, ever)`, `REF003 25-29:  | write "ever"`},
		{`did(event.order_placed, step.hello)`, `REF003 25-35:  | write a length such as "90d", or "ever"`},
		{`did(segment.whales, "30d")`, `TYP020 5-19: this is a segment | write an event (event.x) or an outcome (touchpoint.x.opened)`},
		{`did(touchpoint.welcome_mail, "30d")`, `REF004 5-28: which outcome?`},
		{`did(touchpoint.welcome_mail.open, "30d")`,
			`REF001 5-33: there is touchpoint.welcome_mail.opened | write touchpoint.welcome_mail.opened`},
		{`did(touchpoint.welcom_mail.opened, "30d")`, `REF001 5-27: there is touchpoint.welcome_mail | write touchpoint.welcome_mail`},
		{`did(step.welcome.helo.opened, "30d")`, `REF001 5-17: there is step.welcome.hello | write step.welcome.hello`},
		{`did("order_placed", "30d")`, `TYP020 5-19:  | write event.order_placed without quotes`},
		{`did(person.tier, "30d")`, `TYP020 5-16: this is a value | write an event (event.x) or an outcome (touchpoint.x.opened)`},
		{`followed_by(event.order_placed, event.order_placed, "90d")`,
			`TYP004 1-59: since when? | write followed_by(source, source, gap, window)`},
		{`event.order_placed`, `TYP021 1-19: something that happens, not a value | write did(event.order_placed, "90d")`},
		{`event.order_placed.amount > 5`, `TYP021 1-26: something that happens, not a value | write last(event.order_placed.amount, "ever")`},
		{`person.tire == "gold"`, `REF001 1-12: there is person.tier | write person.tier`},
		{`person.tier == "golden"`, `TYP003 16-24: there is "gold" | write "gold"`},
		{`person.tier == "platinum"`, `TYP003 16-26: `},
		{`person.tier == 5`, `TYP002 16-17: this is a number | write "5"`},
		{`person.tier > "gold"`, `TYP012 1-21: one of gold, silver, none is neither more nor less than another | write == or !=`},
		{`person.tier == null`, `TYP010 1-20: never true, whatever the value | write !is_set(person.tier)`},
		{`person.tier != null`, `TYP010 1-20: never true, whatever the value | write is_set(person.tier)`},
		{`person.tier`, `TYP001 1-12: this is one of gold, silver, none | compare it, for example person.tier == "gold"`},
		{`"otherwise"`, `TYP001 1-12: this is a text | write otherwise without quotes`},
		{`"person.tier == gold"`, `TYP001 1-22: this is a text | write the condition itself, without quotes around it`},
		{`tier == "gold"`, `REF001 1-5: there is person.tier | write person.tier`},
		{`persons.tier == "gold"`, `REF001 1-8: there is person | write person.tier`},
		{`gold`, `REF001 1-5:  | write "gold" if it is a word`},
		{`person`, `REF004 1-7: which part of it?`},
		{`person.tier.x == "a"`, `REF004 1-14: person.tier is one of gold, silver, none and has no parts | write person.tier`},
		{`person.account.pln == "paid"`, `REF001 1-19: there is person.account.plan | write person.account.plan`},
		{`person.account == person.tier`, `TYP002 1-30: a reference to object.account and one of gold, silver, none`},
		{`person.last-name == "x"`, `REF001 1-17: there is person.last_name | write person.last_name`},
		{`person.birth_date < 2000-01-01`, `TYP006 21-31: a subtraction of three numbers | write date("2000-01-01")`},
		{`person.birth_date < "2000-01-01"`, `TYP007 21-33: this is a text | write date("2000-01-01")`},
		{`person.seen_at < "2000-01-01 10:00"`, `TYP007 18-36: this is a text | write timestamp("2000-01-01 10:00")`},
		{`person.seen_at < date("2000-01-01")`, `TYP002 18-36: this is a date | write timestamp("2000-01-01")`},
		{`person.seen_at < "soon"`, `TYP007 18-24: this is a text | write timestamp(...) with a day such as timestamp("2026-12-01")`},
		{`person.seen_at < person.birth_date`, `TYP002 1-35: an instant and a date | write date(person.seen_at)`},
		{`person.spent > 10.123`, `TYP024 16-22: this is an amount in EUR | write 10.12`},
		{`person.spent > "10"`, `TYP002 16-20: this is a text | write 10 without quotes`},
		{`person.spent > person.nps`, `TYP002 1-26: an amount of money and a number`},
		{`person.nps == "5"`, `TYP002 15-18: this is a text | write 5 without quotes`},
		{`person.vip == "true"`, `TYP002 15-21: this is a text | write true without quotes`},
		{`person.nps + 1 > 5`, `TYP008 1-15:  | move the arithmetic to the constant side of the comparison`},
		{`(person.vip ? 1 : 2) > 1`, `TYP009 2-20:  | write both cases out: (condition && a) || (!condition && b)`},
		{`"${person.tier}" == "gold"`, `TYP019 4-15: differs from person to person | write the value itself, without quotes and ${ }`},
		{`person["tier"] == "gold"`, `TYP019 1-15: only names follow a dot here`},
		{`!person.tier`, `TYP001 2-13: this is one of gold, silver, none | compare it, for example person.tier == "gold"`},
		{`person.vip && person.tier`, `TYP001 15-26: this is one of gold, silver, none | compare it, for example person.tier == "gold"`},
		{`one_of(person.country, "ES", null)`, `TYP011 30-34: nothing equals null | leave it out, and ask !is_set(...) beside one_of`},
		{`one_of(person.country, "ES", "XX")`, `TYP003 30-34: there is "MX" | write "MX"`},
		{`one_of(person.country)`, `TYP013 1-23: one argument | write one_of(value, constant, ...)`},
		{`one_of(person.country, var.countries)`, `TYP014 24-37: this is a list | write ... after it, or write its values one by one`},
		{`one_of(person.country, person.tier)`, `TYP015 24-35: differs from person to person or from time to time`},
		{`coalesce(person.tier)`, `TYP013 1-22: one argument | write coalesce(value, value, ...)`},
		{`coalesce(person.nps, "x") > 1`, `TYP002 22-25: this is a text`},
		{`coalesce(person.nps, person.tier) > 1`, `TYP002 22-33: this is one of gold, silver, none`},
		{`reachable(offers, channel.email)`, `REF001 11-17: there is purpose.offers | write purpose.offers`},
		{`reachable("purpose.offers", channel.email)`, `REF005 11-27:  | write purpose.offers without quotes`},
		{`reachable(channel.email, purpose.offers)`,
			`REF002 11-40: the purpose comes first | write reachable(purpose.offers, channel.email)`},
		{`consented(channel.email, purpose.offers)`,
			`REF002 11-40: the purpose comes first | write consented(purpose.offers, channel.email)`},
		{`reachable(purpose.offer, channel.email)`, `REF001 11-24: there is purpose.offers | write purpose.offers`},
		{`segment.lapsed_vp`, `REF001 1-18: there is segment.lapsed_vip | write segment.lapsed_vip`},
		{`segment.whales.x`, `REF004 1-17: a segment has no parts | write segment.whales`},
		{`segment`, `REF004 1-8: which segment?`},
		{`purpose.offers`, `TYP021 1-15: this is a purpose | write reachable(purpose.x, channel.y)`},
		{`it.amount > 5`, `REF003 1-10: `},
		{`entry.amount > 5`, `REF003 1-13:  | say about = event.x in the touchpoint, or enter on something that happens`},
		{`run`, `REF003 1-4:  | write it as the last argument of did(...), count(...) and the like, inside a journey`},
		{`otherwise`, `REF003 1-10: `},
		{`language == "es"`, `REF003 1-9: `},
		{`any(changes.segment, it.joins_share > 0.2)`, `TYP018 1-4: `},
		{`changes.segment`, `TYP021 1-16: the changes of a plan, not one of them | write any(changes.segment, it.joins_share > 0.2)`},
		{`approved_by("x")`, `TYP018 1-12: `},
		{`env("X") == "a"`, `TYP018 1-4: `},
		{`template("a") == "b"`, `TYP018 1-9: `},
		{`where(event.order_placed, it.amount > 5)`, `TYP018 1-6:  | write did(where(...), "90d")`},
		{`not(person.vip)`, `REF001 1-4:  | write ! before the condition`},
		{`in(person.country, "ES")`, `REF001 1-3:  | write one_of(value, "a", "b")`},
		{`lowr(person.first_name) == "a"`, `REF001 1-5: there is lower | write lower`},
		{`lower(person.nps) == "a"`, `TYP014 7-17: this is a number`},
		{`lower() == "a"`, `TYP013 1-8: no arguments | write lower(text)`},
		{`upper(person.first_name) == "A"`, `TYP018 1-6:  | write lower(value), with small letters on the other side of a comparison`},
		{`len(person.first_name) > 3`, `REF001 1-4: no function of people`},
		{`matches(person.first_name, "A.*")`, `REF001 1-8:  | write contains(value, "text") or starts_with(value, "text")`},
		{`did(event.order_placed, "always")`, `TYP005 25-33: all of the past is called ever | write "ever"`},
		{`did(event.order_placed, "1.5d")`, `TYP005 25-31:  | write "36h"`},
		{`days_until("2026-12-25") < 3`, `TYP007 12-24: this is a text | write date("2026-12-25")`},
		{`days_until(date("2026-13-25")) < 3`, `TYP016 17-29: not a date | write it as in date("2000-01-01")`},
		{`since(person.seen_at, "30")`, `TYP005 23-27:  | write "30d" if days are meant`},
		{`since(person.seen_at, 30)`, `TYP014 23-25: this is a number | write a length such as "30d"`},
		{`var.bg > 3`, `REF001 1-7: there is var.big | write var.big`},
		{`local.teir == "gold"`, `REF001 1-11: there is local.tier | write local.tier`},
		{`person.tier == var.nothing`, `TYP010 16-27: this is null | ask is_set(...) whether a value is known`},
		{`person.first_name == var.countries`, `TYP002 22-35: this is a list`},
		{`[person.tier] == ["gold"]`, `TYP019 1-14: `},
		{`person.nps == 1 / 0`, `TYP023 15-20: too large or too small a number, or a division by zero`},
		{`did(where(event.order_placed, it.amnt > 5 && it.sku == 5), "30d") && person.teir == "gold"`,
			`REF001 31-38: there is it.amount | write it.amount` + "\n" +
				`TYP002 56-57: this is a number | write "5"` + "\n" +
				`REF001 70-81: there is person.tier | write person.tier`},
		{`count(event.order_placed, person.pause) > 1`, `TYP015 27-39: differs from person to person or from time to time`},
	} {
		got, found := expr.Condition(parse(t, c.in), shop(t))
		if got != nil {
			t.Errorf("%s: not refused: %s", c.in, expr.Print(got))
		}
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestDetailsSayWhatThereIs(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`person.last-name == "x"`, "A name may hold a dash: person.last-name is one name and not a subtraction."},
		{`segment.zzzzzzzzzzzz`, `There are module.m.segment.x, segment.lapsed_vip, segment.of["ES"], segment.whales.`},
		{`person.tier == "platinum"`, `The words are "gold", "silver", "none".`},
		{`did(event.order_placed, "90")`, `"90" is not a length of time. Write a whole number and a unit: "90m", "24h", "30d", "2w", "6mo" or "1y".`},
		{`upper(person.first_name) == "A"`, "upper works on constants only, and its argument differs from person to person."},
	} {
		_, found := expr.Condition(parse(t, c.in), shop(t))
		if len(found) != 1 {
			t.Fatalf("%s: %d findings: %s", c.in, len(found), spell(found))
		}
		if d := cmp.Diff(c.want, found[0].Detail); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

// What is known only inside journeys and guards.
func TestPlacesRefuse(t *testing.T) {
	for _, c := range []struct {
		in    string
		scope *expr.Scope
		want  string
	}{
		{`did(step.helo.opened, run)`, welcome(t), `REF001 5-14: there is step.hello | write step.hello`},
		{`did(step.hello.done, run)`, welcome(t), `REF001 5-20: `},
		{`did(step.call.opened, run)`, welcome(t), `REF001 5-21: `},
		{`did(event.order_placed, step.hello.opened)`, welcome(t), `REF004 25-42: a window begins with the step itself | write step.hello`},
		{`did(event.order_placed, step.other.bye)`, welcome(t), `REF003 25-39: a step of another journey`},
		{`entry.amunt > 5`, welcome(t), `REF001 1-12: there is entry.amount | write entry.amount`},
		{`any(changes.segmnt, it.joins_share > 1)`, guards(t), `REF001 5-19: there is changes.segment | write changes.segment`},
		{`any(segment.whales, it.joins_share > 1)`, guards(t), `REF005 5-19:  | write changes, or changes and a kind: changes.segment`},
		{`any(changes.segment, it.join_share > 1)`, guards(t), `REF001 22-35: there is it.joins_share | write it.joins_share`},
		{`approved_by(person.tier)`, guards(t), `TYP015 13-24: differs from person to person or from time to time`},
	} {
		got, found := expr.Condition(parse(t, c.in), c.scope)
		if got != nil {
			t.Errorf("%s: not refused: %s", c.in, expr.Print(got))
		}
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}
