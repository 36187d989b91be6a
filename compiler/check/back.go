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
			if was, now := t.Happens[i-1], t.Happens[i]; p.instant(t, now.Offset) < p.instant(t, was.Offset) {
				p.disordered(was, now, "at")
			}
		}
		for i := 1; i < len(t.Before); i++ { // counted back
			if was, now := t.Before[i-1], t.Before[i]; p.instant(t, now.Offset) > p.instant(t, was.Offset) {
				p.disordered(was, now, "before")
			}
		}
	}
}

func (p *Pass) disordered(was, now ir.Happening, block string) {
	p.say(diag.Diagnostic{
		At: now.At, Mark: fmt.Sprintf("comes earlier than %s %q", block, was.Offset.String()), Related: []diag.Label{{At: was.At, Text: "told before it"}},
		Detail: "A test tells what happens in the order in which it happens.",
		Help:   fmt.Sprintf("move %s %q up", block, now.Offset.String()),
	})
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
