package notifuse_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/content"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/notifuse/fake"
)

// call is what an automation called: which message, for whom.
func calls(t *testing.T, w *fake.Workspace) []string {
	t.Helper()
	var out []string
	for _, c := range w.Called {
		u, err := url.Parse(c.URL)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c.Contact+" "+u.Query().Get("touchpoint"))
	}
	slices.Sort(out)
	return out
}

// texts is a desk whose platform has somebody to send SMS, and a message for it
// that a bounce of the welcome asks for.
func texts(t *testing.T, settings ...string) *desk {
	d := newDesk(t)
	d.config.Platform.Config.Blocks = append(d.config.Platform.Config.Blocks, ir.ConfigBlock{Type: "channel", Labels: []string{"sms"}, Config: settingsOf(settings...)})
	d.program.Platforms[0] = d.config.Platform
	hello := func(text string) content.Template {
		return content.Template{Pieces: []content.Piece{content.Text{Text: text + " "}, content.Slot{Value: expr.Attribute{Path: []string{"first_name"}, Type: types.String}}}}
	}
	d.program.Touchpoints = append(d.program.Touchpoints, ir.Touchpoint{
		Head: ir.Head{Address: "touchpoint.ask"}, Purpose: "purpose.account", Channels: []string{"channel.sms"},
		Content: ir.Content{Text: map[string]content.Template{"es": hello("¿Tu correo?"), "en": hello("Your e-mail?")}},
	})
	d.journey("journey.again").Steps = []ir.Step{ir.Send{Name: "again", Touchpoint: "touchpoint.ask"}}
	d.program.Sort()
	return d
}

var sms = []string{"send", "https://sms.example.test/send?of=us", "bounced", "sms_bounced", "complained", "sms_complained"}

// A message bounces, and whoever has a number that works is asked by SMS, once.
func TestAnSMSAfterABounce(t *testing.T) {
	d := texts(t, sms...)
	d.deploy()
	welcome := d.object("touchpoint.welcome_mail", "").ID
	for _, name := range []string{"ana", "bea", "eva", "paz"} {
		c := d.workspace.Contact(name + "@example.test")
		c.Fields["phone"], c.Fields["first_name"] = "+34600000000", name
		d.workspace.Happen(c.Email, "signed_up") // and is sent the welcome
	}
	delete(d.workspace.Contact("bea@example.test").Fields, "phone")
	d.workspace.Pass(time.Hour)
	dead := d.workspace.Contact("paz@example.test")
	dead.Timeline = append(dead.Timeline, fake.Entry{Kind: "custom_event.sms_bounced", At: d.Clock})
	for _, name := range []string{"ana", "bea", "paz"} {
		d.workspace.Bounce(name+"@example.test", welcome)
	}
	d.workspace.Bounce("eva@example.test", d.object("touchpoint.offer_mail", "").ID)    // another message
	d.workspace.Bounce("late@example.test", d.object("touchpoint.welcome_mail", "").ID) // of another time: on no list
	d.workspace.Pass(2 * time.Minute)
	want := []string{"ana@example.test ask"}
	if diff := cmp.Diff(want, calls(t, d.workspace)); diff != "" {
		t.Errorf("asked by SMS (-want +got):\n%s", diff)
	}
	d.workspace.Bounce("ana@example.test", welcome)
	d.workspace.Pass(time.Hour)
	if diff := cmp.Diff(want, calls(t, d.workspace)); diff != "" {
		t.Errorf("after another bounce (-want +got):\n%s", diff)
	}
	u, err := url.Parse(d.workspace.Called[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	wantQuery := url.Values{"of": {"us"}, "touchpoint": {"ask"}, "text_es": {`¿Tu correo? {{ contact.first_name }}`}, "text_en": {`Your e-mail? {{ contact.first_name }}`}}
	if diff := cmp.Diff(wantQuery, u.Query()); diff != "" || u.Host != "sms.example.test" {
		t.Errorf("it was called at %s (-want +got):\n%s", u, diff)
	}
}

// Who joins a segment by which an automation begins is held up with everybody
// else on the platform: that is why none of ours begins so.
func TestBeginningByASegmentIsHeldUp(t *testing.T) {
	d := newDesk(t)
	d.deploy()
	gold := d.object("segment.gold", "").ID
	d.workspace.Edit("automations", d.object("journey.welcome", "").ID, func(body map[string]any) {
		body["trigger"] = map[string]any{"event_kind": "segment.joined", "segment_id": gold, "frequency": "once"}
	})
	d.workspace.Contact("ana@example.test").Fields["custom_string_1"] = "GOLD"
	d.workspace.Pass(time.Hour)
	if got := d.workspace.In(gold); len(got) != 0 {
		t.Errorf("%v joined", got)
	}
}

// A journey on an absence begins when something did not happen in time.
func TestAnAbsence(t *testing.T) {
	d := newDesk(t)
	for i := range d.program.Moments {
		if d.program.Moments[i].Address == "moment.signed_up" {
			d.program.Moments[i].Detect = ir.Absence{On: "event.signed_up", Without: "event.order_placed", For: types.Span{Amount: 2, Unit: types.Day}}
		}
	}
	w := d.journey("journey.welcome")
	w.LeaveIf, w.Steps = nil, []ir.Step{ir.Send{Name: "hello", Touchpoint: "touchpoint.welcome_mail"}}
	d.deploy()
	for _, name := range []string{"waits", "buys"} {
		d.workspace.Happen(name+"@example.test", "signed_up")
	}
	d.workspace.Pass(time.Hour)
	d.workspace.Happen("buys@example.test", "orders.created")
	d.workspace.Pass(46 * time.Hour)
	if got := d.workspace.To("waits@example.test"); len(got) != 0 {
		t.Errorf("before two days went by: %v", got)
	}
	d.workspace.Pass(2 * time.Hour)
	for name, want := range map[string]int{"waits": 1, "buys": 0} {
		if got := d.workspace.To(name + "@example.test"); len(got) != want {
			t.Errorf("%s got %v", name, got)
		}
	}
}

// What is said of somebody who sends, and what is missing.
func TestWhoSends(t *testing.T) {
	for says, settings := range map[string][]string{
		"gets nothing more by SMS":   {"send", "https://sms.example.test/send"},
		"does not say which address": {"bounced", "a", "complained", "b"},
		"not an address":             {"send", "sms.example.test", "bounced", "a", "complained", "b"},
		"names of at most":           {"send", "https://sms.example.test/send", "bounced", strings.Repeat("x", 40), "complained", "b"},
		"which then has":             {"send", "https://sms.example.test/" + strings.Repeat("x", 4000), "bounced", "a", "complained", "b"},
	} {
		d := texts(t, settings...)
		if l := d.lower(); !slices.ContainsFunc(l.Diagnostics, func(x diag.Diagnostic) bool { return strings.Contains(x.Detail, says) }) {
			t.Errorf("nothing says %q: %+v", says, l.Diagnostics)
		}
	}
	d := newDesk(t)
	d.program.Touchpoints[0].Channels = []string{"channel.sms"}
	if l := d.lower(); !slices.ContainsFunc(l.Diagnostics, func(x diag.Diagnostic) bool { return strings.Contains(x.Help, `channel "sms" { send =`) }) {
		t.Errorf("nothing says how to name a sender: %+v", l.Diagnostics)
	}
}

// Marketing by SMS asks the list of a consent for SMS alone.
func TestMarketingBySMS(t *testing.T) {
	d := texts(t, sms...)
	ask := slices.IndexFunc(d.program.Touchpoints, func(x ir.Touchpoint) bool { return x.Address == "touchpoint.ask" })
	d.program.Touchpoints[ask].Purpose = "purpose.offers"
	if l := d.lower(); !l.Diagnostics.HasErrors() {
		t.Error("no consent covers it by SMS, and nothing says so")
	}
	news := ir.Consent{Head: ir.Head{Address: "consent.texts"}, Purpose: "purpose.offers", Channels: []string{"channel.sms"}}
	d.program.Consents = append(d.program.Consents, news)
	d.program.Regimes = []ir.Regime{{Head: ir.Head{Address: "regime.all"}, Otherwise: true, Rules: []ir.Rule{{Name: "opt_in", Classes: []ir.Class{ir.Marketing}, Channels: []string{"channel.email", "channel.sms"}, Basis: ir.ByConsent}}}}
	d.program.Sort()
	d.deploy()
	list, welcome := d.object("consent.texts", "").ID, d.object("touchpoint.welcome_mail", "").ID
	for _, name := range []string{"yes", "pending", "never", "removed", "gone"} {
		c := d.workspace.Contact(name + "@example.test")
		c.Fields["phone"] = "+34600000000"
		if name != "never" {
			c.Subscribe(list, map[string]string{"yes": "active", "pending": "pending", "removed": "active", "gone": "unsubscribed"}[name])
		}
	}
	d.workspace.Contact("removed@example.test").Remove(list)
	sent := d.object("touchpoint.welcome_mail", "sent").ID
	for _, name := range []string{"yes", "pending", "never", "removed", "gone"} {
		c := d.workspace.Contact(name + "@example.test")
		statuses := c.Statuses
		c.Statuses = map[string]*fake.Status{sent: {Status: "active"}} // the platform would call the number bounced too
		d.workspace.Bounce(c.Email, welcome)
		for list, s := range statuses {
			c.Statuses[list] = s
		}
	}
	d.workspace.Pass(time.Hour)
	if diff := cmp.Diff([]string{"yes@example.test ask"}, calls(t, d.workspace)); diff != "" {
		t.Errorf("by SMS (-want +got):\n%s", diff)
	}
	d.program.Consents[slices.IndexFunc(d.program.Consents, func(c ir.Consent) bool { return c.Address == "consent.texts" })].Channels = []string{"channel.email", "channel.sms"}
	d.program.Consents = slices.DeleteFunc(d.program.Consents, func(c ir.Consent) bool { return c.Address == "consent.news" })
	if l := d.lower(); !slices.ContainsFunc(l.Diagnostics, func(x diag.Diagnostic) bool {
		return strings.Contains(x.Detail, "speaks of its e-mail and not of SMS") && strings.Contains(x.Help, "for this channel alone")
	}) {
		t.Errorf("one status for two channels: %+v", l.Diagnostics)
	}
}

// The secret is shown to whom is called and stands in nothing that is returned;
// another one, or none, is put right by the next apply.
func TestTheSecretOfWebhooks(t *testing.T) {
	d := texts(t, sms...)
	setting := ir.Setting{Name: "webhook_secret", Value: types.Text("made-up-secret")}
	d.config.Platform.Config.Settings = append(d.config.Platform.Config.Settings, setting)
	d.target = d.reopened()
	d.deploy()
	j := d.object("journey.again", "")
	secret := func() (out any) {
		for _, n := range d.workspace.Body("automations", j.ID)["nodes"].([]any) {
			if node := n.(map[string]any); node["type"] == "webhook" {
				out = node["config"].(map[string]any)["secret"]
			}
		}
		return out
	}
	if secret() != "made-up-secret" {
		t.Errorf("the address is shown %v", secret())
	}
	raw, err := resource.Encode(j.Attributes)
	if err != nil || strings.Contains(string(raw), "made-up") || strings.Contains(string(raw), "secret") {
		t.Errorf("it stands in %s, %v", raw, err)
	}
	d.workspace.Edit("automations", j.ID, func(body map[string]any) {
		body["status"] = "paused"
		for _, n := range body["nodes"].([]any) {
			if node := n.(map[string]any); node["type"] == "webhook" {
				node["config"].(map[string]any)["secret"] = "theirs"
			}
		}
	})
	now, err := d.target.Get(t.Context(), "automation", []string{j.ID})
	if err != nil || len(now) != 1 || resource.Equal(now[0].Attributes, j.Attributes) {
		t.Fatalf("another secret is not seen: %+v, %v", now, err)
	}
	if raw, err = resource.Encode(now[0].Attributes); err != nil || strings.Contains(string(raw), "theirs") {
		t.Errorf("theirs stands in %s, %v", raw, err)
	}
	edit := resource.Resource{Kind: "automation", Attributes: j.Attributes}
	if _, err := d.change(targets.Change{Action: targets.Update, Resource: edit, Prior: &now[0], Key: "back"}); err != nil {
		t.Fatal(err)
	}
	if secret() != "made-up-secret" {
		t.Errorf("after an update the address is shown %v", secret())
	}
}
