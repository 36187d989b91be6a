package hubspot_test

import (
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/hubspot"
)

// What was sent is history, whatever is edited since.
func TestSent(t *testing.T) {
	t.Parallel()
	a := account(t, 7)
	a.AddSubscription("news")
	sent := map[string]bool{} // e-mails, those that are gone among them
	suite.Sent(t, suite.Offer{
		Target: hubspot.New, Env: map[string]string{"HUBSPOT_TOKEN": secret}, Now: a.Now, Objects: 4, Letters: 1,
		Platform: "platform \"hubspot\" \"crm\" {\n  token       = env(\"HUBSPOT_TOKEN\")\n  endpoint    = \"" + a.URL + "\"\n  approximate = \"1d\"\n  service     = \"Account\"\n}\n",
		Pass: func(to time.Time) {
			a.Do(func() {
				a.Advance(to)
				for _, e := range a.Emails {
					if e.Body["type"] == "BATCH_EMAIL" && e.Body["state"] == "PUBLISHED" {
						sent[e.ID] = true
					}
				}
			})
		},
		Sent: func() int { return len(sent) },
	})
}
