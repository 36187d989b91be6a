package kit

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// foresees: a target that says without its platform how changes are made is sure
// of some, and what it is sure of is what it answers with the platform at hand.
func foresees(t testing.TB, h Harness) {
	blind := h.Target()
	foreseer, can := blind.(targets.Foreseer)
	switch said := blind.Describe().Can.Foresees; {
	case said && !can:
		t.Fatal("the description says that it foresees how changes are made, and it does not")
	case !said:
		return
	}
	p := h.Fresh(t)
	before, after := h.programs(p)
	target := open(t, h, p)
	d := deploy(t, target, h.wanted(t, before, p.Config.Platform))
	requests := d.everyChange(h.wanted(t, after, p.Config.Platform))
	want, err := target.Plan(context.Background(), requests)
	if err != nil || len(want) != len(requests) {
		t.Fatalf("asking how %d changes are made: %d answers, %v", len(requests), len(want), err)
	}
	got, err := foreseer.Foresee(context.Background(), requests)
	if err != nil || len(got) != len(requests) {
		t.Fatalf("asking how %d changes are made, without the platform: %d answers, %v", len(requests), len(got), err)
	}
	some := false
	for i, answer := range got {
		if !answer.Sure {
			continue
		}
		some = true
		if diff := cmp.Diff(want[i], answer.PlanAnswer, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("it is sure how %s is changed, and is wrong (-asked +foreseen):\n%s", subject(requests[i]), diff)
		}
	}
	if !some {
		t.Error("it says that it foresees how changes are made, and is sure of none")
	}
}

// everyChange is the removal of all that is held, all that is wanted as new, and
// an edit wherever something wanted is held.
func (d *deployment) everyChange(want []resource.Resource) []targets.PlanRequest {
	d.t.Helper()
	var out []targets.PlanRequest
	for _, a := range slices.SortedFunc(maps.Keys(d.held), resource.Address.Compare) {
		prior := d.held[a]
		out = append(out, targets.PlanRequest{Prior: &prior})
	}
	for _, r := range want {
		desired := d.known(r)
		out = append(out, targets.PlanRequest{Desired: &desired})
		if prior, there := d.held[r.Address]; there {
			out = append(out, targets.PlanRequest{Prior: &prior, Desired: &desired})
		}
	}
	return out
}

// known is a resource with the ids of what is held in the places of references
// to it, as plans ask about it.
func (d *deployment) known(r resource.Resource) resource.Resource {
	r.Attributes = resource.Fill(r.Attributes, func(v resource.Value) resource.Value {
		ref, is := v.(resource.Ref)
		if o, there := d.held[ref.Address]; is && there {
			return resource.String(o.ID)
		}
		return nil
	}).(resource.Map)
	return r
}

func subject(r targets.PlanRequest) string {
	if r.Desired != nil {
		return r.Desired.Address.String()
	}
	return r.Prior.Kind + " " + r.Prior.ID
}
