package segment

import (
	"github.com/trayecto/trayecto/compiler/ir"
)

// Explain says that nobody is written to from here, and how late audiences
// notice that time has passed.
func (t *Target) Explain(*ir.Program, ir.Platform) ir.Enforcement {
	return ir.Enforcement{WindowGrain: day}
}
