package check

import (
	"fmt"

	"github.com/trayecto/trayecto/lang/diag"
)

var noChannel = &diag.Rule{Code: "CHK101", Summary: "A touchpoint has no channel"}

// checkChannel is about an empty list; that nothing is written is said when
// the block is read, and that a channel does not exist when it is resolved.
func checkChannel(p *Pass) {
	for _, b := range p.Project.Blocks {
		if b.Type.Name != "touchpoint" {
			continue
		}
		arg, written := b.Get("channels")
		if !written || !emptyList(arg.Expr) {
			continue
		}
		p.say(diag.Diagnostic{
			At: arg.At, Mark: "an empty list",
			Detail: fmt.Sprintf("%s has no way to a person, so nobody can ever get it.", b.Address()),
			Help:   "name at least one channel, such as [channel.email]",
		})
	}
}
