package ir

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// Resource is an object of a platform's own kind. Its attributes are constants.
type Resource struct {
	Head
	Kind       string // the platform's word: "list"
	Platform   string // "platform.sandbox"
	Key        string // what the platform knows it by
	Attributes []Setting
}

// Import takes over what a platform has: from then on it belongs to an address.
type Import struct {
	To       string // "segment.vip"
	ID       string // the platform's
	Platform string // "platform.sandbox"; "" is wherever To goes
	Role     string // "template.es", where To is several objects; "" is the one that stands for it
	At       diag.Range
}

func (i Import) before(j Import) bool {
	if i.To != j.To {
		return i.To < j.To
	}
	if i.Platform != j.Platform {
		return i.Platform < j.Platform
	}
	return i.Role < j.Role
}

// Move renames: what was deployed under From belongs to To. Keys says that To
// is a block with for_each: each key of From belongs to the same key of To.
type Move struct {
	From, To string
	Keys     bool
	At       diag.Range
}

// Moved is the present name of what was called so before: of a journey, a step
// or whatever else; the same where nothing says that it moved. The steps of a
// journey that moved move along.
func (p *Program) Moved(name string) string {
	for range len(p.Moves) + 1 {
		next := p.movedOnce(name)
		if next == name {
			break
		}
		name = next
	}
	return name
}

func (p *Program) movedOnce(name string) string {
	for _, m := range p.Moves {
		if m.From == name {
			return m.To
		}
	}
	if KindOf(name) != "step" {
		return name
	}
	journey := JourneyOf(name)
	for _, m := range p.Moves {
		if m.From == journey {
			return strings.Replace(name, "step."+Short(journey)+".", "step."+Short(m.To)+".", 1)
		}
	}
	return name
}

// Removal lets go of what was deployed under an address or to a platform. Keep
// leaves it there.
type Removal struct {
	From string
	Keep bool
	At   diag.Range
}

// State is where the record of what was deployed is kept; Backend is "" when
// the project does not say.
type State struct {
	Backend string // "file", "postgres", "http", "object store"
	Config  Config
}
