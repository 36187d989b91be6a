package mautic

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/account"
)

// segments makes the segment of each placed declaration.
func (l *lowering) segments() {
	for _, s := range account.Here(l, l.Program.Segments) {
		c := l.clause(s.At)
		filters, ok := c.filters(s.Where)
		l.Found = append(l.Found, c.Found...)
		if !ok {
			continue
		}
		l.Add(resource.Resource{
			Address: l.Address(s.Address, ""), Kind: kindSegment, At: s.At, Places: map[string]diag.Range{"filters": s.Where.Range()},
			Attributes: resource.Map{"filters": filters},
		})
	}
}
