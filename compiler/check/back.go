package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
)

var backInTime = &diag.Rule{Code: "CHK140", Summary: "A story goes back in time"}

// checkStories is about the order of what a test lets happen: it is told as it
// happens, so that a reader need not sort it.
func checkStories(p *Pass) {
	for _, t := range p.Program.Tests {
		for i := 1; i < len(t.Happens); i++ {
			before, now := t.Happens[i-1], t.Happens[i]
			if p.instant(t, now.Offset) >= p.instant(t, before.Offset) {
				continue
			}
			p.say(diag.Diagnostic{
				At: now.At, Mark: fmt.Sprintf("comes before %s", before.Offset), Related: []diag.Label{{At: before.At, Text: "told before it"}},
				Detail: "A test tells what happens in the order in which it happens.",
				Help:   fmt.Sprintf("move at %q up", now.Offset),
			})
		}
	}
}

// instant is when a part of a test happens, on a Monday where the test does not
// say when it starts: enough to compare with.
func (p *Pass) instant(t ir.Test, offset types.Span) types.Instant {
	begins, ok := t.Starts.(types.Instant)
	if !ok {
		begins = ordinary
	}
	return offset.After(begins, p.zone())
}
