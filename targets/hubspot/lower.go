package hubspot

import (
	"slices"
	"sort"
	"strings"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/mapping"
)

// The kinds of look-ups.
const (
	lookUser         = "user"         // by e-mail address; its id is the user's
	lookEvent        = "event"        // by name: "order_placed", or the full one: "pe123_order_placed"
	lookList         = "list"         // by name
	lookProperty     = "property"     // by internal name; its id is its name
	lookOwner        = "owner"        // by e-mail address
	lookSubscription = "subscription" // by name: "Newsletter"
	lookTimezone     = "timezone"     // of the account; its id is its name
)

// Lower turns what is placed here into objects. It needs no configuration.
func (t *Target) Lower(r targets.LowerRequest) targets.Lowered {
	l := newLowering(r)
	l.settings()
	l.subscriptions() // first, so that a miss is found at the consent
	l.segments()
	l.emails()
	l.workflows()
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
	proofs     map[string]proof     // by address of the consent
	placed     map[string]bool
	told       map[string]bool // channels without subscriptions, reported
	grain      types.Span      // the declared approximation; zero: none
	inside     *ir.Journey     // the one that is being lowered; nil outside
	// remember is the list of those to whom something has happened since its run
	// began; nil outside.
	remember func(expr.Did) resource.Value

	resources []resource.Resource
	found     diag.List
	lookups   map[resource.Lookup]diag.Range
}

func newLowering(r targets.LowerRequest) *lowering {
	r.Program = sorted(r.Program)
	l := &lowering{
		LowerRequest: r, placed: map[string]bool{}, told: map[string]bool{}, exclusions: map[string]exclusion{}, proofs: map[string]proof{},
		lookups: map[resource.Lookup]diag.Range{},
	}
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

// add makes an object. Its name is its address, which people find in the files,
// with the language behind it where there is one for each.
func (l *lowering) add(r resource.Resource) {
	r.Key = strings.TrimSpace(r.Address.Object + " " + r.Address.Role)
	l.resources = append(l.resources, r)
}

// subscriptions is the subscription type of each placed consent: the one that
// the platform block names is looked up, any other is made by hand.
func (l *lowering) subscriptions() {
	for _, c := range here(l, l.Program.Consents) {
		name := l.names.Consent(c.Address)
		if name.Said {
			l.look(lookSubscription, name)
			continue
		}
		l.resources = append(l.resources, resource.Resource{
			Address: l.address(c.Address, ""), Kind: kindSubscription, Key: name.Theirs, At: c.At,
			Attributes: resource.Map{"active": resource.Bool(true), "method": resource.String("Email")},
		})
	}
}

// subscriptionOf is the id of a consent's subscription type.
func (l *lowering) subscriptionOf(consent string) resource.Value {
	name := l.names.Consent(consent)
	if !name.Said && slices.ContainsFunc(here(l, l.Program.Consents), func(c ir.Consent) bool { return c.Address == consent }) {
		return resource.Ref{Address: l.address(consent, ""), Output: "id"}
	}
	return l.look(lookSubscription, name)
}
