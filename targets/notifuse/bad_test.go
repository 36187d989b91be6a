package notifuse_test

import (
	"fmt"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/notifuse"
)

// tree is of contacts in a country.
func tree(country string) resource.Map {
	word := func(text string) resource.Value { return resource.String(text) }
	return resource.Map{"name": word("segment.there"), "timezone": word("UTC"), "tree": resource.Map{"kind": word("leaf"), "leaf": resource.Map{"source": word("contacts"),
		"contact": resource.Map{"filters": resource.List{resource.Map{"field_name": word("country"), "field_type": word("string"), "operator": word("equals"), "string_values": resource.List{word(country)}}}}}}}
}

// What goes wrong is said word for word.
func TestBadInput(t *testing.T) {
	suite.Bad(t, func(t testing.TB) suite.Account {
		h := newHouse(t)
		config, w := h.open()
		other, _ := h.open()
		r := resource.Resource{Address: resource.Address{Object: "segment.there", Platform: "sandbox"}, Kind: "segment", Key: "segment.there", Attributes: tree("ES")}
		edit := func(change func(body map[string]any)) func(id string) {
			return func(id string) {
				w.Edit("segments", id, func(body map[string]any) {
					change(body)
					body["version"] = body["version"].(float64) + 1
				})
			}
		}
		key := w.Key
		config.Env = func(string) (string, bool) { return key, true }
		return suite.Account{
			Target: notifuse.Waiting(atOnce), Config: config, Other: other, Secret: w.Key, Server: h.Server, Do: func(f func()) { f() },
			Create: targets.Change{Action: targets.Create, Resource: r, Mark: kit.Mark(r.Address), Key: "make"}, Edited: tree("MX"),
			Wrong: func() { h.Expire(w) }, Lacking: func() { w.Denied = []string{"segments"} }, Deaf: func() { w.Deaf = true },
			Stuck: func() { w.Stuck = true }, Paged: "automation", Crowd: func() {
				for n := range 150 {
					w.Make("automations", map[string]any{"id": fmt.Sprintf("theirs%d", n), "name": "Theirs", "status": "draft", "nodes": []any{}, "trigger": map[string]any{}})
				}
			},
			Rename: edit(func(body map[string]any) { body["name"] = "Spaniards" }),
			Alter:  edit(func(body map[string]any) { body["timezone"] = "Europe/Madrid" }),
			Delete: func(id string) { w.Drop("segments", id) },
		}
	}, map[string]string{
		"a page that repeats":        "permanent: its list repeats: from 100 on it shows again what it showed before; nothing was done, run the command again later",
		"a success that did nothing": "nothing",
		"a web page":                 "retryable: it answered with a web page and not with data: POST /api/segments.preview answered 502",
		"deleted by hand":            "conflict: the segment t982a727610ea070cda508f7ed05aa2a was deleted at Notifuse, and nothing was written; run trayecto plan again",
		"deleted by hand, and by us": "nothing",
		"edited by hand":             "conflict: the segment t982a727610ea070cda508f7ed05aa2a was changed at Notifuse since it was read, and nothing was written; run trayecto plan again",
		"missing right":              "permanent: the key lacks a right that this needs (Insufficient permissions: write access to segments required), and nothing was done; trayecto platform scopes sandbox lists what is needed: POST /api/segments.create answered 403",
		"renamed by hand":            "conflict: the segment t982a727610ea070cda508f7ed05aa2a was changed at Notifuse since it was read, and nothing was written; run trayecto plan again",
		"wrong credentials":          "permanent: it does not accept the key, which is wrong or has expired (Invalid token: token is malformed), and nothing was done; put that right and run trayecto platform check sandbox: GET /api/user.me answered 401",
	})
}
