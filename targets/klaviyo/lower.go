package klaviyo

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

// The kinds of look-ups.
const (
	lookMetric = "metric" // by name: "Placed Order", "Placed Order (Shopify)"
	lookList   = "list"   // by name
)

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.settings()
	l.lists()
	l.segments()
	l.templates()
	l.flows()
	l.campaigns()
	l.unkept()
	written, found := targets.Written(r, kinds)
	l.resources, l.found = append(l.resources, written...), append(l.found, found...)
	sort.Slice(l.resources, func(i, j int) bool { return l.resources[i].Address.Less(l.resources[j].Address) })
	return targets.Lowered{Resources: l.resources, Diagnostics: l.found.Sorted(), Lookups: l.lookups}
}

// lowering is one call of Lower.
type lowering struct {
	targets.LowerRequest
	names      *mapping.Mapping
	exclusions map[string]exclusion // by address
	placed     map[string]bool
	told       map[string]bool // channels that are no address of Klaviyo's, reported
	grain      types.Span      // the declared approximation; zero: none

	resources []resource.Resource
	found     diag.List
	lookups   map[resource.Lookup]diag.Range
}

func newLowering(r targets.LowerRequest) *lowering {
	r.Program = sorted(r.Program)
	l := &lowering{LowerRequest: r, placed: map[string]bool{}, told: map[string]bool{}, exclusions: map[string]exclusion{}, lookups: map[resource.Lookup]diag.Range{}}
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
	out.Consents, out.Events, out.Journeys = inOrder(p.Consents), inOrder(p.Events), inOrder(p.Journeys)
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

// look is a reference to what the account already has, named at a place.
func (l *lowering) look(kind string, name mapping.Name) resource.Value {
	look := resource.Lookup{Kind: kind, Key: name.Theirs}
	if at, known := l.lookups[look]; !known || at.IsZero() {
		l.lookups[look] = name.At
	}
	return look
}

// add makes an object. Its name is its address, which people find in the files.
func (l *lowering) add(r resource.Resource) {
	r.Key = r.Address.Object
	l.resources = append(l.resources, r)
}

// unkept says what Klaviyo does not keep to though it sends marketing.
func (l *lowering) unkept() {
	if !l.offers() {
		return
	}
	for _, p := range here(l, l.Program.Pressures) {
		l.warn(p.Head, "Klaviyo does not hold marketing messages back by these limits and hours. Its own Smart Sending is switched on for them instead, and works by the settings of the account.")
	}
	for _, c := range here(l, l.Program.Controls) {
		l.warn(c.Head, "Klaviyo does not know who is in the control group, so flows write to them too, and effects measured against it come out too small.")
	}
}

// offers tells whether a journey placed here sends marketing.
func (l *lowering) offers() bool {
	found := false
	for _, j := range here(l, l.Program.Journeys) {
		ir.Walk(j.Steps, func(s ir.Step) {
			send, _ := s.(ir.Send)
			touchpoint, declared := ir.Find(l.Program.Touchpoints, send.Touchpoint)
			found = found || declared && l.marketing(touchpoint)
		})
	}
	return found
}

func (l *lowering) warn(h ir.Head, why string) {
	l.found = append(l.found, diag.Diagnostic{Rule: notHeld, At: h.At, Mark: "not on " + l.Platform.Address, Detail: why})
}
