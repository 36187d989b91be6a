package host_test

import (
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/expr"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/host"
	"github.com/trayecto/trayecto/targets/local"
)

// What the wire adds to a plan of 10,000 objects is the difference of the two.
// Budget: half a second.
func BenchmarkTenThousand(b *testing.B) {
	for _, where := range []string{"process", "plugin"} {
		b.Run(where, func(b *testing.B) {
			target := local.New(rand.Reader)
			asked := targets.Target(target)
			if where == "plugin" {
				asked = plugged(b, "local", host.Options{})
			}
			c := config(b.TempDir())
			if err := asked.Configure(b.Context(), c); err != nil {
				b.Fatal(err)
			}
			request := targets.LowerRequest{Program: large(c.Platform), Platform: c.Platform}
			request.Placed = request.Program.Placed(c.Platform.Address)
			fill(b, asked, asked.Lower(request).Resources)
			for b.Loop() {
				plan(b, asked, request)
			}
		})
	}
}

// large is a program of 10,000 segments.
func large(at ir.Platform) *ir.Program {
	tiers := types.Enum{Values: []string{"gold", "silver"}}
	p := &ir.Program{Project: ir.Project{Name: "large", Timezone: "Europe/Madrid", Currency: "EUR", Languages: []string{"en"}, Platforms: []string{at.Address}},
		Person: ir.Person{Attributes: []ir.Attribute{{Name: "tier", Type: tiers}}}, Platforms: []ir.Platform{at}}
	for i := range 10_000 {
		p.Segments = append(p.Segments, ir.Segment{Head: ir.Head{Address: fmt.Sprintf("segment.s%05d", i), Description: fmt.Sprintf("Number %d", i)},
			Where: expr.Compare{Op: expr.Equal, Left: expr.Attribute{Path: []string{"tier"}, Type: tiers}, Right: expr.Literal{Value: types.Text("gold"), Type: tiers}}})
	}
	return p
}

func fill(b *testing.B, t targets.Target, resources []resource.Resource) {
	b.Helper()
	err := t.Apply(b.Context(), func(yield func(targets.Change) bool) {
		for _, r := range resources {
			if !yield(targets.Change{Action: targets.Create, Resource: r, Mark: "mark-" + r.Key, Key: r.Key}) {
				return
			}
		}
	}, func(r targets.Result) {
		if r.Err != nil {
			b.Fatal(r.Err)
		}
	})
	if err != nil {
		b.Fatal(err)
	}
}

// plan lowers, lists, and asks how each object would be changed.
func plan(b *testing.B, t targets.Target, r targets.LowerRequest) {
	b.Helper()
	lowered := t.Lower(r)
	byKey := map[string]resource.Object{}
	err := t.List(b.Context(), targets.ListRequest{}, func(page []resource.Object) error {
		for _, o := range page {
			byKey[o.Key] = o
		}
		return nil
	})
	if err != nil || len(lowered.Resources) != 10_000 || len(byKey) != 10_000 {
		b.Fatalf("%d resources, %d objects, %v", len(lowered.Resources), len(byKey), err)
	}
	requests := make([]targets.PlanRequest, len(lowered.Resources))
	for i, desired := range lowered.Resources {
		prior := byKey[desired.Key]
		requests[i] = targets.PlanRequest{Prior: &prior, Desired: &desired}
	}
	if answers, err := t.Plan(b.Context(), requests); err != nil || len(answers) != len(requests) {
		b.Fatalf("%d answers, %v", len(answers), err)
	}
}
