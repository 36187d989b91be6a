package kit

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
)

// saysInside: a target that runs journeys says how many people are inside each
// that was just deployed, none as yet, or why that is not known; one that does
// not say it at all says why in its capabilities.
func saysInside(t testing.TB, h Harness) {
	can := h.Target().Describe().Can
	switch {
	case !can.Journeys:
		return
	case can.InsideHow == "":
		t.Error("the description does not say how it is known who is inside a journey, or why it is not")
	}
	if can.Inside != targets.InsideAsked {
		return
	}
	p := h.Fresh(t)
	before, _ := h.programs(p)
	target := open(t, h, p)
	insider, is := target.(targets.Insider)
	if !is {
		t.Fatal("the description says that it can be asked who is inside a journey, and it cannot")
	}
	held := deploy(t, target, h.wanted(t, before, p.Config.Platform)).held
	request := targets.InsideRequest{}
	for _, j := range before.Journeys {
		one := targets.Running{Journey: j.Address}
		for _, a := range slices.SortedFunc(maps.Keys(held), resource.Address.Compare) {
			if a.Object == j.Address {
				one.Objects = append(one.Objects, held[a])
			}
		}
		if len(one.Objects) > 0 {
			request.Journeys = append(request.Journeys, one)
		}
	}
	answers, err := insider.Inside(context.Background(), request)
	if err != nil {
		t.Fatalf("asking who is inside: %v", err)
	}
	var asked, got []string
	for _, j := range request.Journeys {
		asked = append(asked, j.Journey)
	}
	for _, a := range answers {
		if got = append(got, a.Journey); a.People != 0 {
			t.Errorf("%d people are inside %s, which was just made (not known because %q)", a.People, a.Journey, a.Unknown)
		}
	}
	if diff := difference(asked, got); diff != "" {
		t.Errorf("answers are not for the journeys that were asked about (-want +got):\n%s", diff)
	}
}
