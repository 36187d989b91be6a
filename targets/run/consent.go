package run

import (
	"fmt"

	"github.com/trayecto/trayecto/compiler/check"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

// The rules of consent.
var (
	ruleReaches  = &diag.Rule{Code: "CON001", Summary: "A marketing message can reach someone who may not get it"}
	ruleUnproved = &diag.Rule{Code: "CON002", Summary: "It is not proved that a marketing message reaches nobody who may not get it"}
	ruleAccepted = &diag.Rule{Code: "CON003", Severity: diag.Warning, Summary: "A risk about consent is accepted"}
)

// proofs is what is proved of the platforms of a program, and what that says to
// authors: about consent, about how much one person may get, and about answers that
// days still to come hold back. It touches no platform: what the targets say of
// themselves is enough.
func proofs(p *ir.Program, on []bearer, o Options) ([]plan.Proof, diag.List, error) {
	moment, err := prove.At(p, o.Now)
	if err != nil {
		return nil, nil, fmt.Errorf("proving consent: %w", err)
	}
	var out []plan.Proof
	var diags diag.List
	for _, b := range on {
		proof, more := consent(p, b, moment)
		if err := retell(p, consentStories(proof, b.enforcement, o.Retell)); err != nil {
			return nil, nil, err
		}
		out, diags = append(out, proof), append(diags, more...)
	}
	diags = append(diags, unheld(p, on, moment)...)
	return out, append(diags, check.HeldOnDates(p, moment.Now)...), nil
}

// consent proves for one platform that nobody gets marketing without leave.
func consent(p *ir.Program, b bearer, moment prove.Moment) (plan.Proof, diag.List) {
	platform, enforcement := b.platform, b.enforcement
	proof := prove.OfConsent(prove.Platform{
		Program: p, Address: platform.Address, Placed: b.placed, Enforcement: enforcement, Without: true,
	}, moment)
	out := plan.Proof{
		Platform: platform.Address, Silent: !enforcement.Sends, Sends: append([]prove.Send{}, proof.Sends...), Basis: map[string]string{}, Accepted: platform.AcceptRisk,
	}
	if !enforcement.Staleness.IsZero() {
		out.Staleness = enforcement.Staleness.String()
	}
	if !enforcement.WindowGrain.IsZero() {
		out.Grain = enforcement.WindowGrain.String()
	}
	if enforcement.Sends {
		out.Given = assumed(out)
	}
	for _, s := range proof.Sends {
		out.Basis[s.Channel] = prove.Basis(p, s.Channel)
	}
	return out, refusals(out, platform)
}

// assumed is what a proof takes for given, besides what platforms are known to do.
func assumed(p plan.Proof) []string {
	var out []string
	if _, gated := p.Proved(); gated > 0 {
		out = append(out, p.Platform+" runs the gates that are written for it")
	}
	if p.Staleness != "" {
		out = append(out, fmt.Sprintf("%s knows of a withdrawal within %s", p.Platform, p.Staleness))
	}
	if p.Grain != "" {
		out = append(out, fmt.Sprintf("windows are exact; %s counts them in steps of %s", p.Platform, p.Grain))
	}
	return out
}

// refusals is what the proof of a platform says to authors.
func refusals(proof plan.Proof, platform ir.Platform) diag.List {
	var out diag.List
	for _, s := range proof.Sends {
		if s.End.Holds() {
			continue
		}
		d := diag.Diagnostic{
			Rule: ruleReaches, At: s.At, Mark: fmt.Sprintf("marketing, by %s, on %s", ir.ChannelWord(s.Channel), proof.Platform),
			Related: []diag.Label{{At: platform.At, Text: s.Why}},
			Help:    "send it by a platform that asks before it sends, or let this one ask",
		}
		if s.End == prove.Unproved {
			d.Rule = ruleUnproved
			d.Related = nil
			d.Detail = fmt.Sprintf("What is not decided is not proved: %s.", s.Why)
		}
		if s.Story != nil {
			d.Detail = s.Story.Told()
		}
		if proof.Accepted != "" {
			d.Rule, d.Help = ruleAccepted, ""
			d.Related = append(d.Related, diag.Label{At: platform.RiskAt, Text: "accepted here"})
		}
		out = append(out, d)
	}
	return out
}
