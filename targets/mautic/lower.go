package mautic

import (
	"slices"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
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
	written, found := targets.Written(r, kinds)
	for i := range written { // segments are all that a block may write
		written[i].Attributes = normalSegment(written[i].Attributes)
	}
	l.resources, l.found = append(l.resources, written...), append(l.found, found...)
	sort.Slice(l.resources, func(i, j int) bool { return l.resources[i].Address.Less(l.resources[j].Address) })
	return targets.Lowered{Resources: l.resources, Diagnostics: l.found.Sorted(), Lookups: l.lookups}
}

// lowering is one call of Lower.
type lowering struct {
	targets.LowerRequest
	names       *mapping.Mapping
	exclusions  map[string]exclusion // by address
	dates       map[string]dates     // by address of the consent
	placed      map[string]bool
	told        map[string]bool // channels that are no address of Mautic's, reported
	approximate bool            // windows may be counted in days
	anyCase     bool            // texts may be compared without regard to case
	trusted     bool            // contact fields hold no HTML
	built       types.Span      // how often segments are built
	gated       map[string]bool // touchpoints whose gate is made

	resources []resource.Resource
	found     diag.List
	lookups   map[resource.Lookup]diag.Range
}

func newLowering(r targets.LowerRequest) *lowering {
	r.Program = sorted(r.Program)
	l := &lowering{LowerRequest: r, placed: map[string]bool{}, told: map[string]bool{}, exclusions: map[string]exclusion{},
		dates: map[string]dates{}, gated: map[string]bool{}, built: hour, lookups: map[resource.Lookup]diag.Range{}}
	for _, address := range r.Placed {
		l.placed[address] = true
	}
	l.names, l.found = mapping.Read(r.Program, r.Platform)
	return l
}

// sorted is a program with the lists by address whose order shows in conditions.
func sorted(p *ir.Program) *ir.Program {
	out := *p
	out.Regimes, out.Exclusions, out.Touchpoints = inOrder(p.Regimes), inOrder(p.Exclusions), inOrder(p.Touchpoints)
	out.Consents, out.Journeys = inOrder(p.Consents), inOrder(p.Journeys)
	return &out
}

func inOrder[D ir.Declaration](list []D) []D {
	return slices.SortedStableFunc(slices.Values(list), func(a, b D) int { return strings.Compare(a.Header().Address, b.Header().Address) })
}

// here lists the placed declarations of a list by address.
func here[D ir.Declaration](l *lowering, list []D) []D {
	var out []D
	for _, d := range list {
		if l.placed[d.Header().Address] {
			out = append(out, d)
		}
	}
	return inOrder(out)
}

// address is of a role of a declaration on this platform.
func (l *lowering) address(object, role string) resource.Address {
	return resource.Address{Object: object, Platform: l.Platform.Name, Role: role}
}

// look is a reference to a contact field, named at a place.
func (l *lowering) look(name mapping.Name) resource.Value {
	look := resource.Lookup{Kind: lookField, Key: name.Theirs}
	if at, known := l.lookups[look]; !known || at.IsZero() {
		l.lookups[look] = name.At
	}
	return look
}

// add makes an object. Its name is its address, which people find in the files.
func (l *lowering) add(r resource.Resource) {
	r.Key = r.Address.Object
	if r.Address.Role != "" {
		r.Key += " " + r.Address.Role
	}
	l.resources = append(l.resources, r)
}
