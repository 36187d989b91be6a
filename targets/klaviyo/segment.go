package klaviyo

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

// segments makes the segment of each placed declaration.
func (l *lowering) segments() {
	for _, s := range here(l, l.Program.Segments) {
		c := &clause{l: l, at: s.At}
		groups, ok := c.groups(s.Where)
		l.found = append(l.found, c.found...)
		if !ok {
			continue
		}
		l.add(resource.Resource{
			Address: l.address(s.Address, ""), Kind: kindSegment, At: s.At, Places: map[string]diag.Range{"definition": s.Where.Range()},
			Attributes: resource.Map{"definition": normal(resource.Map{"condition_groups": groups})},
		})
	}
}
