package segment_test

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/segment"
)

// What goes wrong is said word for word.
func TestBadInput(t *testing.T) {
	suite.Bad(t, func(t testing.TB) suite.Account {
		s := space(t, "bad")
		touched := func(id string) { s.Find(id).Updated = "2026-12-02T10:00:00Z" }
		return suite.Account{
			Target: segment.New, Config: configured(s), Other: configured(space(t, "other")), Secret: secret, Server: s.Server, Create: creation(t.(*testing.T), s, "segment.gold"),
			Edited: resource.Map{"definition": resource.Map{"query": resource.String("trait('b').exists()")}, "enabled": resource.Bool(true)},
			Wrong:  func() { s.Token = "another" }, Lacking: func() { s.Lacks = []string{"audiences"} }, Stuck: func() { s.Stuck = true }, Deaf: func() { s.Deaf = true },
			Rename: func(id string) { s.Find(id).Name = "VIPs"; touched(id) },
			Alter:  func(id string) { s.Find(id).Query = "trait('by_hand').exists()"; touched(id) },
			Delete: func(string) { s.Audiences = nil },
		}
	}, map[string]string{
		"a page that repeats":        "permanent: its list never ends: the page 5 came a second time; nothing was done, run the command again later",
		"a success that did nothing": "nothing",
		"a web page":                 "unknown outcome: it answered with a web page and not with data: POST /spaces/bad/audiences answered 502",
		"deleted by hand":            "conflict: the audience aud_bad0002 was deleted at Segment, and nothing was written; run trayecto plan again",
		"deleted by hand, and by us": "nothing",
		"edited by hand":             "conflict: the audience aud_bad0002 was changed at Segment since it was read, and nothing was written; run trayecto plan again",
		"missing right":              "permanent: the token lacks a role that this needs (You do not have permission), and nothing was done; trayecto platform scopes cdp lists what is needed: POST /spaces/bad/audiences answered 403",
		"renamed by hand":            "conflict: the audience aud_bad0002 was changed at Segment since it was read, and nothing was written; run trayecto plan again",
		"wrong credentials":          "permanent: it does not accept the token, which is wrong, expired or was revoked (Unauthenticated), and nothing was done; put that right and run trayecto platform check cdp: GET /spaces/bad answered 401",
	})
}
