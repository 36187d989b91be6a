package run

import (
	"fmt"
	"time"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/prove"
	"github.com/trayecto/trayecto/lang/diag"
)

// Check lowers a loaded program for each of its platforms and returns what the
// platforms cannot express and, where they can, what is proved about consent.
// It needs no credentials and touches no platform.
func Check(l *Loaded, o Options) ([]plan.Proof, diag.List, error) {
	var diags diag.List
	index := l.Program.Index()
	made := make([]*Platform, len(l.Program.Platforms))
	for i, p := range l.Program.Platforms {
		target := l.targets[p.Target]()
		made[i] = &Platform{Platform: p, Target: target, Description: target.Describe(), Placed: index.Placed(p.Address)}
		diags = append(diags, lower(l.Program, made[i]).Diagnostics...)
	}
	if diags.HasErrors() {
		return nil, diags, nil
	}
	on := make([]bearer, len(made))
	for i, p := range made {
		on[i] = p.bearer(l.Program)
	}
	proved, more, err := proofs(l.Program, on, o)
	return proved, append(diags, more...), err
}

// Enforcements is what each platform of a loaded project asks before it sends,
// by address.
func Enforcements(l *Loaded) map[string]ir.Enforcement {
	out := map[string]ir.Enforcement{}
	for _, p := range l.Program.Platforms {
		out[p.Address] = l.targets[p.Target]().Explain(l.Program, p)
	}
	return out
}

// Deep is how all segments of a loaded project stand to each other.
func Deep(l *Loaded, now time.Time) (prove.Survey, error) {
	moment, err := prove.At(l.Program, now)
	if err != nil {
		return prove.Survey{}, fmt.Errorf("comparing segments: %w", err)
	}
	return prove.OfSegments(l.Program, moment), nil
}
