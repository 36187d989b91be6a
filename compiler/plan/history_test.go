package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// sent is a campaign that was applied and sent, and the template that it used; in
// the files the campaign says something else since, or the template is another.
func sent(text string, answer plan.Answer) plan.Input {
	in := applied(input(want("campaign", resource.On, "before", "template"), want("template", "", "t")))
	in.Desired = []resource.Resource{want("campaign", resource.On, text, "template"), want("template", "", "t")}
	in.Answers = map[resource.Address]plan.Answer{at("campaign"): answer}
	return in
}

// What was sent is history: an edit of it is no change, and the plan says so each
// time, until the files say again what was sent.
func TestHistoryStays(t *testing.T) {
	in := sent("after", plan.Answer{Over: "it was sent"})
	p := mustMake(t, in)
	if !p.Empty() || p.Unchanged != 2 || len(p.Refresh)+len(p.Drift) > 0 {
		t.Errorf("%v, %+v", steps(p), p)
	}
	if diff := cmp.Diff([]plan.Finding{{Object: "campaign", Text: "stays as it is on platform.sandbox: it was sent"}}, p.Findings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p := mustMake(t, sent("before", plan.Answer{Over: "it was sent"})); !p.Empty() || len(p.Findings) > 0 {
		t.Errorf("%v, %v", steps(p), p.Findings)
	}
}

// A new version of what history used replaces nothing in it.
func TestHistoryDoesNotFollow(t *testing.T) {
	in := sent("before", plan.Answer{Over: "it was sent"})
	in.Desired[1] = want("template", "", "another")
	in.Answers[at("template")] = plan.Answer{Replace: []string{"text"}}
	p := mustMake(t, in)
	check(t, p, "replace template")
	if len(p.Findings) != 1 {
		t.Errorf("%v", p.Findings)
	}
}

// What takes the place of history, and history that is to go, needs no switching
// off: it reaches nobody any more.
func TestHistoryIsNotSwitchedOff(t *testing.T) {
	p := mustMake(t, sent("after", plan.Answer{Over: "it was sent", Replace: []string{"text"}}))
	check(t, p, "replace campaign", "switch_on campaign <0")
	if diff := cmp.Diff([]plan.Finding{{Object: "campaign", Text: "is made anew on platform.sandbox: it was sent"}}, p.Findings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	in := sent("before", plan.Answer{Over: "it was sent"})
	in.Desired = in.Desired[1:]
	p = mustMake(t, in)
	check(t, p, "delete campaign")
	if diff := cmp.Diff([]plan.Finding{{Object: "campaign", Text: "was sent on platform.sandbox already: taking it out takes nothing back"}}, p.Findings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	in.Answers = nil
	check(t, mustMake(t, in), "switch_off campaign", "delete campaign <0")
}

// What was sent may be called otherwise. It keeps the mark of the name that it was
// sent under, and nothing is said of that.
func TestHistoryKeepsItsMark(t *testing.T) {
	in := sent("before", plan.Answer{Over: "it was sent"})
	in.Platforms[0].Marked = []string{"thing"}
	in.Prior[0].Mark = "of another name"
	p := mustMake(t, in)
	if !p.Empty() || len(p.Findings)+len(p.Refresh) > 0 {
		t.Errorf("%v, %v, %+v", steps(p), p.Findings, p.Refresh)
	}
	in.Answers = map[resource.Address]plan.Answer{at("campaign"): {}}
	check(t, mustMake(t, in), "switch_off campaign", "update campaign <0", "switch_on campaign <1")
}
