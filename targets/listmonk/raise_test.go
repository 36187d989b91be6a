package listmonk_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/listmonk"
)

// What listmonk holds is said as far as it can be, and otherwise why not.
func TestRaise(t *testing.T) {
	text := func(pairs ...string) resource.Map {
		out := resource.Map{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = resource.String(pairs[i+1])
		}
		return out
	}
	raiser, can := listmonk.New().(targets.Raiser)
	if !can {
		t.Fatal("it does not raise")
	}
	got := raiser.Raise(targets.RaiseRequest{Objects: []resource.Object{
		{Kind: "list", ID: "3", Key: "Partner shops", Attributes: text("name", "Partner shops", "type", "public", "optin", "double", "description", "Who sells our lamps")},
		{Kind: "list", ID: "4", Key: "plain", Attributes: text("name", "plain", "type", "private", "optin", "single")},
		{Kind: "list", ID: "5", Key: "old", Attributes: text("name", "old", "type", "private", "optin", "single", "status", "archived")},
		{Kind: "template", ID: "6", Key: "receipt", Attributes: text("name", "receipt", "type", "tx")},
		{Kind: "template", ID: "7", Key: "frame", Attributes: text("name", "frame", "type", "campaign")},
		{Kind: "campaign", ID: "8", Key: "spring", Switch: resource.Off, Attributes: text("name", "spring")},
		{Kind: "campaign", ID: "9", Key: "autumn", Switch: resource.On, Attributes: text("name", "autumn")},
	}})
	want := targets.Raised{Type: "resource", Name: "partner_shops", Body: "attributes = {\ndescription = \"Who sells our lamps\"\noptin = \"double\"\ntype = \"public\"\n}\n"}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("a list (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(targets.Raised{Type: "resource", Name: "plain", Body: "attributes = {\n}\n"}, got[1]); diff != "" {
		t.Errorf("a list with nothing of its own (-want +got):\n%s", diff)
	}
	for i, why := range []string{"archived", "write a touchpoint", "a frame", "write a journey", "as somebody else has said"} {
		if r := got[i+2]; r.Type != "" || !strings.Contains(r.Why, why) {
			t.Errorf("%q is not said of %+v", why, r)
		}
	}
}
