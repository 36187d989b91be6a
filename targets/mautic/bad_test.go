package mautic_test

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/mautic"
)

// What goes wrong is said word for word.
func TestBadInputWordForWord(t *testing.T) {
	suite.Bad(t, func(t testing.TB) suite.Account {
		i := installation(t)
		return suite.Account{
			Target: mautic.New, Config: configured(i), Other: configured(installation(t)), Secret: secret, Server: i.Server, Create: segment("x"),
			Edited: resource.Map{"filters": resource.List{resource.Map{"glue": resource.String("and"), "field": resource.String("email"), "object": resource.String("lead"),
				"type": resource.String("email"), "operator": resource.String("!empty"), "properties": resource.Map{}}}},
			Wrong: func() { i.Password = "another" }, Lacking: func() { i.Lacks = []string{"segments:write"} }, Stuck: func() { i.Stuck = true }, Deaf: func() { i.Deaf = true },
			Rename: func(id string) { i.Find("segment", id).Attributes["name"] = "Renamed" },
			Alter: func(id string) {
				i.Find("segment", id).Attributes["filters"] = []any{map[string]any{"glue": "and", "field": "city", "object": "lead", "type": "text", "operator": "!empty", "properties": map[string]any{"filter": nil}}}
			},
			Delete: func(string) { i.Objects["segment"] = nil },
		}
	}, map[string]string{
		"a page that repeats":        "permanent: its list repeats: from 1 on it shows again what it showed before; nothing was done, run the command again later",
		"a success that did nothing": "nothing",
		"a web page":                 "unknown outcome: it answered with a web page and not with data: POST /api/segments/new answered 502",
		"deleted by hand":            "conflict: the segment 1 was deleted at Mautic, and nothing was written; run trayecto plan again",
		"deleted by hand, and by us": "nothing",
		"edited by hand":             "conflict: the segment 1 was changed at Mautic since it was read, and nothing was written; run trayecto plan again",
		"missing right":              "permanent: the user's role lacks a permission that this needs (You do not have access to the requested area/action), and nothing was done; trayecto platform scopes crm lists what is needed: POST /api/segments/new answered 403",
		"renamed by hand":            "conflict: the segment 1 was changed at Mautic since it was read, and nothing was written; run trayecto plan again",
		"wrong credentials":          "permanent: it does not accept the user or the token, which is wrong, has expired or was withdrawn (API authorization denied), and nothing was done; put that right and run trayecto platform check crm: GET /api/users/self answered 401",
	})
}
