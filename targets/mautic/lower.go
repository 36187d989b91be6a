package mautic

import (
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
	"github.com/trayecto/trayecto/targets/mapping"
)

// lookField is the kind of look-up of a contact field, by alias.
const lookField = "contact field"

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.settings()
	l.segments()
	l.messages()
	l.campaigns()
	return l.End(kinds, normalSegment) // segments are all that a block may write
}

// lowering is one call of Lower.
type lowering struct {
	account.Lowering
	approximate bool            // windows may be counted in days
	anyCase     bool            // texts may be compared without regard to case
	trusted     bool            // contact fields hold no HTML
	built       types.Span      // how often segments are built
	gated       map[string]bool // touchpoints whose gate is made
}

func newLowering(r targets.LowerRequest) *lowering {
	return &lowering{Lowering: account.Begin(r, wrongSetting), gated: map[string]bool{}, built: hour}
}

// look is a reference to a contact field, named at a place.
func (l *lowering) look(name mapping.Name) resource.Value { return l.Look(lookField, name) }
