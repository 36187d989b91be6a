package hubspot

import "github.com/trayecto/trayecto/compiler/ir"

// Explain says what HubSpot enforces of what is written to it. This version
// writes lists and nothing that is sent, so there is no gate; lists notice once
// a day what time alone has changed.
func (t *Target) Explain(*ir.Program, ir.Platform) ir.Enforcement {
	return ir.Enforcement{WindowGrain: day, DetectionDelay: hour}
}
