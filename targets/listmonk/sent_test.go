package listmonk_test

import (
	"testing"
	"time"

	"github.com/trayecto/trayecto/targets/account/suite"
	"github.com/trayecto/trayecto/targets/listmonk"
	"github.com/trayecto/trayecto/targets/listmonk/fake"
)

// What was sent is history, whatever is edited since.
func TestSent(t *testing.T) {
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	f := fake.Serve(t, fake.Options{User: "trayecto", Token: token, Now: now})
	f.Set("privacy.unsubscribe_header", true)
	suite.Sent(t, suite.Offer{
		Target: listmonk.New, Env: map[string]string{"LISTMONK_TOKEN": token}, Now: now, Objects: 1, Letters: 1,
		Platform: "platform \"listmonk\" \"crm\" {\n  token    = env(\"LISTMONK_TOKEN\")\n  user     = \"trayecto\"\n  endpoint = \"" + f.URL + "\"\n}\n",
		Pass:     f.Until,
		Sent: func() int {
			n := 0
			for _, c := range f.Campaigns() {
				if c.Status == "finished" {
					n++
				}
			}
			return n
		},
	})
}
