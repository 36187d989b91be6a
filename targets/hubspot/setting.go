package hubspot

import ()

// home is where HubSpot's API is.
const home = "https://api.hubapi.com"

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	l.Endpoint(home)
	for _, name := range []string{"from_name", "reply_to", "service"} {
		l.Text(l.Platform.Config, name)
	}
	l.grain = l.Approximation("HubSpot notices once a day that time has passed")
	l.Nested("list", "name of the list")
}
