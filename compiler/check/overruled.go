package check

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/person"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
)

var overruled = &diag.Rule{Code: "CHK164", Severity: diag.Warning, Summary: "What says yes says no as well"}

// checkOverruled is about a yes that never counts: whatever fires it fires a no of
// the same consent, and of one event a no has the last word.
func checkOverruled(p *Pass) {
	for _, c := range p.Program.Consents {
		for _, yes := range c.Captures {
			if yes.Act != person.Grant && yes.Act != person.Confirm {
				continue
			}
			for _, no := range c.Captures {
				if (no.Act == person.Refuse || no.Act == person.Withdraw) && p.always(c, yes, no) {
					p.sayOverruled(c, yes, no)
					break
				}
			}
		}
	}
}

// always tells whether one capture of a consent fires whenever the other does. What
// asks something that could not be read does not.
func (p *Pass) always(c ir.Consent, when, fires ir.Capture) bool {
	if b := p.captureBlock(c, fires); b != nil && fires.If == nil {
		if _, asks := b.Get("if"); asks || strange(b) {
			return false
		}
	}
	if fires.On != when.On && (fires.On != p.events[when.On].From || fires.If != nil) {
		return false
	}
	return fires.If == nil || when.If != nil && expr.Print(fires.If) == expr.Print(when.If)
}

func (p *Pass) sayOverruled(c ir.Consent, yes, no ir.Capture) {
	p.say(diag.Diagnostic{
		At: p.captureAt(c, yes), Mark: "never counts",
		Related: []diag.Label{{At: p.captureAt(c, no), Text: "says no each time"}},
		Detail: fmt.Sprintf("Each %s that is a %s of %s is a %s of it too, and of one event a no has the last word: nobody has said yes after it.",
			yes.On, yes.Act, c.Address, no.Act),
		Help: fmt.Sprintf("write in the %s an if with what says no", no.Act),
	})
}

// captureAt is where a capture is written.
func (p *Pass) captureAt(c ir.Consent, capture ir.Capture) diag.Range {
	if b := p.captureBlock(c, capture); b != nil {
		return b.At
	}
	return c.At
}

// captureBlock is the block of a capture; nil where a program is all there is.
func (p *Pass) captureBlock(c ir.Consent, capture ir.Capture) *block.Block {
	b := p.blocks()[c.Address]
	if b == nil {
		return nil
	}
	for _, child := range b.Of(string(capture.Act)) {
		if child.Label(0) == capture.Name {
			return child
		}
	}
	return nil
}
