package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
)

// AsTests is the made-up people of proofs and changed segments as test blocks,
// ready for a *.test.hcl file: who gets what they may not get; where everything
// holds, who would without a gate that the lowering puts at a send; and who
// joins and leaves. Untold names those whose story does not come true as a test.
func AsTests(proofs []plan.Proof, audiences []plan.Audience) (text string, untold []string) {
	var blocks []string
	add := func(s *prove.Story, about string) {
		switch {
		case s == nil:
		case s.Test == "":
			untold = append(untold, about)
		default:
			blocks = append(blocks, s.Test)
		}
	}
	each := func(of func(prove.Send) *prove.Story) {
		for _, p := range proofs {
			for _, s := range p.Sends {
				add(of(s), fmt.Sprintf("%s by %s on %s", s.Step, ir.ChannelWord(s.Channel), p.Platform))
			}
		}
	}
	each(func(s prove.Send) *prove.Story { return s.Story })
	if len(blocks)+len(untold) == 0 {
		each(func(s prove.Send) *prove.Story { return s.Without })
	}
	for _, a := range audiences {
		if a.Proved != nil {
			add(a.Proved.Joins, "who joins "+a.Segment)
			add(a.Proved.Leaves, "who leaves "+a.Segment)
		}
	}
	return strings.Join(blocks, "\n"), untold
}
