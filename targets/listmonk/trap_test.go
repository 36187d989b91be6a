package listmonk_test

import (
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/kit"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
)

// configured is a target of a fake.
func configured(t *testing.T, f *fake.Fake) targets.Target {
	t.Helper()
	target := listmonk.New()
	if err := target.Configure(t.Context(), config(f)); err != nil {
		t.Fatal(err)
	}
	return target
}

// world is the usual program, deployed and switched on.
func world(t *testing.T, f *fake.Fake) (targets.Target, *ir.Program, map[resource.Address]string) {
	t.Helper()
	p := sending(kit.Before(platform(f)))
	made := lowered(p, p.Platforms[0])
	if made.Diagnostics.HasErrors() {
		t.Fatal(details(made.Diagnostics))
	}
	return configured(t, f), p, deploy(t, config(f), made.Resources)
}

// read is an object as it is now.
func read(t *testing.T, target targets.Target, kind, id string) *resource.Object {
	t.Helper()
	found, err := target.Get(t.Context(), kind, []string{id})
	if err != nil || len(found) != 1 {
		t.Fatalf("reading %s %s: %v, %v", kind, id, found, err)
	}
	return &found[0]
}

// says checks the kind of an error and a part of its words.
func says(t *testing.T, err error, kind targets.ErrorKind, words string) {
	t.Helper()
	if err == nil || kindOf(err) != kind || !strings.Contains(err.Error(), words) {
		t.Errorf("want %s with %q, got %s: %v", kind, words, kindOf(err), err)
	}
}

func listOf(name, mark string) targets.Change {
	return targets.Change{Action: targets.Create, Mark: mark, Key: "make " + name + mark, Resource: resource.Resource{Kind: "list", Key: name, Attributes: resource.Map{
		"name": resource.String(name), "type": resource.String("public"), "optin": resource.String("double"),
	}}}
}

// The same name twice makes two lists, so what is ours is told by its mark, and
// a second list beside one of somebody else's is refused.
func TestSameNameTwice(t *testing.T) {
	f := serve(t)
	target := configured(t, f)
	first := do(t, target, listOf("News", "trayecto-1"))
	second := do(t, target, listOf("News", "trayecto-2"))
	if first.ID == second.ID {
		t.Error("listmonk makes two lists of one name, and the fake does not")
	}
	found, err := target.Find(t.Context(), targets.FindRequest{Kind: "list", Key: "News", Mark: "trayecto-2"})
	if diff := cmp.Diff([]resource.Object{*second}, found); err != nil || diff != "" {
		t.Errorf("by mark: %v (-want +got):\n%s", err, diff)
	}
	_, err = attempt(target, listOf(everyone, "trayecto-3"))
	says(t, err, targets.Conflict, `there is a list "Everybody" already, number 2, and it is not ours`)
	if n := len(f.Lists()); n != 3 {
		t.Errorf("%d lists", n)
	}
	_, err = target.Lookup(t.Context(), []resource.Lookup{{Kind: "double opt-in list", Key: "News"}})
	says(t, err, targets.Permanent, `it has 2 lists called "News"`)
}

// A messenger that listmonk does not have becomes another silently, so it is
// looked up before anything is written.
func TestUnknownMessenger(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	campaign := read(t, target, "campaign", ids[at("journey.gold")])
	changed := resource.Map{}
	for name, v := range campaign.Attributes {
		changed[name] = v
	}
	changed["messenger"] = resource.String("email-nosuch")
	now := do(t, target, targets.Change{Action: targets.Update, Prior: campaign, Mark: campaign.Mark, Key: "k", Resource: resource.Resource{Kind: "campaign", Key: campaign.Key, Attributes: changed}})
	if got := now.Attributes["messenger"]; got != resource.String("email") {
		t.Errorf("listmonk makes it email, and the fake %v", got)
	}
	p := sending(kit.Before(platform(f)))
	p.Platforms[0].Config.Settings = append(p.Platforms[0].Config.Settings, ir.Setting{Name: "messenger", Value: types.Text("emial")})
	var looked []resource.Lookup
	for l := range lowered(p, p.Platforms[0]).Lookups {
		if l.Kind == "messenger" {
			looked = append(looked, l)
		}
	}
	answers, err := target.Lookup(t.Context(), looked)
	if diff := cmp.Diff([]targets.LookupAnswer{{Nearest: "email"}}, answers); err != nil || diff != "" {
		t.Errorf("looking up %v: %v (-want +got):\n%s", looked, err, diff)
	}
}

// A word that the database does not have is a 500 with its own message; nothing
// was done, and the attribute is named.
func TestBadWords(t *testing.T) {
	f := serve(t)
	c := listOf("News", "trayecto-1")
	c.Resource.Attributes["optin"] = resource.String("triple")
	_, err := attempt(configured(t, f), c)
	says(t, err, targets.Rejected, `optin: "triple" is not a word that it knows here`)
}

// Double opt-in sends to who confirmed, single to who did not unsubscribe, and
// nobody on the blocklist gets anything; two lists are a union.
func TestWhoGetsACampaign(t *testing.T) {
	for _, c := range []struct {
		optin string
		want  []string
	}{{"double", []string{"confirmed@example.test"}}, {"single", []string{"confirmed@example.test", "unconfirmed@example.test"}}} {
		f := serve(t)
		list := f.AddList("News", c.optin)
		for _, status := range []string{"confirmed", "unconfirmed", "unsubscribed"} {
			f.AddSubscriber(fake.Subscriber{Email: status + "@example.test", Attribs: map[string]any{"tier": "gold", "news_since": types.Spell(launch)}}, map[int]string{list: status})
		}
		f.AddSubscriber(fake.Subscriber{Email: "blocked@example.test", Status: "blocklisted", Attribs: map[string]any{"tier": "gold"}}, map[int]string{list: "confirmed"})
		f.AddSubscriber(fake.Subscriber{Email: "other@example.test", Attribs: map[string]any{"tier": "gold"}}, nil)
		p := sending(kit.Before(platform(f)))
		p.Regimes = p.Regimes[1:]
		p.Regimes[0].Otherwise = false
		p.Regimes[0].Rules[0].DoubleOptIn = c.optin == "double"
		p.Platforms[0].Config.Settings = append(p.Platforms[0].Config.Settings, ir.Setting{Name: "consents", Map: []ir.Setting{{Name: "news", Value: types.Text("News")}}})
		p.Journeys = []ir.Journey{oneOff("news", "segment.gold", "touchpoint.offer_mail")}
		made := lowered(p, p.Platforms[0])
		ids := deploy(t, config(f), made.Resources)
		f.Until(launch.Time())
		if diff := cmp.Diff(c.want, received(t, f, ids[at("journey.news")])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.optin, diff)
		}
		if n := len(f.Lists()); n != 2 {
			t.Errorf("a list that the project names was made again: %d", n)
		}
	}
}

// listmonk writes to who is disabled, and to anybody by a transactional
// message. Ours does not.
func TestDisabledAndBlocklisted(t *testing.T) {
	f := serve(t)
	_, _, ids := world(t, f)
	for _, status := range []string{"enabled", "disabled", "blocklisted"} {
		f.AddSubscriber(fake.Subscriber{Email: status + "@example.test", Status: status, Attribs: map[string]any{"tier": "gold"}}, map[int]string{f.Lists()[0].ID: "confirmed"})
	}
	f.Until(launch.Time())
	if diff := cmp.Diff([]string{"enabled@example.test"}, received(t, f, ids[at("journey.gold")])); diff != "" {
		t.Errorf("the campaign (-want +got):\n%s", diff)
	}
	for status, want := range map[string]int{"enabled": http.StatusOK, "disabled": http.StatusBadRequest, "blocklisted": http.StatusBadRequest} {
		if got := transact(t, f, ids[at("touchpoint.welcome_mail")], status+"@example.test", nil); got != want {
			t.Errorf("a transactional message to who is %s: want %d, got %d", status, want, got)
		}
	}
}

// The unsubscribe link ends the subscriptions to the lists of its campaign: the
// one that is the consent. It does nothing once the campaign is gone, so what
// was sent is let go and not deleted.
func TestUnsubscribeLinksKeepWorking(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	lists := f.Lists()
	list := lists[len(lists)-1]
	f.AddSubscriber(fake.Subscriber{Email: "ana@example.test", Attribs: map[string]any{"country": "MX"}}, map[int]string{list.ID: "confirmed"})
	f.Until(launch.Time())
	campaign := read(t, target, "campaign", ids[at("journey.reachable")])
	if diff := cmp.Diff([]string{"ana@example.test"}, received(t, f, campaign.ID)); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	do(t, target, targets.Change{Action: targets.Delete, Prior: campaign, Key: "away"})
	if left, err := target.Get(t.Context(), "campaign", []string{campaign.ID}); err != nil || len(left) > 0 {
		t.Errorf("what was let go is still ours: %v, %v", left, err)
	}
	if found, err := target.Find(t.Context(), targets.FindRequest{Kind: "campaign", Mark: campaign.Mark}); err != nil || len(found) > 0 {
		t.Errorf("what was let go is found: %v, %v", found, err)
	}
	for _, c := range f.Campaigns() {
		if c.Name == campaign.Key {
			f.Unsubscribe(c.ID, "ana@example.test")
		}
	}
	subscriptions := f.Subscriptions()
	if last := subscriptions[len(subscriptions)-1]; last.Status != "unsubscribed" {
		t.Errorf("the link in a mail of a campaign that was taken back left her %s", last.Status)
	}
}

// A list with people on it is their yes and no: it is archived and let go.
func TestListsWithPeopleStay(t *testing.T) {
	f := serve(t)
	target := configured(t, f)
	full, empty := do(t, target, listOf("Full", "trayecto-1")), do(t, target, listOf("Empty", "trayecto-2"))
	lists := f.Lists()
	f.AddSubscriber(fake.Subscriber{Email: "ana@example.test"}, map[int]string{lists[1].ID: "unsubscribed"})
	for _, o := range []*resource.Object{full, empty} {
		do(t, target, targets.Change{Action: targets.Delete, Prior: o, Key: "away " + o.ID})
		do(t, target, targets.Change{Action: targets.Delete, Prior: o, Key: "again " + o.ID})
	}
	var left []string
	for _, l := range f.Lists() {
		left = append(left, l.Name+" "+l.Status)
	}
	if diff := cmp.Diff([]string{"Everybody active", "Full archived"}, left); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := len(f.Subscriptions()); n != 1 {
		t.Errorf("%d subscriptions", n)
	}
}

// A campaign whose instant has passed would be sent at once.
func TestAnInstantThatHasPassed(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	campaign := read(t, target, "campaign", ids[at("journey.gold")])
	off := do(t, target, targets.Change{Action: targets.SwitchOff, Prior: campaign, Resource: resource.Resource{Kind: "campaign"}, Key: "off"})
	late := config(f)
	late.Now = launch.Time().Add(time.Minute)
	later := listmonk.New()
	if err := later.Configure(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	_, err := attempt(later, targets.Change{Action: targets.SwitchOn, Prior: off, Resource: resource.Resource{Kind: "campaign"}, Key: "on"})
	says(t, err, targets.Permanent, "has passed while it was off")
	f.Until(launch.Time().Add(time.Hour))
	if n := len(received(t, f, campaign.ID)); n > 0 {
		t.Errorf("%d mails were sent", n)
	}
}

// A message is for its instant: a campaign that somebody paused and lets go on
// two days later reaches nobody.
func TestLongAfterItsInstant(t *testing.T) {
	for hours, want := range map[int]int{23: 1, 25: 0} {
		f := serve(t)
		_, _, ids := world(t, f)
		f.AddSubscriber(fake.Subscriber{Email: "ana@example.test", Attribs: map[string]any{"tier": "gold"}}, map[int]string{f.Lists()[0].ID: "confirmed"})
		f.Until(launch.Time().Add(time.Duration(hours) * time.Hour))
		if got := len(received(t, f, ids[at("journey.gold")])); got != want {
			t.Errorf("%d hours late: want %d mails, got %d", hours, want, got)
		}
	}
}

// What was sent cannot be changed.
func TestAfterTheSend(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	f.Until(launch.Time())
	campaign := read(t, target, "campaign", ids[at("journey.gold")])
	if campaign.Switch != resource.On {
		t.Errorf("a campaign that was sent is switched %q, and would be switched on again", campaign.Switch)
	}
	edited := resource.Map{}
	for name, v := range campaign.Attributes {
		edited[name] = v
	}
	edited["subject"] = resource.String("Another")
	change := targets.Change{Action: targets.Update, Prior: campaign, Mark: campaign.Mark, Key: "k", Resource: resource.Resource{Kind: "campaign", Attributes: edited}}
	_, err := attempt(target, change)
	says(t, err, targets.Permanent, "was sent at 2026-03-29T09:30:00Z and can no longer be changed")
	_, err = attempt(target, targets.Change{Action: targets.SwitchOff, Prior: campaign, Resource: resource.Resource{Kind: "campaign"}, Key: "off"})
	says(t, err, targets.Permanent, "was sent and cannot be taken back")
	change.Resource.Attributes, change.Mark = campaign.Attributes, "trayecto-other"
	if moved := do(t, target, change); moved.Mark != "trayecto-other" || read(t, target, "campaign", campaign.ID).Mark != "trayecto-other" {
		t.Errorf("a campaign that was sent keeps its old mark: %+v", moved)
	}
}

// A campaign that anybody has got is history, and the plan says so: it is edited
// in no way, another one is made for another instant that is to come, and of one
// that goes only its mark is written.
func TestHistoryIsPlanned(t *testing.T) {
	for status, why := range map[string]string{"finished": "was sent", "running": "is being sent", "paused": "is paused in the middle", "cancelled": "was cancelled in the middle", "draft": "", "scheduled": ""} {
		f := serve(t)
		target, _, ids := world(t, f)
		f.Until(launch.Time())
		f.Edit(nil, nil, func(c *fake.Campaign) {
			if c.Status = status; why == "" {
				c.Started = nil
			}
		})
		campaign := read(t, target, "campaign", ids[at("journey.gold")])
		edited := func(name, value string) *resource.Resource {
			r := &resource.Resource{Kind: "campaign", Attributes: maps.Clone(campaign.Attributes)}
			if name != "" {
				r.Attributes[name] = resource.String(value)
			}
			return r
		}
		requests := []targets.PlanRequest{
			{Prior: campaign, Desired: edited("subject", "Another")}, {Prior: campaign, Desired: edited("send_at", "2026-04-29T09:30:00Z")},
			{Prior: campaign, Desired: edited("send_at", "2026-01-29T09:30:00Z")}, {Prior: campaign, Desired: edited("", "")}, {Prior: campaign},
		}
		answers, err := target.Plan(t.Context(), requests)
		if err != nil {
			t.Fatal(err)
		}
		var over, replaced []bool
		for _, a := range answers {
			over = append(over, a.Over != "")
			replaced = append(replaced, len(a.Replace) > 0)
			if why == "" && a.Over != "" || a.Over != "" && !strings.Contains(a.Over, "the campaign "+why) {
				t.Errorf("%s: %q", status, a.Over)
			}
		}
		began := why != ""
		if diff := cmp.Diff([][]bool{{began, began, began, false, began}, {false, began, false, false, false}}, [][]bool{over, replaced}); diff != "" {
			t.Errorf("%s: over, replaced (-want +got):\n%s", status, diff)
		}
	}
}

// What is being sent when its journey is taken out ends there; one that somebody
// paused in the middle is not sent on by us.
func TestInTheMiddleOfTheSend(t *testing.T) {
	began := launch.Time()
	state := func(f *fake.Fake, status string) {
		f.Edit(nil, nil, func(c *fake.Campaign) { c.Status, c.Started = status, &began })
	}
	f := serve(t)
	target, _, ids := world(t, f)
	state(f, "running")
	campaign := read(t, target, "campaign", ids[at("journey.gold")])
	if _, err := attempt(target, targets.Change{Action: targets.Delete, Prior: campaign, Resource: resource.Resource{Kind: "campaign"}, Key: "gone"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Campaigns() {
		if strconv.Itoa(c.ID) == campaign.ID && c.Status != "cancelled" {
			t.Errorf("the journey is gone, and its campaign is %s", c.Status)
		}
	}
	f = serve(t)
	target, _, ids = world(t, f)
	state(f, "paused")
	campaign = read(t, target, "campaign", ids[at("journey.gold")])
	_, err := attempt(target, targets.Change{Action: targets.SwitchOn, Prior: campaign, Resource: resource.Resource{Kind: "campaign"}, Key: "on"})
	says(t, err, targets.Permanent, "was paused in the middle of being sent")
}

// Deleting a template puts the account's default around the campaigns that used
// it; deleting a list leaves a campaign that goes to nobody. Both are seen.
func TestWhatIsTakenFromUnderACampaign(t *testing.T) {
	f := serve(t)
	target, _, ids := world(t, f)
	before := read(t, target, "campaign", ids[at("journey.gold")])
	for _, path := range []string{"/api/templates/" + ids[resource.Address{Object: "platform.mail", Platform: "mail", Role: "frame"}], "/api/lists/2"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, f.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "token trayecto:"+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, %v", path, answer, err)
		}
		answer.Body.Close()
	}
	after := read(t, target, "campaign", before.ID)
	for name, want := range map[string]resource.Value{"lists": resource.Strings("deleted: Everybody"), "template": resource.String("1")} {
		if diff := cmp.Diff(want, after.Attributes[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A description that is taken away is gone: an empty one would leave the old.
func TestDescriptionsCanBeEmptied(t *testing.T) {
	f := serve(t)
	target := configured(t, f)
	c := listOf("News", "trayecto-1")
	c.Resource.Attributes["description"] = resource.String("Offers")
	made := do(t, target, c)
	bare := listOf("News", "trayecto-1")
	bare.Action, bare.Prior = targets.Update, made
	if diff := cmp.Diff(bare.Resource.Attributes, do(t, target, bare).Attributes); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What others put into the tags of a list stays.
func TestOthersTagsStay(t *testing.T) {
	f := serve(t)
	target := configured(t, f)
	made := do(t, target, listOf("News", "trayecto-1"))
	f.Edit(func(l *fake.List) { l.Tags = append(l.Tags, "summer") }, nil, nil)
	c := listOf("Newsletter", "trayecto-2")
	c.Action, c.Prior = targets.Update, made
	do(t, target, c)
	lists := f.Lists()
	if diff := cmp.Diff([]string{"summer", "trayecto", "trayecto-2"}, lists[len(lists)-1].Tags); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
