package build_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/build"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resolve"
	"github.com/trayecto/trayecto/lang/project"
	"github.com/trayecto/trayecto/lang/source"
	"github.com/trayecto/trayecto/lang/types"
)

const head = `
project "p" {
  timezone  = "Europe/Madrid"
  languages = ["es", "en"]
}
person {
  key "email" { type = email }
  attribute "tier" { type = enum("gold", "silver") }
}
event "bought" {
  field "amount" { type = money }
}
channel "email" { address = person.email }
segment "gold" { where = person.tier == "gold" }
`

// program builds head and more; nothing may be wrong with it.
func program(t *testing.T, more string) *ir.Program {
	t.Helper()
	p, found := project.From(source.Of(source.File{Path: "x.hcl", Text: head + more}), project.Options{})
	scope, problems := resolve.Scope(p)
	found = append(found, problems...)
	out, problems := build.Build(p, scope)
	for _, d := range append(found, problems...) {
		t.Errorf("line %d: %s %s %s", d.At.Start.Line, d.Rule.Code, d.Mark, d.Detail)
	}
	return out
}

func number(s string) types.Value {
	d, err := types.NewDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

// A platform's arguments are kept whatever they are, in the order of writing.
func TestPlatformConfig(t *testing.T) {
	p := program(t, `
locals {
  shared = { b = 2, a = "x" }
}
platform "local" "box" {
  path    = "a${1 + 1}.db"
  retries = 3
  strict  = false
  kinds   = ["a", "b"]
  key     = env("BOX_KEY")
  map     = { "quoted name" = "q", plain = 1.5, secret = env("INNER") }
  shared  = local.shared
  absent  = null
  table "orders" {
    name = "shop.orders"
    nested "deep" "er" { on = true }
  }
}
`)
	got := p.Platforms[0]
	strip(&got.Config)
	want := ir.Config{
		Settings: []ir.Setting{
			{Name: "path", Value: types.Text("a2.db")},
			{Name: "retries", Value: number("3")},
			{Name: "strict", Value: types.Truth(false)},
			{Name: "kinds", Value: types.Values{types.Text("a"), types.Text("b")}},
			{Name: "key", Env: "BOX_KEY"},
			{Name: "map", Map: []ir.Setting{{Name: "quoted name", Value: types.Text("q")}, {Name: "plain", Value: number("1.5")}, {Name: "secret", Env: "INNER"}}},
			{Name: "shared", Map: []ir.Setting{{Name: "a", Value: types.Text("x")}, {Name: "b", Value: number("2")}}},
		},
		Blocks: []ir.ConfigBlock{{Type: "table", Labels: []string{"orders"}, Config: ir.Config{
			Settings: []ir.Setting{{Name: "name", Value: types.Text("shop.orders")}},
			Blocks:   []ir.ConfigBlock{{Type: "nested", Labels: []string{"deep", "er"}, Config: ir.Config{Settings: []ir.Setting{{Name: "on", Value: types.Truth(true)}}}}},
		}}},
	}
	if diff := cmp.Diff(want, got.Config); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got.Address != "platform.box" || got.Target != "local" || got.Name != "box" {
		t.Errorf("the platform is %s, %s, %s", got.Address, got.Target, got.Name)
	}
}

// strip takes the places out.
func strip(c *ir.Config) {
	c.At = ir.Config{}.At
	stripSettings(c.Settings)
	for i := range c.Blocks {
		strip(&c.Blocks[i].Config)
	}
}

func stripSettings(list []ir.Setting) {
	for i := range list {
		list[i].At = ir.Setting{}.At
		stripSettings(list[i].Map)
	}
}

// What is not written has the value that the language page says.
func TestDefaults(t *testing.T) {
	p := program(t, `
regime "all" { applies_when = otherwise }
exclusion "x" {
  list  = "x.csv"
  match = [person.email]
}
control "c" { share = 0.125 }
persona "rich" { segment = segment.gold }
purpose "care" { class = "service" }
touchpoint "hello" {
  purpose  = purpose.care
  channels = [channel.email]
  content { text = "Hi ${coalesce(person.tier, "you")}" }
}
moment "left" {
  detect { leaves = segment.gold }
}
moment "large" {
  detect {
    on = where(event.bought, it.amount > 10)
    if = it.amount < 20
  }
}
journey "j" {
  enter {
    on    = moment.large
    again = "30d"
  }
  send "s" { touchpoint = touchpoint.hello }
  split "ways" {
    test_on = 0.2
    decide  = "14d"
    variant "a" { weight = 1 }
    control "b" { weight = 1 }
  }
}
action "set" "mark" {
  attribute = person.tier
  value     = "gold"
}
action "suppress" "stop" { channel = channel.email }
action "webhook" "call" { url = "https://hook.example.test/${sha256(person.email)}" }
`)
	both := []ir.Class{ir.Marketing, ir.Service}
	if diff := cmp.Diff(types.Span{Amount: 24, Unit: types.Hour}, p.Regimes[0].RevokeWithin); diff != "" {
		t.Errorf("revoke_within: %s", diff)
	}
	if diff := cmp.Diff(both, p.Exclusions[0].Classes); diff != "" {
		t.Errorf("classes of an exclusion: %s", diff)
	}
	if diff := cmp.Diff(both, p.Controls[0].Classes); diff != "" {
		t.Errorf("classes of a control: %s", diff)
	}
	if diff := cmp.Diff(number("0.125"), p.Controls[0].Share); diff != "" {
		t.Errorf("share: %s", diff)
	}
	j := p.Journeys[0]
	if j.OnChange != "finish" || j.Enter.Again != "30d" || j.Steps[0].(ir.Send).IfCapped != "skip" {
		t.Errorf("the journey is %+v", j)
	}
	if split := j.Steps[1].(ir.Split); split.Decide != "14d" || len(split.Variants) != 2 || !split.Variants[1].Control {
		t.Errorf("the split is %+v", split)
	}
	if large := p.Moments[0].Detect.(ir.OnEvent); large.Event != "event.bought" || large.If == nil {
		t.Errorf("the moment is %+v", large)
	}
	if p.Personas[0].Segment != "segment.gold" || p.Moments[1].Detect.(ir.Leaves).Segment != "segment.gold" {
		t.Error("persona or moment lost its segment")
	}
	call, mark, stop := p.Actions[0], p.Actions[1], p.Actions[2]
	if len(call.URL.Pieces) != 2 || mark.Attribute != "tier" || mark.Value == nil || stop.Channel != "channel.email" {
		t.Errorf("the actions are %+v", p.Actions)
	}
}
