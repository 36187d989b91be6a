package run

import (
	"fmt"
	"slices"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/expr"
)

// About is a declaration as a reader wants it: what it is, where, who uses it.
type About struct {
	Version     int      `json:"format_version"` // 1
	Address     string   `json:"address"`
	Kind        string   `json:"kind"`
	Summary     string   `json:"summary,omitempty"`
	Description string   `json:"description,omitempty"`
	Owner       string   `json:"owner,omitempty"`
	At          string   `json:"at"` // file:line
	Where       []string `json:"where,omitempty"`
	Uses        []string `json:"uses,omitempty"`
	UsedBy      []string `json:"used_by,omitempty"`
	// Consent is what is proved of the messages that a journey sends or that a
	// touchpoint is, by platform.
	Consent []plan.Proof `json:"consent,omitempty"`
}

// About describes a declaration of a project.
func (l *Loaded) About(d ir.Declaration, o Options) About {
	head := d.Header()
	out := About{
		Version: 1, Address: head.Address, Kind: ir.KindOf(head.Address), Description: head.Description, Owner: head.Owner,
		At: fmt.Sprintf("%s:%d", head.At.File, head.At.Start.Line), Uses: ir.Mentions(d),
	}
	line := &Line{Options: o, Program: l.Program}
	if summary := line.summary(d); summary != head.Description {
		out.Summary = summary
	}
	switch d := d.(type) {
	case ir.Segment:
		out.Where = expr.PrintLines(d.Where)
	case ir.Event:
		if d.Where != nil {
			out.Where = expr.PrintLines(d.Where)
		}
	}
	for _, other := range l.Program.Declarations() {
		if slices.Contains(ir.Mentions(other), head.Address) || slices.Contains(ir.Wishes(other), head.Address) {
			out.UsedBy = append(out.UsedBy, other.Header().Address)
		}
	}
	return out
}

// Proofs is what of proofs is about a journey or a touchpoint.
func Proofs(all []plan.Proof, object string) []plan.Proof {
	var out []plan.Proof
	for _, p := range all {
		p.Sends = slices.DeleteFunc(slices.Clone(p.Sends), func(s prove.Send) bool { return s.Journey != object && s.Touchpoint != object })
		if len(p.Sends) > 0 {
			out = append(out, p)
		}
	}
	return out
}
