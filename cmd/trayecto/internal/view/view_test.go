package view

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/lang/diag"
)

func n(i int) *int { return &i }

func address(object, role string) resource.Address {
	return resource.Address{Object: object, Platform: "sandbox", Role: role}
}

// sample is a plan with one of everything that a reader must see.
func sample() *plan.Plan {
	newest := time.Date(2026, 12, 1, 7, 57, 0, 0, time.UTC)
	return &plan.Plan{
		Project: "lumen", Now: time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC), Timezone: "Europe/Madrid",
		State:     plan.StateID{Lineage: "made-up", Serial: 3},
		Platforms: []plan.PlatformInfo{{Name: "sandbox", Target: "local"}},
		Unchanged: 7,
		History:   &plan.History{People: n(2000), Events: n(6924), From: "data/", Newest: &newest},
		Changes: []plan.Change{
			{Action: plan.Create, Address: address("touchpoint.mail", "template.en"), Summary: "e-mail"},
			{Action: plan.Create, Address: address("touchpoint.mail", "template.es"), Summary: "e-mail"},
			{Action: plan.SwitchOff, Address: address("journey.welcome", ""), Live: true},
			{Action: plan.Update, Address: address("journey.welcome", ""), Live: true,
				At:   diag.Range{File: "journeys.hcl", Start: diag.Pos{Line: 3}},
				Diff: []plan.AttributeDiff{{Path: "goal", Before: resource.String("a"), After: resource.String("b")}}},
			{Action: plan.SwitchOn, Address: address("journey.welcome", ""), Live: true},
			{Action: plan.Update, Address: address("segment.vip", ""), At: diag.Range{File: "segments.hcl", Start: diag.Pos{Line: 11}}},
			{Action: plan.Delete, Address: address("segment.old", "")},
		},
		Audience: []plan.Audience{{
			Segment: "segment.vip", Before: n(1101), After: n(1119), Join: n(18), Leave: n(0), UsedBy: []string{"journey.win_back"},
			Reach:           []plan.Reach{{Purpose: "purpose.offers", Channel: "channel.email", Before: n(57), After: n(66)}},
			PredicateBefore: []string{`person.tier == "gold"`, `&& !did(event.order_placed, "90d")`},
			PredicateAfter:  []string{`person.tier == "gold"`, `&& !did(event.order_placed, "60d")`},
		}},
		LeftOut: []string{"segment.browsers"},
	}
}

const sampleText = `lumen, sandbox. People counted at 1 Dec 2026 09:00 CET: 2,000 people, 6,924 events from data/, newest 3 minutes old.

  + touchpoint.mail  e-mail; 2 objects
  ~ journey.welcome  journeys.hcl:3; switched off while it is written
        goal: "a" -> "b"
  ~ segment.vip      segments.hcl:11
        person.tier == "gold"
      - && !did(event.order_placed, "90d")
      + && !did(event.order_placed, "60d")
  - segment.old
  > journey.welcome  switch on

                before    after     join    leave
  segment.vip    1,101    1,119      +18        0
                can get offers by e-mail: 57 -> 66
                used by journey.win_back

First 24 hours: 0 messages go out because of this plan.
Not deployed here (leave_out): segment.browsers.

2 to create, 2 to change, 1 to remove, 1 to switch on, 7 unchanged.                      plan `

func TestPlanAsText(t *testing.T) {
	got := Plan(sample(), "")
	if diff := cmp.Diff(sampleText+sample().Short()+"\n", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatIsNotKnownIsCalledThat(t *testing.T) {
	p := sample()
	p.Audience[0].After, p.Audience[0].Join, p.Audience[0].Leave = nil, nil, nil
	p.Audience[0].Unknown = "`day_of_week` is not evaluated yet"
	got := Plan(p, "")
	for _, want := range []string{"1,101 not known", "not known: `day_of_week` is not evaluated yet"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

// Law: however large a plan is, the comment fits, and says how much it leaves out.
func TestMarkdownFitsAComment(t *testing.T) {
	for _, size := range []int{0, 10, 500, 20000} {
		p := sample()
		for i := range size {
			name := "segment.generated_with_a_rather_long_name_" + strings.Repeat("x", i%40) + string(rune('a'+i%26)) + number(i)
			p.Changes = append(p.Changes, plan.Change{Action: plan.Update, Address: address(name, ""),
				Diff: []plan.AttributeDiff{{Path: "where", Before: resource.String(strings.Repeat("a", 200)), After: resource.String("b")}}})
		}
		text := Markdown(p)
		if length := len([]rune(text)); length > commentLimit {
			t.Errorf("%d changes: %d characters", size, length)
		}
		if !strings.Contains(text, number(size+2)+" to change") {
			t.Errorf("%d changes: the count is missing:\n%.400s", size, text)
		}
		if !strings.HasPrefix(text, "<!-- trayecto:lumen/default -->\n") {
			t.Errorf("%d changes: the marker is not on line 1", size)
		}
	}
}

func TestAuthorsWordsAreNotMarkup(t *testing.T) {
	p := sample()
	p.Notes = []string{"<img src=x> @everyone | `code` *loud*"}
	got := Markdown(p)
	for _, bad := range []string{"<img", "@everyone", "*loud*"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q reached the comment:\n%s", bad, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := number(in); got != want {
			t.Errorf("number(%d): want %s, got %s", in, want, got)
		}
	}
}

// A plan is data: the sample survives JSON, so that show needs nothing else.
func TestSampleIsPlainData(t *testing.T) {
	raw, err := json.Marshal(sample())
	if err != nil {
		t.Fatal(err)
	}
	var back plan.Plan
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if Plan(&back, "") != Plan(sample(), "") {
		t.Errorf("the plan reads differently after a round trip:\n%s", Plan(&back, ""))
	}
}
