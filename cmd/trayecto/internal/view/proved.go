package view

import (
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
