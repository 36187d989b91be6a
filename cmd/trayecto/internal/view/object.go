package view

import (
	"fmt"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/block"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/targets/run"
)

// mostUses is how many of what an object uses, and of what uses it, a line names.
// For machines there are all.
const mostUses = 40

// Object is a declaration of the files: what it is, where it is written, what
// it uses and what uses it.
func Object(a run.About) string {
	var b strings.Builder
	b.WriteString(a.Address)
	if a.Summary != "" {
		b.WriteString(": " + a.Summary)
	}
	b.WriteString("\n")
	if t, ok := block.ByName(a.Kind); ok {
		fmt.Fprintf(&b, "  A %s: %s\n", a.Kind, t.Doc)
	}
	if a.Description != "" {
		fmt.Fprintf(&b, "  %s\n", a.Description)
	}
	for _, line := range a.Where {
		fmt.Fprintf(&b, "      %s\n", line)
	}
	for _, l := range []struct{ name, text string }{
		{"written in", a.At}, {"owner", a.Owner}, {"uses", named(a.Uses, mostUses)}, {"used by", named(a.UsedBy, mostUses)},
	} {
		if l.text != "" {
			fmt.Fprintf(&b, "  %s%s\n", pad(l.name, len("written in")+3), l.text)
		}
	}
	for _, line := range consentLines(a.Consent) {
		b.WriteString("  " + line + "\n")
	}
	for _, line := range lifeOf(a.Consent) {
		b.WriteString("      " + line + "\n")
	}
	return b.String()
}

// lifeOf is what happens to the first person who shows something about a message.
func lifeOf(proofs []plan.Proof) []string {
	for _, p := range proofs {
		for _, s := range p.Sends {
			if s.Story != nil {
				return stepByStep(s.Story, "")
			}
			if s.Without != nil {
				return stepByStep(s.Without, ", without the gate")
			}
		}
	}
	return nil
}

func stepByStep(s *prove.Story, where string) []string {
	out := append([]string{s.Name + ", step by step" + where + ":"}, s.Then...)
	if s.Forbidden != "" {
		out = append(out, s.Forbidden)
	}
	return out
}

// Attribute is something known of people.
func Attribute(a ir.Attribute) string {
	out := "person." + a.Name + ": an attribute, " + a.Type.String()
	if a.Value != nil {
		out += ", computed: " + expr.Print(a.Value)
	}
	if a.Sensitivity != "" && a.Sensitivity != "none" {
		out += ", " + a.Sensitivity
	}
	if !a.FreshFor.IsZero() {
		out += ", holds for " + a.FreshFor.String()
	}
	return out + "\n"
}
