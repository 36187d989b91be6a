package suite

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/plan"
)

// Crowd is a stand-in with people inside a journey.
type Crowd struct {
	Offer
	Journey string // journey.welcome and what it needs, in HCL; SUBJECT is edited
	Enter   func() // somebody comes into it and waits there
	// Before and Edited is what the plan says of an edit, before somebody entered
	// and afterwards.
	Before, Edited plan.Inside
}

// Inside sees that the plan of an edit says who is inside the journey, as the
// platform says it or as far as it does, and that nothing is said of no edit.
func Inside(t *testing.T, of Crowd) {
	s := &shop{t: t, dir: t.TempDir(), of: of.Offer, now: of.Now}
	s.of.Platform += of.Journey
	s.write("Sale", "")
	s.apply()
	told := func(when string, want ...plan.Inside) {
		t.Helper()
		p, diags := s.plan(false)
		if diags.HasErrors() {
			t.Fatalf("%s: %+v", when, diags)
		}
		for i := range want {
			want[i].Journey, want[i].Platform = "journey.welcome", "crm"
		}
		if diff := cmp.Diff(want, p.Inside); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	told("nothing was edited")
	s.subject = "Again"
	s.write("Sale", "")
	told("nobody entered", of.Before)
	of.Enter()
	told("somebody entered", of.Edited)
	s.apply()
	told("after an apply")
}
