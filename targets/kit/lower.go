package kit

import (
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// lowersAlike: an unconfigured target lowers, and the same bytes come out.
func lowersAlike(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	request := h.request(before, p.Config.Platform)
	untouched := marshal(t, before)
	want := spelled(t, h.Target().Lower(request))
	for range 5 {
		if diff := difference(want, spelled(t, h.Target().Lower(request))); diff != "" {
			t.Fatalf("the same program was lowered differently (-first +later):\n%s", diff)
		}
	}
	if diff := difference(untouched, marshal(t, before)); diff != "" {
		t.Errorf("lowering changed the program (-before +after):\n%s", diff)
	}
	configured := open(t, h, p)
	if diff := difference(want, spelled(t, configured.Lower(request))); diff != "" {
		t.Errorf("a configured target lowers differently (-unconfigured +configured):\n%s", diff)
	}
}

// lowersInAnyOrder: programs list declarations by address; a target that
// depended on it would break on the day that someone forgets to sort.
func lowersInAnyOrder(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, _ := h.programs(p)
	request := h.request(before, p.Config.Platform)
	want := spelled(t, h.Target().Lower(request))
	slices.Reverse(before.Events)
	slices.Reverse(before.Purposes)
	slices.Reverse(before.Channels)
	slices.Reverse(before.Consents)
	slices.Reverse(before.Regimes)
	slices.Reverse(before.Segments)
	slices.Reverse(before.Touchpoints)
	slices.Reverse(before.Moments)
	slices.Reverse(before.Journeys)
	slices.Reverse(request.Placed)
	if diff := difference(want, spelled(t, h.Target().Lower(request))); diff != "" {
		t.Errorf("another order of declarations was lowered differently (-want +got):\n%s", diff)
	}
}

// lowersSoundly: resources have addresses of their own on this platform, kinds
// that are described and keys that are free; what they refer to is there; and
// they come in the order of addresses.
func lowersSoundly(t testing.TB, h Harness) {
	p := h.Fresh(t)
	before, after := h.programs(p)
	for _, program := range []*ir.Program{before, after} {
		request := h.request(program, p.Config.Platform)
		list := h.lower(t, program, p.Config.Platform)
		if len(list) == 0 {
			t.Fatal("nothing was lowered")
		}
		addresses := map[resource.Address]bool{}
		for _, r := range list {
			addresses[r.Address] = true
		}
		if len(addresses) < len(list) {
			t.Errorf("%d resources share %d addresses", len(list), len(addresses))
		}
		if !slices.IsSortedFunc(list, func(a, b resource.Resource) int { return a.Address.Compare(b.Address) }) {
			t.Error("the resources are not sorted by address")
		}
		keys := map[[2]string]resource.Address{}
		for _, r := range list {
			sound(t, h, r, request, addresses)
			if other, taken := keys[[2]string{r.Kind, r.Key}]; taken && r.Key != "" {
				t.Errorf("%s and %s have the same natural key %q", other, r.Address, r.Key)
			}
			keys[[2]string{r.Kind, r.Key}] = r.Address
		}
	}
}

func sound(t testing.TB, h Harness, r resource.Resource, request targets.LowerRequest, addresses map[resource.Address]bool) {
	t.Helper()
	if r.Address.Platform != request.Platform.Name {
		t.Errorf("%s is not on platform %s", r.Address, request.Platform.Name)
	}
	if !slices.Contains(request.Placed, r.Address.Object) && !h.ownObject(r, request.Program) {
		t.Errorf("%s was not placed here", r.Address)
	}
	k := kindOf(t, h.Target().Describe(), r.Kind)
	if k.Unique && r.Key == "" {
		t.Errorf("%s has no natural key, and its kind says that they are unique", r.Address)
	}
	if r.Switch != resource.NoSwitch && r.Switch != resource.On && r.Switch != resource.Off {
		t.Errorf("%s has the switch %q", r.Address, r.Switch)
	}
	if missing(r.Attributes) {
		t.Errorf("%s has attributes without value; leave them out", r.Address)
	}
	for _, ref := range resource.Refs(r.Attributes) {
		if !addresses[ref.Address] {
			t.Errorf("%s refers to %s, which is not lowered", r.Address, ref.Address)
		}
	}
}

// ownObject tells whether a resource is the target's own, of no declaration:
// a schema, a function that everything else needs.
func (h Harness) ownObject(r resource.Resource, p *ir.Program) bool {
	for _, d := range p.Declarations() {
		if d.Header().Address == r.Address.Object && ir.KindOf(r.Address.Object) != "platform" {
			return false
		}
	}
	return true
}

func missing(v resource.Value) bool {
	switch v := v.(type) {
	case resource.Null, nil:
		return true
	case resource.List:
		return slices.ContainsFunc(v, missing)
	case resource.Map:
		for _, item := range v {
			if missing(item) {
				return true
			}
		}
	case resource.Bool, resource.Number, resource.String, resource.Ref, resource.Lookup:
	}
	return false
}

// spelled is everything that lowering said, as bytes.
func spelled(t testing.TB, l targets.Lowered) string {
	t.Helper()
	var b []byte
	for _, r := range l.Resources {
		raw, err := resource.Encode(r.Attributes)
		if err != nil {
			t.Fatalf("%s cannot be written: %v", r.Address, err)
		}
		b = append(b, r.Address.String()+" "+r.Kind+" "+r.Key+" "+string(r.Switch)+" "+r.At.File+" "...)
		b = append(append(b, raw...), '\n')
	}
	for _, d := range l.Diagnostics {
		b = append(b, d.Rule.Code+" "+d.At.File+" "+d.Detail+" "+d.Help+"\n"...)
	}
	return string(b)
}

func marshal(t testing.TB, p *ir.Program) string {
	t.Helper()
	raw, err := ir.Marshal(p)
	if err != nil {
		t.Fatalf("a program cannot be written: %v", err)
	}
	return string(raw)
}
