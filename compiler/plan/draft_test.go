package plan_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// chain is an applied project that is edited: some objects use one before them.
// Of some a platform says that they are made anew, or are history, or only what
// they cost.
func chain(t *rapid.T) (plan.Input, map[resource.Address]plan.Answer) {
	var before, after []resource.Resource
	all := map[resource.Address]plan.Answer{}
	for i := range rapid.IntRange(1, 6).Draw(t, "objects") {
		name := fmt.Sprintf("o%d", i)
		var uses []string
		if i > 0 && rapid.Bool().Draw(t, "uses") {
			uses = []string{fmt.Sprintf("o%d", rapid.IntRange(0, i-1).Draw(t, "which"))}
		}
		if rapid.Bool().Draw(t, "was there") {
			uses := uses
			if len(uses) > 0 && !rapid.Bool().Draw(t, "was used") || len(uses) > 0 && len(before) < i {
				uses = nil
			}
			before = append(before, want(name, resource.On, "x", uses...))
		}
		after = append(after, want(name, resource.On, rapid.SampledFrom([]string{"x", "y"}).Draw(t, "text"), uses...))
		all[at(name)] = rapid.SampledFrom([]plan.Answer{{}, {}, {Costs: []plan.Cost{{Class: "write", Calls: 1}}},
			{Replace: []string{"text"}}, {Over: "it was sent"}}).Draw(t, "answer")
	}
	in := applied(input(before...))
	in.Desired = after
	return in, all
}

// Law: a draft that is answered little by little becomes the plan of which all
// answers were there from the beginning.
func TestLawDraftsFollowTheirAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, all := chain(t)
		in.Answers = map[resource.Address]plan.Answer{}
		draft, err := plan.Begin(in)
		if err != nil {
			t.Fatal(err)
		}
		for {
			edits, err := draft.Edits()
			if err != nil {
				t.Fatal(err)
			}
			if len(edits) == 0 {
				break
			}
			for i, e := range edits {
				if i == 0 || rapid.Bool().Draw(t, "answered") {
					in.Answers[e.Address] = all[e.Address]
				}
			}
		}
		got, _, err := draft.Make()
		if err != nil {
			t.Fatal(err)
		}
		in.Answers = maps.Clone(in.Answers)
		if diff := cmp.Diff(mustMake(t, in), got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// A plan of more objects than one turn takes is the plan of its parts.
func TestVeryManyObjects(t *testing.T) {
	var all []resource.Resource
	for i := range 2000 {
		name := fmt.Sprintf("o%04d", i)
		if i == 0 {
			all = append(all, want(name, "", "x"))
			continue
		}
		all = append(all, want(name, "", "x", fmt.Sprintf("o%04d", i/2)))
	}
	p := mustMake(t, input(all...))
	if len(p.Changes) != len(all) {
		t.Fatalf("want %d changes, got %d", len(all), len(p.Changes))
	}
	for i, c := range p.Changes {
		alone := all[i]
		if c.Address != alone.Address || c.Hash != plan.HashOf(alone.Kind, alone.Key, alone.Attributes) || c.Mark != resource.Mark("lumen", "", alone.Address) {
			t.Fatalf("change %d: %+v", i, c)
		}
		if i > 0 && (len(c.Needs) != 1 || c.Needs[0] != i/2) {
			t.Fatalf("change %d needs %v", i, c.Needs)
		}
	}
	again := mustMake(t, input(all...))
	if p.Digest() != again.Digest() {
		t.Error("the same plan has two names")
	}
}
