package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
)

var disclosedTo = &diag.Rule{Code: "CON111", Summary: "Marketing uses data of a special category without a yes to that"}

// checkSpecial is about data of a special category that decides on marketing or
// stands in it, although somebody gets the message who never said yes to that
// use. What is not proved is refused too.
func checkSpecial(p *Pass) {
	for _, s := range p.journeys().Special {
		d := diag.Diagnostic{
			At: s.At, Mark: "is of a special category", Related: []diag.Label{{At: p.stepAt(s.Journey, s.Step), Text: "sends " + s.Touchpoint + ", marketing, by " + ir.ChannelWord(s.Channel)}},
			Help: fmt.Sprintf("name it in a consent of its own, special = [%s], and let only those who said yes to that get here", s.Attribute),
		}
		uses := fmt.Sprintf("%s decides who gets %s", s.Attribute, s.Touchpoint)
		if s.Inside {
			uses = fmt.Sprintf("%s stands in %s", s.Attribute, s.Touchpoint)
		}
		yes := "no consent lets marketing use it"
		if len(s.Consents) > 0 {
			yes = fmt.Sprintf("only a yes to %s lets marketing use it", listed(s.Consents))
			d.Help = fmt.Sprintf("ask for that yes right before it is sent: consented(purpose, channel) for the purpose and the channel of %s", s.Consents[0])
		}
		if s.Person == nil {
			d.Detail = fmt.Sprintf("%s, and %s. It is not proved that nobody gets it without that yes: %s.", uses, yes, s.Why)
		} else {
			d.Detail = fmt.Sprintf("%s, and %s. This person gets it without.\n%s", uses, yes, s.Person.Told())
		}
		p.say(d)
	}
}
