package mautic

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// segments makes the segment of each placed declaration.
func (l *lowering) segments() {
	for _, s := range here(l, l.Program.Segments) {
		c := &clause{l: l, at: s.At}
		filters, ok := c.filters(s.Where)
		l.found = append(l.found, c.found...)
		if !ok {
			continue
		}
		l.add(resource.Resource{
			Address: l.address(s.Address, ""), Kind: kindSegment, At: s.At, Places: map[string]diag.Range{"filters": s.Where.Range()},
			Attributes: resource.Map{"filters": filters},
		})
	}
}
