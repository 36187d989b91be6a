package mautic

import "github.com/trayecto/trayecto/compiler/ir"

// Explain says what Mautic enforces. As long as nothing placed here sends, that
// is how it counts windows and how late it notices: segments are built by a
// command that runs from time to time.
func (t *Target) Explain(*ir.Program, ir.Platform) ir.Enforcement {
	return ir.Enforcement{WindowGrain: day, DetectionDelay: hour}
}
