package hubspot_test

import (
	"testing"

	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/hubspot"
)

// What goes wrong is said word for word.
func TestBadInput(t *testing.T) {
	suite.Bad(t, func(t testing.TB) suite.Account {
		a := account(t, 1)
		return suite.Account{
			Target: hubspot.New, Config: configured(a), Other: configured(account(t, 2)), Secret: secret, Server: a.Server, Create: list("gold", tier("IS_ANY_OF", "gold")),
			Edited: tier("IS_ANY_OF", "silver"),
			Wrong:  func() { a.Expired = true }, Lacking: func() { a.Lacks = []string{"crm.lists.write"} }, Stuck: func() { a.Stuck = true }, Deaf: func() { a.Deaf = true },
			Rename: func(id string) { a.Find(id).Name = "VIP"; a.Find(id).Version++ },
			Alter:  func(id string) { a.Find(id).Filters["filterBranches"] = []any{}; a.Find(id).Version++ },
			Delete: func(string) { a.Lists = nil },
		}
	}, map[string]string{
		"a page that repeats":        "permanent: its list never ends: the page 1 came a second time; nothing was done, run the command again later",
		"a success that did nothing": "nothing",
		"a web page":                 "unknown outcome: it answered with a web page and not with data: POST /crm/v3/lists answered 502",
		"deleted by hand":            "conflict: the list 5 was deleted at HubSpot, and nothing was written; run trayecto plan again",
		"deleted by hand, and by us": "nothing",
		"edited by hand":             "conflict: the list 5 was changed at HubSpot since it was read, and nothing was written; run trayecto plan again",
		"missing right":              "permanent: the token lacks a right that this needs (This app hasn't been granted the scope crm.lists.write; HubSpot's number for it: 3c5f), and nothing was done; trayecto platform scopes crm lists what is needed: POST /crm/v3/lists answered 403",
		"renamed by hand":            "conflict: the list 5 was changed at HubSpot since it was read, and nothing was written; run trayecto plan again",
		"wrong credentials":          "permanent: it does not accept the token, which is wrong, expired or was withdrawn (The OAuth token used to make this call expired; HubSpot's number for it: 3c5f), and nothing was done; put that right and run trayecto platform check crm: GET /account-info/v3/details answered 401",
	})
}
