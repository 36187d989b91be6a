package klaviyo_test

import (
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/klaviyo"
)

// What was sent is history, whatever is edited since.
func TestSent(t *testing.T) {
	t.Parallel()
	a := account(t, "sent")
	sent := map[string]bool{} // campaigns, those that are gone among them
	suite.Sent(t, suite.Offer{
		Target: klaviyo.New, Env: map[string]string{"KLAVIYO_API_KEY": secret}, Now: a.Now, Objects: 2, Letters: 1,
		Platform: "platform \"klaviyo\" \"crm\" {\n  api_key     = env(\"KLAVIYO_API_KEY\")\n  endpoint    = \"" + a.URL + "\"\n  approximate = \"1d\"\n  from_email  = \"shop@example.test\"\n}\n",
		Pass: func(to time.Time) {
			a.Do(func() {
				a.Now = to
				a.Due()
				for _, c := range a.Objects["campaign"] {
					sent[c.ID] = sent[c.ID] || c.Attributes["status"] == "Sent"
				}
			})
		},
		Sent: func() int { return len(sent) },
	})
}
