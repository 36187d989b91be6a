package klaviyo_test

import (
	"testing"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/klaviyo"
	"github.com/trayecto/trayecto/targets/klaviyo/fake"
)

// Klaviyo has no call that says who is inside a flow, and a plan says so.
func TestInsideIsNotKnown(t *testing.T) {
	t.Parallel()
	a := account(t, "crowd")
	unknown := plan.Inside{Unknown: "Klaviyo's API says what a flow has sent, and not who is inside it", OnChange: "stop", Fate: plan.Edited}
	suite.Inside(t, suite.Crowd{
		Offer: suite.Offer{
			Target: klaviyo.New, Env: map[string]string{"KLAVIYO_API_KEY": secret}, Now: a.Now,
			Platform: "platform \"klaviyo\" \"crm\" {\n  api_key     = env(\"KLAVIYO_API_KEY\")\n  endpoint    = \"" + a.URL + "\"\n  approximate = \"1d\"\n  from_email  = \"shop@example.test\"\n}\n",
		},
		Journey: `
moment "signed_up" {
  detect { on = event.signed_up }
}
purpose "account" {
  class   = "service"
  because = "Confirms what the person just did."
}
touchpoint "hello" {
  purpose  = purpose.account
  channels = [channel.email]
  content {
    subject = "SUBJECT"
    body    = "<p>Hello</p>"
  }
}
journey "welcome" {
  enter { on = moment.signed_up }
  on_change = "stop"
  send "hello" { touchpoint = touchpoint.hello }
  wait "rest" { for = "3d" }
  send "again" { touchpoint = touchpoint.hello }
}
`,
		Enter: func() {
			a.Do(func() {
				ana := &fake.Profile{ID: "ana", Properties: map[string]any{"email": "ana@example.test"}}
				a.Profiles = append(a.Profiles, ana)
				for _, m := range a.Metrics {
					if m.Name == "signed_up" {
						a.Happen(ana, fake.Event{Metric: m.ID})
					}
				}
			})
			if len(a.Letters) != 1 {
				t.Errorf("nobody entered: %+v", a.Letters)
			}
		},
		Before: unknown, Edited: unknown,
	})
}
