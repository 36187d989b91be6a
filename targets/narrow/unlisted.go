package narrow

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
)

// Unlisted is the finding that a one-off does not reach somebody to whom the
// rules allow it, because a platform ("platform.mail") sends it to the list of
// the consent and they never said yes or no; false where it is proved that there
// is no such person.
func Unlisted(platform string, p *ir.Program, j ir.Journey, s ir.Send) (diag.Diagnostic, bool) {
	t, _ := ir.Find(p.Touchpoints, s.Touchpoint)
	if len(t.Channels) == 0 {
		return diag.Diagnostic{}, false
	}
	consent, covered := p.ConsentFor(t.Purpose, t.Channels[0])
	rules, err := p.Allowed(t.Purpose, t.Channels[0])
	moment, zone := prove.Anywhen(p)
	if !covered || err != nil || zone != nil {
		return diag.Diagnostic{}, false // there is no list, or what is wrong was said already
	}
	state := expr.Record{Consent: consent.Address, Channel: t.Channels[0], Fact: expr.State}
	terms := []expr.Expr{rules, expr.OneOf{Of: state, Values: []types.Value{types.Text("unknown")}}}
	whom := "people"
	if j.Enter.Who != "" {
		terms, whom = append(terms, expr.Member{Segment: j.Enter.Who}), "some of "+j.Enter.Who
	}
	if j.Enter.If != nil {
		terms = append(terms, expr.Is{Term: j.Enter.If, Verdict: expr.True})
	}
	prover := prove.New(moment)
	if prover.Never(prover.Add(p, expr.And{Terms: terms})).Verdict == prove.Proved {
		return diag.Diagnostic{}, false
	}
	return diag.Diagnostic{Rule: unlisted, At: s.At, Mark: platform + " sends it to the list of " + consent.Address,
		Detail: fmt.Sprintf("The rules allow it to %s who never said yes or no; they are on no list, so they do not get it.", whom)}, true
}
