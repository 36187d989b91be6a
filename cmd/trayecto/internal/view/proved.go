package view

import (
	"cmp"
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

// consentLines is, for each platform that gets marketing, how much is proved; and
// where the platform writes to people what lets a message go out, what stops it
// otherwise, and what the proof takes for given.
func consentLines(proofs []plan.Proof) []string {
	var out []string
	for _, p := range proofs {
		if len(p.Sends) == 0 {
			continue
		}
		holds, _ := p.Proved()
		line := fmt.Sprintf("Consent: proved for %d of %s", holds, messagesOf(len(p.Sends)))
		if p.Silent {
			out = append(out, line+": "+p.Platform+" writes to nobody.")
			continue
		}
		out = append(out, line+" on "+p.Platform+".")
		out = append(out, basisLines(p)...)
		out = append(out, endLines(p)...)
		for _, given := range p.Given {
			out = append(out, "  Given that "+given+".")
		}
	}
	return out
}

// basisLines is the theorem in a sentence for each channel.
func basisLines(p plan.Proof) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range p.Sends {
		if basis := p.Basis[s.Channel]; basis != "" && !seen[s.Channel] {
			seen[s.Channel] = true
			out = append(out, fmt.Sprintf("  Sent by %s only on this basis, at that moment: %s.", ir.ChannelWord(s.Channel), basis))
		}
	}
	return out
}

// endings is what is said of messages that end in a way, in the order in which
// it is said.
var endings = []struct {
	end  prove.End
	said string
}{
	{prove.Refused, "Not so"},
	{prove.Unproved, "Not proved"},
	{prove.Enforced, "Stopped otherwise by what the platform asks itself"},
	{prove.Gated, "Stopped otherwise by a gate written before the send"},
	{prove.Unsent, "Never reached"},
}

// endLines names the messages by how they end, and one person whom a gate stops.
func endLines(p plan.Proof) []string {
	var out []string
	for _, e := range endings {
		var names []string
		var without *prove.Story
		for _, s := range p.Sends {
			if s.End == e.end {
				names = append(names, s.Step+" by "+ir.ChannelWord(s.Channel))
				without = cmp.Or(without, s.Without)
			}
		}
		if len(names) == 0 {
			continue
		}
		out = append(out, fmt.Sprintf("  %s: %s.", e.said, few(names)))
		if without != nil {
			out = append(out, fmt.Sprintf("    Without it, for example: %s, %s, would get it.", without.Name, without.Summary))
		}
	}
	return out
}

// few is the first of many names.
func few(names []string) string { return named(names, 4) }

// named is at most so many of some names, one more where that is all, and how
// many others there are.
func named(names []string, most int) string {
	if len(names) <= most+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %s more", strings.Join(names[:most], ", "), number(len(names)-most))
}

func messagesOf(n int) string {
	if n == 1 {
		return "1 marketing message"
	}
	return number(n) + " marketing messages"
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
			if s.Story != nil && s.Story.Forbidden != "" {
				out = append(out, "    "+s.Story.Forbidden)
			}
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
