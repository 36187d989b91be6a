package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// Law: steps that do different things have different keys, so that no platform
// takes one for the other, and no run what it was to do for what was done.
func TestKeysTellApart(t *testing.T) {
	edited := func() plan.Input {
		in := applied(input(want("a", "", "x")))
		in.State = plan.StateID{Lineage: "one", Serial: 7}
		in.Desired = []resource.Resource{want("a", "", "y")}
		return in
	}
	seen := map[string]string{}
	for what, change := range map[string]func(*plan.Input){
		"nothing":     func(*plan.Input) {},
		"project":     func(in *plan.Input) { in.Project = "other" },
		"environment": func(in *plan.Input) { in.Env = "live" },
		"state":       func(in *plan.Input) { in.State.Lineage = "other" },
		"run":         func(in *plan.Input) { in.State.Serial++ },
		"content":     func(in *plan.Input) { in.Desired[0] = want("a", "", "z") },
		"object":      func(in *plan.Input) { in.Prior[0].ID, in.Observed[at("a")].ID = "9", "9" },
		"action":      func(in *plan.Input) { in.Desired = nil },
		"address": func(in *plan.Input) {
			*in = applied(input(want("b", "", "x")))
			in.State, in.Desired = edited().State, []resource.Resource{want("b", "", "y")}
		},
	} {
		in := edited()
		change(&in)
		p := mustMake(t, in)
		if len(p.Changes) != 1 {
			t.Fatalf("%s: %v", what, steps(p))
		}
		if other, there := seen[p.Changes[0].Key]; there {
			t.Errorf("another %s and another %s have one key", what, other)
		}
		seen[p.Changes[0].Key] = what
	}
}

// What becomes of a change by hand is as the rules of the project say, the last
// that speaks of the object; where it cannot be, the plan is refused.
func TestWhatBecomesOfDrift(t *testing.T) {
	keep := plan.DriftRule{Choice: plan.Keep}
	for name, x := range map[string]struct {
		rules   []plan.DriftRule
		change  func(*plan.Input)
		choice  plan.Choice
		changes []string
		refused string
	}{
		"no rule":           {nil, nil, plan.Overwrite, []string{"update a"}, ""},
		"kept":              {[]plan.DriftRule{keep}, nil, plan.Keep, nil, ""},
		"refused":           {[]plan.DriftRule{{Choice: plan.Refuse}}, nil, plan.Refuse, []string{"update a"}, "a (sandbox) was changed on the platform."},
		"the last rule":     {[]plan.DriftRule{keep, {Choice: plan.Overwrite, Of: "a"}}, nil, plan.Overwrite, []string{"update a"}, ""},
		"of another object": {[]plan.DriftRule{keep, {Choice: plan.Overwrite, Of: "b"}}, nil, plan.Keep, nil, ""},
		"edited too": {[]plan.DriftRule{keep}, func(in *plan.Input) { in.Desired[0] = want("a", "", "new") }, plan.Refuse, []string{"update a"},
			"a (sandbox) was changed on the platform: the files have changed it too."},
		"gone": {[]plan.DriftRule{keep}, func(in *plan.Input) { in.Observed[at("a")] = nil }, plan.Refuse, []string{"create a"},
			"a (sandbox) was changed on the platform: it is gone, and what is gone cannot be kept; remove its block, or put it back."},
	} {
		t.Run(name, func(t *testing.T) {
			in := applied(input(want("a", "", "x")))
			in.Drift = x.rules
			in.Observed[at("a")].Attributes = resource.Map{"text": resource.String("by hand")}
			if x.change != nil {
				x.change(&in)
			}
			p := mustMake(t, in)
			check(t, p, x.changes...)
			if len(p.Drift) != 1 || p.Drift[0].Choice != x.choice {
				t.Errorf("want %s, got %+v", x.choice, p.Drift)
			}
			if got := strings.Join(p.Refused(), " "); got != x.refused {
				t.Errorf("want it refused by %q, got %q", x.refused, got)
			}
		})
	}
}

// What a platform lists is ours by the id that state remembers, else by its
// mark; and what state knows as one object is never taken for another.
func TestMatch(t *testing.T) {
	mark := func(name string) string { return resource.Mark("lumen", "", at(name)) }
	object := func(id, mark string) resource.Object {
		return resource.Object{Kind: "thing", ID: id, Key: "k", Attributes: resource.Map{"text": resource.String("x")}, Mark: mark}
	}
	other := object("7", mark("a"))
	other.Kind = "other"
	for name, x := range map[string]struct {
		gone, deposed string // a's object in state; one that a replacement left behind
		listed        []resource.Object
		is, adopts    string // ids: what a is now, what a would take over
	}{
		"by its id":                      {"1", "", []resource.Object{object("1", ""), object("7", mark("a"))}, "1", ""},
		"by its mark, made again":        {"1", "", []resource.Object{object("7", mark("a"))}, "7", ""},
		"of another kind":                {"1", "", []resource.Object{other}, "", ""},
		"what another record knows":      {"1", "", []resource.Object{object("b", mark("a"))}, "", ""},
		"what is to be deleted":          {"1", "7", []resource.Object{object("7", mark("a"))}, "", ""},
		"new, by its mark":               {"", "", []resource.Object{object("7", mark("a"))}, "", "7"},
		"new, with nobody's mark":        {"", "", []resource.Object{object("7", "")}, "", ""},
		"new, and another record's":      {"", "", []resource.Object{object("b", mark("a"))}, "", ""},
		"new, and of another kind":       {"", "", []resource.Object{other}, "", ""},
		"new, beside what was left over": {"", "7", []resource.Object{object("7", mark("a"))}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := applied(input(want("a", "", "x"), want("b", "", "x")))
			in.Observed, in.Prior[0].ID = nil, x.gone
			if x.deposed != "" {
				left := in.Prior[0]
				left.ID = x.deposed
				in.Deposed = []plan.Record{left}
			}
			if x.gone == "" {
				in.Prior = in.Prior[1:]
			}
			in.Match("sandbox", nil, x.listed)
			is := ""
			if o := in.Observed[at("a")]; o != nil {
				is = o.ID
			}
			if diff := cmp.Diff([]string{x.is, x.adopts}, []string{is, in.Adoptable[at("a")].ID}); diff != "" {
				t.Errorf("is and takes over (-want +got):\n%s", diff)
			}
		})
	}
}
