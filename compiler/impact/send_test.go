package impact_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/impact"
	"github.com/trayecto/trayecto/compiler/ir"
	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/lang/types"
)

// An edited segment changes what a journey sends although nobody edited the
// journey: what counts is the difference.
func TestSendsMoreThanBefore(t *testing.T) {
	wider := shop()
	wider.Segments[1].Where = bought()
	got := impact.Sends(impact.Options{Before: shop(), After: wider, History: past(), Now: now}, []string{"journey.sale", "journey.rich"})
	want := []plan.Send{
		{Journey: "journey.sale", Already: n(3), Messages: n(1),
			Text: "On 1 Dec 2026 09:00 CET it enters everyone in segment.gold, 3 people by now, 2 before. 3 of them may get touchpoint.care."},
		{Journey: "journey.rich", Already: n(3), Messages: n(0),
			Text: "3 people are in segment.gold by other words, 2 before. Who joins because the words changed, and not because they did, does not enter."},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	narrower := impact.Sends(impact.Options{Before: wider, After: shop(), History: past(), Now: now}, []string{"journey.sale"})
	if narrower[0].Messages == nil || *narrower[0].Messages != 0 {
		t.Errorf("a narrower segment sends nothing because of the plan, got %v", narrower[0].Messages)
	}
}

// A journey that runs already and of whose segment nothing is edited enters nobody
// because of the plan, and there is nothing to say.
func TestSendsNothingWhereTheSegmentStays(t *testing.T) {
	edited := shop()
	for i := range edited.Journeys {
		edited.Journeys[i].Description = "told otherwise"
	}
	if got := impact.Sends(impact.Options{Before: shop(), After: edited, History: past(), Now: now}, []string{"journey.rich"}); len(got) != 0 {
		t.Errorf("want nothing, got %+v", got)
	}
	if got := impact.Sends(impact.Options{After: edited, History: past(), Now: now}, []string{"journey.rich"}); len(got) != 1 {
		t.Errorf("of a journey that is new, got %+v", got)
	}
}

// A wait that may end within the day makes the number of messages not known.
func TestWaitsWithinTheDay(t *testing.T) {
	for _, c := range []struct {
		name string
		wait ir.Wait
		sure bool
	}{
		{"two days", ir.Wait{Name: "b", For: types.Span{Amount: 2, Unit: types.Day}}, true},
		{"an hour", ir.Wait{Name: "b", For: types.Span{Amount: 1, Unit: types.Hour}}, false},
		{"until", ir.Wait{Name: "b", For: types.Span{Amount: 2, Unit: types.Day}, Until: bought()}, false},
	} {
		p := shop()
		p.Journeys[1].Steps[1] = c.wait
		got := impact.Sends(impact.Options{After: p, History: past(), Now: now}, []string{"journey.sale"})[0]
		if known := got.Messages != nil; known != c.sure {
			t.Errorf("%s: want known %t, got %v", c.name, c.sure, got.Messages)
		}
		if said := strings.Contains(got.Text, "step b may end within a day"); said == c.sure {
			t.Errorf("%s: %s", c.name, got.Text)
		}
	}
}

// Of a segment that is removed nobody is left, and that is known.
func TestRemovedSegmentReachesNobody(t *testing.T) {
	after := shop()
	after.Segments = after.Segments[:1]
	got := measure(shop(), after, past(), "segment.gold")[0]
	if got.After == nil || *got.After != 0 || len(got.Reach) == 0 {
		t.Fatalf("want nobody left, got %+v", got)
	}
	for _, r := range got.Reach {
		if r.Before == nil || r.After == nil || *r.After != 0 {
			t.Errorf("want a figure before and 0 after, got %+v", r)
		}
	}
}
