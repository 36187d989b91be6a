package hubspot

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/targets/account"
)

// segments makes the list of each placed segment.
func (l *lowering) segments() {
	for _, s := range account.Here(l, l.Program.Segments) {
		c := l.clause(s.At)
		branch, ok := c.branch(s.Where)
		l.Found = append(l.Found, c.Found...)
		if !ok {
			continue
		}
		l.Add(resource.Resource{
			Address: l.Address(s.Address, ""), Kind: kindList, At: s.At, Places: map[string]diag.Range{"filterBranch": s.Where.Range()},
			Attributes: resource.Map{"filterBranch": normal(branch)},
		})
	}
}
