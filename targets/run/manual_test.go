package run_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/types"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/local"
	"github.com/trayecto/trayecto/targets/run"
	"github.com/trayecto/trayecto/targets/state"
)

// strict is the local platform with two habits of others: people make its lists
// by hand, and it counts how often somebody writes.
type strict struct{ *local.Target }

func (s strict) Describe() targets.Description {
	d := s.Target.Describe()
	d.Kinds = slices.Clone(d.Kinds)
	for i := range d.Kinds {
		if d.Kinds[i].Name == "list" {
			d.Kinds[i].Manual = "make it under Lists, New"
		}
	}
	d.Can.Rates = []targets.Rate{{Class: "segment", Calls: 2, Per: types.Span{Amount: 1, Unit: types.Day}}, {Class: "segment", Calls: 1, Per: types.Span{Amount: 1, Unit: types.Second}}}
	return d
}

func (s strict) Plan(ctx context.Context, r []targets.PlanRequest) ([]targets.PlanAnswer, error) {
	out, err := s.Target.Plan(ctx, r)
	for i := range out {
		if r[i].Desired != nil && r[i].Desired.Kind == "segment" {
			out[i].Cost = []targets.Cost{{Class: "segment", Calls: 1}}
		}
	}
	return out, err
}

func strictly(t *testing.T, dir string) *run.Line {
	t.Helper()
	o := options(dir)
	o.Targets = []targets.Factory{func() targets.Target { return strict{local.New(entropy{rand.NewChaCha8([32]byte{1})})} }}
	return opened(t, o)
}

// byHand does what a person does, with no mark of anybody's.
func byHand(t *testing.T, dir string, c targets.Change) resource.Object {
	t.Helper()
	line := strictly(t, dir)
	target := local.New(entropy{rand.NewChaCha8([32]byte{2})})
	defer target.Close()
	if err := target.Configure(t.Context(), targets.Config{Platform: line.Platforms[0].Platform, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	var made resource.Object
	err := target.Apply(t.Context(), slices.Values([]targets.Change{c}), func(r targets.Result) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		if r.Object != nil {
			made = *r.Object
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// What platforms do not let programs do is a step of the plan that a person
// does: found done by reading, never done by apply, never said to be done.
func TestStepsByHand(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	files["list.hcl"] = "resource \"list\" \"robinson\" {\n  platform   = platform.one\n  attributes = { title = \"Robinson\" }\n}\n"
	dir := folder(t, files)
	status := func(want ...plan.ManualStatus) *plan.Plan {
		t.Helper()
		line := strictly(t, dir)
		p, diags, err := line.Plan(t.Context())
		if err != nil || diags.HasErrors() {
			t.Fatalf("%v %v", err, diags)
		}
		var got []plan.ManualStatus
		for _, m := range p.Manual {
			got = append(got, m.Status)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("steps by hand (-want +got):\n%s", diff)
		}
		summary, err := line.Apply(t.Context(), p, run.ApplyOptions{By: state.Holder{Who: "a test", PID: os.Getpid()}})
		if err != nil || !summary.Complete() {
			t.Fatalf("%+v %v", summary, err)
		}
		return p
	}
	p := status(plan.ToMake)
	if diff := cmp.Diff([]string{"create segment.gold (one)"}, objects(p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if m := p.Manual[0]; m.Kind != "list" || m.Key != "robinson" || m.How != "make it under Lists, New" {
		t.Errorf("the step says %+v", m)
	}
	status(plan.ToMake)
	wanted := resource.Resource{Kind: "list", Key: "robinson", Attributes: resource.Map{"title": resource.String("Robinson")}}
	made := byHand(t, dir, targets.Change{Action: targets.Create, Resource: wanted, Key: "1"})
	status(plan.Done)
	if p := status(); !p.Empty() || p.Unchanged != 2 {
		t.Errorf("what was done by hand is %d unchanged, with %v", p.Unchanged, objects(p))
	}
	rewrite(t, dir, "list.hcl", strings.Replace(files["list.hcl"], `"Robinson"`, `"Robinson list"`, 1))
	if p := status(plan.ToChange); len(p.Manual[0].Diff) != 1 {
		t.Errorf("to change are %v", p.Manual[0].Diff)
	}
	rewrite(t, dir, "list.hcl", "")
	status(plan.ToRemove)
	byHand(t, dir, targets.Change{Action: targets.Delete, Prior: &made, Key: "2"})
	status()
	if _, there := strictly(t, dir).State.Record(resource.Address{Object: "resource.robinson", Platform: "one"}); there {
		t.Error("what is gone is remembered")
	}
}

// The plan says what it takes of what the platform allows.
func TestWriteBudget(t *testing.T) {
	files := shop(one, `person.tier == "gold"`)
	files["more.hcl"] = "segment \"a\" { where = person.tier == \"none\" }\nsegment \"b\" { where = !segment.gold }\n"
	p, diags, err := strictly(t, folder(t, files)).Plan(t.Context())
	if err != nil || diags.HasErrors() {
		t.Fatalf("%v %v", err, diags)
	}
	want := []plan.Cost{{Platform: "one", Class: "segment", Calls: 3, Limits: []plan.Limit{{Calls: 1, Per: "1s"}, {Calls: 2, Per: "1d"}}}}
	if diff := cmp.Diff(want, p.Costs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
