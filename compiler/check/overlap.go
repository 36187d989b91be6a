package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var overlap = &diag.Rule{Code: "CON106", Summary: "Two consents are about the same purpose and channel"}

func checkOverlap(p *Pass) {
	type pair struct{ purpose, channel string }
	first := map[pair]ir.Consent{}
	for _, c := range p.Program.Consents {
		for _, channel := range c.Channels {
			about := pair{c.Purpose, channel}
			earlier, taken := first[about]
			if !taken {
				first[about] = c
				continue
			}
			if earlier.Address == c.Address {
				continue
			}
			p.say(diag.Diagnostic{
				At: p.at(c, "channels"), Mark: fmt.Sprintf("%s on %s again", c.Purpose, channel),
				Related: []diag.Label{{At: p.at(earlier, "channels"), Text: earlier.Address + " is about it already"}},
				Detail:  fmt.Sprintf("A yes and a no would both hold: %s and %s are about %s on %s. One purpose on one channel belongs to one consent.", earlier.Address, c.Address, c.Purpose, channel),
				Help:    fmt.Sprintf("take %s out of one of them, or give one of them a purpose of its own", channel),
			})
		}
	}
}
