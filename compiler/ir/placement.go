package ir

import "strings"

// LeftOut tells whether the environment leaves a declaration out: by its
// address or by its kind.
func (p *Program) LeftOut(address string) bool {
	return has(p.Project.LeaveOut, address) || has(p.Project.LeaveOut, KindOf(address))
}

// KindOf is the kind in an address: "segment" in segment.x and module.m.segment.x.
func KindOf(address string) string {
	for strings.HasPrefix(address, "module.") {
		parts := strings.SplitN(address, ".", 3)
		if len(parts) < 3 {
			break
		}
		address = parts[2]
	}
	kind, _, _ := strings.Cut(address, ".")
	return kind
}

// Placed lists the addresses of what goes to a platform ("platform.sandbox"),
// sorted. An object goes to its own platforms, else to the project's, and also
// to those of everything that uses it; an action and a resource go to their platform. What the
// environment leaves out goes nowhere, and what only it uses is not drawn along.
// Tests, guards and platforms are the tool's own and are placed nowhere.
func (p *Program) Placed(platform string) []string { return p.Index().Placed(platform) }

func placeable(address string) bool {
	switch KindOf(address) {
	case "platform", "test", "guard", "person":
		return false
	}
	return true
}

// home is where a declaration goes by itself.
func (p *Program) home(d Declaration) []string {
	var own []string
	switch d := d.(type) {
	case Segment:
		own = d.Platforms
	case Touchpoint:
		own = d.Platforms
	case Journey:
		own = d.Platforms
	case Consent:
		own = d.Platforms
	case Action:
		if d.Platform != "" {
			own = []string{d.Platform}
		}
	case Resource:
		return []string{d.Platform}
	}
	if len(own) > 0 {
		return own
	}
	return p.Project.Platforms
}
