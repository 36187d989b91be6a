package ir

import "strings"

// LeftOut tells whether the environment leaves a declaration out: by its
// address or by its kind.
func (p *Program) LeftOut(address string) bool {
	kind, _, _ := strings.Cut(address, ".")
	return has(p.Project.LeaveOut, address) || has(p.Project.LeaveOut, kind)
}
