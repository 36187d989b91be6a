package mapping_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets/mapping"
)

func shop() *ir.Program {
	return &ir.Program{
		Person: ir.Person{
			Keys: []ir.Key{{Name: "email", Type: types.Email}},
			Attributes: []ir.Attribute{
				{Name: "tier", Type: types.Enum{Values: []string{"gold", "silver"}}}, {Name: "city", Type: types.String}, {Name: "country", Type: types.String},
			},
		},
		Events:   []ir.Event{{Head: ir.Head{Address: "event.order_placed"}, Fields: []ir.Field{{Name: "amount", Type: types.Money}}}},
		Consents: []ir.Consent{{Head: ir.Head{Address: "module.m.consent.news"}}},
	}
}

func at(line int) diag.Range { return diag.Range{File: "project.hcl", Start: diag.Pos{Line: line}} }

func text(name, value string, line int) ir.Setting {
	return ir.Setting{Name: name, Value: types.Text(value), At: at(line)}
}

func block(kind, label string, settings ...ir.Setting) ir.ConfigBlock {
	return ir.ConfigBlock{Type: kind, Labels: []string{label}, Config: ir.Config{Settings: settings, At: at(20)}}
}

func platform(blocks []ir.ConfigBlock, settings ...ir.Setting) ir.Platform {
	return ir.Platform{Head: ir.Head{Address: "platform.mail", At: at(1)}, Config: ir.Config{Settings: settings, Blocks: blocks}}
}

func TestNames(t *testing.T) {
	m, found := mapping.Read(shop(), platform(
		[]ir.ConfigBlock{block("values", "tier", text("gold", "GOLD", 5)), block("event", "order_placed", ir.Setting{Name: "fields", Map: []ir.Setting{text("amount", "total", 6)}})},
		ir.Setting{Name: "fields", Map: []ir.Setting{text("tier", "custom_1", 2)}},
		ir.Setting{Name: "events", Map: []ir.Setting{text("order_placed", "orders.created", 3)}},
		ir.Setting{Name: "consents", Map: []ir.Setting{text("news", "list 7", 4)}},
	))
	if len(found) > 0 {
		t.Fatalf("findings: %+v", found)
	}
	got := map[string]mapping.Name{
		"tier": m.Field("tier"), "country": m.Field("country"), "gold": m.Word("tier", "gold"), "silver": m.Word("tier", "silver"),
		"order_placed": m.Event("event.order_placed"), "amount": m.Detail("event.order_placed", "amount"), "news": m.Consent("module.m.consent.news"),
	}
	want := map[string]mapping.Name{
		"tier": {Theirs: "custom_1", Said: true, At: at(2)}, "country": {Theirs: "country", At: at(1)},
		"gold": {Theirs: "GOLD", Said: true, At: at(5)}, "silver": {Theirs: "silver", At: at(1)},
		"order_placed": {Theirs: "orders.created", Said: true, At: at(3)}, "amount": {Theirs: "total", Said: true, At: at(6)},
		"news": {Theirs: "list 7", Said: true, At: at(4)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	ours, known := m.Ours(shop(), "custom_1")
	if word := m.OurWord("tier", "GOLD"); !known || ours != "tier" || word != "gold" || m.OurWord("tier", "silver") != "silver" {
		t.Errorf("reading back gives %q, %v and %q", ours, known, word)
	}
}

func TestWrongNames(t *testing.T) {
	for _, c := range []struct {
		name string
		with ir.Platform
		want diag.Diagnostic
	}{
		{"a misspelt field", platform(nil, ir.Setting{Name: "fields", Map: []ir.Setting{text("teir", "x", 2)}}), diag.Diagnostic{At: at(2), Mark: "nothing here is called teir", Help: "write tier"}},
		{"an unknown event", platform([]ir.ConfigBlock{block("event", "zzz")}), diag.Diagnostic{At: at(20), Mark: "nothing here is called zzz"}},
		{"an empty name", platform(nil, ir.Setting{Name: "fields", Map: []ir.Setting{text("tier", "", 2)}}), diag.Diagnostic{At: at(2), Mark: "the platform's name for tier is a text"}},
		{"one name for two", platform(nil, ir.Setting{Name: "fields", Map: []ir.Setting{text("tier", "a", 2), text("city", "a", 3)}}), diag.Diagnostic{At: at(3), Mark: "tier has this name there already"}},
		{"words of a text", platform([]ir.ConfigBlock{block("values", "city")}),
			diag.Diagnostic{At: at(20), Mark: "city has no words of its own: it is a string", Help: "remove the block, or make city an enum"}},
		{"not in braces", platform(nil, text("events", "orders", 4)), diag.Diagnostic{At: at(4), Mark: "events is a list of names in braces", Help: `events = { ours = "theirs" }`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, found := mapping.Read(shop(), c.with)
			for i := range found {
				found[i].Rule = nil
			}
			if diff := cmp.Diff(diag.List{c.want}, found); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
