package expr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

var placeless = cmpopts.IgnoreTypes(diag.Range{})

func TestReference(t *testing.T) {
	for _, c := range []struct {
		in      string
		want    expr.Ref
		address string
	}{
		{`segment.vip`, expr.Ref{Kind: "segment", Name: "vip"}, "segment.vip"},
		{`(segment.vip)`, expr.Ref{Kind: "segment", Name: "vip"}, "segment.vip"},
		{`segment.vip["ES"]`, expr.Ref{Kind: "segment", Name: `vip["ES"]`}, `segment.vip["ES"]`},
		{`module.m.touchpoint.x.opened`, expr.Ref{Module: "module.m", Kind: "touchpoint", Name: "x", Rest: []string{"opened"}}, "module.m.touchpoint.x"},
		{`journey`, expr.Ref{Kind: "journey"}, "journey"},
		{"person.an\u0303o", expr.Ref{Kind: "person", Name: "a\u00f1o"}, "person.a\u00f1o"},
	} {
		got, ok := expr.Reference(parse(t, c.in))
		if !ok {
			t.Errorf("%s: no reference", c.in)
		}
		if d := cmp.Diff(c.want, got, placeless); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
		if got.Address() != c.address {
			t.Errorf("%s: address %s, want %s", c.in, got.Address(), c.address)
		}
	}
	for _, in := range []string{`"a"`, `5`, `lower(x.y)`, `a.b[0]`, `a.*.b`, `x[y]`} {
		if got, ok := expr.Reference(parse(t, in)); ok {
			t.Errorf("%s is no reference: %+v", in, got)
		}
	}
}

func TestResolve(t *testing.T) {
	inside := *shop(t)
	inside.Module = "module.m"
	for _, c := range []struct {
		in    string
		scope *expr.Scope
		want  string
	}{
		{`segment.whales`, shop(t), "segment.whales"},
		{`segment.of[each.key]`, shop(t), `segment.of["ES"]`},
		{`segment.x`, &inside, "module.m.segment.x"},
		{`event.signed_up`, &inside, "event.signed_up"},
		{`var.born`, shop(t), "event.order_placed"},
	} {
		got, found := expr.Resolve(parse(t, c.in), c.scope, "segment", "event")
		if len(found) > 0 {
			t.Errorf("%s: %s", c.in, spell(found))
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`segment.x`, `REF001 1-10: `},
		{`segment.whale`, `REF001 1-14: there is segment.whales | write segment.whales`},
		{`sgment.whales`, `REF001 1-14: there is segment.whales | write segment.whales`},
		{`whales`, `REF001 1-7: there is segment.whales | write segment.whales`},
		{`"whales"`, `REF005 1-9:  | write segment.whales without quotes`},
		{`segment`, `REF004 1-8: which segment?`},
		{`channel.email`, `REF002 1-14: this is a channel`},
		{`segment.whales.x`, `REF004 1-17: the name ends at segment.whales | write segment.whales`},
		{`5`, `REF005 1-2: `},
	} {
		got, found := expr.Resolve(parse(t, c.in), shop(t), "segment")
		if got != "" {
			t.Errorf("%s: not refused: %s", c.in, got)
		}
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestTypeName(t *testing.T) {
	for _, in := range []string{
		"string", "number", "bool", "date", "timestamp", "duration", "email", "phone", "url", "money", `enum("a", "b")`, "list(string)",
		"list(object.order)", "object.order",
	} {
		got, found := expr.TypeName(parse(t, in), shop(t))
		if len(found) > 0 {
			t.Fatalf("%s: %s", in, spell(found))
		}
		if got.String() != in {
			t.Errorf("%s: got %s", in, got)
		}
	}
	if got, _ := expr.TypeName(parse(t, `enum(var.countries...)`), shop(t)); !cmp.Equal(types.Type(types.Enum{Values: []string{"ES", "MX"}}), got) {
		t.Errorf("a spread enum: %v", got)
	}
	for _, c := range []struct{ in, want string }{
		{`strin`, `TYP017 1-6: there is string | write string`},
		{`boolean`, `TYP017 1-8: there is bool | write bool`},
		{`"string"`, `TYP017 1-9: a type is written without quotes | write string`},
		{`enum()`, `TYP017 1-7: no words | write enum("a", "b")`},
		{`enum("a", "a")`, `TYP017 1-15: "a" stands here twice`},
		{`enum(1)`, `TYP016 6-7: this is a number | write "1"`},
		{`list(list(string))`, `TYP017 1-19: a list in a list`},
		{`object.ordr`, `REF001 1-12: there is object.order | write object.order`},
		{`order`, `TYP017 1-6: there is object.order | write object.order`},
		{`5`, `TYP017 1-2: `},
	} {
		got, found := expr.TypeName(parse(t, c.in), shop(t))
		if got != nil {
			t.Errorf("%s: not refused: %s", c.in, got)
		}
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestChannels(t *testing.T) {
	list, prefer, found := expr.Channels(parse(t, `prefer(person.favourite, [channel.sms, channel.email])`), shop(t))
	if len(found) > 0 {
		t.Fatal(spell(found))
	}
	if d := cmp.Diff([]string{"channel.sms", "channel.email"}, list); d != "" {
		t.Errorf("channels (-want +got):\n%s", d)
	}
	if expr.Print(prefer) != "person.favourite" {
		t.Errorf("prefers %s", expr.Print(prefer))
	}
	for _, c := range []struct{ in, want string }{
		{`channel.sms`, `TYP025 1-12:  | write [channel.sms]`},
		{`[channel.smss]`, `REF001 2-14: there is channel.sms | write channel.sms`},
		{`["sms"]`, `REF005 2-7:  | write channel.sms without quotes`},
		{`prefer("sms", [channel.sms])`, `TYP014 8-13: this is a text`},
		{`prefer(person.favorite, [channel.sms])`, `REF001 8-23: there is person.favourite | write person.favourite`},
	} {
		_, _, found := expr.Channels(parse(t, c.in), shop(t))
		if d := cmp.Diff(c.want, spell(found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestNullable(t *testing.T) {
	for _, c := range []struct {
		in   string
		want bool
	}{
		{`person.first_name`, true},
		{`person.customer_id`, false},
		{`person.account.id`, true},
		{`coalesce(person.first_name, "x")`, false},
		{`coalesce(person.first_name, person.last_name)`, true},
		{`count(event.order_placed, "30d")`, false},
		{`sum(event.order_placed.amount, "30d")`, true},
		{`lower(person.customer_id)`, false},
		{`lower(person.first_name)`, true},
		{`entry.at`, false},
		{`entry.order.number`, true},
		{`did(event.order_placed, "30d")`, false},
		{`person.tier == "gold"`, true},
	} {
		s := welcome(t)
		e, found := expr.Compile(parse(t, c.in), s)
		if len(found) > 0 {
			t.Fatalf("%s: %s", c.in, spell(found))
		}
		if got := expr.Nullable(e, s); got != c.want {
			t.Errorf("%s: nullable %t, want %t", c.in, got, c.want)
		}
	}
}
