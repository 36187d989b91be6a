// Package resource is one managed object: address, kind, attributes,
// references.
//
// A resource is what a platform should hold for one role of one declaration.
// Its attributes are a plain tree; the only thing in it that is unknown at
// plan time is a platform's id, and that is written as a Ref (to an object of
// this plan) or a Lookup (to what the platform already has).
package resource

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// Address names a managed object: the declaration, the platform that holds
// it and, where one declaration becomes several objects, the role.
type Address struct {
	Object   string `json:"object"`         // "touchpoint.welcome_mail"
	Platform string `json:"platform"`       // "sandbox"
	Role     string `json:"role,omitempty"` // "template.es"; "" for the only one
}

// String is the address as people read it: touchpoint.welcome_mail (sandbox, template.es).
func (a Address) String() string {
	var few [128]byte // most addresses have no more, and then need no memory twice
	return string(a.append(few[:0]))
}

func (a Address) append(b []byte) []byte {
	b = append(append(append(b, a.Object...), " ("...), a.Platform...)
	if a.Role != "" {
		b = append(append(b, ", "...), a.Role...)
	}
	return append(b, ')')
}

// Less orders addresses by object, platform and role.
func (a Address) Less(b Address) bool { return a.Compare(b) < 0 }

// Compare orders addresses by object, platform and role.
func (a Address) Compare(b Address) int {
	if c := strings.Compare(a.Object, b.Object); c != 0 {
		return c
	}
	if c := strings.Compare(a.Platform, b.Platform); c != 0 {
		return c
	}
	return strings.Compare(a.Role, b.Role)
}

// Switch says whether an object can reach people and, if so, whether it is on.
type Switch string

// The switches. An object that cannot reach people has none.
const (
	NoSwitch Switch = ""
	Off      Switch = "off"
	On       Switch = "on"
)

// Resource is one object as it should be, or as it was when last applied.
type Resource struct {
	Address Address `json:"address"`
	Kind    string  `json:"kind"` // the target's resource type: "segment", "view"
	// Key is the natural key on the platform, unique in its kind, by which the
	// object can be found again when its id was lost; "" if there is none.
	Key        string `json:"key,omitempty"`
	Attributes Map    `json:"attributes"`
	Switch     Switch `json:"switch,omitempty"` // as desired; it is written Off and switched on by a change of its own
	// At is where the declaration stands, and Places where single attributes
	// come from ("where" -> the expression), for diagnostics.
	At     diag.Range            `json:"-"`
	Places map[string]diag.Range `json:"-"`
	// Hash is HashObject of kind, key and attributes where Attributes is left out,
	// since state remembers the same; "" where they are there.
	Hash string `json:"-"`
}

// Meaning is the name of the attribute under which a target may keep a
// declaration in canonical form, or the hash of that, beside attributes that say the same in words.
// It counts in comparisons and need not be shown to readers of a plan.
const Meaning = "meaning"

// Object is one object as a platform holds it now.
type Object struct {
	Kind       string `json:"kind"`
	ID         string `json:"id"` // minted by the platform, never derived again
	Key        string `json:"key,omitempty"`
	Attributes Map    `json:"attributes"` // normalised by the target: no defaults, order or server-made fields
	Switch     Switch `json:"switch,omitempty"`
	Mark       string `json:"mark,omitempty"`    // our ownership mark; "" when it is not ours
	Version    string `json:"version,omitempty"` // for optimistic locking where the platform has it
	// Hash is HashObject of kind, key and attributes where Attributes is left out,
	// since whoever asked for the object has them; "" where they are there.
	Hash string `json:"-"`
}

// Mark is the ownership mark of an object: a hash of project, environment and
// address, so that two projects never take each other's objects.
func Mark(project, env string, a Address) string {
	var h Hasher
	return h.Mark(project, env, a)
}

// Mark is the function Mark.
func (h *Hasher) Mark(project, env string, a Address) string {
	b := append(append(h.spelled[:0], project...), 0)
	b = append(append(b, env...), 0)
	return "trayecto-" + h.sum(a.append(b))
}
