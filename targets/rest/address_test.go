package rest_test

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/rest"
)

// An address is what a block says, from the environment where it says so, or the
// vendor's own; the rest is told in words that do not name the platform.
func TestEndpoint(t *testing.T) {
	said := func(v types.Value) ir.Setting { return ir.Setting{Name: "endpoint", Value: v} }
	for _, c := range []struct {
		settings   []ir.Setting
		home, want string
		says       string
	}{
		{nil, "https://api.example.test", "https://api.example.test", ""},
		{nil, "", "", "it has no endpoint"},
		{[]ir.Setting{said(types.Text("http://127.0.0.1:9/sub"))}, "https://api.example.test", "http://127.0.0.1:9/sub", ""},
		{[]ir.Setting{said(types.Text("api.example.test"))}, "", "", "its endpoint is not an address such as https://api.example.com"},
		{[]ir.Setting{said(types.Text("https://api.example.test/?key=1"))}, "", "", "its endpoint is not an address such as https://api.example.com"},
		{[]ir.Setting{said(types.Text("::"))}, "", "", "its endpoint is not an address such as https://api.example.com"},
		{[]ir.Setting{said(types.Truth(true))}, "", "", "its endpoint is not a text"},
		{[]ir.Setting{{Name: "endpoint", Env: "THERE"}}, "", "https://there.example.test", ""},
		{[]ir.Setting{{Name: "endpoint", Env: "NOWHERE"}}, "https://api.example.test", "", "the environment variable NOWHERE is not set"},
	} {
		got, err := rest.Endpoint(targets.Config{
			Platform: ir.Platform{Config: ir.Config{Settings: c.settings}},
			Env:      func(name string) (string, bool) { return "https://there.example.test", name == "THERE" },
		}, c.home)
		switch {
		case c.says != "" && (err == nil || err.Error() != c.says):
			t.Errorf("%v: want %q, got %v", c.settings, c.says, err)
		case c.says == "" && (err != nil || got.String() != c.want):
			t.Errorf("%v: want %s, got %v, %v", c.settings, c.want, got, err)
		}
	}
}
