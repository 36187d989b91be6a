package run

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// What a platform lacks under the name that it has in the project is said with
// the argument that says what it is called there.
func TestWhatIsNotThereCanBeMapped(t *testing.T) {
	head := func(address string) ir.Head { return ir.Head{Address: address} }
	block, argument := diag.Range{File: "project.hcl", Start: diag.Pos{Line: 3}}, diag.Range{File: "project.hcl", Start: diag.Pos{Line: 5}}
	l := &Line{Program: &ir.Program{
		Person:   ir.Person{Attributes: []ir.Attribute{{Name: "tier"}, {Name: "news"}}, Keys: []ir.Key{{Name: "phone"}}},
		Events:   []ir.Event{{Head: head("event.order_placed")}},
		Consents: []ir.Consent{{Head: head("consent.news")}, {Head: head("consent.calls")}},
	}}
	p := &Platform{Platform: ir.Platform{Head: ir.Head{Address: "platform.crm", At: block}}}
	for _, c := range []struct {
		key, nearest string
		at           diag.Range
		want         string
	}{
		{"tier", "", block, `write fields = { tier = "<what it is called there>" } in the block of platform.crm`},
		{"phone", "mobile", diag.Range{}, `write fields = { phone = "mobile" } in the block of platform.crm`},
		{"order_placed", "", block, `write events = { order_placed = "<what it is called there>" } in the block of platform.crm`},
		{"calls", "", block, `write consents = { calls = "<what it is called there>" } in the block of platform.crm`},
		{"news", "", block, "say in the block of platform.crm what it is called there"}, // a field or a consent
		{"es", "", block, "set it there and plan again"},                                // its default language
		{"Orders", "Order", block, "write Order"},
		{"tier_x", "tier", argument, "write tier"}, {"tier", "", argument, ""},
	} {
		if got := l.notThere(p, resource.Lookup{Kind: "field", Key: c.key}, targets.LookupAnswer{Nearest: c.nearest}, c.at).Help; got != c.want {
			t.Errorf("%s: want %q, got %q", c.key, c.want, got)
		}
	}
}
