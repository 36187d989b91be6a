package compiler_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/expr"
)

const many = `
locals { markets = { ES = "1y", DE = "90d" } }
segment "buyers" {
  for_each = local.markets
  where    = person.country == each.key && did(event.bought, each.value)
}
segment "spain" { where = segment.buyers["ES"] }
moment "joins" {
  for_each = ["ES", "DE"]
  detect { enters = segment.buyers[each.key] }
}
touchpoint "hello" {
  for_each = ["ES", "DE"]
  purpose  = purpose.care
  channels = [channel.sms]
  content { text = "Hola ${each.key}" }
}
journey "care" {
  for_each = ["ES", "DE"]
  enter { on = moment.joins[each.key] }
  send "hi" { touchpoint = touchpoint.hello[each.key] }
  choose "way" {
    when "market" {
      for_each = ["a", "b"]
      if       = did(step.hi.opened, run) && contains(person.email, each.key)
      send "more" { touchpoint = touchpoint.hello["ES"] }
      wait "then" {
        for   = "1d"
        until = did(step.more[each.key].opened, run)
      }
    }
    otherwise {
      split "dice" {
        variant "side" {
          for_each = { x = 1, y = 2 }
          weight   = each.value
          send "last" { touchpoint = touchpoint.hello["DE"] }
        }
      }
    }
  }
}
event "rated" {
  field "score" {
    for_each = ["taste", "price"]
    type     = number
  }
}
`

var manyShop = strings.Replace(shop, `  attribute "tier"`, `  attribute "bought_in" {
    for_each = ["30d", "90d"]
    value    = count(event.bought, each.key)
  }
  attribute "tier"`, 1)

// One block is made for each item, and its address has the key.
func TestForEach(t *testing.T) {
	program, wrong := compiledFiles(t, "a.hcl", manyShop+many+`
segment "often" { where = person.bought_in["30d"] > person.bought_in["90d"] || avg(event.rated.score["taste"], "1y") > 3 }
`)
	if wrong != "" {
		t.Fatal(wrong)
	}
	if diff := cmp.Diff(`segment.buyers["DE"] segment.buyers["ES"] segment.often segment.spain`, addresses(program.Segments)); diff != "" {
		t.Error(diff)
	}
	if got := expr.Print(program.Segments[1].Where); got != `person.country == "ES" && did(event.bought, "1y")` {
		t.Error(got)
	}
	care, _ := ir.Find(program.Journeys, `journey.care["DE"]`)
	if diff := cmp.Diff(`moment.joins["DE"] touchpoint.hello["DE"] touchpoint.hello["ES"] journey.care["DE"]`, strings.Join(append(ir.Mentions(care), care.Address), " ")); diff != "" {
		t.Error(diff)
	}
	var steps []string
	ir.Walk(care.Steps, func(s ir.Step) { steps = append(steps, s.StepName()) })
	if diff := cmp.Diff(`hi way more["a"] then["a"] more["b"] then["b"] dice last["x"] last["y"]`, strings.Join(steps, " ")); diff != "" {
		t.Error(diff)
	}
	choose := care.Steps[1].(ir.Choose)
	until := choose.When[1].Steps[1].(ir.Wait).Until
	if got := expr.Print(until); !strings.Contains(got, `more["b"].opened`) {
		t.Error(got)
	}
	split := choose.Otherwise[0].(ir.Split)
	if split.Variants[1].Name != `side["y"]` || split.Variants[1].Weight != 2 {
		t.Errorf("%+v", split.Variants)
	}
}

func TestForEachWrong(t *testing.T) {
	_, wrong := compiledFiles(t, "a.hcl", shop, "b.hcl", `segment "of" {
  for_each = ["ES", "DE"]
  where    = person.country == each.key
}
segment "all" { where = segment.of }
segment "none" { where = segment.of["FR"] }
segment "outside" { where = person.country == each.key }
segment "round" {
  for_each = ["a", "b"]
  where    = segment.round[each.key]
}
`)
	want := `error[REF004]: This name is too short or too long
 --> b.hcl:5:25
  |
5 | segment "all" { where = segment.of }
  |                         ^^^^^^^^^^ which of them?
  = It has for_each, so there is one for each item.
  = help: write segment.of["DE"]

error[REF001]: Nothing has this name
 --> b.hcl:6:26
  |
6 | segment "none" { where = segment.of["FR"] }
  |                          ^^^^^^^^^^^^^^^^ there is segment.of["DE"]
  = help: write segment.of["DE"]

error[REF003]: This name means nothing at this place
 --> b.hcl:7:47
  |
7 | segment "outside" { where = person.country == each.key }
  |                                               ^^^^^^^^
  = each.key and each.value are the item that a block with for_each is made for. There is no for_each here.

error[CYC001]: Definitions go round in a circle
  --> b.hcl:10:14
   |
10 |   where    = segment.round[each.key]
   |              ^^^^^^^^^^^^^^^^^^^^^^^ mentions itself
   = What segment.round["a"] means depends on itself: segment.round["a"] -> segment.round["a"].
   = help: take one of these mentions out

error[CYC001]: Definitions go round in a circle
  --> b.hcl:10:14
   |
10 |   where    = segment.round[each.key]
   |              ^^^^^^^^^^^^^^^^^^^^^^^ mentions itself
   = What segment.round["b"] means depends on itself: segment.round["b"] -> segment.round["b"].
   = help: take one of these mentions out
`
	if diff := cmp.Diff(want, wrong); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// A local that mentions people is a condition with a name: it means what is
// written, wherever it stands.
func TestLocalsAboutPeople(t *testing.T) {
	program, wrong := compiledFiles(t, "a.hcl", shop, "b.hcl", `
segment "both" { where = local.gold && !local.buyer }
locals {
  buyer = did(event.bought, local.year) && local.gold
  gold  = person.tier == "gold"
  spent = sum(event.bought.amount, local.year)
  year  = "1y"
}
segment "rich" { where = local.spent > 500 }
`)
	if wrong != "" {
		t.Fatal(wrong)
	}
	if got := expr.Print(program.Segments[0].Where); got != `person.tier == "gold" && !(did(event.bought, "1y") && person.tier == "gold")` {
		t.Error(got)
	}
	if got := expr.Print(program.Segments[1].Where); got != `sum(event.bought.amount, "1y") > 500` {
		t.Error(got)
	}
}

func TestLocalsAboutPeopleWrong(t *testing.T) {
	_, wrong := compiledFiles(t, "a.hcl", shop, "b.hcl", `locals {
  wrong = person.teir == "gold"
  round = segment.circle && person.tier == "gold"
  gold  = person.tier == "gold"
}
segment "a" { where = local.wrong && local.wrong }
segment "circle" { where = local.round }
segment "b" { where = local.gold.x }
`)
	want := `error[REF001]: Nothing has this name
 --> b.hcl:2:11
  |
2 |   wrong = person.teir == "gold"
  |           ^^^^^^^^^^^ there is person.tier
  = help: write person.tier

error[CYC001]: Definitions go round in a circle
 --> b.hcl:3:11
  |
3 |   round = segment.circle && person.tier == "gold"
  |           ^^^^^^^^^^^^^^ leads on to segment.circle
 --> b.hcl:7:28
  |
7 | segment "circle" { where = local.round }
  |                            ----------- leads on to local.round
  = What local.round means depends on itself: local.round -> segment.circle -> local.round.
  = help: take one of these mentions out

error[REF004]: This name is too short or too long
 --> b.hcl:8:23
  |
8 | segment "b" { where = local.gold.x }
  |                       ^^^^^^^^^^^^ the name ends at local.gold
  = help: write local.gold
`
	if diff := cmp.Diff(want, wrong); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
