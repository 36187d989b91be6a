package listmonk_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account/suite"
	stand "github.com/trayecto/trayecto/targets/fake"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
)

// all lists everything, for its error.
func all(t *testing.T, target targets.Target) error {
	t.Helper()
	return target.List(t.Context(), targets.ListRequest{All: true}, func([]resource.Object) error { return nil })
}

func TestCredentials(t *testing.T) {
	f := serve(t)
	wrong := config(f)
	wrong.Env = func(string) (string, bool) { return "expired", true }
	target := listmonk.New()
	if err := target.Configure(t.Context(), wrong); err != nil {
		t.Fatal(err)
	}
	err := all(t, target)
	says(t, err, targets.Permanent, "it does not accept the user and the token, of which listmonk makes new ones under Users (invalid API credentials), and nothing was done")
	if strings.Contains(fmt.Sprint(err), "expired") {
		t.Errorf("the token stands in %v", err)
	}
}

// Reading, writing and scheduling are three rights. What is refused says which
// is missing, and does nothing.
func TestRights(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	f.Deny("campaigns:send", "lists:manage_all", "settings:get", "subscribers:sql_query")
	campaign := read(t, target, "campaign", ids[at("journey.gold")])
	_, err := attempt(target, targets.Change{Action: targets.SwitchOff, Prior: campaign, Resource: resource.Resource{Kind: "campaign"}, Key: "off"})
	says(t, err, targets.Permanent, "the role of the API user lacks the right campaigns:send")
	_, err = attempt(target, listOf("News", "trayecto-1"))
	says(t, err, targets.Permanent, "lists:manage_all")
	_, err = target.Lookup(t.Context(), []resource.Lookup{{Kind: "setting", Key: "privacy.unsubscribe_header"}})
	says(t, err, targets.Permanent, "settings:get")
	var needed []string
	for _, r := range target.Describe().Rights {
		needed = append(needed, r.Name)
	}
	for _, right := range []string{"campaigns:send", "lists:manage_all", "settings:get", "subscribers:sql_query"} {
		if !strings.Contains(strings.Join(needed, " "), right) {
			t.Errorf("%s is needed and not among the rights that are said: %v", right, needed)
		}
	}
}

// Every mail must say how to unsubscribe with one click, which an account can
// switch off.
func TestOneClickIsLookedUp(t *testing.T) {
	f := serve(t)
	look := resource.Lookup{Kind: "setting", Key: "privacy.unsubscribe_header"}
	made := lowered(sending(kit.Before(platform(f))), platform(f))
	if _, asked := made.Lookups[look]; !asked {
		t.Fatalf("%v is not looked up: %v", look, made.Lookups)
	}
	for _, on := range []bool{true, false} {
		f.Set("privacy.unsubscribe_header", on)
		answers, err := configured(t, f).Lookup(t.Context(), []resource.Lookup{look})
		if err != nil || answers[0].Found != on {
			t.Errorf("with the setting %v: %+v, %v", on, answers, err)
		}
	}
}

// Trap: whoever comes onto a double opt-in list can confirm only if listmonk is
// set to ask them, which people switch on and off: it is found by reading.
func TestAskingToConfirmIsAStepByHand(t *testing.T) {
	f := serve(t)
	asked := func() (keys []string) {
		t.Helper()
		err := configured(t, f).List(t.Context(), targets.ListRequest{Kinds: []string{"confirmations"}, All: true}, func(page []resource.Object) error {
			for _, o := range page {
				keys = append(keys, o.Key)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	needed := func(doubled bool) (keys []string) {
		p := sending(kit.Before(platform(f)))
		for i := range p.Regimes {
			for j := range p.Regimes[i].Rules {
				p.Regimes[i].Rules[j].DoubleOptIn = doubled
			}
		}
		for _, r := range lowered(p, p.Platforms[0]).Resources {
			if r.Kind == "confirmations" {
				keys = append(keys, r.Key)
			}
		}
		return keys
	}
	once := []string{"mails that ask to confirm"}
	if diff := cmp.Diff(once, asked()); diff != "" {
		t.Error(diff)
	}
	f.Set("app.send_optin_confirmation", false)
	if got := asked(); len(got) > 0 {
		t.Errorf("while it is off: %v", got)
	}
	if diff := cmp.Diff(once, needed(true)); diff != "" {
		t.Errorf("double opt-in: %s", diff)
	}
	if got := needed(false); len(got) > 0 {
		t.Errorf("single opt-in needs %v", got)
	}
}

// A proxy's page, an answer that is lost, a busy server.
func TestAnswersThatAreNone(t *testing.T) {
	for _, c := range []struct {
		fault stand.Fault
		read  targets.ErrorKind
		write targets.ErrorKind
		words string
	}{
		{stand.Page, targets.Retryable, targets.UnknownOutcome, "it answered with a web page and not with data"},
		{stand.LostPage, targets.Retryable, targets.UnknownOutcome, "it answered with a web page and not with data"},
		{stand.Broken, targets.Retryable, targets.UnknownOutcome, "internal error"},
		{stand.Busy, targets.Retryable, targets.Retryable, "too many requests"},
	} {
		f := serve(t)
		target := configured(t, f)
		f.Break(func(r *http.Request) stand.Fault {
			if r.Method == http.MethodPost {
				return c.fault
			}
			return stand.None
		})
		_, err := attempt(target, listOf("News", "trayecto-1"))
		says(t, err, c.write, c.words)
		f.Break(nil)
		found, err := target.Find(t.Context(), targets.FindRequest{Kind: "list", Mark: "trayecto-1"})
		if done := c.fault == stand.LostPage; err != nil || (len(found) == 1) != done {
			t.Errorf("%s: what was done is found: %v, %v", c.words, found, err)
		}
	}
}

// Somebody's hand: a list that was renamed, an object that was edited or
// deleted since the plan. Nothing is overwritten unseen.
func TestBehindOurBack(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	for kind, object := range map[string]resource.Address{
		"list": at("consent.news"), "template": at("touchpoint.welcome_mail"), "campaign": at("journey.gold"),
	} {
		prior := read(t, target, kind, ids[object])
		damage(t, f, *prior)
		c := targets.Change{Action: targets.Update, Prior: prior, Mark: prior.Mark, Key: "k", Resource: resource.Resource{Kind: kind, Attributes: prior.Attributes}}
		_, err := attempt(target, c)
		says(t, err, targets.Conflict, "was changed at listmonk since it was read, and nothing was written; run trayecto plan again")
		c.Action = targets.Delete
		_, err = attempt(target, c)
		says(t, err, targets.Conflict, "was changed at listmonk")
		c.Prior = read(t, target, kind, ids[object])
		do(t, target, c)
		c.Action = targets.Update
		_, err = attempt(target, c)
		says(t, err, targets.Conflict, "was deleted at listmonk, and nothing was written; run trayecto plan again")
	}
}

// What goes wrong is said word for word.
func TestBadInput(t *testing.T) {
	suite.Bad(t, func(t testing.TB) suite.Account {
		f := serve(t)
		edit := func(change func(*fake.List)) func(id string) {
			return func(id string) {
				f.Edit(func(l *fake.List) {
					if fmt.Sprint(l.ID) == id {
						change(l)
					}
				}, nil, nil)
			}
		}
		edited := listOf("News", "").Resource.Attributes
		edited["optin"] = resource.String("single")
		return suite.Account{
			Target: listmonk.New, Config: config(f), Other: config(serve(t)), Secret: token, Server: f.Server, Do: func(call func()) { call() },
			Create: listOf("News", "trayecto-1"), Edited: edited,
			Wrong: func() { f.Do(func() { f.Token = "another" }) }, Lacking: func() { f.Deny("lists:manage_all") },
			Deaf: func() { f.Do(func() { f.Deaf = true }) }, Stuck: func() { f.Do(func() { f.Stuck = true }) }, Paged: "campaign", Crowd: func() { f.AddCampaigns(80) },
			Rename: edit(func(l *fake.List) { l.Name = "Novedades" }), Alter: edit(func(l *fake.List) { l.Type = "private" }),
			Delete: func(id string) { f.Drop(id) },
		}
	}, map[string]string{
		"a page that repeats":        "permanent: its list repeats: from 50 on it shows again what it showed before; nothing was done, run the command again later",
		"a success that did nothing": "nothing",
		"a web page":                 "unknown outcome: it answered with a web page and not with data: POST /api/lists answered 502",
		"deleted by hand":            "conflict: the list 3 was deleted at listmonk, and nothing was written; run trayecto plan again",
		"deleted by hand, and by us": "nothing",
		"edited by hand":             "conflict: the list 3 was changed at listmonk since it was read, and nothing was written; run trayecto plan again",
		"missing right":              "permanent: the role of the API user lacks the right lists:manage_all, and nothing was done; trayecto platform scopes mail lists what is needed: POST /api/lists answered 403",
		"renamed by hand":            "conflict: the list 3 was changed at listmonk since it was read, and nothing was written; run trayecto plan again",
		"wrong credentials":          "permanent: it does not accept the user and the token, of which listmonk makes new ones under Users (invalid API credentials), and nothing was done; put that right and run trayecto platform check mail: GET /api/config answered 403",
	})
}

// A name that changed in the screens is not found, and the nearest is said.
func TestRenamedList(t *testing.T) {
	f := serve(t)
	f.AddList("Newsletter 2026", "double")
	answers, err := configured(t, f).Lookup(t.Context(), []resource.Lookup{
		{Kind: "double opt-in list", Key: "Newsletter 2025"}, {Kind: "single opt-in list", Key: "Newsletter 2026"}, {Kind: "list", Key: "Newsletter 2026"},
	})
	if diff := cmp.Diff([]targets.LookupAnswer{{Nearest: "Newsletter 2026"}, {}, {ID: "3", Found: true}}, answers); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// The default template of the account cannot be deleted.
func TestOursMadeTheDefault(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	frame := ids[resource.Address{Object: "platform.mail", Platform: "mail", Role: "frame"}]
	f.Edit(nil, func(one *fake.Template) { one.Default = fmt.Sprint(one.ID) == frame }, nil)
	_, err := attempt(target, targets.Change{Action: targets.Delete, Prior: read(t, target, "template", frame), Key: "away"})
	says(t, err, targets.Permanent, "was made the account's default in listmonk, which cannot be deleted")
}

// campaignPages is a server whose list of campaigns is what a function says.
func campaignPages(t *testing.T, page func(number string) string) targets.Target {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := `{"data": {"results": [], "root_url": "https://lists.example.test"}}`
		switch {
		case strings.HasPrefix(r.URL.Path, "/api/campaigns"):
			body = page(r.URL.Query().Get("page"))
		case r.URL.Path == "/api/templates":
			body = `{"data": []}`
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	c := config(serve(t))
	for i, s := range c.Platform.Config.Settings {
		if s.Name == "endpoint" {
			c.Platform.Config.Settings[i].Value = types.Text(server.URL)
		}
	}
	target := listmonk.New()
	if err := target.Configure(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return target
}

// Pages: each is asked for once, one that repeats ends the reading, and one that
// shifted shows nothing twice.
func TestPages(t *testing.T) {
	page := func(total int, ids ...int) string {
		var list []map[string]any
		for _, id := range ids {
			list = append(list, map[string]any{"id": id, "name": "c"})
		}
		raw, _ := json.Marshal(map[string]any{"data": map[string]any{"results": list, "total": total}})
		return string(raw)
	}
	err := all(t, campaignPages(t, func(string) string { return page(500, 1, 2) }))
	says(t, err, targets.Permanent, "its list repeats: from 50 on it shows again what it showed before")
	shifted := campaignPages(t, func(number string) string {
		return map[string]string{"1": page(102, 1, 2), "2": page(102, 2, 3), "3": page(102, 4)}[number]
	})
	seen := 0
	if err := shifted.List(t.Context(), targets.ListRequest{All: true}, func(o []resource.Object) error { seen += len(o); return nil }); err != nil || seen != 4 {
		t.Errorf("4 campaigns on pages that shifted: %d, %v", seen, err)
	}
	err = all(t, campaignPages(t, func(string) string { return `{"data": "soon"}` }))
	says(t, err, targets.Permanent, "its answer is not the data that its API documents")
}

// Another server says another address of itself.
func TestAnotherAccount(t *testing.T) {
	one, err := configured(t, serve(t)).Identity(t.Context())
	if err != nil || !strings.HasPrefix(one, "listmonk at http://") {
		t.Fatalf("%q, %v", one, err)
	}
	if other, err := configured(t, serve(t)).Identity(t.Context()); err != nil || other == one {
		t.Errorf("two servers are %q, %v", other, err)
	}
}

func TestConfigureRefuses(t *testing.T) {
	for missing, want := range map[string]string{
		"token": "the environment variable LISTMONK_TOKEN is not set", "user": "it has no user",
		"endpoint": "its endpoint is not an address such as https://api.example.com",
	} {
		c := config(serve(t))
		switch missing {
		case "token":
			c.Env = func(string) (string, bool) { return "", false }
		case "user":
			c.Platform.Config.Settings = append(c.Platform.Config.Settings[:1:1], c.Platform.Config.Settings[2:]...)
		case "endpoint":
			c.Platform.Config.Settings[0].Value = types.Text("lists.example.test")
		}
		if err := listmonk.New().Configure(t.Context(), c); err == nil || err.Error() != want {
			t.Errorf("%s: want %q, got %v", missing, want, err)
		}
	}
	if err := all(t, listmonk.New()); kindOf(err) != targets.Permanent {
		t.Errorf("a target that is not configured: %v", err)
	}
}
