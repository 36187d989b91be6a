package plan_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

var now = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

func at(name string) resource.Address { return resource.Address{Object: name, Platform: "sandbox"} }

// want is a desired object with references to others.
func want(name string, is resource.Switch, text string, uses ...string) resource.Resource {
	attributes := resource.Map{"text": resource.String(text)}
	for i, u := range uses {
		attributes[fmt.Sprintf("use%d", i)] = resource.Ref{Address: at(u), Output: "id"}
	}
	return resource.Resource{
		Address: at(name), Kind: "thing", Key: name, Attributes: attributes, Switch: is,
		At: diag.Range{File: name + ".hcl", Start: diag.Pos{Line: 3, Column: 1}, End: diag.Pos{Line: 3, Column: 9}},
	}
}

func input(desired ...resource.Resource) plan.Input {
	return plan.Input{
		Tool: "0.1.0", Project: "lumen", Now: now, Desired: desired,
		Platforms: []plan.PlatformInfo{{Name: "sandbox", Target: "local", Plugin: plan.Plugin{Name: "local", Version: "0.1.0"}}},
	}
}

func mustMake(t interface {
	Helper()
	Fatalf(string, ...any)
}, in plan.Input) *plan.Plan {
	t.Helper()
	p, diags, err := plan.Make(in)
	if err != nil || len(diags) > 0 {
		t.Fatalf("making the plan: %v %v", err, diags)
	}
	// Law: it is the same plan where attributes that state has are left out.
	in.Desired = slices.Clone(in.Desired)
	in.Compact()
	short, diags, err := plan.Make(in)
	if err != nil || len(diags) > 0 {
		t.Fatalf("making the plan of what is left out: %v %v", err, diags)
	}
	same(t, p, short)
	return p
}

// same wants two plans to be written alike.
func same(t interface {
	Helper()
	Fatalf(string, ...any)
}, want, got *plan.Plan) {
	t.Helper()
	whole, other := *want, *got
	whole.Shown, other.Shown = false, false // such plans are not written
	a, errA := whole.JSON()
	b, errB := other.JSON()
	if diff := cmp.Diff(string(a), string(b)); diff != "" || errA != nil || errB != nil {
		t.Fatalf("two plans (-want +got): %v %v\n%s", errA, errB, diff)
	}
}

// applied is the input after everything desired was carried out: the ids are
// the names.
func applied(in plan.Input) plan.Input {
	in.Prior, in.Observed = nil, map[resource.Address]*resource.Object{}
	for _, d := range in.Desired {
		filled := resource.Fill(d.Attributes, func(v resource.Value) resource.Value {
			return resource.String(v.(resource.Ref).Address.Object)
		}).(resource.Map)
		r := plan.Record{
			Address: d.Address, Kind: d.Kind, ID: d.Address.Object, Key: d.Key, Attributes: resource.Spell(d.Attributes), Filled: plan.FilledIn(d.Attributes, filled),
			Hash: plan.HashOf(d.Kind, d.Key, d.Attributes), Resolved: plan.HashOf(d.Kind, d.Key, filled),
			Switch: d.Switch, Mark: resource.Mark(in.Project, in.Env, d.Address), Plugin: in.Platforms[0].Plugin,
		}
		for _, ref := range resource.Refs(d.Attributes) {
			r.Needs = append(r.Needs, ref.Address)
		}
		o := r.Object()
		in.Prior, in.Observed[d.Address] = append(in.Prior, r), &o
	}
	return in
}

// steps is a plan as lines: "update segment.a <- 0".
func steps(p *plan.Plan) []string {
	var out []string
	for _, c := range p.Changes {
		line := fmt.Sprintf("%s %s", c.Action, c.Address.Object)
		for _, n := range c.Needs {
			line += fmt.Sprintf(" <%d", n)
		}
		out = append(out, line)
	}
	return out
}

func check(t *testing.T, p *plan.Plan, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(lines, steps(p)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestCreation(t *testing.T) {
	p := mustMake(t, input(want("journey", resource.On, "j", "segment"), want("segment", "", "s"), want("other", resource.On, "o")))
	check(t, p,
		"create other", "create segment", "create journey <1",
		"switch_on journey <1 <2", "switch_on other <0")
	if got := p.Counts(); got != (plan.Counts{Create: 3, SwitchOn: 2}) {
		t.Errorf("counts: %+v", got)
	}
	if c := p.Changes[2]; c.At.File != "journey.hcl" || c.Mark != resource.Mark("lumen", "", at("journey")) || c.Switch != resource.On {
		t.Errorf("the change lacks its place, mark or switch: %+v", c)
	}
}

func TestNothingToDo(t *testing.T) {
	in := applied(input(want("a", resource.On, "x", "b"), want("b", "", "y")))
	for _, refreshed := range []bool{true, false} {
		if !refreshed {
			in.Observed = nil
		}
		p := mustMake(t, in)
		if !p.Empty() || p.Unchanged != 2 || len(p.Drift)+len(p.Refresh)+len(p.Forget) > 0 {
			t.Errorf("refreshed %v: %+v", refreshed, p)
		}
		same(t, p, plan.Nothing(in))
	}
}

func TestEditOfLiveObject(t *testing.T) {
	in := applied(input(want("flow", resource.On, "x", "part"), want("part", "", "y")))
	in.Desired = []resource.Resource{want("flow", resource.On, "edited", "part", "added"), want("part", "", "y"), want("added", "", "z")}
	p := mustMake(t, in)
	check(t, p, "create added", "switch_off flow <0", "update flow <0 <1", "switch_on flow <0 <2")
	diff := []plan.AttributeDiff{
		{Path: "text", Before: resource.String("x"), After: resource.String("edited")},
		{Path: "use1", After: resource.Ref{Address: at("added"), Output: "id"}},
	}
	if d := cmp.Diff(diff, p.Changes[2].Diff); d != "" {
		t.Errorf("differences (-want +got):\n%s", d)
	}
}

func TestReplacementReachesItsUsers(t *testing.T) {
	in := applied(input(want("flow", resource.On, "x", "list"), want("list", "", "old")))
	in.Desired = []resource.Resource{want("flow", resource.On, "x", "list"), want("list", "", "new")}
	in.Answers = map[resource.Address]plan.Answer{at("list"): {Replace: []string{"text"}, Costs: []plan.Cost{{Class: "write", Calls: 2}}}}
	p := mustMake(t, in)
	check(t, p, "switch_off flow", "replace list <0", "update flow <0 <1", "switch_on flow <1 <2")
	if c := p.Changes[1]; !slices.Equal(c.ReplaceBecause, []string{"text"}) {
		t.Errorf("replaced because of %v", c.ReplaceBecause)
	}
	if diff := cmp.Diff([]plan.Cost{{Platform: "sandbox", Class: "write", Calls: 2}}, p.Costs); diff != "" {
		t.Errorf("costs (-want +got):\n%s", diff)
	}
	edits, err := plan.Edits(in)
	if err != nil || len(edits) != 1 || edits[0].Address != at("flow") {
		t.Errorf("still to ask: %v %v", edits, err)
	}
}

func TestRemovalsGoInReverse(t *testing.T) {
	in := applied(input(want("a", "", "x"), want("b", resource.On, "x", "a"), want("c", resource.On, "x", "a", "b")))
	in.Desired = nil
	check(t, mustMake(t, in), "switch_off b", "switch_off c", "delete c <1", "delete b <0 <1 <2", "delete a <0 <1 <2 <3")
}

func TestNameIsFreedFirst(t *testing.T) {
	in := applied(input(want("old", "", "x")))
	renamed := want("new", "", "x")
	renamed.Key = "old"
	in.Desired = []resource.Resource{renamed}
	check(t, mustMake(t, in), "delete old", "create new <0")
}

func TestRemovalsComeAfterWrites(t *testing.T) {
	in := applied(input(want("a", "", "x"), want("b", "", "x")))
	in.Desired = []resource.Resource{want("b", "", "y"), want("c", "", "x")}
	check(t, mustMake(t, in), "update b", "create c", "delete a")
}

func TestActivationLeftUndone(t *testing.T) {
	in := applied(input(want("flow", resource.Off, "x")))
	in.Desired[0].Switch = resource.On
	p := mustMake(t, in)
	check(t, p, "switch_on flow")
	if len(p.Drift) != 0 {
		t.Errorf("an activation that was left undone is no drift: %v", p.Drift)
	}
}

func TestDrift(t *testing.T) {
	in := applied(input(want("edited", "", "x"), want("gone", "", "x"), want("paused", resource.On, "x"), want("right", "", "x")))
	in.Observed[at("edited")].Attributes = resource.Map{"text": resource.String("by hand")}
	in.Observed[at("gone")] = nil
	in.Observed[at("paused")].Switch = resource.Off
	in.Desired[3] = want("right", "", "new")
	in.Observed[at("right")].Attributes = resource.Map{"text": resource.String("new")}
	p := mustMake(t, in)
	check(t, p, "update edited", "create gone", "switch_on paused")
	if !p.Changes[0].Restores {
		t.Error("the update does not say that it restores")
	}
	want := []plan.Drift{
		{Address: at("edited"), Kind: plan.Changed, Diff: []plan.AttributeDiff{{Path: "text", Before: resource.String("x"), After: resource.String("by hand")}}, Choice: plan.Overwrite},
		{Address: at("gone"), Kind: plan.Missing, Choice: plan.Overwrite},
		{Address: at("paused"), Kind: plan.Changed, Diff: []plan.AttributeDiff{{Path: "switch", Before: resource.String("on"), After: resource.String("off")}}, Choice: plan.Overwrite},
	}
	if diff := cmp.Diff(want, p.Drift); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
	if len(p.Refresh) != 1 || p.Refresh[0].Address != at("right") {
		t.Errorf("what was edited by hand to what the files ask for is only noted: %v", p.Refresh)
	}
}

func TestMeaningAloneIsNotedOnly(t *testing.T) {
	in := applied(input(want("a", "", "x")))
	in.Meaning = map[resource.Address]map[string]string{at("a"): {"segment.a": "1234"}}
	in.Form = func(hash string) (json.RawMessage, error) { return json.RawMessage(`{"x":1}`), nil }
	p := mustMake(t, in)
	if !p.Empty() || len(p.Refresh) != 1 || string(p.Blobs["1234"]) != `{"x":1}` {
		t.Errorf("got %+v", p)
	}
	in.Shown = true
	if p := mustMake(t, in); p.Blobs != nil || len(p.Refresh) != 1 {
		t.Errorf("for readers only: %+v", p)
	} else if _, err := p.Save(); err == nil {
		t.Error("a plan for readers only was saved")
	}
}

func TestLostAnswerIsAdopted(t *testing.T) {
	in := input(want("a", resource.On, "x"), want("b", "", "y", "a"))
	mark := resource.Mark("lumen", "", at("a"))
	in.Match("sandbox", nil, []resource.Object{
		{Kind: "thing", ID: "7", Key: "a", Attributes: resource.Map{"text": resource.String("x")}, Switch: resource.Off, Mark: mark},
		{Kind: "thing", ID: "8", Key: "b", Attributes: resource.Map{"text": resource.String("y")}, Mark: "someone else's"},
	})
	check(t, mustMake(t, in), "adopt a", "create b <0", "switch_on a <0")
}

func TestForgotten(t *testing.T) {
	in := applied(input(want("a", "", "x")))
	in.Desired = nil
	in.Observed[at("a")] = nil
	p := mustMake(t, in)
	if !p.Empty() || len(p.Forget) != 1 {
		t.Errorf("what is gone and not wanted is only forgotten: %+v", p)
	}
}

func TestDeposedIsDeleted(t *testing.T) {
	in := applied(input(want("a", "", "x")))
	left := in.Prior[0]
	left.ID = "older"
	in.Deposed = []plan.Record{left}
	p := mustMake(t, in)
	check(t, p, "delete a")
	if !p.Changes[0].Deposed || p.Changes[0].ID != "older" {
		t.Errorf("got %+v", p.Changes[0])
	}
}

func TestLookups(t *testing.T) {
	d := want("a", "", "x")
	d.Attributes["metric"] = resource.Lookup{Kind: "metric", Key: "Placed Order"}
	in := input(d)
	if _, _, err := plan.Make(in); err == nil {
		t.Error("an id that nobody looked up is missed by nobody")
	}
	in.Lookups = []plan.LookupID{{Platform: "sandbox", Kind: "metric", Key: "Placed Order", ID: "m1"}}
	mustMake(t, in)
	if id, found := mustMake(t, in).Lookup("sandbox", resource.Lookup{Kind: "metric", Key: "Placed Order"}); !found || id != "m1" {
		t.Errorf("got %q, %v", id, found)
	}
}

func TestCycle(t *testing.T) {
	_, diags, err := plan.Make(input(want("a", "", "x", "c"), want("b", "", "x", "a"), want("c", "", "x", "b"), want("d", "", "x", "a")))
	if err != nil || len(diags) != 1 {
		t.Fatalf("got %v, %v", diags, err)
	}
	d := diags[0]
	path := "a (sandbox) -> c (sandbox) -> b (sandbox) -> a (sandbox)"
	if d.Rule.Code != "CYC201" || d.At.File != "a.hcl" || !strings.Contains(d.Detail, path) || len(d.Related) != 2 {
		t.Errorf("got %+v", d)
	}
}

func TestPlatformGone(t *testing.T) {
	in := applied(input(want("a", "", "x")))
	in.Desired, in.Platforms = nil, nil
	_, diags, err := plan.Make(in)
	if err != nil || len(diags) != 1 || diags[0].Rule.Code != "CHK201" {
		t.Errorf("got %v, %v", diags, err)
	}
}

func TestCallersMistakes(t *testing.T) {
	for name, in := range map[string]plan.Input{
		"refers to nothing": input(want("a", "", "x", "b")),
		"twice":             input(want("a", "", "x"), want("a", "", "y")),
	} {
		if p, diags, err := plan.Make(in); err == nil || p != nil {
			t.Errorf("%s: got %v, %v", name, p, diags)
		}
	}
}

// However objects use each other: every step comes after what it needs, and
// what it refers to is written before it, and on before it is switched on.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var desired []resource.Resource
		for i := range rapid.IntRange(0, 12).Draw(t, "objects") {
			var uses []string
			for j := range i {
				if rapid.IntRange(0, 3).Draw(t, "uses") == 0 {
					uses = append(uses, desired[j].Address.Object)
				}
			}
			is := rapid.SampledFrom([]resource.Switch{"", resource.On}).Draw(t, "switch")
			desired = append(desired, want(fmt.Sprintf("%c", 'z'-i), is, "x", uses...))
		}
		p := mustMake(t, input(desired...))
		written, off := map[resource.Address]bool{}, map[resource.Address]bool{}
		for _, d := range desired {
			off[d.Address] = d.Switch == resource.On
		}
		for i, c := range p.Changes {
			for _, n := range c.Needs {
				if n >= i {
					t.Fatalf("change %d needs %d", i, n)
				}
			}
			for _, a := range c.Refers {
				if !written[a] || c.Action == plan.SwitchOn && off[a] {
					t.Fatalf("%s of %s comes before %s", c.Action, c.Address, a)
				}
			}
			written[c.Address] = true
			off[c.Address] = off[c.Address] && c.Action != plan.SwitchOn
		}
		if mustMake(t, applied(input(desired...))).Empty() != true {
			t.Fatalf("the second plan is not empty")
		}
	})
}
