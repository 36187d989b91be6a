package klaviyo_test

import (
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// What goes wrong is said word for word.
func TestBadInput(t *testing.T) {
	suite.Bad(t, func(t testing.TB) suite.Account {
		a := account(t, "bad")
		touched := func(id string, change func(*fake.Object)) {
			o := a.Find("list", id)
			change(o)
			o.Attributes["updated"] = "2026-12-02T10:00:00Z"
		}
		return suite.Account{
			Target: klaviyo.New, Config: configured(a), Other: configured(account(t, "other")), Secret: secret, Server: a.Server, Create: list("news"),
			Edited: resource.Map{"opt_in_process": resource.String("double_opt_in")},
			Wrong:  func() { a.Key = "another" }, Lacking: func() { a.Lacks = []string{"lists:write"} }, Stuck: func() { a.Stuck = true }, Deaf: func() { a.Deaf = true },
			Rename: func(id string) { touched(id, func(o *fake.Object) { o.Attributes["name"] = "Novedades" }) },
			Alter: func(id string) {
				touched(id, func(o *fake.Object) { o.Attributes["opt_in_process"] = "no_opt_in" })
			},
			Delete: func(id string) {
				a.Objects["list"] = slices.DeleteFunc(a.Objects["list"], func(o *fake.Object) bool { return o.ID == id })
			},
		}
	}, map[string]string{
		"a page that repeats":        "permanent: its list never ends: the page 10 came a second time; nothing was done, run the command again later",
		"a success that did nothing": "nothing",
		"a web page":                 "unknown outcome: it answered with a web page and not with data: POST /api/lists answered 502",
		"deleted by hand":            "conflict: the list B0013 was deleted at Klaviyo, and nothing was written; run trayecto plan again",
		"deleted by hand, and by us": "nothing",
		"edited by hand":             "conflict: the list B0013 was changed at Klaviyo since it was read, and nothing was written; run trayecto plan again",
		"missing right":              "permanent: the key lacks a right that this needs (You do not have permission to perform this action: lists:write), and nothing was done; trayecto platform scopes crm lists what is needed: POST /api/lists answered 403",
		"renamed by hand":            "conflict: the list B0013 was changed at Klaviyo since it was read, and nothing was written; run trayecto plan again",
		"wrong credentials":          "permanent: it does not accept the key, which is wrong or was withdrawn (Incorrect authentication credentials), and nothing was done; put that right and run trayecto platform check crm: GET /api/accounts answered 401",
	})
}
