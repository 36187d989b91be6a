package segment

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

// lookPlan is the kind of look-ups: a tracking plan by name.
const lookPlan = "tracking plan"

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.audiences()
	l.traits()
	l.rules()
	l.unheld()
	written, found := targets.Written(r, kinds)
	l.resources, l.found = append(l.resources, written...), append(l.found, found...)
	sort.Slice(l.resources, func(i, j int) bool { return l.resources[i].Address.Less(l.resources[j].Address) })
	return targets.Lowered{Resources: l.resources, Diagnostics: l.found.Sorted(), Lookups: l.lookups}
}

// lowering is one call of Lower.
type lowering struct {
	targets.LowerRequest
	names  *mapping.Mapping
	placed map[string]bool
	grain  types.Span // the declared approximation; zero: none

	resources []resource.Resource
	found     diag.List
	lookups   map[resource.Lookup]diag.Range
}

func newLowering(r targets.LowerRequest) *lowering {
	program := *r.Program
	program.Events = inOrder(r.Program.Events)
	r.Program = &program
	l := &lowering{LowerRequest: r, placed: map[string]bool{}, lookups: map[resource.Lookup]diag.Range{}}
	for _, address := range r.Placed {
		l.placed[address] = true
	}
	l.names, l.found = mapping.Read(r.Program, r.Platform)
	l.settings()
	return l
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

// audiences makes the audience of each placed segment. Its name is the address
// of the segment, which people find in the files.
func (l *lowering) audiences() {
	for _, s := range here(l, l.Program.Segments) {
		words, ok := l.definition(s)
		if !ok {
			continue
		}
		attributes := resource.Map{"definition": resource.Map{"query": resource.String(words)}, "enabled": resource.Bool(true)}
		if s.Description != "" {
			attributes["description"] = resource.String(s.Description)
		}
		l.resources = append(l.resources, resource.Resource{
			Address: resource.Address{Object: s.Address, Platform: l.Platform.Name}, Kind: kindAudience, Key: s.Address,
			Attributes: attributes, At: s.At, Places: map[string]diag.Range{"definition": s.Where.Range()},
		})
	}
}

// definition is a segment in Segment's words.
func (l *lowering) definition(s ir.Segment) (string, bool) {
	q := &query{l: l, at: s.At}
	words, ok := q.condition(s.Where)
	l.found = append(l.found, q.found...)
	return words, ok
}

// unheld refuses what would do something to people, and says that consents are
// for another platform to keep.
func (l *lowering) unheld() {
	for _, j := range here(l, l.Program.Journeys) {
		l.refuse(j.Head, "It runs no journeys.")
	}
	for _, t := range here(l, l.Program.Touchpoints) {
		l.refuse(t.Head, "It sends no messages.")
	}
	for _, a := range here(l, l.Program.Actions) {
		l.refuse(a.Head, "It carries out no actions.")
	}
	for _, c := range here(l, l.Program.Consents) {
		l.found = append(l.found, diag.Diagnostic{
			Rule: noConsent, At: c.At, Mark: "not on " + l.Platform.Address,
			Detail: "Segment holds what is known of people and what they did. Who said yes to what is kept by the platform that sends, and is asked there.",
			Help:   "write leave_out = [" + c.Address + "] in the env file",
		})
	}
}

func (l *lowering) refuse(h ir.Head, why string) {
	l.found = append(l.found, diag.Diagnostic{
		Rule: noSends, At: h.At, Mark: "not on " + l.Platform.Address,
		Detail: "Segment tells other systems who is in an audience. " + why,
		Help:   "write leave_out = [" + h.Address + "] in the env file, or send it to a platform that sends: platforms = [...]",
	})
}
