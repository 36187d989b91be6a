package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
	"github.com/trayecto/trayecto/targets"
)

// Who is inside a journey is a line of the plan, and says what becomes of them.
func TestInside(t *testing.T) {
	of := func(people int) *int { return &people }
	for _, c := range []struct {
		inside plan.Inside
		want   string
	}{
		{plan.Inside{People: of(1412), OnChange: "finish", Fate: plan.Edited}, `Inside journey.welcome now: 1,412 people (counted by platform.mail). on_change = "finish": they finish the version that they are in.`},
		{plan.Inside{People: of(1), OnChange: "migrate", Fate: plan.Edited}, `Inside journey.welcome now: 1 person (counted by platform.mail). on_change = "migrate": they go on in the new version.`},
		{plan.Inside{People: of(7), AtMost: true, OnChange: "stop", Fate: plan.Edited}, `Inside journey.welcome now: at most 7 people (counted by platform.mail). on_change = "stop": they get nothing more from it.`},
		{plan.Inside{People: of(0), OnChange: "stop", Fate: plan.Edited}, `Inside journey.welcome now: nobody (counted by platform.mail).`},
		{plan.Inside{People: of(2), Fate: plan.Removed}, `Inside journey.welcome now: 2 people (counted by platform.mail). It is removed, and they get nothing more from it.`},
		{plan.Inside{Unknown: "its API does not say it", Fate: plan.SwitchedOff},
			`Inside journey.welcome now: not known, for platform.mail: its API does not say it. It is switched off, and they get nothing as long as it is.`},
	} {
		c.inside.Journey, c.inside.Platform = "journey.welcome", "mail"
		got := noteLines(&plan.Plan{Inside: []plan.Inside{c.inside}})
		if diff := cmp.Diff([]string{c.want}, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestCapabilitiesSayWhoIsInside(t *testing.T) {
	for _, c := range []struct {
		can  targets.Capabilities
		want string
	}{
		{targets.Capabilities{}, "none"},
		{targets.Capabilities{Journeys: true}, "not known"},
		{targets.Capabilities{Journeys: true, InsideHow: "why"}, "not known: why"},
		{targets.Capabilities{Journeys: true, Inside: targets.InsideAsked, InsideHow: "how"}, "asked: how"},
		{targets.Capabilities{Journeys: true, Inside: targets.InsideNobody, InsideHow: "why"}, "nobody: why"},
	} {
		if diff := cmp.Diff(c.want, insides(c.can)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
