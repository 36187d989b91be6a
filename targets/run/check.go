package run

import (
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets"
)

// Check lowers a loaded program for each of its platforms and returns what the
// platforms cannot express. It needs no credentials and touches no platform.
func Check(l *Loaded, o Options) diag.List {
	var diags diag.List
	for _, p := range l.Program.Platforms {
		lowered := l.targets[p.Target]().Lower(targets.LowerRequest{Program: l.Program, Platform: p, Placed: l.Program.Placed(p.Address)})
		diags = append(diags, lowered.Diagnostics...)
	}
	return diags
}
