package run

import "github.com/trayecto/trayecto/lang/diag"

// Check lowers a loaded program for each of its platforms and returns what the
// platforms cannot express. It needs no credentials and touches no platform.
func Check(l *Loaded, o Options) diag.List {
	var diags diag.List
	for _, p := range l.Program.Platforms {
		target := l.targets[p.Target]()
		diags = append(diags, lower(l.Program, p, target, target.Describe()).Diagnostics...)
	}
	return diags
}
