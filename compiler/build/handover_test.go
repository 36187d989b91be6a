package build_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

// What becomes of what is deployed, sorted by address, with a platform's own
// objects and the place of the state.
func TestHandover(t *testing.T) {
	p := program(t, `
platform "local" "box" { path = "a.db" }
segment "by_tier" {
  for_each = ["gold", "silver"]
  where    = person.tier == each.key
}
moved {
  from = segment.silver
  to   = segment.by_tier["silver"]
}
moved {
  from = module.m.segment.old
  to   = segment.by_tier["gold"]
}
removed {
  from = platform.mail
  keep = true
}
removed { from = journey.spring["ES"] }
import {
  to       = segment.gold
  id       = "no-${40 + 2}"
  platform = platform.box
}
resource "list" "vip" {
  platform   = platform.box
  attributes = { title = "VIP", limits = { most = 3 }, token = env("TOKEN") }
}
state "postgres" { dsn = env("STATE_DSN") }
`)
	got := ir.Program{Resources: p.Resources, Imports: p.Imports, Moves: p.Moves, Removals: p.Removals, State: p.State}
	want := ir.Program{
		Resources: []ir.Resource{{Head: ir.Head{Address: "resource.vip"}, Kind: "list", Platform: "platform.box", Key: "vip", Attributes: []ir.Setting{
			{Name: "title", Value: types.Text("VIP")}, {Name: "limits", Map: []ir.Setting{{Name: "most", Value: number("3")}}}, {Name: "token", Env: "TOKEN"},
		}}},
		Imports:  []ir.Import{{To: "segment.gold", ID: "no-42", Platform: "platform.box"}},
		Moves:    []ir.Move{{From: "module.m.segment.old", To: `segment.by_tier["gold"]`}, {From: "segment.silver", To: `segment.by_tier["silver"]`}},
		Removals: []ir.Removal{{From: `journey.spring["ES"]`}, {From: "platform.mail", Keep: true}},
		State:    ir.State{Backend: "postgres", Config: ir.Config{Settings: []ir.Setting{{Name: "dsn", Env: "STATE_DSN"}}}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(diag.Range{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if placed := p.Placed("platform.box"); !cmp.Equal(placed, []string{"resource.vip"}) {
		t.Errorf("to the platform go %v", placed)
	}
}
