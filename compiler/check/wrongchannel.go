package check

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/lang/diag"
)

var wrongChannel = &diag.Rule{Code: "CON108", Summary: "A message uses a channel that its purpose does not have"}

func checkPurposeChannels(p *Pass) {
	for _, t := range p.Program.Touchpoints {
		purpose, ok := p.purposes[t.Purpose]
		if !ok || len(purpose.Channels) == 0 {
			continue
		}
		for _, channel := range t.Channels {
			if slices.Contains(purpose.Channels, channel) {
				continue
			}
			p.say(diag.Diagnostic{
				At: t.ChannelsAt, Mark: channel + " is not one of them",
				Related: []diag.Label{{At: p.at(purpose, "channels"), Text: "the channels of " + purpose.Address}},
				Detail:  fmt.Sprintf("%s is allowed on %s only, so %s is never sent on %s.", purpose.Address, listed(purpose.Channels), t.Address, channel),
				Help:    fmt.Sprintf("take %s out of the touchpoint, or add it to %s", channel, purpose.Address),
			})
		}
	}
}
