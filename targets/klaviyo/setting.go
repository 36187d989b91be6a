package klaviyo

// home is where Klaviyo's API is.
const home = "https://a.klaviyo.com"

// settings checks the arguments that Lower itself reads.
func (l *lowering) settings() {
	l.Endpoint(home)
	for _, s := range senders {
		l.Text(l.Platform.Config, s.argument)
	}
	l.grain = l.Approximation("Klaviyo notices once a day that time has passed")
	l.Nested("list", "name of the list")
}
