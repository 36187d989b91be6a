package run

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// What keeps no marks is found by its name and not claimed; of two that carry one
// mark the one that reaches people is claimed; what is made by hand is known again.
func TestRebuiltWithoutMarks(t *testing.T) {
	at := func(name string) resource.Address { return resource.Address{Object: name, Platform: "crm"} }
	wanted := func(kind, name string) resource.Resource {
		return resource.Resource{Address: at(name), Kind: kind, Key: name, Attributes: resource.Map{"a": resource.String(name)}}
	}
	there := func(kind, key, id, mark string, is resource.Switch) resource.Object {
		return resource.Object{Kind: kind, Key: key, ID: id, Mark: mark, Switch: is, Attributes: resource.Map{"a": resource.String(key)}}
	}
	mark := func(name string) string { return resource.Mark("lumen", "", at(name)) }
	in := plan.Input{
		Project: "lumen",
		Platforms: []plan.PlatformInfo{{
			Name: "crm", Target: "made-up", Marked: []string{"flow"}, Manual: map[string]string{"topic": "under Settings"},
		}},
		Desired: []resource.Resource{wanted("flow", "journey.a"), wanted("view", "segment.b"), wanted("view", "segment.c"), wanted("topic", "consent.d")},
	}
	all := []resource.Object{
		there("flow", "journey.a", "1", mark("journey.a"), resource.Off),
		there("flow", "journey.a", "2", mark("journey.a"), resource.On),
		there("flow", "other", "3", "trayecto-of-somebody-else", resource.On),
		there("flow", "mine", "4", "", resource.On),
		there("view", "segment.b", "5", "", resource.NoSwitch),
		there("topic", "consent.d", "6", "", resource.NoSwitch),
	}
	in.Match("crm", nil, onFirst(all))
	made, found, err := plan.Make(in)
	if err != nil || found.HasErrors() {
		t.Fatal(err, found)
	}
	got := rebuilt(in, made, map[string][]resource.Object{"crm": all})
	if len(got.Plan.Changes) != 1 || got.Plan.Changes[0].Action != plan.Adopt {
		t.Errorf("the plan does %v", got.Plan.Changes)
	}
	got.Plan = nil
	want := &Rebuilt{
		Claims: []Claim{
			{Address: at("consent.d"), Kind: "topic", ID: "6", ByHand: true},
			{Address: at("journey.a"), Kind: "flow", ID: "2", Switch: resource.On},
		},
		Absent: []Absent{
			{Address: at("segment.b"), Kind: "view", Namesake: []string{"5"}},
			{Address: at("segment.c"), Kind: "view"},
		},
		Strays:   []Stray{{Platform: "crm", Kind: "flow", Key: "other", ID: "3", Switch: resource.On}},
		Twice:    []Stray{{Platform: "crm", Kind: "flow", Key: "journey.a", ID: "1", Switch: resource.Off, Of: "journey.a (crm)"}},
		Markless: []string{"platform.crm keeps no marks on a view"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
