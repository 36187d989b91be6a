package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/compiler/resource"
)

// What another version of a target writes otherwise is one line, and what is edited
// or on keeps its own.
func TestLoweringIsOneLine(t *testing.T) {
	p := sample()
	by := &plan.Lowering{Plugin: "mail", From: "1.4", To: "1.5"}
	p.Changes, p.Audience, p.Unchanged = nil, nil, 7
	for _, name := range []string{"segment.d", "segment.b", "segment.a", "segment.c", "segment.e"} {
		p.Changes = append(p.Changes, plan.Change{Action: plan.Update, Address: address(name, ""), Kind: "segment", Lowering: by,
			Diff: []plan.AttributeDiff{{Path: "where", Before: resource.String("old"), After: resource.String("new")}}})
	}
	p.Changes[4].Lowering = nil
	p.Changes = append(p.Changes, plan.Change{Action: plan.Update, Address: address("journey.x", ""), Kind: "journey", Lowering: by, Live: true})
	var b strings.Builder
	writeChanges(&b, p)
	want := `
  ~ journey.x                 lowering changed by mail 1.4 -> 1.5, and not by an edit; switched off while it is written
  ~ 4 declarations (sandbox)  lowering changed by mail 1.4 -> 1.5, and not by an edit: segment.a, segment.b, segment.c and 1 more
  ~ segment.e
        where: "old" -> "new"
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := Markdown(p); strings.Count(text, "lowering changed by mail") != 2 || strings.Contains(text, "segment.d") {
		t.Errorf("the comment:\n%s", text)
	}
}

// The sections that are there only sometimes, as a reader sees them.
func TestSections(t *testing.T) {
	p := sample()
	p.Drift = []plan.Drift{
		{Address: address("segment.vip", ""), Kind: plan.Changed, Choice: plan.Overwrite,
			Diff: []plan.AttributeDiff{{Path: "natural_key", Before: resource.String("vip"), After: resource.String("VIPs")}}},
		{Address: address("segment.gold", ""), Kind: plan.Changed, Choice: plan.Keep,
			Diff: []plan.AttributeDiff{{Path: "where", Before: resource.String("a\n&& b"), After: resource.String("a\n&& c")}}},
		{Address: address("segment.old", ""), Kind: plan.Missing, Choice: plan.Refuse, Why: "it is gone"},
	}
	p.Manual = []plan.Manual{
		{Address: address("resource.topic", ""), Kind: "topic", Key: "offers", How: "make it under Settings, Topics", Status: plan.ToMake,
			Wanted: resource.Map{"title": resource.String("Offers")}, Waiting: []resource.Address{address("segment.vip", "")}},
		{Address: address("resource.other", ""), Kind: "topic", Key: "news", ID: "7", How: "make it under Settings, Topics", Status: plan.Done},
	}
	p.Moved = []plan.Moved{{From: address("segment.best", ""), To: address("segment.vip", ""), ID: "3"}}
	p.LetGo = []plan.LetGo{{Address: address("journey.spring", ""), Kind: "journey", ID: "9", Switch: resource.On}}
	p.Costs = []plan.Cost{{Platform: "sandbox", Class: "segment creation", Calls: 137, Limits: []plan.Limit{{Calls: 15, Per: "1m"}, {Calls: 100, Per: "1d"}}}}
	p.Scope = &plan.Scope{Only: []string{"segment"}, Outside: 12}
	var b strings.Builder
	writeDrift(&b, p)
	writeManual(&b, p)
	writeHandover(&b, p)
	for _, line := range append(budgetLines(p), scopeLine(p.Scope)) {
		b.WriteString(line + "\n")
	}
	want := `
Changed on the platform since the last apply:
  segment.vip (sandbox): renamed "vip" -> "VIPs"; it is put back
  segment.gold (sandbox): where differs; it stays so, as long as the files do not change it
        a
      - && b
      + && c
  segment.old (sandbox) is gone; refused: it is gone
Decide otherwise: --drift adopt=ADDRESS leaves an object so, --drift refuse stops.

By hand, since the platform does not let programs do it:
  open: make the topic "offers" on platform.sandbox (resource.topic): make it under Settings, Topics, with title = "Offers"; segment.vip waits for it
  done: the topic "news" on platform.sandbox (resource.other) is there as 7

Renamed: segment.best is segment.vip now; 1 object stays what it is.
Let go: journey.spring stays on platform.sandbox as 9, switched on, and is not managed any more.
Writes to platform.sandbox: 137 calls of segment creation, which allows 15 a minute, 100 a day: more than that, so it takes up to 2 days.
A part of the project: only segment and what it needs; 12 objects not looked at. People are counted by the files as a whole.
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	text := Markdown(p)
	for _, must := range []string{"**Changed on the platform", "renamed", "  ```diff\n    a\n  - && b\n  + && c\n  ```\n", "make the topic", "stays on platform.sandbox", "137 calls"} {
		if !strings.Contains(text, must) {
			t.Errorf("%q is not in the comment:\n%s", must, text)
		}
	}
}
