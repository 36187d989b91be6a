package prove_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trayecto/trayecto/compiler/prove"
)

// Who is not in a segment takes in those of whom its condition is not known, which
// is told with one of them; of more than is wanted nobody asks, and they are counted.
func TestNegatedSegmentsTakeInTheUnknown(t *testing.T) {
	p := lumen(t)
	all := prove.OfSegments(p, at(t, p)).Negations
	for _, c := range []struct{ most, found, unasked int }{{3, 1, 0}, {1, 1, 0}, {0, 0, 1}} {
		found, unasked := prove.OfNegations(p, at(t, p), c.most)
		if len(found) != c.found || unasked != c.unasked {
			t.Errorf("of at most %d: found %d and left %d, want %d and %d", c.most, len(found), unasked, c.found, c.unasked)
		}
		for i, n := range found {
			if n.In != "segment.browsers" || n.Segment != "segment.lapsed_vip" || n.Person == nil || n.Person.Summary == "" {
				t.Errorf("found %+v", n)
			}
			if diff := cmp.Diff(all[i].Person.Summary, n.Person.Summary); diff != "" {
				t.Errorf("a survey shows another person (-survey +this):\n%s", diff)
			}
		}
	}
}
