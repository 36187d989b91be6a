package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
)

// verdicts is what a proof about two versions of a segment says.
var verdicts = map[prove.Change]string{
	prove.Same:     "Equivalent, proved: nobody joins and nobody leaves.",
	prove.Wider:    "Wider, proved: everyone who was in stays in.",
	prove.Narrower: "Narrower, proved: nobody joins.",
	prove.Other:    "Neither wider nor narrower: some join and some leave.",
}

// Proved is what is proved about consent, in lines; "" where there is no
// marketing to prove anything about.
func Proved(proofs []plan.Proof) string {
	lines := consentLines(proofs)
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// consentLines is a sentence for each platform that gets marketing.
func consentLines(proofs []plan.Proof) []string {
	var out []string
	for _, p := range proofs {
		if len(p.Sends) == 0 {
			continue
		}
		holds, gated := p.Proved()
		line := fmt.Sprintf("Consent: proved for %d of %s", holds, messagesOf(len(p.Sends)))
		switch {
		case p.Silent:
			line += ": " + p.Platform + " writes to nobody."
		case gated > 0:
			line += fmt.Sprintf(" on %s. %s written where the send happens.", p.Platform, gatesAre(gated))
		default:
			line += " on " + p.Platform + "."
		}
		if !p.Silent {
			line += given(p)
		}
		out = append(out, line)
	}
	return out
}

// given is what the proof rests on, and what lets the messages go out.
func given(p plan.Proof) string {
	text := ""
	seen := map[string]bool{}
	for _, s := range p.Sends {
		if basis := p.Basis[s.Channel]; basis != "" && !seen[s.Channel] {
			seen[s.Channel] = true
			text += fmt.Sprintf(" Basis by %s: %s.", ir.ChannelWord(s.Channel), basis)
		}
	}
	if p.Staleness != "" {
		text += fmt.Sprintf(" Given that %s knows of a withdrawal within %s.", p.Platform, p.Staleness)
	}
	if p.Grain != "" {
		text += fmt.Sprintf(" Given that windows are exact; %s counts them in steps of %s.", p.Platform, p.Grain)
	}
	return text
}

func messagesOf(n int) string {
	if n == 1 {
		return "1 marketing message"
	}
	return number(n) + " marketing messages"
}

func gatesAre(n int) string {
	if n == 1 {
		return "1 gate is"
	}
	return number(n) + " gates are"
}

// acceptedLines is the risks that somebody accepted, which come before all else.
func acceptedLines(proofs []plan.Proof) []string {
	var out []string
	for _, p := range proofs {
		holds, _ := p.Proved()
		if p.Accepted == "" || holds == len(p.Sends) {
			continue
		}
		out = append(out, fmt.Sprintf("RISK ACCEPTED on %s: %s", p.Platform, p.Accepted))
		for _, s := range p.Sends {
			if s.End.Holds() {
				continue
			}
			line := fmt.Sprintf("  %s by %s at %s is %s", s.Touchpoint, ir.ChannelWord(s.Channel), s.Step, s.End)
			if s.Story != nil {
				line += ": " + s.Story.Name + ", " + s.Story.Summary + ", gets it"
			}
			out = append(out, line+".")
		}
	}
	return out
}

// provedLines is the verdict with the people who show it.
func provedLines(a plan.Audience) []string {
	if a.Proved == nil {
		return nil
	}
	said, decided := verdicts[a.Proved.Change]
	if !decided {
		said = "Whether it is wider or narrower is not decided: " + a.Proved.Why + "."
	}
	out := []string{said}
	if s := a.Proved.Joins; s != nil {
		out = append(out, "New, for example: "+s.Summary+".")
	}
	if s := a.Proved.Leaves; s != nil {
		out = append(out, "No longer, for example: "+s.Summary+".")
	}
	return out
}
