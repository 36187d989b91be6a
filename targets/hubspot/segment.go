package hubspot

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// segments makes the list of each placed segment.
func (l *lowering) segments() {
	for _, s := range here(l, l.Program.Segments) {
		c := &clause{l: l, at: s.At}
		branch, ok := c.branch(s.Where)
		l.found = append(l.found, c.found...)
		if !ok {
			continue
		}
		l.add(resource.Resource{
			Address: l.address(s.Address, ""), Kind: kindList, At: s.At, Places: map[string]diag.Range{"filterBranch": s.Where.Range()},
			Attributes: resource.Map{"filterBranch": normal(branch)},
		})
	}
}
